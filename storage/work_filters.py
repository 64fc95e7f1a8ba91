"""The work list: what somebody asks to see of it, in which order, and what is counted. Nothing here commits.

Counts are bounded: a number past `MOST_COUNTED` tells nobody anything and would cost a walk over every open task.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from processes.desk_words import SignerState
from processes.vocabulary import TaskState
from storage.instances import OPEN_TASK
from storage.models.applications import Application
from storage.models.desk import CaseCopy, SavedView, Signer, TaskSeen
from storage.models.disbursements import DisbursementBatch
from storage.models.instances import ProcessInstance, Task
from storage.models.items import PolicyItem
from storage.models.people import Organisation
from storage.models.policies import Policy
from storage.worklists import Page

MOST_COUNTED = 1000

#: The ways to sort a list of tasks; each ends with the id, so that pages never overlap.
ORDERS = ("due", "age", "name", "ended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. Instants are aware; `None` and "" narrow nothing."""

    text: str = ""
    stage: str = ""
    organisation: str = ""
    policy_id: UUID | None = None
    created_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    ended_from: datetime | None = None

    def conditions(self, district_id: str) -> list[ColumnElement[bool]]:
        """The SQL conditions on Task."""
        found: list[ColumnElement[bool]] = []
        if self.text:
            found.append(or_(*(column.contains(self.text, autoescape=True) for column in (Task.title, Task.name))))
        if self.stage:
            found.append(Task.process_key == self.stage)
        if self.organisation:
            found.append(Task.organisation == self.organisation)
        if self.policy_id is not None:
            found.append(Task.root_id.in_(_cases_of(district_id, self.policy_id)))
        if self.created_before is not None:
            found.append(Task.created_at < self.created_before)
        if self.due_from is not None:
            found.append(Task.due_at >= self.due_from)
        if self.due_before is not None:
            found.append(Task.due_at < self.due_before)
        if self.ended_from is not None:
            found.append(Task.ended_at >= self.ended_from)
        return found


def _cases_of(district_id: str, policy_id: UUID) -> Select[UUID | None]:
    """The roots of the cases of one policy: its own, its applications and its batches of payment."""
    items = select(PolicyItem.id).where(PolicyItem.district_id == district_id, PolicyItem.policy_id == policy_id)
    cases = union_all(
        select(Policy.instance_id).where(Policy.district_id == district_id, Policy.id == policy_id),
        select(Application.root_id).where(Application.district_id == district_id, Application.item_id.in_(items)),
        select(DisbursementBatch.instance_id).where(
            DisbursementBatch.district_id == district_id, DisbursementBatch.item_id.in_(items)
        ),
    ).subquery()
    return select(cases.c[0]).where(cases.c[0].is_not(None))


def in_hands(user_ids: Collection[UUID], district_id: str) -> ColumnElement[bool]:
    """SQL condition on Task: claimed by one of these people, or open and waiting for the signature of one (加签)."""
    asked = select(Signer.task_id).where(
        Signer.district_id == district_id, Signer.user_id.in_(user_ids), Signer.state == SignerState.ASKED
    )
    claimed = and_(Task.state == TaskState.CLAIMED, Task.assignee_id.in_(user_ids))
    return or_(claimed, and_(Task.id.in_(asked), Task.state.in_(OPEN_TASK)))


def done_by(user_id: UUID) -> ColumnElement[bool]:
    """SQL condition on Task: completed by this person. Who completes it is its last assignee, which is indexed."""
    return and_(Task.assignee_id == user_id, Task.state == TaskState.COMPLETED, Task.completed_by == user_id)


def of_departments(codes: Collection[str]) -> ColumnElement[bool]:
    """SQL condition on Task: open at a post of one of these departments."""
    return and_(Task.organisation.in_(codes), Task.state.in_(OPEN_TASK))


def list_tasks(
    session: Session,
    district_id: str,
    conditions: Sequence[ColumnElement[bool]],
    page: Page,
    *,
    order: str,
    more: int = 0,
) -> Sequence[Task]:
    """A page of tasks, and `more` behind it, which tell whether another page follows."""
    query = select(Task).where(Task.district_id == district_id, *conditions).order_by(*_order(order))
    return session.scalars(query.limit(page.size + more).offset(page.offset)).all()


def list_task_ids(
    session: Session, district_id: str, conditions: Sequence[ColumnElement[bool]], *, order: str
) -> Sequence[UUID]:
    """The first tasks of a list, in its order: as many as are counted."""
    query = select(Task.id).where(Task.district_id == district_id, *conditions).order_by(*_order(order))
    return session.scalars(query.limit(MOST_COUNTED)).all()


def _order(order: str) -> tuple[Any, ...]:
    orders: dict[str, tuple[Any, ...]] = {
        "due": (Task.due_at.asc().nulls_last(), Task.id),
        "age": (Task.created_at.asc(), Task.id),
        "name": (Task.name, Task.title, Task.id),
        "ended": (Task.ended_at.desc(), Task.id),
    }
    return orders[order]


def count_tasks(session: Session, district_id: str, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many tasks there are, counted no further than `MOST_COUNTED`."""
    some = select(literal(1)).select_from(Task).where(Task.district_id == district_id, *conditions)
    return session.scalar(select(func.count()).select_from(some.limit(MOST_COUNTED).subquery())) or 0


def count_in_hands(
    session: Session, district_id: str, condition: ColumnElement[bool], *, now: datetime, soon_before: datetime
) -> tuple[int, int, int]:
    """(all, due soon, overdue) of the tasks in somebody's hands, in one query."""
    soon = and_(Task.due_at >= now, Task.due_at < soon_before)
    query = select(func.count(), func.count().filter(soon), func.count().filter(Task.due_at < now))
    row = session.execute(query.select_from(Task).where(Task.district_id == district_id, condition)).one()
    return int(row[0]), int(row[1]), int(row[2])


def seen_tasks(session: Session, district_id: str, user_id: UUID, task_ids: Collection[UUID]) -> set[UUID]:
    """Which of these tasks the person has opened."""
    if not task_ids:
        return set()
    query = select(TaskSeen.task_id).where(
        TaskSeen.district_id == district_id, TaskSeen.user_id == user_id, TaskSeen.task_id.in_(task_ids)
    )
    return set(session.scalars(query))


def tasks_to_sign(session: Session, district_id: str, user_ids: Collection[UUID], ids: Collection[UUID]) -> set[UUID]:
    """Which of these tasks wait for a signature of one of the people."""
    if not ids:
        return set()
    query = select(Signer.task_id).where(
        Signer.district_id == district_id,
        Signer.user_id.in_(user_ids),
        Signer.state == SignerState.ASKED,
        Signer.task_id.in_(ids),
    )
    return set(session.scalars(query))


def list_started(
    session: Session, district_id: str, user_id: UUID, page: Page, *, text: str = "", more: int = 0
) -> Sequence[ProcessInstance]:
    """The cases a person started, newest first."""
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id,
        ProcessInstance.started_by == user_id,
        ProcessInstance.parent_id.is_(None),
    )
    if text:
        query = query.where(ProcessInstance.title.contains(text, autoescape=True))
    return session.scalars(query.order_by(ProcessInstance.id.desc()).limit(page.size + more).offset(page.offset)).all()


def list_copies(
    session: Session, district_id: str, user_id: UUID, page: Page, *, text: str = "", more: int = 0
) -> Sequence[tuple[CaseCopy, ProcessInstance]]:
    """The cases copied to a person (抄送), unread ones first."""
    query = (
        select(CaseCopy, ProcessInstance)
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == CaseCopy.district_id) & (ProcessInstance.id == CaseCopy.root_id),
        )
        .where(CaseCopy.district_id == district_id, CaseCopy.user_id == user_id)
        .order_by(CaseCopy.read_at.is_not(None), CaseCopy.copied_at.desc(), CaseCopy.id)
    )
    if text:
        query = query.where(ProcessInstance.title.contains(text, autoescape=True))
    return [(row[0], row[1]) for row in session.execute(query.limit(page.size + more).offset(page.offset))]


def count_unread_copies(session: Session, district_id: str, user_id: UUID) -> int:
    """How many copied cases a person has not opened."""
    query = select(func.count()).where(
        CaseCopy.district_id == district_id, CaseCopy.user_id == user_id, CaseCopy.read_at.is_(None)
    )
    return session.scalar(query) or 0


def list_saved_views(session: Session, district_id: str, user_id: UUID, screen: str) -> Sequence[SavedView]:
    """A person's views of a screen, by name."""
    query = select(SavedView).where(
        SavedView.district_id == district_id, SavedView.user_id == user_id, SavedView.screen == screen
    )
    return session.scalars(query.order_by(SavedView.name)).all()


def list_policy_choices(
    session: Session, district_id: str, visible: ColumnElement[bool], *, limit: int = 100
) -> list[tuple[UUID, str]]:
    """Id and title of the newest policies somebody may see, for a filter."""
    query = select(Policy.id, Policy.title).where(Policy.district_id == district_id, visible)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Policy.id.desc()).limit(limit))]


def list_departments(session: Session, district_id: str) -> dict[str, str]:
    """The departments and centres of the district: code -> name."""
    query = select(Organisation.code, Organisation.name).where(
        Organisation.district_id == district_id, Organisation.kind.in_(("department", "centre"))
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(Organisation.code))}


def list_tasks_by_id(session: Session, district_id: str, ids: Collection[UUID]) -> dict[UUID, Task]:
    """Tasks by their id."""
    if not ids:
        return {}
    query = select(Task).where(Task.district_id == district_id, Task.id.in_(ids))
    return {task.id: task for task in session.scalars(query)}
