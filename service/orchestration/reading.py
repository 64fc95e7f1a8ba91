"""What a person sees of a task before acting: the form as it starts, a kept draft, and what may be done. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from forms.compiler import CompiledForm
from handlers.stage import Prepared
from processes.actors import Actor
from processes.errors import Forbidden, NotFound, ProcessError
from processes.vocabulary import InstanceState, TaskState
from service import permissions
from service.approval_rules import ApprovalRule, approval_rule
from service.orchestration.apply import definition_of, separated_from
from service.orchestration.at_hand import round_about, verbs_around, verbs_in_hand
from service.orchestration.forms import form_of, with_filled
from service.orchestration.moving import targets_of
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.taking_back import why_not_withdraw
from service.orchestration.tasks import prepare
from storage import instances
from storage.models.instances import Draft, ProcessInstance, Task


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as one person sees it. `actions` are the verbs allowed now; `refusal` says why there are none."""

    task: Task
    instance: ProcessInstance
    actions: frozenset[str]
    refusal: str | None = None
    form: CompiledForm | None = None
    prepared: Prepared = field(default_factory=Prepared)
    draft: Mapping[str, Any] | None = None


def read_task(runtime: Runtime, task_id: UUID, *, by: Actor) -> TaskView:
    """The task for this person. Raises NotFound when it may not be seen."""
    unit = Unit(runtime, runtime.session(), by, runtime.clock.now())
    task = instances.get_task(unit.session, unit.district_id, task_id)
    if not permissions.may_see_task(unit.session, by, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    instance = instances.get_instance(unit.session, unit.district_id, task.instance_id)
    if task.state not in instances.OPEN_TASK:
        takes_back = task.completed_by == by.id and why_not_withdraw(unit, task) is None
        return TaskView(task, instance, frozenset({"withdraw"} if takes_back else ()), None)
    definition = definition_of(unit, instance)
    properties = definition.element(task.element_id).properties
    approval = approval_rule(definition, task.element_id)
    actions, refusal = allowed_actions(unit, task, instance, separated_from(properties), approval)
    if not actions & {"claim", "complete", "add_signers", "sign", "return_delegated", "save_draft"}:
        return TaskView(task, instance, actions, refusal)
    form = form_of(unit, task, properties)
    start = Prepared() if form is None else with_filled(unit, task, properties, form, prepare(unit, task, instance))
    return TaskView(task, instance, actions, refusal, form, start, _draft(unit, task))


def find_form(runtime: Runtime, task: Task, *, by: Actor) -> CompiledForm | None:
    """The published form of a task, without looking at its case; None for a quick form and for none."""
    if task.form_key is None or task.form_version is None:
        return None
    return form_of(Unit(runtime, runtime.session(), by, runtime.clock.now()), task, {})


def allowed_actions(
    unit: Unit,
    task: Task,
    instance: ProcessInstance,
    separated: list[str],
    approval: ApprovalRule | None = None,
) -> tuple[frozenset[str], str | None]:
    """The verbs the actor may use on an open task now, and the sentence that says why it cannot be worked on."""
    actor = unit.actor
    found = round_about(unit, task)
    busy = task.owner_id is not None or task.held_at is not None or (found is not None and found.state == "open")
    actions = {"assign"} if permissions.may_assign(actor, task) and not busy else set()
    if instance.state == InstanceState.SUSPENDED:
        return frozenset(actions), f"“{instance.title}”已暂停办理（{instance.suspended_reason}），恢复后才能继续。"
    actions |= verbs_around(unit, task, found)
    try:
        permissions.require_task(unit.session, actor, task, separated, approval)
    except (Forbidden, NotFound) as refused:
        return frozenset(actions), None if "sign" in actions else _sentence(refused)
    if task.state == TaskState.READY:
        return frozenset(actions | {"claim"}), None
    in_hand, refusal = verbs_in_hand(task, found)
    if not busy and permissions.sees_colleagues(actor) and any(each.allowed for each in targets_of(unit, task)):
        in_hand.add("return")
    return frozenset(actions | in_hand), refusal


def _sentence(error: ProcessError) -> str:
    return error.message


def _draft(unit: Unit, task: Task) -> Mapping[str, Any] | None:
    kept = unit.session.scalar(
        select(Draft).where(
            Draft.district_id == unit.district_id, Draft.task_id == task.id, Draft.user_id == unit.actor.id
        )
    )
    return None if kept is None else kept.answers
