"""Rules between approvals of one case: nobody approves what they started, nor twice in a row.

A user task with the property `approval="true"` is an approval task. The process properties `self_approval` and
`repeat_approval` (`refused`, the default, or `allowed`) say what holds in its diagram.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from processes.actors import Actor
from processes.engine import Definition
from processes.errors import SeparationOfDuties
from processes.vocabulary import TaskState
from storage.history import names_now
from storage.models.instances import ProcessInstance, Task


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """What one approval task asks of its performer; `approvals` are the approval tasks of the same diagram."""

    self_refused: bool
    repeat_refused: bool
    approvals: frozenset[str]


def is_approval(properties: Mapping[str, str]) -> bool:
    """True for the properties of an approval task."""
    return properties.get("approval") == "true"


def approval_rule(definition: Definition, element_id: str) -> ApprovalRule | None:
    """The rule for this user task; None when it is no approval task, or everything is allowed."""
    if not is_approval(definition.element(element_id).properties):
        return None
    asked = definition.properties
    approvals = frozenset(each.id for each in definition.elements if is_approval(each.properties))
    rule = ApprovalRule(
        asked.get("self_approval") != "allowed", asked.get("repeat_approval") != "allowed", approvals - {element_id}
    )
    return rule if rule.self_refused or (rule.repeat_refused and rule.approvals) else None


def approval_facts(definition: Definition, element_id: str) -> dict[str, Any]:
    """What a task's row keeps of its rule, so that a list can leave out who would be refused."""
    rule = approval_rule(definition, element_id)
    if rule is None:
        return {"refuses_starter": False, "refuses_after": ""}
    after = sorted(rule.approvals) if rule.repeat_refused else []
    return {"refuses_starter": rule.self_refused, "refuses_after": f"|{'|'.join(after)}|" if after else ""}


def refused_approval(user_id: UUID) -> ColumnElement[bool]:
    """SQL condition on Task: the rule of the approval task refuses this user. The same as `check_approval`."""
    started = select(ProcessInstance.id).where(
        ProcessInstance.district_id == Task.district_id,
        ProcessInstance.id == Task.root_id,
        ProcessInstance.started_by == user_id,
    )
    last, newer = aliased(Task), aliased(Task)
    later = select(newer.id).where(
        newer.district_id == last.district_id,
        newer.instance_id == last.instance_id,
        newer.state == TaskState.COMPLETED,
        tuple_(newer.ended_at, newer.id) > tuple_(last.ended_at, last.id),
    )
    before = select(last.id).where(
        last.district_id == Task.district_id,
        last.instance_id == Task.instance_id,
        last.state == TaskState.COMPLETED,
        last.completed_by == user_id,
        func.replace(Task.refuses_after, literal("|") + last.element_id + "|", "") != Task.refuses_after,
        ~exists(later.correlate(last)),
    )
    return or_(
        and_(Task.refuses_starter, exists(started.correlate(Task))),
        and_(Task.refuses_after != "", exists(before.correlate(Task))),
    )


def check_approval(session: Session, task: Task, people: Iterable[Actor], rule: ApprovalRule | None) -> None:
    """Raise SeparationOfDuties when one of the people started the case, or made the approval directly before.

    The same element of a multi-instance, or a task done again, is no second approval.
    """
    if rule is None:
        return
    people = tuple(people)
    starter = None
    if rule.self_refused:
        asked = select(ProcessInstance.started_by).where(
            ProcessInstance.district_id == task.district_id, ProcessInstance.id == task.root_id
        )
        starter = session.scalar(asked)
    before = _before(session, task) if rule.repeat_refused and rule.approvals else None
    for person in people:
        if person.id == starter:
            raise SeparationOfDuties(
                f"{person.name} 是本件的发起人，不能审批自己发起的“{task.name}”，请由其他人员办理。",
                task_id=str(task.id),
            )
        again = before is not None and before.completed_by == person.id
        if before is not None and again and rule.approvals & {before.element_id, *names_now(session, before)}:
            raise SeparationOfDuties(
                f"{person.name} 刚办理了本件的“{before.name}”，不能连续审批“{task.name}”，请由其他人员办理。",
                task_id=str(task.id),
                element_id=before.element_id,
            )


def _before(session: Session, task: Task) -> Task | None:
    """The user task of the same instance that was completed last."""
    query = select(Task).where(
        Task.district_id == task.district_id,
        Task.instance_id == task.instance_id,
        Task.state == TaskState.COMPLETED,
    )
    return session.scalars(query.order_by(Task.ended_at.desc(), Task.id.desc()).limit(1)).first()
