"""Indicators of applications: K08 first-time acceptance, K09 handling time, K15 satisfaction, K16 objections, K17."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from processes.application_words import WORST_ACCEPTABLE_RATING, AcceptResult, ObjectionResult
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.deadlines import Pause, counted_days
from processes.payment_words import LineState
from storage.indicators.measure import Indicator, middle_and_slowest, share
from storage.models.applications import Acceptance, Application
from storage.models.disbursements import DisbursementLine
from storage.models.items import PolicyItem
from storage.models.objections import Objection, Rating
from storage.models.policies import Policy
from storage.models.publications import PushTask


def of_cases(session: Session, policy: Policy, calendar: WorkingCalendar) -> list[Indicator]:
    """How applications were received, decided, rated and disputed."""
    return [
        *_first_time_acceptance(session, policy),
        *_handling_time(session, policy, calendar),
        *_satisfaction(session, policy),
        *_objections(session, policy),
        *_reach(session, policy),
    ]


def _of_policy(policy: Policy) -> ColumnElement[bool]:
    """Applications for the items of the policy."""
    items = select(PolicyItem.id).where(PolicyItem.district_id == policy.district_id, PolicyItem.policy_id == policy.id)
    return and_(Application.district_id == policy.district_id, Application.item_id.in_(items))


def _first_time_acceptance(session: Session, policy: Policy) -> list[Indicator]:
    """K08: accepted applications that needed no correction, of all that were submitted and decided at the desk."""
    corrected = exists().where(
        Acceptance.district_id == Application.district_id,
        Acceptance.application_id == Application.id,
        Acceptance.result == AcceptResult.CORRECTION,
    )
    decided = exists().where(
        Acceptance.district_id == Application.district_id, Acceptance.application_id == Application.id
    )
    at_once = and_(Application.accepted_at.is_not(None), ~corrected)
    query = select(func.count(), func.sum(case((at_once, 1), else_=0))).where(_of_policy(policy), decided)
    total, first = session.execute(query).one()
    return share("K08", "一次受理率", first or 0, total, counted="未经补正即受理的申报", noun="件")


def _handling_time(session: Session, policy: Policy, calendar: WorkingCalendar) -> list[Indicator]:
    """K09: counted working days from acceptance to decision; pauses are left out, as in the promise."""
    query = select(Application.accepted_at, Application.decided_at, Application.pauses).where(
        _of_policy(policy), Application.accepted_at.is_not(None), Application.decided_at.is_not(None)
    )
    days = [
        counted_days(business_date(accepted), business_date(decided), [_pause(each) for each in pauses], calendar)
        for accepted, decided, pauses in session.execute(query)
        if accepted is not None and decided is not None
    ]
    return middle_and_slowest("K09", "受理至审定", days, "个工作日", counted="计入办理时限的工作日，取中位数")


def _pause(record: dict[str, str | None]) -> Pause:
    end = record["end"]
    return Pause(
        date.fromisoformat(str(record["start"])[:10]),
        None if end is None else date.fromisoformat(end[:10]),
        str(record["reason"]),
    )


def _satisfaction(session: Session, policy: Policy) -> list[Indicator]:
    """K15: ratings that are at least 基本满意."""
    good = case((Rating.level >= WORST_ACCEPTABLE_RATING, 1), else_=0)
    query = (
        select(func.count(), func.sum(good))
        .select_from(Rating)
        .join(Application, and_(Application.district_id == Rating.district_id, Application.id == Rating.application_id))
        .where(_of_policy(policy))
    )
    total, content = session.execute(query).one()
    return share("K15", "好评率", content or 0, total, counted="基本满意及以上的评价", noun="条")


def _objections(session: Session, policy: Policy) -> list[Indicator]:
    """K16: closed objections to the policy's items that were upheld, at least in part."""
    upheld = case((Objection.result.in_((ObjectionResult.UPHELD, ObjectionResult.PARTLY)), 1), else_=0)
    query = (
        select(func.count(), func.sum(upheld))
        .select_from(Objection)
        .join(PolicyItem, and_(PolicyItem.district_id == Objection.district_id, PolicyItem.id == Objection.item_id))
        .where(
            PolicyItem.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            Objection.closed_at.is_not(None),
        )
    )
    total, right = session.execute(query).one()
    return share("K16", "异议成立率", right or 0, total, counted="已办结异议中成立或部分成立的", noun="件")


def _reach(session: Session, policy: Policy) -> list[Indicator]:
    """K17: how many were told, how many applied, how many were paid; nothing while nobody was told."""
    told = session.scalar(
        select(func.sum(PushTask.reach))
        .join(PolicyItem, and_(PolicyItem.district_id == PushTask.district_id, PolicyItem.id == PushTask.item_id))
        .where(PolicyItem.district_id == policy.district_id, PolicyItem.policy_id == policy.id)
    )
    if not told:
        return []
    submitted = and_(_of_policy(policy), Application.submitted_at.is_not(None))
    applied = session.scalar(select(func.count()).select_from(Application).where(submitted)) or 0
    paid = session.scalar(
        select(func.count(DisbursementLine.application_id.distinct()))
        .join(
            Application,
            and_(
                Application.district_id == DisbursementLine.district_id,
                Application.id == DisbursementLine.application_id,
            ),
        )
        .where(_of_policy(policy), DisbursementLine.state == LineState.PAID)
    )
    words = f"推送覆盖 {told} 人次，申报 {applied} 件，兑现 {paid or 0} 件"
    return [Indicator("K17", "推送覆盖", str(int(told)), "人次", words)]
