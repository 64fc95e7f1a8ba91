"""Putting a task aside for a while (挂起) and taking it up again. Its deadline goes on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest, Conflict
from service import permissions
from service.orchestration import tasks
from service.orchestration.obstacles import refuse_held
from service.orchestration.runtime import Runtime, Unit, transaction

_LONGEST = 500


def hold_task(runtime: Runtime, task_id: UUID, *, by: Actor, reason: str, until: date | None = None) -> None:
    """Say that a claimed task waits for something, and perhaps until which day. It cannot be completed meanwhile."""
    if not reason.strip() or len(reason) > _LONGEST:
        raise BadRequest(f"请填写挂起原因，不超过 {_LONGEST} 字。")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        person = permissions.require_task(unit.session, by, task, ())
        if task.assignee_id is None:
            raise Conflict(f"任务“{task.name}”还没有认领，请先认领再挂起。")
        refuse_held(task)
        if until is not None and until < unit.today:
            raise BadRequest("挂起的截止日期不能早于今天，请核对。")
        task.held_at, task.held_until, task.held_reason = unit.now, until, reason.strip()
        changes = {"until": None if until is None else until.isoformat()}
        tasks.record(unit, instance, task, "task_held", person, by, reason=reason.strip(), changes=changes)

    transaction(runtime, by, work)


def resume_task(runtime: Runtime, task_id: UUID, *, by: Actor) -> None:
    """Take a held task up again: by its assignee, or who may hand it on. Raises Conflict when it is not held."""

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        person = by
        if not permissions.may_assign(by, task):
            person = permissions.require_task(unit.session, by, task, ())
        if task.held_at is None:
            raise Conflict(f"任务“{task.name}”没有挂起，不需要恢复。请刷新页面。")
        task.held_at = task.held_until = task.held_reason = None
        tasks.record(unit, instance, task, "task_resumed", person, by)

    transaction(runtime, by, work)
