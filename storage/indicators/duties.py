"""Indicators of the duties around an opening and a payment: K04 trainings on time, K05 filings on time."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from processes.opening_words import TrainingKind
from storage.indicators.measure import Indicator, share
from storage.models.filings import Filing
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.trainings import Training


def of_duties(session: Session, policy: Policy) -> list[Indicator]:
    """Trainings and filings done by their day, measured at the server's instant (gate G12)."""
    return [*_trainings(session, policy), *_filings(session, policy)]


def _trainings(session: Session, policy: Policy) -> list[Indicator]:
    """K04: trainings for enterprises and windows that were finished and not late."""
    query = (
        select(func.count(), func.sum(case((Training.late.is_(False), 1), else_=0)))
        .join(PolicyItem, (PolicyItem.district_id == Training.district_id) & (PolicyItem.id == Training.item_id))
        .where(
            Training.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            Training.kind.in_((TrainingKind.ENTERPRISES, TrainingKind.WINDOWS)),
        )
    )
    total, on_time = session.execute(query).one()
    return share(
        "K04", "培训按时完成率", on_time or 0, total, counted="开放前5个工作日完成的两项培训", target="100%", noun="次"
    )


def _filings(session: Session, policy: Policy) -> list[Indicator]:
    """K05: filings that were on time, of those that have been judged."""
    query = select(func.count(), func.sum(case((Filing.on_time.is_(True), 1), else_=0))).where(
        Filing.district_id == policy.district_id, Filing.policy_id == policy.id, Filing.on_time.is_not(None)
    )
    total, on_time = session.execute(query).one()
    return share("K05", "报备按时率", on_time or 0, total, counted="按时的报备", target="100%", noun="件")
