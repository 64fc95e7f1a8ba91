"""Withdraw (撤回): whoever completed a task takes it back while nobody has touched what followed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from processes import engine
from processes.actors import Actor
from processes.errors import Conflict, Forbidden, InstanceNotRunning, NotFound, ProcessError
from processes.vocabulary import InstanceState, TaskState
from service import permissions
from service.orchestration.apply import apply, definition_of, note_passed
from service.orchestration.door import Verb, guarded
from service.orchestration.irreversible import last_completion, why_irreversible
from service.orchestration.moving import checked_reason, reopen
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.surroundings import Stepping
from service.orchestration.tasks import record
from storage import instances
from storage.history import list_case_history
from storage.models.instances import Draft, ProcessInstance, Task, Wait
from storage.people import get_user


def withdraw_task(runtime: Runtime, task_id: UUID, *, by: Actor, reason: str) -> UUID:
    """Take a completed task back; answers the id of the task that opens again, for the same person.

    Raises Forbidden for who did not complete it, Conflict (InstanceNotRunning) when it is too late.
    """
    words = checked_reason(reason, what="撤回")
    verb = Verb("withdraw_task", {"task_id": str(task_id), "reason": words}, task_id=task_id)

    def work(unit: Unit) -> UUID:
        task, instance = instances.lock_task(unit.session, unit.district_id, task_id)
        token = _taken_back_from(unit, task, instance)
        definition = definition_of(unit, instance)
        outcome = engine.move(definition, instance.engine_state, token, task.element_id, {}, Stepping(unit, instance))
        record(
            unit, instance, task, "task_withdrawn", by, by, reason=words, changes={"to": [task.element_id, task.name]}
        )
        note_passed(unit, instance, outcome)
        apply(unit, instance, outcome)
        title = f"撤回：{task.name}（{instance.title}）"
        return reopen(unit, instance, task.element_id, title=title, reason=words)[0].id

    return guarded(runtime, by, verb, work)


def may_withdraw(runtime: Runtime, task_id: UUID, *, by: Actor) -> str | None:
    """Why the actor may not take the task back now; None when nothing stands in the way."""
    unit = Unit(runtime, runtime.session(), by, runtime.clock.now())
    task = instances.get_task(unit.session, unit.district_id, task_id)
    return why_not_withdraw(unit, task)


def why_not_withdraw(unit: Unit, task: Task) -> str | None:
    """The same for a task that the caller has read already."""
    instance = instances.get_instance(unit.session, unit.district_id, task.instance_id)
    try:
        _taken_back_from(unit, task, instance)
    except ProcessError as refused:
        return refused.message
    return None


def _taken_back_from(unit: Unit, task: Task, instance: ProcessInstance) -> str:
    """The token that followed the task and goes back to it. Raises when the task may not be taken back."""
    _check_own(unit, task, instance)
    rows = list_case_history(unit.session, unit.district_id, task.root_id)
    refusal = why_irreversible(unit, rows, task.id, instance_id=instance.id)
    if refusal is not None:
        raise Conflict(refusal)
    definition = definition_of(unit, instance)
    if task.element_id not in definition.by_id:
        raise Conflict(f"流程已迁移到新版本，新版本没有“{task.name}”这个环节，不能撤回。请由后续环节退回。")
    tokens = rows[last_completion(rows, task.id)].changes.get("opened") or []
    if definition.element(task.element_id).multi_instance:
        raise Conflict(f"任务“{task.name}”由多人分别办理，办结后不能单独撤回。请由后续环节退回。")
    if not tokens:
        raise Conflict(f"任务“{task.name}”办结后已与其他分支汇聚，不能撤回。请由后续环节退回。")
    places = _untouched(unit, task, tokens)
    refusal = engine.why_not_move(definition, places[0][1], task.element_id)
    if refusal is not None:
        raise Conflict(f"任务“{task.name}”不能撤回：{refusal}")
    return places[0][0]


def _check_own(unit: Unit, task: Task, instance: ProcessInstance) -> None:
    if not permissions.may_see_task(unit.session, unit.actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    if task.state != TaskState.COMPLETED:
        raise Conflict(f"任务“{task.name}”没有办结，不需要撤回。")
    if task.completed_by != unit.actor.id:
        raise Forbidden(f"任务“{task.name}”不是由您办结的，不能撤回。请联系办结人，或由后续环节退回。")
    if instance.state not in instances.ALIVE:
        raise InstanceNotRunning(f"“{instance.title}”已经办理完毕或终止，不能撤回。")
    if instance.state == InstanceState.SUSPENDED:
        raise InstanceNotRunning(f"“{instance.title}”已暂停办理（{instance.suspended_reason}），恢复后才能继续。")


def _untouched(unit: Unit, task: Task, tokens: list[str]) -> list[tuple[str, str]]:
    """(token, element) of what followed the task. Raises Conflict when somebody has begun to work on it."""
    here = (Task.district_id == unit.district_id, Task.instance_id == task.instance_id, Task.token.in_(tokens))
    followers = list(unit.session.scalars(select(Task).where(*here)))
    waits = list(
        unit.session.scalars(
            select(Wait).where(
                Wait.district_id == unit.district_id, Wait.instance_id == task.instance_id, Wait.token.in_(tokens)
            )
        )
    )
    if len(followers) + len(waits) != len(set(tokens)):
        raise Conflict(f"任务“{task.name}”的后续环节已经办理，不能撤回。请由后续环节退回。")
    below = [each for wait in waits if wait.child_id is not None for each in _tasks_below(unit, wait.child_id)]
    for follower in (*followers, *below):
        _check_untouched(unit, follower)
    places = [(each.token, each.element_id) for each in followers]
    return places + [(wait.token, wait.element_id) for wait in waits]


def _tasks_below(unit: Unit, instance_id: UUID) -> list[Task]:
    query = select(Task).where(Task.district_id == unit.district_id, Task.instance_id == instance_id)
    found = list(unit.session.scalars(query))
    for child in instances.list_children(unit.session, unit.district_id, instance_id):
        found += _tasks_below(unit, child.id)
    return found


def _check_untouched(unit: Unit, follower: Task) -> None:
    if follower.state not in instances.OPEN_TASK:
        raise Conflict(f"后续环节“{follower.name}”已经办理，不能撤回。请由后续环节退回。")
    if follower.state == TaskState.CLAIMED and follower.role is not None and follower.assignee_id is not None:
        who = get_user(unit.session, unit.district_id, follower.assignee_id).name
        raise Conflict(f"后续环节“{follower.name}”已由{who}接手，不能撤回。请联系{who}退回。")
    drafts = select(Draft.id).where(Draft.district_id == unit.district_id, Draft.task_id == follower.id)
    if unit.session.scalar(drafts.limit(1)) is not None:
        raise Conflict(f"后续环节“{follower.name}”已经开始填写，不能撤回。请联系办理人退回。")
