"""What lies at a front desk: its queues of applications, the items it takes, and an applicant's cases. Read only.

What a person may see is a condition the caller brings (service.permissions); the desk narrows it further.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, false, func, or_, select
from sqlalchemy.orm import Session

from processes.application_words import RUNNING, ApplicationStatus, Channel
from processes.item_words import ACCEPTING, Channels, DisbursementType
from processes.vocabulary import TaskState
from storage.models.applications import Acceptance, Applicant, Application
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.worklists import Page

#: The two tasks of the formal check; their result is the same record.
FORMAL_CHECKS = ("accept_at_window", "accept_online")
#: What a front desk itself does on an application.
DESK_TASKS = ("submit_application", *FORMAL_CHECKS, "correct_application")


class Queue(StrEnum):
    """One list of the desk."""

    DRAFTS = "drafts"
    CHECK = "check"
    CORRECTING = "correcting"
    TOLERATED = "tolerated"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk it is: applications of these service centres ("*": of all), of the platform, or of both."""

    person: UUID
    centres: frozenset[str]
    online: bool

    def condition(self) -> ColumnElement[bool]:
        """SQL condition on Application: it came in at this desk. Other centres do not exist for it."""
        parts = []
        if self.centres:
            here = Application.channel == Channel.WINDOW
            parts.append(here if "*" in self.centres else and_(here, Application.window_org.in_(self.centres)))
        if self.online:
            parts.append(Application.channel == Channel.ONLINE)
        return or_(*parts) if parts else false()

    def takes(self) -> ColumnElement[bool]:
        """SQL condition on PolicyItem: people may apply for it at this window."""
        offered = PolicyItem.channels != Channels.ONLINE
        if not self.centres or "*" in self.centres:
            return offered if self.centres else false()
        return and_(offered, or_(PolicyItem.window_org.is_(None), PolicyItem.window_org.in_(self.centres)))


@dataclass(frozen=True, slots=True)
class Lying:
    """One application on the desk. `task` is what is open on it at the desk, if anything."""

    application: Application
    item: PolicyItem
    applicant: Applicant | None
    task: Task | None


def list_queue(
    session: Session, desk: Desk, queue: Queue, visible: ColumnElement[bool], page: Page, *, today: datetime
) -> list[Lying]:
    """A page of one queue: who has waited longest first; what is done, newest first. `today` is its first moment."""
    query = (
        select(Application, PolicyItem, Applicant)
        .join(PolicyItem, _same(PolicyItem, Application.item_id))
        .outerjoin(Applicant, _same(Applicant, Application.applicant_id))
        .where(visible, desk.condition(), _in(queue, desk, today))
        .order_by(*_order(queue), Application.id)
        .limit(page.size)
        .offset(page.offset)
    )
    rows = session.execute(query).all()
    tasks = desk_tasks(session, [row[0] for row in rows])
    return [Lying(row[0], row[1], row[2], tasks.get(row[0].instance_id)) for row in rows]


def count_queue(session: Session, desk: Desk, queue: Queue, visible: ColumnElement[bool], *, today: datetime) -> int:
    """How many applications `list_queue` would find without its page."""
    query = select(func.count(Application.id)).where(visible, desk.condition(), _in(queue, desk, today))
    return session.scalar(query) or 0


def find_at_desk(session: Session, desk: Desk, application_id: UUID, visible: ColumnElement[bool]) -> Lying | None:
    """An application of this desk, or None, also for one of another desk."""
    query = (
        select(Application, PolicyItem, Applicant)
        .join(PolicyItem, _same(PolicyItem, Application.item_id))
        .outerjoin(Applicant, _same(Applicant, Application.applicant_id))
        .where(visible, desk.condition(), Application.id == application_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return Lying(row[0], row[1], row[2], desk_tasks(session, [row[0]]).get(row[0].instance_id))


def desk_tasks(session: Session, found: Collection[Application]) -> dict[UUID, Task]:
    """The open task of the desk for each case, by instance."""
    if not found:
        return {}
    query = select(Task).where(
        Task.district_id == next(iter(found)).district_id,
        Task.instance_id.in_([each.instance_id for each in found]),
        Task.element_id.in_(DESK_TASKS),
        Task.state.in_((TaskState.READY, TaskState.CLAIMED)),
    )
    return {task.instance_id: task for task in session.scalars(query)}


def search_items(
    session: Session, desk: Desk, district_id: str, *, now: datetime, text: str | None, limit: int
) -> Sequence[tuple[PolicyItem, Policy]]:
    """Items that take applications at this window now, of all policies, by words of item, policy or department."""
    query = (
        select(PolicyItem, Policy)
        .join(Policy, _same(Policy, PolicyItem.policy_id))
        .where(
            PolicyItem.district_id == district_id,
            PolicyItem.disbursement_type == DisbursementType.APPLY,
            PolicyItem.status.in_(ACCEPTING),
            PolicyItem.open_at <= now,
            or_(PolicyItem.close_at.is_(None), PolicyItem.close_at > now),
            desk.takes(),
        )
    )
    for word in (text or "").split():
        columns = (PolicyItem.name, PolicyItem.number, PolicyItem.beneficiary, Policy.title, Policy.doc_no)
        query = query.where(or_(*(column.contains(word, autoescape=True) for column in columns)))
    rows = session.execute(query.order_by(PolicyItem.number).limit(limit))
    return [(row[0], row[1]) for row in rows]


def list_cases_of(
    session: Session, desk: Desk, applicant: Applicant, visible: ColumnElement[bool], *, limit: int
) -> Sequence[tuple[Application, PolicyItem]]:
    """The applicant's applications at this desk, newest first."""
    query = (
        select(Application, PolicyItem)
        .join(PolicyItem, _same(PolicyItem, Application.item_id))
        .where(visible, desk.condition(), Application.applicant_id == applicant.id)
        .order_by(Application.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def items_under_way(session: Session, applicant: Applicant) -> set[UUID]:
    """Items for which the applicant has an application under way, wherever: a second one would be refused."""
    query = select(Application.item_id).where(
        Application.district_id == applicant.district_id,
        Application.applicant_id == applicant.id,
        Application.status.in_(RUNNING),
    )
    return set(session.scalars(query))


def _same(model: type[PolicyItem | Applicant | Policy], key: Any) -> ColumnElement[bool]:
    owner = PolicyItem if model is Policy else Application
    return and_(model.district_id == owner.district_id, model.id == key)


def _in(queue: Queue, desk: Desk, today: datetime) -> ColumnElement[bool]:
    """SQL condition on Application: it lies in this queue."""
    match queue:
        case Queue.DRAFTS:
            return and_(
                Application.status == ApplicationStatus.DRAFT,
                Application.started_by == desk.person,
                Application.channel == Channel.WINDOW,
            )
        case Queue.CHECK:
            return exists(_open_checks())
        case Queue.CORRECTING:
            return Application.status == ApplicationStatus.CORRECTING
        case Queue.TOLERATED:
            awaited = cast(Application.tolerated, String) != "[]"
            return and_(Application.tolerated_due_on.is_not(None), awaited, Application.status.in_(RUNNING))
        case Queue.DONE:
            return exists(
                select(Acceptance.id).where(
                    Acceptance.district_id == Application.district_id,
                    Acceptance.application_id == Application.id,
                    Acceptance.decided_at >= today,
                )
            )


def _open_checks() -> Select[UUID]:
    return select(Task.id).where(
        Task.district_id == Application.district_id,
        Task.instance_id == Application.instance_id,
        Task.element_id.in_(FORMAL_CHECKS),
        Task.state.in_((TaskState.READY, TaskState.CLAIMED)),
    )


def _order(queue: Queue) -> tuple[ColumnElement[Any], ...]:
    handed_in: ColumnElement[Any] = func.coalesce(
        Application.resubmitted_at, Application.submitted_at, Application.created_at
    )
    if queue is Queue.DONE:
        return (Application.updated_at.desc(),)
    if queue is Queue.TOLERATED:
        return (Application.tolerated_due_on.asc(),)
    return (handed_in,)
