"""A task for a post that nobody holds says so at once, and stops saying so when somebody does."""

from __future__ import annotations

import pytest

from processes.errors import Conflict
from service.orchestration import holding, repair, tasks
from service.orchestration.people import end_post, give_post
from service.stuck import Reason, why_waiting
from storage.models.instances import Incident, ProcessInstance
from tests.service.verbs.stage import HOLDER, complete_work, play
from tests.world import World


def vacate(desk: World) -> None:
    desk.advance(days=1)
    end_post(desk.runtime, "approver", "approver", "STB", by=desk.actor("admin"))


def test_a_vacant_post_is_an_incident_that_names_post_and_department(desk: World) -> None:
    vacate(desk)
    stage = play(desk, "plain task")

    complete_work(stage)

    incident = desk.one(Incident, code="NO_CANDIDATE")
    assert "科技" in incident.message and "审定人" in incident.message
    case = ProcessInstance.root_id == stage.root
    [waiting] = why_waiting(desk.session, desk.runtime, desk.actor("admin"), case)
    assert waiting.reason == Reason.NOBODY_HOLDS_POST
    with pytest.raises(Conflict, match="没有人在这个岗位上"):
        repair.retry_incident(desk.runtime, incident.id, by=desk.actor("admin"))


def test_giving_somebody_the_post_resolves_the_incident(desk: World) -> None:
    vacate(desk)
    stage = play(desk, "plain task")
    complete_work(stage)

    give_post(desk.runtime, "payer", "approver", "STB", by=desk.actor("admin"))

    assert desk.one(Incident, code="NO_CANDIDATE").state == "resolved"
    assert stage.kinds()[-1] == "incident_resolved"
    tasks.claim_task(desk.runtime, desk.task("after", stage.root).id, by=desk.actor("payer"))
    assert stage.broken() == []


def test_a_post_that_is_held_is_no_incident(desk: World) -> None:
    complete_work(play(desk, "plain task"))

    assert desk.rows(Incident) == []


def test_a_held_task_is_said_to_be_held_by_whom_and_why(desk: World) -> None:
    stage = play(desk, "plain task")
    holding.hold_task(desk.runtime, stage.task_id, by=desk.actor(HOLDER), reason="等企业补材料", until=None)

    [waiting] = why_waiting(desk.session, desk.runtime, desk.actor("admin"), ProcessInstance.root_id == stage.root)

    assert waiting.reason == Reason.HELD
    assert "初审言" in waiting.sentence and "等企业补材料" in waiting.sentence
