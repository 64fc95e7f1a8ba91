"""A new stage begins with a template that passes its checks and scenarios, and a copy keeps all but its key."""

from __future__ import annotations

import pytest

from processes.errors import BadRequest, Conflict, NotFound
from processes.stage_templates import TEMPLATES, files_of
from processes.vocabulary import DefinitionKind
from service.orchestration import new_stage, publication_requests
from service.orchestration.deployments import check
from service.orchestration.drafts import Place
from service.orchestration.publication_requests import Wish
from service.orchestration.trying import run_scenarios
from storage.definitions import get_definition
from storage.models.drafts import DefinitionDraft
from tests.world import DISTRICT, World

REVIEW = Place(DefinitionKind.PROCESS, "review")


@pytest.mark.parametrize("name", [each.name for each in TEMPLATES])
def test_every_template_passes_the_checks_and_its_scenarios(world: World, name: str) -> None:
    files, owner = files_of(name, "seal_check", "用印“核对” & 登记"), world.actor("process_owner")

    assert check(world.runtime, files, by=owner) == []
    report = run_scenarios(world.runtime, files, by=owner)
    assert [key.key for key in report.keys] == ["seal_check"]
    assert report.ok, report


def test_a_stage_from_a_template_is_drafted_published_and_started(world: World) -> None:
    owner = world.actor("process_owner")

    made = new_stage.begin_stage(world.runtime, "two_reviews", "seal_check", "用印核对", by=owner)

    assert {each.kind.value for each in made} == {"process", "form", "scenarios"}
    publication_requests.ask_for_drafts(world.runtime, made, Wish("新阶段"), by=owner)
    root = world.start("seal_check", by="maker")
    assert world.task("seal_check_first", root).name == "初审"
    assert world.rows(DefinitionDraft) == []


@pytest.mark.parametrize("key", ["Seal", "1st", "a", "seal check", "seal-check", "s" * 41, "印"])
def test_a_key_that_cannot_be_is_refused(world: World, key: str) -> None:
    with pytest.raises(BadRequest):
        new_stage.begin_stage(world.runtime, "single_task", key, "用印核对", by=world.actor("process_owner"))

    assert world.rows(DefinitionDraft) == []


def test_a_key_in_use_or_an_unknown_template_makes_nothing(world: World) -> None:
    owner = world.actor("process_owner")
    with pytest.raises(Conflict):
        new_stage.begin_stage(world.runtime, "single_task", "review", "审查", by=owner)
    with pytest.raises(NotFound):
        new_stage.begin_stage(world.runtime, "no_such", "seal_check", "用印核对", by=owner)
    with pytest.raises(BadRequest):
        new_stage.begin_stage(world.runtime, "single_task", "seal_check", " ", by=owner)

    assert world.rows(DefinitionDraft) == []


def test_a_copied_diagram_is_the_same_under_another_key(world: World) -> None:
    owner = world.actor("process_owner")

    place = new_stage.copy_definition(world.runtime, REVIEW, "second_review", by=owner)

    copied = world.one(DefinitionDraft).content
    assert place == Place(DefinitionKind.PROCESS, "second_review")
    findings = check(world.runtime, {"second_review.bpmn": copied}, by=owner)
    assert [each for each in findings if each.severity == "error"] == []
    original = get_definition(world.session, DISTRICT, REVIEW.kind, REVIEW.key).content
    assert copied.replace(b'"second_review"', b'"review"') == original


def test_a_copied_form_has_the_new_key(world: World) -> None:
    owner = world.actor("process_owner")
    form = Place(DefinitionKind.FORM, "review/review_first")

    new_stage.copy_definition(world.runtime, form, "review/review_third", by=owner)

    draft = world.one(DefinitionDraft)
    assert (draft.key, draft.kind) == ("review/review_third", "form")
    assert b'"review_review_third"' in draft.content
    with pytest.raises(Conflict):
        new_stage.copy_definition(world.runtime, form, "review/review_second", by=owner)
    with pytest.raises(BadRequest):
        new_stage.copy_definition(
            world.runtime, Place(DefinitionKind.DECISION, "review_level"), "other_level", by=owner
        )
