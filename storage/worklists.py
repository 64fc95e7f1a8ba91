"""Lists for people at work: their tasks with deadlines, and the instances of a district. Nothing here commits.

What a person may see is a condition the caller brings (service.permissions); here it is only applied.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from processes.vocabulary import TaskState
from storage.instances import ALIVE
from storage.models.instances import Incident, ProcessInstance, Submission, Task, TaskSeparation, Wait
from storage.models.records import Attachment, Deadline


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `number` counts from 1."""

    number: int = 1
    size: int = 20

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def claimed_by(user_ids: Collection[UUID]) -> ColumnElement[bool]:
    """SQL condition on Task: in the hands of one of these people."""
    return and_(Task.state == TaskState.CLAIMED, Task.assignee_id.in_(user_ids))


def completed_by(user_id: UUID) -> ColumnElement[bool]:
    """SQL condition on Task: done by this person."""
    return and_(Task.state == TaskState.COMPLETED, Task.completed_by == user_id)


def list_tasks(
    session: Session, district_id: str, condition: ColumnElement[bool], page: Page, *, newest_first: bool = False
) -> Sequence[Task]:
    """A page of tasks: those due first at the top, or those ended last."""
    query = select(Task).where(Task.district_id == district_id, condition)
    order = (Task.ended_at.desc(), Task.id) if newest_first else (Task.due_at.asc().nulls_last(), Task.id)
    return session.scalars(query.order_by(*order).limit(page.size).offset(page.offset)).all()


def count_tasks(session: Session, district_id: str, condition: ColumnElement[bool]) -> int:
    """How many tasks `list_tasks` would find without its page."""
    query = select(func.count()).select_from(Task).where(Task.district_id == district_id, condition)
    return session.scalar(query) or 0


def deadlines_of_tasks(session: Session, district_id: str, task_ids: Collection[UUID]) -> dict[UUID, Deadline]:
    """The deadline of each task that has one."""
    if not task_ids:
        return {}
    query = select(Deadline).where(Deadline.district_id == district_id, Deadline.task_id.in_(task_ids))
    return {row.task_id: row for row in session.scalars(query) if row.task_id is not None}


def list_instances(
    session: Session,
    district_id: str,
    visible: ColumnElement[bool],
    page: Page,
    *,
    states: Collection[str] = (),
    process_key: str | None = None,
    text: str | None = None,
) -> tuple[Sequence[ProcessInstance], int]:
    """A page of instances, newest first, and how many there are."""
    conditions = [ProcessInstance.district_id == district_id, visible]
    if states:
        conditions.append(ProcessInstance.state.in_(states))
    if process_key:
        conditions.append(ProcessInstance.process_key == process_key)
    if text:
        conditions.append(
            or_(
                ProcessInstance.title.contains(text, autoescape=True),
                ProcessInstance.business_key.contains(text, autoescape=True),
            )
        )
    query = select(ProcessInstance).where(*conditions).order_by(ProcessInstance.id.desc())
    total = session.scalar(select(func.count()).select_from(ProcessInstance).where(*conditions)) or 0
    return session.scalars(query.limit(page.size).offset(page.offset)).all(), total


def count_alive_by_version(session: Session, district_id: str, process_key: str) -> dict[int, int]:
    """How many instances of a process are running or suspended, by version."""
    query = (
        select(ProcessInstance.version, func.count())
        .where(
            ProcessInstance.district_id == district_id,
            ProcessInstance.process_key == process_key,
            ProcessInstance.state.in_(ALIVE),
        )
        .group_by(ProcessInstance.version)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_open_elements(
    session: Session, district_id: str, visible: ColumnElement[bool], *, limit: int
) -> tuple[Sequence[tuple[Task, ProcessInstance]], Sequence[tuple[Wait, ProcessInstance]]]:
    """Open tasks and waits of alive instances, each with its instance, oldest first."""
    alive = and_(ProcessInstance.district_id == district_id, ProcessInstance.state.in_(ALIVE), visible)
    tasks = (
        select(Task, ProcessInstance)
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == Task.district_id) & (ProcessInstance.id == Task.instance_id),
        )
        .where(alive, Task.state.in_((TaskState.READY, TaskState.CLAIMED)))
        .order_by(Task.created_at, Task.id)
        .limit(limit)
    )
    waits = (
        select(Wait, ProcessInstance)
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == Wait.district_id) & (ProcessInstance.id == Wait.instance_id),
        )
        .where(alive)
        .order_by(Wait.since, Wait.id)
        .limit(limit)
    )
    return (
        [(row[0], row[1]) for row in session.execute(tasks)],
        [(row[0], row[1]) for row in session.execute(waits)],
    )


def list_incidents_of(session: Session, district_id: str, instance_ids: Collection[UUID]) -> Sequence[Incident]:
    """Open incidents of these instances, oldest first."""
    query = select(Incident).where(
        Incident.district_id == district_id, Incident.state == "open", Incident.instance_id.in_(instance_ids)
    )
    return session.scalars(query.order_by(Incident.created_at, Incident.id)).all()


def list_instances_by_id(session: Session, district_id: str, ids: Collection[UUID]) -> dict[UUID, ProcessInstance]:
    """Instances by their id."""
    if not ids:
        return {}
    query = select(ProcessInstance).where(ProcessInstance.district_id == district_id, ProcessInstance.id.in_(ids))
    return {row.id: row for row in session.scalars(query)}


def separations_of_tasks(session: Session, district_id: str, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The elements from which each task is separated (受审分离)."""
    if not ids:
        return {}
    query = select(TaskSeparation.task_id, TaskSeparation.element_id).where(
        TaskSeparation.district_id == district_id, TaskSeparation.task_id.in_(ids)
    )
    found: dict[UUID, list[str]] = {}
    for task_id, element_id in session.execute(query):
        found.setdefault(task_id, []).append(element_id)
    return found


def find_submission(session: Session, district_id: str, task_id: UUID) -> Submission | None:
    """What was handed in when the task was completed."""
    query = select(Submission).where(Submission.district_id == district_id, Submission.task_id == task_id)
    return session.scalars(query.limit(1)).first()


def find_last_answers(session: Session, district_id: str, root_id: UUID, form_key: str) -> dict[str, Any]:
    """What was written last with a form in a case; empty when nobody has filled it in yet."""
    query = (
        select(Submission.answers)
        .where(Submission.district_id == district_id, Submission.root_id == root_id, Submission.form_key == form_key)
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(1)
    )
    return session.scalar(query) or {}


def list_attachments(session: Session, district_id: str, ids: Collection[UUID]) -> dict[str, Attachment]:
    """Uploaded files by their id as text."""
    if not ids:
        return {}
    query = select(Attachment).where(Attachment.district_id == district_id, Attachment.id.in_(ids))
    return {str(row.id): row for row in session.scalars(query)}


def list_attachments_of_case(session: Session, district_id: str, root_id: UUID) -> Sequence[Attachment]:
    """The files that belong to a case, oldest first."""
    query = select(Attachment).where(Attachment.district_id == district_id, Attachment.root_id == root_id)
    return session.scalars(query.order_by(Attachment.uploaded_at, Attachment.id)).all()


def list_deadlines_of_case(session: Session, district_id: str, instance_ids: Collection[UUID]) -> Sequence[Deadline]:
    """The deadlines of these instances, the one due first at the top."""
    if not instance_ids:
        return ()
    query = select(Deadline).where(Deadline.district_id == district_id, Deadline.instance_id.in_(instance_ids))
    return session.scalars(query.order_by(Deadline.due_at, Deadline.id)).all()
