"""Scenarios at the gate of a request: the asker sees what fails, the second person needs a reason to publish."""

from __future__ import annotations

import pytest

from processes.errors import DefinitionRefused
from service.orchestration import publication, publication_requests
from service.orchestration.publication_requests import Wish
from service.seed.definitions import shipped_files
from storage.models.publication_requests import PublicationRequest
from tests.service.publication_steps import ask_for_two, versions
from tests.world import World


@pytest.fixture
def files() -> dict[str, bytes]:
    """A review in which nothing is simple any more, against what its scenarios say."""
    return {"review.bpmn": shipped_files()["review.bpmn"].replace('review_level = "简易"'.encode(), b"false")}


def test_what_fails_is_told_before_and_refuses_the_approval_without_a_reason(
    world: World, files: dict[str, bytes]
) -> None:
    ask_for_two(world)
    owner, publisher = world.actor("process_owner"), world.actor("publisher")

    found = publication.assess(world.runtime, files, by=owner)
    asked = publication_requests.ask(world.runtime, files, Wish("取消简易审查"), by=owner)
    with pytest.raises(DefinitionRefused) as refused:
        publication_requests.approve(world.runtime, asked, by=publisher)

    assert found.ok
    assert [each.name for each in found.scenario_results if not each.passed] == [
        "简易：小额直接审定",
        "审定退回初审再报",
    ]
    assert {each.code for each in found.scenario_findings} == {"SCENARIO_FAILED"}
    assert len(refused.value.findings) == 2
    assert versions(world, "review") == [1, 1]  # the diagram and its scenarios
    assert world.one(PublicationRequest, id=asked).state == "waiting"


def test_with_a_reason_it_is_published_and_the_reason_is_kept(world: World, files: dict[str, bytes]) -> None:
    ask_for_two(world)
    asked = publication_requests.ask(world.runtime, files, Wish("取消简易审查"), by=world.actor("process_owner"))

    publication_requests.approve(
        world.runtime, asked, by=world.actor("publisher"), note="同意。", override="场景下周补齐"
    )

    row = world.one(PublicationRequest, id=asked)
    assert row.state == "published"
    assert row.decision_note == "同意。（有 2 处场景没有通过，仍发布的原因：场景下周补齐）"
    assert versions(world, "review") == [1, 1, 2]


def test_where_one_person_publishes_alone_the_gate_stands_at_the_asking(world: World, files: dict[str, bytes]) -> None:
    owner = world.actor("process_owner")

    with pytest.raises(DefinitionRefused):
        publication_requests.ask(world.runtime, files, Wish("取消简易审查"), by=owner)
    publication_requests.ask(world.runtime, files, Wish("取消简易审查", override="先行发布"), by=owner)

    assert versions(world, "review") == [1, 1, 2]


def test_scenarios_that_pass_let_a_change_through_without_a_word(world: World) -> None:
    renamed = shipped_files()["review.bpmn"].replace("现场核查".encode(), "现场查看".encode())
    owner = world.actor("process_owner")

    asked = publication_requests.ask(world.runtime, {"review.bpmn": renamed}, Wish("改名"), by=owner)

    assert world.one(PublicationRequest, id=asked).decision_note == ""
    assert versions(world, "review") == [1, 1, 2]
