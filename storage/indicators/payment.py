"""Indicators of money: K03 opening to first payment, K10 submission to money, K14 use of the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.item_words import DisbursementType
from processes.money import format_wan
from processes.payment_words import BatchStatus, LineState
from storage.indicators.measure import Indicator, average, middle_and_slowest, share
from storage.models.applications import Application
from storage.models.disbursements import BudgetTransfer, DisbursementBatch, DisbursementLine, PeriodicReport
from storage.models.items import PolicyItem
from storage.models.policies import Policy

_SAME_BATCH = and_(
    DisbursementBatch.district_id == DisbursementLine.district_id, DisbursementBatch.id == DisbursementLine.batch_id
)
_SAME_ITEM = and_(PolicyItem.district_id == DisbursementBatch.district_id, PolicyItem.id == DisbursementBatch.item_id)


@dataclass(frozen=True, slots=True)
class Effect:
    """分 that reached people (reported reliefs included), and how many different people and firms it reached."""

    used_fen: int
    beneficiaries: int


def effect_of(session: Session, policy: Policy) -> Effect:
    """What the policy gave: paid lines, and confirmed periodic reports as their source units counted them."""
    paid = (
        select(func.sum(DisbursementLine.amount_fen), func.count(DisbursementLine.applicant_id.distinct()))
        .join(DisbursementBatch, _SAME_BATCH)
        .join(PolicyItem, _SAME_ITEM)
        .where(
            DisbursementLine.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            DisbursementLine.state == LineState.PAID,
        )
    )
    reported = (
        select(func.sum(PeriodicReport.amount_fen), func.sum(PeriodicReport.beneficiaries))
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == PeriodicReport.district_id,
                DisbursementBatch.id == PeriodicReport.batch_id,
            ),
        )
        .join(PolicyItem, _SAME_ITEM)
        .where(
            PeriodicReport.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            PeriodicReport.confirmed_at.is_not(None),
            DisbursementBatch.status == BatchStatus.REPORTED,
        )
    )
    money, people = session.execute(paid).one()
    relief, reached = session.execute(reported).one()
    return Effect(int(money or 0) + int(relief or 0), int(people or 0) + int(reached or 0))


def of_payment(
    session: Session, policy: Policy, items: Sequence[PolicyItem], calendar: WorkingCalendar
) -> list[Indicator]:
    """Time until money arrives, and how much of the budget it used."""
    return [
        *_first_payment(session, items, calendar),
        *_whole_time(session, policy, calendar),
        *_budget_use(session, policy, items),
    ]


def _first_payment(session: Session, items: Sequence[PolicyItem], calendar: WorkingCalendar) -> list[Indicator]:
    """K03: working days from the opening of each item to its first paid line (R18)."""
    days = []
    for item in items:
        query = (
            select(func.min(DisbursementLine.paid_on))
            .join(DisbursementBatch, _SAME_BATCH)
            .where(DisbursementBatch.district_id == item.district_id, DisbursementBatch.item_id == item.id)
        )
        first = session.scalar(query)
        if first is not None and item.opened_at is not None:
            days.append(calendar.working_days_between(business_date(item.opened_at), first))
    return average("K03", "开放至首笔兑现", days, "个工作日", counted="从各事项开放日到首笔到账日")


def _whole_time(session: Session, policy: Policy, calendar: WorkingCalendar) -> list[Indicator]:
    """K10: working days from submission to money, per paid application."""
    query = (
        select(Application.submitted_at, DisbursementLine.paid_on)
        .join(
            DisbursementLine,
            and_(
                DisbursementLine.district_id == Application.district_id,
                DisbursementLine.application_id == Application.id,
            ),
        )
        .join(PolicyItem, and_(PolicyItem.district_id == Application.district_id, PolicyItem.id == Application.item_id))
        .where(
            Application.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            DisbursementLine.state == LineState.PAID,
        )
    )
    days = [
        calendar.working_days_between(business_date(submitted), paid)
        for submitted, paid in session.execute(query)
        if submitted is not None and paid is not None
    ]
    return middle_and_slowest("K10", "申报至到账", days, "个工作日", counted="从提交日到到账日，取中位数")


def _budget_use(session: Session, policy: Policy, items: Sequence[PolicyItem]) -> list[Indicator]:
    """K14: paid money against the budgets of the years in which there were batches, transfers included."""
    query = (
        select(DisbursementBatch.item_id, DisbursementBatch.budget_year, func.sum(DisbursementBatch.paid_fen))
        .join(PolicyItem, _SAME_ITEM)
        .where(
            DisbursementBatch.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            DisbursementBatch.disbursement_type != DisbursementType.PERIODIC,
        )
        .group_by(DisbursementBatch.item_id, DisbursementBatch.budget_year)
    )
    yearly = {item.id: item.budget_fen or 0 for item in items}
    paid = planned = 0
    for item_id, _, amount in session.execute(query):
        paid += int(amount or 0)
        planned += yearly.get(item_id, 0)
    moved = select(func.sum(BudgetTransfer.amount_fen)).where(
        BudgetTransfer.district_id == policy.district_id, BudgetTransfer.item_id.in_(list(yearly))
    )
    planned += int(session.scalar(moved) or 0)
    basis = f"已兑现 {format_wan(paid)} 万元，有兑现的年度额度共 {format_wan(planned)} 万元"
    return [replace(each, basis=basis) for each in share("K14", "额度使用率", paid, planned, counted="已兑现")]
