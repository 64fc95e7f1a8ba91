"""Delegating a task for an opinion, and its way back (委派): the owner stays the one who completes it."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from processes.vocabulary import TaskState
from service import permissions
from service.orchestration import tasks
from service.orchestration.notices import tell
from service.orchestration.obstacles import refuse_moving
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.models.instances import ProcessInstance, Task
from storage.people import get_user, load_actor

_LONGEST = 1000


def delegate_task(runtime: Runtime, task_id: UUID, to_user_id: UUID, *, by: Actor, reason: str) -> None:
    """Let a colleague look into a claimed task and give an opinion; only the owner completes it afterwards.

    The receiver need not hold the post but has to pass separation of duties. Raises Forbidden, Conflict.
    """
    _need_words(reason, "委派原因")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        separated, approval = tasks.rules_of(unit, task, instance)
        person = permissions.require_task(unit.session, by, task, separated, approval)
        if task.assignee_id is None:
            raise Conflict(f"任务“{task.name}”还没有认领，请先认领再委派。")
        refuse_moving(unit, task, verb="委派")
        if to_user_id in (by.id, task.assignee_id):
            raise BadRequest("不能委派给自己，请另选一人。")
        receiver = load_actor(unit.session, unit.district_id, to_user_id, on=unit.today)
        if not permissions.is_staff(receiver):
            raise Forbidden(f"{receiver.name} 不在任何岗位上，不能接受委派。请另选一人。")
        permissions.check_separation(unit.session, task, (receiver,), separated)
        task.owner_id, task.assignee_id, task.claimed_at = task.assignee_id, receiver.id, unit.now
        changes = {"assignee": [person.name, receiver.name]}
        tasks.record(unit, instance, task, "task_delegated", person, by, reason=reason, changes=changes)
        _tell(unit, task, instance, receiver.id, f"委派给您：{task.name}（{task.title}）", reason)

    transaction(runtime, by, work)


def return_delegated(runtime: Runtime, task_id: UUID, *, by: Actor, opinion: str) -> None:
    """Send a delegated task back to its owner with an opinion."""
    _need_words(opinion, "意见")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        person = permissions.require_task(unit.session, by, task, ())
        _back(unit, task, instance, person, words="已交回", reason=opinion)

    transaction(runtime, by, work)


def recall_delegated(runtime: Runtime, task_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Take a delegated task back before the opinion came: by its owner, or who may hand on the department's tasks."""

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        owners = {by.id: by, **{each.id: each for each in by.principals}}
        person = None if task.owner_id is None else owners.get(task.owner_id)
        if person is None and not permissions.may_assign(by, task):
            if not permissions.may_see_task(unit.session, by, task):
                raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
            if task.owner_id is not None:
                raise Forbidden(f"任务“{task.name}”不是由您委派的，不能收回。")
        _back(unit, task, instance, person or by, words="已收回", reason=reason)

    transaction(runtime, by, work)


def _back(unit: Unit, task: Task, instance: ProcessInstance, person: Actor, *, words: str, reason: str) -> None:
    if task.owner_id is None or task.assignee_id is None:
        raise Conflict(f"任务“{task.name}”现在没有委派，您的操作没有保存。请刷新页面。")
    was, owner_id = task.assignee_id, task.owner_id
    names = [get_user(unit.session, unit.district_id, each).name for each in (was, owner_id)]
    task.state, task.assignee_id, task.owner_id, task.claimed_at = TaskState.CLAIMED, owner_id, None, unit.now
    task.held_at = task.held_until = task.held_reason = None
    changes = {"assignee": names, "how": words}
    tasks.record(
        unit, instance, task, "task_delegation_returned", person, unit.actor, reason=reason or None, changes=changes
    )
    told = owner_id if unit.actor.id != owner_id else was
    _tell(unit, task, instance, told, f"委派{words}：{task.name}（{task.title}）", reason)


def _tell(unit: Unit, task: Task, instance: ProcessInstance, user_id: UUID, title: str, body: str) -> None:
    tell(
        unit,
        [user_id],
        kind="task_delegated",
        title=title,
        body=body,
        key=f"delegation:{task.id}:{instance.history_seq}",
        link=f"/tasks/{task.id}",
        instance=instance,
        task_id=task.id,
    )


def _need_words(text: str, what: str) -> None:
    if not text.strip() or len(text) > _LONGEST:
        raise BadRequest(f"请填写{what}，不超过 {_LONGEST} 字。")
