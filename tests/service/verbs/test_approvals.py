"""Approvals: nobody approves what they started, nor twice in a row, unless the process says so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from processes.errors import SeparationOfDuties
from service import permissions
from service.orchestration import reading, tasks
from storage.models.instances import Task
from tests.service.verbs.stage import COLLEAGUE, HOLDER, THIRD
from tests.world import World


def test_who_started_a_case_does_not_approve_it(desk: World) -> None:
    root = desk.start("desk_approval", by=HOLDER)
    task_id, starter = desk.task("approve_first", root).id, desk.actor(HOLDER)

    with pytest.raises(SeparationOfDuties, match="发起人"):
        tasks.claim_task(desk.runtime, task_id, by=starter)
    with pytest.raises(SeparationOfDuties, match="发起人"):
        tasks.complete_task(desk.runtime, task_id, {"result": "同意"}, by=starter)

    assert "claim" not in reading.read_task(desk.runtime, task_id, by=starter).actions
    desk.do(COLLEAGUE, "approve_first", {"result": "同意"}, root=root)


def test_nobody_makes_two_approvals_in_a_row(desk: World) -> None:
    root = desk.start("desk_approval", by=HOLDER)
    desk.do(COLLEAGUE, "approve_first", {"result": "同意"}, root=root)
    task_id = desk.task("approve_second", root).id

    with pytest.raises(SeparationOfDuties, match="不能连续审批"):
        tasks.claim_task(desk.runtime, task_id, by=desk.actor(COLLEAGUE))

    desk.do(THIRD, "approve_second", {"result": "同意"}, root=root)


def test_a_list_leaves_out_what_the_rules_refuse(desk: World) -> None:
    root = desk.start("desk_approval", by=HOLDER)
    assert offered(desk, HOLDER) == []
    assert offered(desk, COLLEAGUE) == ["approve_first"]
    desk.do(COLLEAGUE, "approve_first", {"result": "同意"}, root=root)

    assert offered(desk, HOLDER) == []
    assert offered(desk, COLLEAGUE) == []
    assert offered(desk, THIRD) == ["approve_second"]
    desk.start("desk_approval_free", by=HOLDER)
    assert offered(desk, HOLDER) == ["approve_first"]


def offered(desk: World, login: str) -> list[str]:
    """What the list of claimable tasks would offer."""
    query = select(Task.element_id).where(permissions.offered(desk.actor(login)), Task.element_id.like("approve%"))
    return list(desk.session.scalars(query))


def test_the_case_of_a_child_is_that_of_its_root(desk: World) -> None:
    root = desk.start("desk_approval_parent", by=HOLDER)
    task_id = desk.task("approve_first", root).id

    with pytest.raises(SeparationOfDuties, match="发起人"):
        tasks.claim_task(desk.runtime, task_id, by=desk.actor(HOLDER))


def test_a_transfer_does_not_get_around_the_rule(desk: World) -> None:
    root = desk.start("desk_approval", by=HOLDER)
    task_id = desk.task("approve_first", root).id
    tasks.claim_task(desk.runtime, task_id, by=desk.actor(COLLEAGUE))

    with pytest.raises(SeparationOfDuties):
        tasks.assign_task(desk.runtime, task_id, desk.actor(HOLDER).id, by=desk.actor(COLLEAGUE), reason="出差")


def test_a_process_that_allows_both_lets_one_person_do_it_all(desk: World) -> None:
    root = desk.start("desk_approval_free", by=HOLDER)

    desk.do(HOLDER, "approve_first", {"result": "同意"}, root=root)
    desk.do(HOLDER, "approve_second", {"result": "同意"}, root=root)

    assert desk.instance(root).state == "completed"
