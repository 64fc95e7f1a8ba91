"""Queries on disbursement batches, their lines and the pool they take from. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from processes.application_words import UNPAID
from processes.errors import NotFound
from processes.item_words import DisbursementType
from processes.payment_words import ENDED, HOLDING, BatchStatus
from storage.benefit_lists import find_report
from storage.models.applications import Applicant, Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.instances import CaseLink
from storage.models.items import PolicyItem
from storage.models.objections import Objection
from storage.models.records import HistoryRow

#: Duties on an application whose performers may not pay it (gate G3).
JUDGING = ("accept_at_window", "accept_online", "review_first", "review_second", "decide_application")

#: The most payees of one batch: a form shows them all.
LARGEST_BATCH = 500


def get_batch(session: Session, district_id: str, batch_id: UUID | str | None) -> DisbursementBatch:
    """The batch with this id. Raises NotFound, also for text that is no id."""
    try:
        key = None if batch_id is None else UUID(str(batch_id))
    except ValueError:
        key = None
    batch = None if key is None else session.get(DisbursementBatch, (district_id, key))
    if batch is None:
        raise NotFound("没有找到这个兑现批次。它可能已被移走，请刷新后重试。")
    return batch


def list_batches(
    session: Session, district_id: str, *, item_id: UUID | None = None, limit: int = 50, offset: int = 0
) -> Sequence[DisbursementBatch]:
    """Batches, newest first, of one item when it is given."""
    query = select(DisbursementBatch).where(DisbursementBatch.district_id == district_id)
    if item_id is not None:
        query = query.where(DisbursementBatch.item_id == item_id)
    newest = query.order_by(DisbursementBatch.created_at.desc(), DisbursementBatch.id.desc())
    return session.scalars(newest.limit(limit).offset(offset)).all()


def count_running_batches(session: Session, item: PolicyItem) -> int:
    """Batches of the item that have not come to their end: a policy is not archived before them."""
    query = select(func.count()).where(
        DisbursementBatch.district_id == item.district_id,
        DisbursementBatch.item_id == item.id,
        DisbursementBatch.status.not_in(ENDED),
    )
    return session.scalar(query) or 0


def find_overlapping_batch(session: Session, item: PolicyItem, begin: date, end: date) -> DisbursementBatch | None:
    """A batch of the item that still counts and whose period has a day in common with this one."""
    query = select(DisbursementBatch).where(
        DisbursementBatch.district_id == item.district_id,
        DisbursementBatch.item_id == item.id,
        DisbursementBatch.status.not_in((BatchStatus.STOPPED, BatchStatus.EMPTY)),
        DisbursementBatch.period_from <= end,
        DisbursementBatch.period_to >= begin,
    )
    return session.scalar(query.limit(1))


def list_lines(
    session: Session, batch: DisbursementBatch, *, states: Collection[str] = ()
) -> Sequence[DisbursementLine]:
    """The lines of a batch in their order, of the given states when there are any."""
    query = select(DisbursementLine).where(
        DisbursementLine.district_id == batch.district_id, DisbursementLine.batch_id == batch.id
    )
    if states:
        query = query.where(DisbursementLine.state.in_(states))
    return session.scalars(query.order_by(DisbursementLine.line_no)).all()


def list_applications(
    session: Session, batch: DisbursementBatch, *, states: Collection[str] = ()
) -> dict[UUID, Application]:
    """The applications behind the lines of a batch, by id."""
    query = (
        select(Application)
        .join(
            DisbursementLine,
            and_(
                DisbursementLine.district_id == Application.district_id,
                DisbursementLine.application_id == Application.id,
            ),
        )
        .where(DisbursementLine.district_id == batch.district_id, DisbursementLine.batch_id == batch.id)
    )
    if states:
        query = query.where(DisbursementLine.state.in_(states))
    return {each.id: each for each in session.scalars(query)}


def list_payees(session: Session, batch: DisbursementBatch) -> dict[UUID, Applicant]:
    """The applicants behind the lines of a batch, by id."""
    lines = select(DisbursementLine.applicant_id).where(
        DisbursementLine.district_id == batch.district_id, DisbursementLine.batch_id == batch.id
    )
    query = select(Applicant).where(Applicant.district_id == batch.district_id, Applicant.id.in_(lines))
    return {each.id: each for each in session.scalars(query)}


def list_pool(
    session: Session, district_id: str, *, item_ids: Collection[UUID]
) -> Sequence[tuple[Application, Applicant]]:
    """Approved applications for the items that wait, the oldest first: in no batch, with no open objection."""
    query = (
        select(Application, Applicant)
        .join(
            Applicant,
            and_(Applicant.district_id == Application.district_id, Applicant.id == Application.applicant_id),
        )
        .where(
            Application.district_id == district_id,
            Application.item_id.in_(item_ids),
            Application.status.in_(UNPAID),
            Application.pooled_at.is_not(None),
            Application.approved_fen > 0,
            ~_held(),
            ~_objected(),
        )
        .order_by(Application.pooled_at, Application.number)
        .limit(LARGEST_BATCH)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _held() -> ColumnElement[bool]:
    return exists(
        select(DisbursementLine.id).where(
            DisbursementLine.district_id == Application.district_id,
            DisbursementLine.application_id == Application.id,
            DisbursementLine.state.in_(HOLDING),
        )
    )


def _objected() -> ColumnElement[bool]:
    return exists(
        select(Objection.id).where(
            Objection.district_id == Application.district_id,
            Objection.application_id == Application.id,
            Objection.closed_at.is_(None),
        )
    )


def list_other_lines(
    session: Session, batch: DisbursementBatch
) -> Sequence[tuple[DisbursementLine, DisbursementBatch, PolicyItem]]:
    """Lines paid or to be paid in other batches to payees of this one (caps, exclusions, double payment)."""
    payees = select(DisbursementLine.applicant_id).where(
        DisbursementLine.district_id == batch.district_id, DisbursementLine.batch_id == batch.id
    )
    query = (
        select(DisbursementLine, DisbursementBatch, PolicyItem)
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == DisbursementLine.district_id,
                DisbursementBatch.id == DisbursementLine.batch_id,
            ),
        )
        .join(
            PolicyItem,
            and_(PolicyItem.district_id == DisbursementBatch.district_id, PolicyItem.id == DisbursementBatch.item_id),
        )
        .where(
            DisbursementLine.district_id == batch.district_id,
            DisbursementLine.batch_id != batch.id,
            DisbursementLine.state.in_(HOLDING),
            DisbursementLine.applicant_id.in_(payees),
        )
        .order_by(DisbursementLine.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def unlinked_roots(session: Session, district_id: str, root_id: UUID, roots: Collection[UUID]) -> tuple[UUID, ...]:
    """Those of the cases that are not linked with the case `root_id` yet, each once."""
    known = set(
        session.scalars(
            select(CaseLink.linked_root_id).where(CaseLink.district_id == district_id, CaseLink.root_id == root_id)
        )
    )
    return tuple(root for root in dict.fromkeys(roots) if root not in known and root != root_id)


def cases_judged_by(session: Session, district_id: str, user_id: UUID, roots: Collection[UUID]) -> set[UUID]:
    """The cases in which the person accepted, reviewed or decided, also on behalf of somebody (gate G3)."""
    query = select(HistoryRow.root_id).where(
        HistoryRow.district_id == district_id,
        HistoryRow.root_id.in_(roots),
        HistoryRow.kind == "task_completed",
        HistoryRow.element_id.in_(JUDGING),
        or_(HistoryRow.actor_id == user_id, HistoryRow.acting_for == user_id),
    )
    return set(session.scalars(query.distinct()))


@dataclass(frozen=True, slots=True)
class ArisenAmount:
    """What a batch has to file with 政数局 (F28, F30): amounts in 分, `arose_on` the day its filing counts from."""

    arose_on: date | None
    beneficiaries: int
    amount_fen: int
    cumulative_fen: int


def arisen_amount(session: Session, batch: DisbursementBatch) -> ArisenAmount:
    """The confirmed list of an AUTO batch, the paid lines of an APPLY batch, the figures of a PERIODIC report.

    `cumulative_fen` is the same of all batches of the item in its budget year, this one included.
    """
    counted = _counted_amount(batch)
    lines = select(func.count(DisbursementLine.applicant_id.distinct()), func.sum(DisbursementLine.amount_fen)).where(
        DisbursementLine.district_id == batch.district_id,
        DisbursementLine.batch_id == batch.id,
        DisbursementLine.state.in_(HOLDING),
    )
    beneficiaries, amount = session.execute(lines).one()
    if batch.disbursement_type == DisbursementType.PERIODIC:
        report = find_report(session, batch)
        beneficiaries, amount = (0, 0) if report is None else (report.beneficiaries, report.amount_fen)
    earlier = select(func.sum(counted)).where(
        DisbursementBatch.district_id == batch.district_id,
        DisbursementBatch.item_id == batch.item_id,
        DisbursementBatch.budget_year == batch.budget_year,
        DisbursementBatch.id != batch.id,
        DisbursementBatch.status != BatchStatus.STOPPED,
    )
    before = int(session.scalar(earlier) or 0)
    return ArisenAmount(batch.arose_on, int(beneficiaries or 0), int(amount or 0), before + int(amount or 0))


def _counted_amount(batch: DisbursementBatch) -> InstrumentedAttribute[int]:
    """Which amount of other batches adds up: what was paid, or what was confirmed or reported on the day it arose."""
    paid = batch.disbursement_type == DisbursementType.APPLY
    return DisbursementBatch.paid_fen if paid else DisbursementBatch.total_fen
