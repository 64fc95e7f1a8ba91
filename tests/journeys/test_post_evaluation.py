"""The loop closes on the real diagrams: a policy is carried out, measured, and the next one begins with its lessons."""

from __future__ import annotations

from uuid import UUID

import pytest

from processes.errors import Forbidden, SeparationOfDuties
from service.orchestration import reading
from storage import evaluations
from storage.models.evaluations import PostEvaluation
from storage.models.instances import Incident, ProcessInstance
from storage.models.items import PolicyItem
from storage.models.policies import Policy, PolicyArchive, PolicyLesson
from storage.models.records import Deadline
from tests import launching, making, paying
from tests.journeys import applying_route, launching_route, paying_route
from tests.world import DISTRICT, World

LESSON = "证书信息可由数据共享取得，下一项政策不再要求原件。"

#: The item as one applies for it online: nothing on paper.
_ONLINE = launching.entry(
    conditions=[{"text": "首次通过高新技术企业认定"}, {"text": "上年度研发投入不低于100万元"}],
    materials=[{**each, "kind": "电子件", "paper_required": False} for each in launching.MATERIALS],
)


@pytest.fixture
def executed(world: World) -> UUID:
    """A policy whose only item was opened, applied for, paid, and is over: its evaluation waits to be written."""
    root, item = launching_route.open_item(world, answers=_ONLINE)
    case = applying_route.approve(world, item.id)
    paying_route.pay(world, item.id)
    world.do("applicant", "rate_service", {"rating_level": 5}, case)
    world.send("PolicyAbolished", business_key=item.number, variables={"stop_reason": "政策废止"})
    assert _open(world, root) == ["write_evaluation"]
    return root


def _open(world: World, root: UUID) -> list[str]:
    return sorted(task.element_id for task in world.open_tasks(root))


def _evaluate(world: World, root: UUID, **changes: str) -> None:
    """Written by the department, signed by its head, commented on by 政数局."""
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_evaluation", paying.evaluation(report, **changes), root)
    world.do("maker_head", "sign_evaluation", paying.agreed("sign_result"), root)
    world.do("dsb_reviewer", "comment_evaluation", paying.comment(), root)


def test_the_evaluation_is_measured_from_what_really_happened(world: World, executed: UUID) -> None:
    evaluation: PostEvaluation = world.one(PostEvaluation)
    found = {each["code"]: each["shown"] for each in evaluation.indicators}
    assert found["K01"] == "100%"
    assert found["K05"] == "100%"
    assert found["K08"] == "100%"
    assert found["K13"] == "0%"
    assert found["K14"] == "2%"
    assert found["K15"] == "100%"
    assert {"K02", "K03", "K04", "K07", "K09", "K10", "K11", "K12", "K17"} <= set(found)
    assert {"K06", "K16", "K18"}.isdisjoint(found)
    assert (evaluation.money_used_fen, evaluation.beneficiaries) == (10_000_000, 1)
    (deadline,) = world.rows(Deadline, rule="DL24")
    closed: PolicyItem = world.one(PolicyItem)
    assert closed.closed_at is not None
    assert deadline.anchor_on == world.clock.now().astimezone(closed.closed_at.tzinfo).date()


def test_a_policy_that_ends_leaves_its_lessons_and_is_archived(world: World, executed: UUID) -> None:
    _evaluate(world, executed)

    ended = world.instance(executed)
    assert (ended.state, ended.end_element_id) == ("completed", "policy_archived")
    lesson: PolicyLesson = world.one(PolicyLesson)
    assert lesson.text == LESSON
    assert len(world.rows(PolicyArchive)) == 1
    assert len(evaluations.list_published_evaluations(world.session, DISTRICT)) == 1
    assert world.rows(ProcessInstance, process_key="policy_lifecycle") == [ended]

    following = world.start("policy_lifecycle", by="maker")
    shown = reading.read_task(world.runtime, world.task("initiate_policy", following).id, by=world.actor("maker"))
    assert LESSON in str(shown)
    assert world.rows(Incident) == []


def test_a_policy_that_goes_on_starts_its_successor_with_the_department_that_made_it(
    world: World, executed: UUID
) -> None:
    before: Policy = world.one(Policy)
    _evaluate(world, executed, recommend="修订延续")

    (successor,) = [row for row in world.rows(ProcessInstance, process_key="policy_lifecycle") if row.id != executed]
    assert successor.variables["predecessor_policy_id"] == str(before.id)
    task = world.task("initiate_policy", successor.id)
    assert task.assignee_id == world.actor("maker").id
    shown = reading.read_task(world.runtime, task.id, by=world.actor("maker"))
    assert before.number in str(shown)
    assert LESSON in str(shown)

    contact = str(world.actor("maker").id)
    world.do("maker", "initiate_policy", making.initiation(contact, title="接续政策"), successor.id)
    following: Policy = world.one(Policy, instance_id=successor.id)
    assert following.predecessor_id == before.id
    assert _open(world, successor.id) == ["write_assessment"]


def test_a_returned_report_is_written_again_and_its_writer_cannot_sign_it(world: World, executed: UUID) -> None:
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_evaluation", paying.evaluation(report), executed)
    with pytest.raises((SeparationOfDuties, Forbidden)):
        world.do("maker", "sign_evaluation", paying.agreed("sign_result"), executed)
    world.do("maker_head", "sign_evaluation", paying.returned("sign_result"), executed)
    assert _open(world, executed) == ["write_evaluation"]
    _evaluate(world, executed)
    assert world.instance(executed).state == "completed"
