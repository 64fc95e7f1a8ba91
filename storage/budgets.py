"""What the budget of an item still allows (gate G7). Money in 分."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from processes.payment_words import COMMITTED
from storage.models.disbursements import BudgetTransfer, DisbursementBatch
from storage.models.items import PolicyItem


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """The budget of an item in a year, in 分. `committed_fen` is confirmed by the finance bureau, not yet paid."""

    planned_fen: int
    moved_in_fen: int
    paid_fen: int
    committed_fen: int

    @property
    def left_fen(self) -> int:
        """What a further batch may use; negative when more was promised than there is."""
        return self.planned_fen + self.moved_in_fen - self.paid_fen - self.committed_fen


def budget_use(session: Session, item: PolicyItem, year: int) -> BudgetUse:
    """How much of the item's budget of a year is planned, moved in, paid and promised (gate G7)."""
    batches = and_(
        DisbursementBatch.district_id == item.district_id,
        DisbursementBatch.item_id == item.id,
        DisbursementBatch.budget_year == year,
    )
    paid = select(func.sum(DisbursementBatch.paid_fen)).where(batches)
    committed = select(func.sum(DisbursementBatch.total_fen)).where(batches, DisbursementBatch.status.in_(COMMITTED))
    moved = select(func.sum(BudgetTransfer.amount_fen)).where(
        BudgetTransfer.district_id == item.district_id,
        BudgetTransfer.item_id == item.id,
        BudgetTransfer.budget_year == year,
    )
    return BudgetUse(
        planned_fen=item.budget_fen or 0,
        moved_in_fen=int(session.scalar(moved) or 0),
        paid_fen=int(session.scalar(paid) or 0),
        committed_fen=int(session.scalar(committed) or 0),
    )
