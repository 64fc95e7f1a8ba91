"""Return (退回): whoever holds a task sends the case back to an earlier one, in this process or the one around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from processes import engine
from processes.actors import Actor
from processes.desk_words import RETURN_MODES, ReturnMode
from processes.engine import Definition
from processes.errors import BadRequest, Conflict, Forbidden, InstanceNotRunning, NotFound
from processes.vocabulary import InstanceState
from service import permissions
from service.orchestration.apply import apply, definition_of, note_passed
from service.orchestration.coming_back import give_again, opened_at
from service.orchestration.door import Verb, guarded
from service.orchestration.irreversible import why_irreversible
from service.orchestration.obstacles import refuse_moving
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.surroundings import Stepping
from service.orchestration.tasks import open_task, record, rules_of
from storage import instances
from storage.db import new_id
from storage.history import list_case_history
from storage.models.desk import TaskReturn
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class ReturnTarget:
    """An earlier task of the case and whether the case may go back to it; `refusal` says why not."""

    element_id: str
    name: str
    instance_id: UUID
    task_id: UUID
    done_by: str
    done_at: datetime
    allowed: bool
    refusal: str | None
    straight_back_allowed: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a token stands: the task itself, or the call activity of the process around it."""

    instance: ProcessInstance
    definition: Definition
    token: str
    element_id: str


def list_return_targets(runtime: Runtime, task_id: UUID, *, by: Actor) -> list[ReturnTarget]:
    """Every task that was done before in the case and may be gone back to, or why not; the latest first.

    Raises NotFound when the task may not be seen. Empty when it is not open.
    """
    unit = Unit(runtime, runtime.session(), by, runtime.clock.now())
    task = instances.get_task(unit.session, unit.district_id, task_id)
    if not permissions.may_see_task(unit.session, by, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    if task.state not in instances.OPEN_TASK or not permissions.sees_colleagues(by):
        return []
    return targets_of(unit, task)


def targets_of(unit: Unit, task: Task) -> list[ReturnTarget]:
    """The same for a task that the caller has read already."""
    rows = list_case_history(unit.session, unit.district_id, task.root_id)
    found = [
        each for number, place in enumerate(_places(unit, task)) for each in _at(unit, rows, place, own=not number)
    ]
    return sorted(found, key=lambda each: each.done_at, reverse=True)


def _places(unit: Unit, task: Task) -> Iterator[_Place]:
    instance = instances.get_instance(unit.session, unit.district_id, task.instance_id)
    token, element_id = task.token, task.element_id
    while True:
        yield _Place(instance, definition_of(unit, instance), token, element_id)
        if instance.parent_id is None or instance.parent_token is None:
            return
        wait = instances.find_wait(unit.session, unit.district_id, instance.parent_id, instance.parent_token)
        if wait is None:
            return
        token, element_id = instance.parent_token, wait.element_id
        instance = instances.get_instance(unit.session, unit.district_id, instance.parent_id)


def _at(unit: Unit, rows: Sequence[HistoryRow], place: _Place, *, own: bool) -> Iterator[ReturnTarget]:
    latest = {
        row.element_id: row
        for row in rows
        if row.instance_id == place.instance.id and row.kind == "task_completed" and row.task_id is not None
    }
    definition = place.definition
    for element_id, row in latest.items():
        if element_id is None or element_id not in definition.by_id or element_id == place.element_id:
            continue
        assert row.task_id is not None
        refusal = engine.why_not_move(definition, place.element_id, element_id) or why_irreversible(
            unit, rows, row.task_id, instance_id=place.instance.id
        )
        straight = own and refusal is None and not definition.element(element_id).multi_instance
        if straight:
            straight = engine.why_not_move(definition, element_id, place.element_id, onward=True) is None
        yield ReturnTarget(
            element_id=element_id,
            name=definition.element(element_id).name,
            instance_id=place.instance.id,
            task_id=row.task_id,
            done_by=row.actor_name,
            done_at=row.at,
            allowed=refusal is None,
            refusal=refusal,
            straight_back_allowed=straight,
        )


def return_task(
    runtime: Runtime,
    task_id: UUID,
    element_id: str,
    *,
    by: Actor,
    reason: str,
    mode: ReturnMode = ReturnMode.RERUN,
    instance_id: UUID | None = None,
) -> UUID:
    """Send the case back to an earlier task; answers the id of the task that opens again.

    `instance_id` says in which process, when an element of that name was passed in several. Raises BadRequest without
    a reason, Forbidden for who does not hold the task, TaskNotOpen, and Conflict when the way back is closed.
    """
    words = checked_reason(reason, what="退回")
    asked = {"task_id": str(task_id), "element_id": element_id, "reason": words, "mode": str(mode)}
    place = {} if instance_id is None else {"into": str(instance_id)}
    verb = Verb("return_task", {**asked, **place}, task_id=task_id)

    def work(unit: Unit) -> UUID:
        task, instance = open_task(unit, task_id)
        person = permissions.require_task(unit.session, by, task, *rules_of(unit, task, instance))
        if task.assignee_id is None:
            raise Forbidden(f"任务“{task.name}”还没有认领，请先认领再退回。")
        if not permissions.sees_colleagues(by):
            raise Forbidden("退回由经办单位的工作人员办理，申报人不能退回。")
        refuse_moving(unit, task, verb="退回")
        target = _chosen(unit, task, element_id, mode, instance_id)
        return _go_back(unit, task, person, target, words, mode)

    return guarded(runtime, by, verb, work)


def checked_reason(reason: str, *, what: str) -> str:
    """The reason without blanks around it. Raises BadRequest when there is none or it is too long."""
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise BadRequest(f"请填写{what}原因，不超过 {LONGEST_REASON} 字。")
    return words


def _chosen(unit: Unit, task: Task, element_id: str, mode: ReturnMode, instance_id: UUID | None) -> ReturnTarget:
    found = [
        each
        for each in targets_of(unit, task)
        if each.element_id == element_id and instance_id in (None, each.instance_id)
    ]
    if not found:
        raise Conflict(f"本件没有办结过环节“{element_id}”，不能退回到那里。请从可退回的环节中选择。")
    target = next((each for each in found if each.allowed), found[0])
    if target.refusal is not None:
        raise Conflict(target.refusal)
    if mode == ReturnMode.STRAIGHT_BACK and not target.straight_back_allowed:
        raise Conflict(f"退回到“{target.name}”后不能直接送回，请选择“{RETURN_MODES[ReturnMode.RERUN]}”。")
    return target


def _go_back(unit: Unit, task: Task, person: Actor, target: ReturnTarget, reason: str, mode: ReturnMode) -> UUID:
    place = next(each for each in _places(unit, task) if each.instance.id == target.instance_id)
    instance = instances.lock_instance(unit.session, unit.district_id, target.instance_id)
    if instance.state != InstanceState.RUNNING:
        raise InstanceNotRunning(f"“{instance.title}”不在办理中，不能退回。")
    outcome = engine.move(
        place.definition, instance.engine_state, place.token, target.element_id, {}, Stepping(unit, instance)
    )
    changes = {"to": [target.element_id, target.name], "mode": RETURN_MODES[mode], "done_by": target.done_by}
    record(unit, instance, task, "task_returned", person, unit.actor, reason=reason, changes=changes)
    note_passed(unit, instance, outcome)
    apply(unit, instance, outcome)
    opened = reopen(unit, instance, target.element_id, title=f"退回：{target.name}（{instance.title}）", reason=reason)
    for each in opened:
        unit.session.add(
            TaskReturn(
                district_id=unit.district_id,
                id=new_id(),
                task_id=each.id,
                root_id=task.root_id,
                from_task_id=task.id,
                from_element_id=task.element_id,
                mode=mode,
                reason=reason,
                returned_by=unit.actor.id,
                returned_at=unit.now,
            )
        )
    return opened[0].id


def reopen(unit: Unit, instance: ProcessInstance, element_id: str, *, title: str, reason: str) -> list[Task]:
    """The tasks that a move has opened, each given to who did it before. Raises Conflict when there is none."""
    opened = opened_at(unit, instance, element_id)
    if not opened:
        raise Conflict("退回的环节没有可办理的任务，没有保存。请选择其他环节。")
    done = [
        each
        for each in instances.list_tasks_of_case(unit.session, unit.district_id, instance.root_id)
        if (each.instance_id, each.element_id) == (instance.id, element_id) and each.completed_by is not None
    ]
    for task in opened:
        before = next((each for each in reversed(done) if each.item == task.item), None)
        if before is not None:
            give_again(unit, instance, task, before, title=title, reason=reason)
    return opened
