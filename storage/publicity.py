"""What the public may read of payments: publicity, results for good, and totals. Names are masked when written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.payment_words import BEFORE_PAYMENT, LineState, PublicityKind
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.items import PolicyItem
from storage.models.policies import Policy


def find_publicity(session: Session, batch: DisbursementBatch, kinds: Collection[PublicityKind]) -> Publicity | None:
    """The newest publicity of a batch of one of the kinds."""
    query = select(Publicity).where(
        Publicity.district_id == batch.district_id, Publicity.batch_id == batch.id, Publicity.kind.in_(kinds)
    )
    return session.scalar(query.order_by(Publicity.published_at.desc(), Publicity.id.desc()).limit(1))


def list_public(
    session: Session,
    district_id: str,
    *,
    kinds: Collection[PublicityKind] = (),
    running_on: date | None = None,
    item_id: UUID | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[tuple[Publicity, PolicyItem, Policy]]:
    """Publicity that anybody may read, newest first; with `running_on`, only lists still open to objections then."""
    query = (
        select(Publicity, PolicyItem, Policy)
        .join(PolicyItem, and_(PolicyItem.district_id == Publicity.district_id, PolicyItem.id == Publicity.item_id))
        .join(Policy, and_(Policy.district_id == PolicyItem.district_id, Policy.id == PolicyItem.policy_id))
        .where(*_readable(district_id, kinds, running_on, item_id, text))
        .order_by(Publicity.from_on.desc(), Publicity.published_at.desc(), Publicity.id)
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def count_public(
    session: Session,
    district_id: str,
    *,
    kinds: Collection[PublicityKind] = (),
    running_on: date | None = None,
    item_id: UUID | None = None,
    text: str | None = None,
) -> int:
    """How many `list_public` would find without its limit."""
    query = (
        select(func.count())
        .select_from(Publicity)
        .join(PolicyItem, and_(PolicyItem.district_id == Publicity.district_id, PolicyItem.id == Publicity.item_id))
        .join(Policy, and_(Policy.district_id == PolicyItem.district_id, Policy.id == PolicyItem.policy_id))
        .where(*_readable(district_id, kinds, running_on, item_id, text))
    )
    return session.scalar(query) or 0


def get_public(session: Session, district_id: str, publicity_id: UUID) -> tuple[Publicity, PolicyItem, Policy]:
    """One publicity that anybody may read. Raises NotFound, also for one of a confidential policy."""
    query = (
        select(Publicity, PolicyItem, Policy)
        .join(PolicyItem, and_(PolicyItem.district_id == Publicity.district_id, PolicyItem.id == Publicity.item_id))
        .join(Policy, and_(Policy.district_id == PolicyItem.district_id, Policy.id == PolicyItem.policy_id))
        .where(*_readable(district_id, (), None, None, None), Publicity.id == publicity_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("没有找到这条公示。它可能不存在，或者不向社会公开。")
    return row[0], row[1], row[2]


def _readable(
    district_id: str,
    kinds: Collection[PublicityKind],
    running_on: date | None,
    item_id: UUID | None,
    text: str | None,
) -> list[ColumnElement[bool]]:
    conditions = [Publicity.district_id == district_id, ~Policy.confidential]
    if kinds:
        conditions.append(Publicity.kind.in_(kinds))
    if running_on is not None:
        conditions += [
            Publicity.kind.in_(BEFORE_PAYMENT),
            Publicity.from_on <= running_on,
            Publicity.to_on >= running_on,
        ]
    if item_id is not None:
        conditions.append(Publicity.item_id == item_id)
    if text:
        conditions.append(
            PolicyItem.name.contains(text, autoescape=True) | Policy.title.contains(text, autoescape=True)
        )
    return conditions


@dataclass(frozen=True, slots=True)
class PaidTotal:
    """What an item has paid in a budget year: payments, different payees and 分."""

    item: PolicyItem
    year: int
    payments: int
    payees: int
    paid_fen: int


def list_paid_totals(session: Session, district_id: str, *, year: int | None = None) -> Sequence[PaidTotal]:
    """Paid amounts by item and year, the newest year first: the statistics anybody may read (10.5)."""
    query = (
        select(
            PolicyItem,
            DisbursementBatch.budget_year,
            func.count(DisbursementLine.id),
            func.count(DisbursementLine.applicant_id.distinct()),
            func.sum(DisbursementLine.amount_fen),
        )
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
        .join(Policy, and_(Policy.district_id == PolicyItem.district_id, Policy.id == PolicyItem.policy_id))
        .where(PolicyItem.district_id == district_id, ~Policy.confidential)
        .group_by(PolicyItem.district_id, PolicyItem.id, DisbursementBatch.budget_year)
        .order_by(DisbursementBatch.budget_year.desc(), PolicyItem.number)
    )
    if year is not None:
        query = query.where(DisbursementBatch.budget_year == year)
    return [PaidTotal(row[0], row[1], row[2], row[3], int(row[4])) for row in session.execute(query)]
