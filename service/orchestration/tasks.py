"""The verbs on a user task: claim, release, assign, save a draft, complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from handlers.stage import Prepared, Result, TaskContext
from processes import engine
from processes.actors import Actor
from processes.engine import Definition, Outcome
from processes.errors import (
    BadRequest,
    BusinessError,
    EngineFault,
    Forbidden,
    InstanceNotRunning,
    NotFound,
    TaskNotOpen,
)
from processes.vocabulary import InstanceState, TaskState
from service import permissions
from service.approval_rules import ApprovalRule, approval_rule, check_approval
from service.orchestration.apply import apply, definition_of, separated_from
from service.orchestration.coming_back import advance, hand_back
from service.orchestration.deadlines import meet_deadline
from service.orchestration.door import Verb, guarded
from service.orchestration.effects import take_effects
from service.orchestration.forms import Answers, LoadAnswers, load_answers
from service.orchestration.idempotency import remembered
from service.orchestration.obstacles import refuse_completion, refuse_moving
from service.orchestration.runtime import Runtime, Unit, transaction
from service.orchestration.surroundings import Stepping
from storage import instances
from storage.db import new_id
from storage.models.instances import Draft, ProcessInstance, Submission, Task
from storage.people import get_user, load_actor
from storage.signing import find_round_and_return


def claim_task(runtime: Runtime, task_id: UUID, *, by: Actor) -> None:
    """Take a task of one's post; it then waits for nobody else. Claiming one's own again changes nothing."""

    def work(unit: Unit) -> None:
        task, instance = open_task(unit, task_id)
        person = permissions.require_task(unit.session, by, task, *rules_of(unit, task, instance))
        if task.assignee_id == by.id:
            return
        task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, by.id, unit.now
        record(unit, instance, task, "task_claimed", person, by)

    transaction(runtime, by, work)


def release_task(runtime: Runtime, task_id: UUID, *, by: Actor) -> None:
    """Give a claimed task back to its post. Raises Forbidden for a task that has no post to go back to."""

    def work(unit: Unit) -> None:
        task, instance = open_task(unit, task_id)
        if task.assignee_id != by.id and not permissions.can(by, "assign"):
            permissions.require_task(unit.session, by, task, ())
            raise Forbidden(f"任务“{task.name}”不是由您认领的，不能退回岗位。")
        if task.role is None:
            raise Forbidden(f"任务“{task.name}”是指定给您本人的，没有可退回的岗位。")
        refuse_moving(unit, task, verb="退回岗位")
        task.state, task.assignee_id, task.claimed_at = TaskState.READY, None, None
        record(unit, instance, task, "task_released", by, by)

    transaction(runtime, by, work)


def assign_task(runtime: Runtime, task_id: UUID, to_user_id: UUID, *, by: Actor, reason: str) -> None:
    """Hand a task to a colleague (by its assignee, the department's head or an administrator).

    Separation of duties holds for the receiver.
    """
    if not reason.strip():
        raise BadRequest("请填写转办原因。")

    def work(unit: Unit) -> None:
        task, instance = open_task(unit, task_id)
        separated, approval = rules_of(unit, task, instance)
        if not permissions.may_assign(by, task):
            permissions.require_task(unit.session, by, task, separated)
        refuse_moving(unit, task, verb="转办")
        receiver = load_actor(unit.session, unit.district_id, to_user_id, on=unit.today)
        check_receiver(unit, task, receiver, separated, approval)
        before = task.assignee_id
        task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, receiver.id, unit.now
        old = None if before is None else get_user(unit.session, unit.district_id, before).name
        record(unit, instance, task, "task_assigned", by, by, reason=reason, changes={"assignee": [old, receiver.name]})

    transaction(runtime, by, work)


def check_receiver(
    unit: Unit, task: Task, receiver: Actor, separated: list[str], approval: ApprovalRule | None
) -> None:
    """Raise SeparationOfDuties or Forbidden unless the person may work on the task."""
    permissions.check_separation(unit.session, task, (receiver,), separated)
    check_approval(unit.session, task, (receiver,), approval)
    if task.role is not None and not receiver.holds(task.role, task.organisation):
        raise Forbidden(f"{receiver.name} 不在任务“{task.name}”的岗位上，不能接收。请先调整岗位或改派他人。")


def save_draft(runtime: Runtime, task_id: UUID, answers: Mapping[str, Any], *, by: Actor) -> None:
    """Keep what has been typed so far, unchecked, for this person only."""

    def work(unit: Unit) -> None:
        task, instance = open_task(unit, task_id)
        permissions.require_task(unit.session, by, task, rules_of(unit, task, instance)[0])
        keep_draft(unit, task, answers, user_id=by.id)

    transaction(runtime, by, work)


def keep_draft(unit: Unit, task: Task, answers: Mapping[str, Any], *, user_id: UUID) -> None:
    """Keep answers for a person, in the caller's transaction."""
    known = unit.session.scalar(
        select(Draft).where(Draft.district_id == unit.district_id, Draft.task_id == task.id, Draft.user_id == user_id)
    )
    if known is None:
        known = Draft(district_id=unit.district_id, id=new_id(), task_id=task.id, user_id=user_id)
        unit.session.add(known)
    known.answers, known.saved_at = dict(answers), unit.now


def complete_task(
    runtime: Runtime, task_id: UUID, answers: Mapping[str, Any], *, by: Actor, idempotency_key: str | None = None
) -> dict[str, Any]:
    """Complete an open task: `{"instance_state": …, "opened": [task ids], "opened_tasks": [{…}]}`.

    Raises TaskNotOpen (409) when it is done already, AnswersRefused with messages per field, Forbidden,
    SeparationOfDuties, BusinessError when the handler refuses and the diagram has no path for it.
    """
    verb = Verb("complete_task", {"task_id": str(task_id), "answers": dict(answers)}, task_id=task_id)

    def work(unit: Unit) -> dict[str, Any]:
        request = ("complete", str(task_id), dict(answers))
        return remembered(unit, idempotency_key, request, lambda: complete(unit, task_id, answers))

    return guarded(runtime, by, verb, work)


def complete(
    unit: Unit, task_id: UUID, answers: Mapping[str, Any], *, load: LoadAnswers = load_answers
) -> dict[str, Any]:
    """Complete a task as the unit's actor, in the caller's transaction. `load` turns answers into values."""
    task, instance = open_task(unit, task_id)
    definition = definition_of(unit, instance)
    element = definition.element(task.element_id)
    rules = separated_from(element.properties), approval_rule(definition, task.element_id)
    person = permissions.require_task(unit.session, unit.actor, task, *rules)
    signing_round, back = find_round_and_return(unit.session, unit.district_id, task.id)
    refuse_completion(unit, task, signing_round)
    loaded = load(unit, task, element.properties, answers, prepared=lambda: prepare(unit, task, instance))
    try:
        result = _handle(unit, task, instance, element.properties.get("handler"), loaded)
        outcome = advance(unit, instance, definition, task, {**loaded.outputs, **result.outputs}, back)
    except BusinessError as error:
        outcome = _caught(unit, task, instance, definition, error)
        result = Result(changes={"refused": [error.code, error.message]})
    task.state, task.ended_at = TaskState.COMPLETED, unit.now
    task.completed_by, task.assignee_id = unit.actor.id, unit.actor.id
    _write_completion(unit, task, instance, loaded, result, outcome, person)
    take_effects(unit, instance, result, element_id=task.element_id)
    apply(unit, instance, outcome, own_token=task.token)
    if back is not None:
        hand_back(unit, instance, back)
    return {
        "instance_state": str(instance.state),
        "opened": [str(each["id"]) for each in unit.opened],
        "opened_tasks": [_opened_facts(each) for each in unit.opened],
    }


#: What an answer tells of an opened task: plain text, kept with the answer so that a repeated request gets the same.
_TOLD = (
    "id",
    "instance_id",
    "root_id",
    "process_key",
    "element_id",
    "name",
    "title",
    "state",
    "role",
    "organisation",
    "assignee_id",
    "item",
    "due_at",
    "created_at",
)


def _opened_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        for name in _TOLD
        for value in (values[name],)
    }


def _caught(unit: Unit, task: Task, instance: ProcessInstance, definition: Definition, error: BusinessError) -> Outcome:
    """Take the task's error boundary event; without one the refusal goes to the person and nothing is stored."""
    outcome = engine.throw_error(
        definition, instance.engine_state, task.token, error.code, error.message, Stepping(unit, instance)
    )
    if outcome is None:
        raise error
    return outcome


def _handle(unit: Unit, task: Task, instance: ProcessInstance, named: str | None, loaded: Answers) -> Result:
    declared = unit.runtime.handlers.handlers.get(named or task.element_id)
    if declared is None and named:
        raise EngineFault(
            f"任务“{task.name}”指定的办理动作“{named}”不存在，请流程负责人改正后重新发布。", element_id=task.element_id
        )
    if declared is None or declared.kind != "user_task":
        return Result()
    return declared.function(context_of(unit, task, instance), loaded.values) or Result()


def _write_completion(
    unit: Unit,
    task: Task,
    instance: ProcessInstance,
    loaded: Answers,
    result: Result,
    outcome: Outcome,
    person: Actor,
) -> None:
    unit.add(
        Submission,
        id=new_id(),
        task_id=task.id,
        root_id=task.root_id,
        element_id=task.element_id,
        form_key=task.form_key,
        form_version=task.form_version,
        answers=loaded.plain,
        submitted_by=unit.actor.id,
        submitted_at=unit.now,
    )
    if task.deadline_rule is not None:
        meet_deadline(unit, task)
    if task.claimed_at is not None:
        unit.session.execute(
            delete(Draft)
            .where(Draft.district_id == unit.district_id, Draft.task_id == task.id)
            .execution_options(synchronize_session=False)
        )
    passed = [[item.element_id, item.kind, item.name] for item in outcome.passed]
    followers = [each.token for each in outcome.opened] + [each.token for each in outcome.started_children]
    followers += [each.token for each in outcome.waits if each.attached_to is None]
    changes = {
        "answers": loaded.plain,
        "outputs": dict(result.outputs),
        "passed": passed,
        "opened": followers,
        **result.changes,
    }
    record(unit, instance, task, "task_completed", person, unit.actor, changes=changes, files=loaded.files)


def context_of(unit: Unit, task: Task, instance: ProcessInstance) -> TaskContext:
    """Where the handler of a user task stands."""
    return TaskContext(
        session=unit.session,
        now=unit.now,
        calendar=unit.calendar,
        actor=unit.actor,
        instance_id=instance.id,
        root_id=instance.root_id,
        process_key=instance.process_key,
        business_key=instance.business_key,
        started_by=instance.started_by,
        element_id=task.element_id,
        variables=task.variables,
        task_id=task.id,
        item=task.item,
    )


def prepare(unit: Unit, task: Task, instance: ProcessInstance) -> Prepared:
    """First values, options and facts of the task's form, from its registered preparer."""
    preparer = unit.runtime.handlers.preparers.get(task.element_id)
    return Prepared() if preparer is None else preparer(context_of(unit, task, instance))


def open_task(unit: Unit, task_id: UUID) -> tuple[Task, ProcessInstance]:
    """The locked task and instance; raises TaskNotOpen or InstanceNotRunning, or NotFound for who may not see it."""
    task, instance = instances.lock_task(unit.session, unit.district_id, task_id)
    workable = task.state in instances.OPEN_TASK and instance.state != InstanceState.SUSPENDED
    if not workable and not permissions.may_see_task(unit.session, unit.actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    if task.state not in instances.OPEN_TASK:
        raise TaskNotOpen(_ended_words(unit, task), task_id=str(task.id), state=str(task.state))
    if instance.state == InstanceState.SUSPENDED:
        raise InstanceNotRunning(f"“{instance.title}”已暂停办理（{instance.suspended_reason}），恢复后才能继续。")
    return task, instance


def _ended_words(unit: Unit, task: Task) -> str:
    if task.state == TaskState.COMPLETED and task.completed_by is not None:
        who = get_user(unit.session, unit.district_id, task.completed_by).name
        return f"任务“{task.name}”已由{who}办结，您的操作没有保存。请刷新任务列表。"
    return f"任务“{task.name}”已取消，不需要再办理。请刷新任务列表。"


def rules_of(unit: Unit, task: Task, instance: ProcessInstance) -> tuple[list[str], ApprovalRule | None]:
    """Who may not do the task: (elements it is separated from, what holds for an approval)."""
    definition = definition_of(unit, instance)
    separated = separated_from(definition.element(task.element_id).properties)
    return separated, approval_rule(definition, task.element_id)


def record(
    unit: Unit, instance: ProcessInstance, task: Task, kind: str, person: Actor, by: Actor, **facts: Any
) -> None:
    """A history row about a task; when somebody stands in, both names are kept."""
    if person.id != by.id:
        facts["acting_for"] = person.id
    unit.record(
        instance,
        kind,
        element_id=task.element_id,
        element_name=task.name,
        task_id=task.id,
        form_version=task.form_version,
        **facts,
    )
