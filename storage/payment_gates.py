"""The gates on money, checked over the data: the nightly look for payments that should never have been made.

Source: 长新党政办发〔2022〕24号, 一, 二(三), 三(三)3; gates G3, G6 and G7 of the domain reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from processes.application_words import ExclusiveChoice
from processes.calendar import WorkingCalendar
from processes.money import format_yuan
from processes.payment_words import BEFORE_PAYMENT, LineState
from storage.applications import list_review_opinions
from storage.budgets import budget_use
from storage.disbursements import list_applications, list_lines
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.items import PolicyItem
from storage.models.objections import Objection


@dataclass(frozen=True, slots=True)
class PaymentBreach:
    """A payment that stands where it must not. `gate` is G3, G6 or G7; `number` names the batch or the item."""

    gate: str
    number: str
    message: str


def list_payment_breaches(session: Session, district_id: str, calendar: WorkingCalendar) -> Sequence[PaymentBreach]:
    """Every paid line, and every budget and cap, that breaks a gate. Normally none."""
    paid = select(DisbursementLine.batch_id).where(
        DisbursementLine.district_id == district_id, DisbursementLine.state == LineState.PAID
    )
    batches = select(DisbursementBatch).where(
        DisbursementBatch.district_id == district_id, DisbursementBatch.id.in_(paid)
    )
    found = [
        breach
        for batch in session.scalars(batches.order_by(DisbursementBatch.number)).all()
        for breach in _of_batch(session, batch, calendar)
    ]
    return [*found, *_budgets(session, district_id), *_caps(session, district_id), *_exclusions(session, district_id)]


def _of_batch(session: Session, batch: DisbursementBatch, calendar: WorkingCalendar) -> Iterator[PaymentBreach]:
    lines = list_lines(session, batch, states=(LineState.PAID,))
    applications = list_applications(session, batch, states=(LineState.PAID,))
    yield from _publicity(session, batch, lines, calendar)
    for line in lines:
        application = None if line.application_id is None else applications[line.application_id]
        if application is not None:
            yield from _application(batch, line, application)
    for number in _paid_while_disputed(session, batch):
        yield PaymentBreach("G6", batch.number, f"申报 {number} 在异议未决时确认了资金。")


def _publicity(
    session: Session, batch: DisbursementBatch, lines: Sequence[DisbursementLine], calendar: WorkingCalendar
) -> Iterator[PaymentBreach]:
    """The last publicity before the money was confirmed: long enough, and over before the first payment."""
    query = select(Publicity).where(
        Publicity.district_id == batch.district_id,
        Publicity.batch_id == batch.id,
        Publicity.kind.in_(BEFORE_PAYMENT),
        Publicity.published_at <= batch.funded_at,
    )
    publicity = session.scalar(query.order_by(Publicity.published_at.desc()).limit(1))
    if publicity is None or publicity.to_on is None:
        yield PaymentBreach("G6", batch.number, "已兑现，但没有公示过。")
        return
    item = session.get_one(PolicyItem, (batch.district_id, batch.item_id))
    days = calendar.working_days_between(publicity.from_on, publicity.to_on)
    if days < item.publicity_days:
        yield PaymentBreach("G6", batch.number, f"公示 {days} 个工作日，少于事项规定的 {item.publicity_days} 个。")
    first = min(line.paid_on for line in lines if line.paid_on is not None)
    if first <= publicity.to_on:
        yield PaymentBreach(
            "G6", batch.number, f"{first.isoformat()} 到账，公示到 {publicity.to_on.isoformat()} 才结束。"
        )


def _application(batch: DisbursementBatch, line: DisbursementLine, application: Application) -> Iterator[PaymentBreach]:
    if application.approver_id is None or application.approved_fen is None:
        yield PaymentBreach("G6", batch.number, f"申报 {application.number} 没有审定通过的结论。")
    elif line.amount_fen > application.approved_fen and application.closed_at is None:
        yield PaymentBreach("G6", batch.number, f"申报 {application.number} 兑现的金额超过审定的金额。")
    if line.payee != application.account_name:
        yield PaymentBreach("G6", batch.number, f"申报 {application.number} 的收款户名与申报的账户不一致。")
    if batch.paid_by is not None and batch.paid_by in (application.acceptor_id, application.approver_id):
        yield PaymentBreach("G3", batch.number, f"申报 {application.number} 由受理或审定它的人登记兑现。")


def _paid_while_disputed(session: Session, batch: DisbursementBatch) -> Sequence[str]:
    """Numbers of applications against which an objection was open when the money was confirmed."""
    query = (
        select(Application.number)
        .join(
            Objection,
            and_(Objection.district_id == Application.district_id, Objection.application_id == Application.id),
        )
        .join(
            DisbursementLine,
            and_(
                DisbursementLine.district_id == Application.district_id,
                DisbursementLine.application_id == Application.id,
            ),
        )
        .where(
            DisbursementLine.district_id == batch.district_id,
            DisbursementLine.batch_id == batch.id,
            DisbursementLine.state == LineState.PAID,
            Objection.registered_at < batch.funded_at,
            or_(Objection.closed_at.is_(None), Objection.closed_at > batch.funded_at),
        )
        .distinct()
    )
    return session.scalars(query.order_by(Application.number)).all()


def _budgets(session: Session, district_id: str) -> Iterator[PaymentBreach]:
    """Items that paid more in a year than they had (gate G7)."""
    query = (
        select(PolicyItem, DisbursementBatch.budget_year)
        .join(
            DisbursementBatch,
            and_(DisbursementBatch.district_id == PolicyItem.district_id, DisbursementBatch.item_id == PolicyItem.id),
        )
        .where(PolicyItem.district_id == district_id, DisbursementBatch.paid_fen > 0)
        .group_by(PolicyItem.district_id, PolicyItem.id, DisbursementBatch.budget_year)
        .order_by(PolicyItem.number, DisbursementBatch.budget_year)
    )
    for item, year in session.execute(query).all():
        use = budget_use(session, item, year)
        if use.left_fen < 0:
            yield PaymentBreach("G7", item.number, f"{year} 年兑现超出额度 {format_yuan(-use.left_fen)} 元。")


def _caps(session: Session, district_id: str) -> Iterator[PaymentBreach]:
    """Payees that got more of an item in a year than its cap (gate G7)."""
    total = func.sum(DisbursementLine.amount_fen)
    query = (
        select(PolicyItem.number, PolicyItem.cap_fen, DisbursementBatch.budget_year, total)
        .join(
            DisbursementBatch,
            and_(DisbursementBatch.district_id == PolicyItem.district_id, DisbursementBatch.item_id == PolicyItem.id),
        )
        .join(
            DisbursementLine,
            and_(
                DisbursementLine.district_id == DisbursementBatch.district_id,
                DisbursementLine.batch_id == DisbursementBatch.id,
                DisbursementLine.state == LineState.PAID,
            ),
        )
        .where(PolicyItem.district_id == district_id, PolicyItem.cap_fen.is_not(None))
        .group_by(PolicyItem.number, PolicyItem.cap_fen, DisbursementBatch.budget_year, DisbursementLine.applicant_id)
        .having(total > PolicyItem.cap_fen)
        .order_by(PolicyItem.number, DisbursementBatch.budget_year)
    )
    for number, cap, year, amount in session.execute(query):
        over = format_yuan(int(amount) - int(cap or 0))
        yield PaymentBreach("G7", number, f"{year} 年有主体的兑现超出每年上限 {over} 元。")


def _exclusions(session: Session, district_id: str) -> Iterator[PaymentBreach]:
    """Payees of two items that exclude each other, unless the reviewer deducted what the other gave (就高不重复)."""
    excluding = [
        (item, {UUID(str(each)) for each in item.exclusive_item_ids})
        for item in session.scalars(select(PolicyItem).where(PolicyItem.district_id == district_id))
        if item.exclusive_item_ids
    ]
    for item, others in excluding:
        got_other = _paid_lines(district_id, others).with_only_columns(DisbursementLine.applicant_id)
        query = _paid_lines(district_id, {item.id}).where(DisbursementLine.applicant_id.in_(got_other))
        for line in session.scalars(query).all():
            if not _deducted(session, district_id, line.applicant_id, {item.id, *others}):
                yield PaymentBreach("G7", item.number, f"{line.payee} 同时兑现了互斥的事项。")


def _paid_lines(district_id: str, item_ids: set[UUID]) -> Select[DisbursementLine]:
    return (
        select(DisbursementLine)
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == DisbursementLine.district_id,
                DisbursementBatch.id == DisbursementLine.batch_id,
            ),
        )
        .where(
            DisbursementLine.district_id == district_id,
            DisbursementLine.state == LineState.PAID,
            DisbursementBatch.item_id.in_(item_ids),
        )
    )


def _deducted(session: Session, district_id: str, applicant_id: UUID, item_ids: set[UUID]) -> bool:
    query = select(Application).where(
        Application.district_id == district_id,
        Application.applicant_id == applicant_id,
        Application.item_id.in_(item_ids),
    )
    return any(
        opinion.details.get("exclusive_choice") == ExclusiveChoice.THIS
        for application in session.scalars(query).all()
        for opinion in list_review_opinions(session, application)
    )
