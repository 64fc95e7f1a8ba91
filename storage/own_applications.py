"""The list in the applicant's room: own applications by state and words, what waits for the person, and payments.

Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from storage.instances import OPEN_TASK
from storage.models.applications import Applicant, Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.worklists import Page


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a person's applications: `own` is the condition that makes them the person's (on Application and
    Applicant); no statuses means all of them; `waits_for` only those with something to do for this person."""

    district_id: str
    own: ColumnElement[bool]
    statuses: Collection[str] = ()
    text: str = ""
    waits_for: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [Application.district_id == self.district_id, self.own]
        if self.statuses:
            found.append(Application.status.in_(self.statuses))
        if self.text:
            words = (Application.number, PolicyItem.name)
            found.append(or_(*(each.contains(self.text, autoescape=True) for each in words)))
        if self.waits_for is not None:
            waiting = select(Task.root_id).where(
                Task.district_id == self.district_id, Task.assignee_id == self.waits_for, Task.state.in_(OPEN_TASK)
            )
            found.append(Application.root_id.in_(waiting))
        return found


def list_own(session: Session, wanted: Wanted, page: Page) -> list[tuple[Application, PolicyItem]]:
    """A page of applications with their items, newest first."""
    query = (
        select(Application, PolicyItem)
        .join(PolicyItem, _item())
        .outerjoin(Applicant, _applicant())
        .where(*wanted.conditions())
        .order_by(Application.created_at.desc(), Application.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def count_own(session: Session, wanted: Wanted) -> int:
    """How many `list_own` would find without its page."""
    query = (
        select(func.count(Application.id))
        .join(PolicyItem, _item())
        .outerjoin(Applicant, _applicant())
        .where(*wanted.conditions())
    )
    return session.scalar(query) or 0


def _item() -> ColumnElement[bool]:
    return and_(PolicyItem.district_id == Application.district_id, PolicyItem.id == Application.item_id)


def _applicant() -> ColumnElement[bool]:
    return and_(Applicant.district_id == Application.district_id, Applicant.id == Application.applicant_id)


def list_open_tasks_of(session: Session, district_id: str, root_ids: Collection[UUID]) -> Sequence[Task]:
    """What is open in these cases, child instances included, in the order in which it opened."""
    query = select(Task).where(Task.district_id == district_id, Task.root_id.in_(root_ids), Task.state.in_(OPEN_TASK))
    return session.scalars(query.order_by(Task.created_at, Task.id)).all()


def list_payments(session: Session, application: Application) -> list[tuple[DisbursementLine, DisbursementBatch]]:
    """Every batch in which the application stood, the newest first."""
    query = (
        select(DisbursementLine, DisbursementBatch)
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == DisbursementLine.district_id,
                DisbursementBatch.id == DisbursementLine.batch_id,
            ),
        )
        .where(
            DisbursementLine.district_id == application.district_id, DisbursementLine.application_id == application.id
        )
        .order_by(DisbursementBatch.created_at.desc(), DisbursementLine.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]
