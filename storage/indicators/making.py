"""Indicators of how a policy was made and brought to the public: K01, K02, K07, K11, K12, K13."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.item_words import DisbursementType, MaterialSource
from processes.policy_words import LineResult
from storage.indicators.measure import Indicator, average, share
from storage.models.items import PolicyItem
from storage.models.policies import Policy, PolicyVersion
from storage.models.policy_reviews import StandardizationReview

_STEP = re.compile(r"[、，,；;\n→>]+")


def of_making(
    session: Session, policy: Policy, items: Sequence[PolicyItem], calendar: WorkingCalendar
) -> list[Indicator]:
    """Coverage of the text, time to launch, rounds of review, and what the items ask of people."""
    applied_for = [item for item in items if item.disbursement_type == DisbursementType.APPLY]
    return [
        *_coverage(session, policy, items),
        *_time_to_launch(policy, items, calendar),
        *_review_rounds(session, policy),
        *_materials(applied_for),
        *_steps(items),
        *_without_application(items),
    ]


def _coverage(session: Session, policy: Policy, items: Sequence[PolicyItem]) -> list[Indicator]:
    """K01: benefit clauses of the issued text that have a launched item (R06, gate G8)."""
    covered, clauses = covered_clauses(session, policy, items)
    return share("K01", "应进必进纳入率", covered, clauses, counted="已上线的兑现条款", target="100%", noun="条")


def covered_clauses(session: Session, policy: Policy, items: Sequence[PolicyItem]) -> tuple[int, int]:
    """(benefit clauses of the issued text that have a launched item, all benefit clauses of that text)."""
    if policy.issued_version_id is None:
        return 0, 0
    version = session.get(PolicyVersion, (policy.district_id, policy.issued_version_id))
    clauses = [] if version is None else [each["clause_no"] for each in version.clauses if each.get("benefit")]
    launched = {item.clause_no for item in items if item.launched_at is not None}
    return sum(1 for clause in clauses if clause in launched), len(clauses)


def _time_to_launch(policy: Policy, items: Sequence[PolicyItem], calendar: WorkingCalendar) -> list[Indicator]:
    """K02: working days from publication to the launch of each item (R18)."""
    published = policy.published_on
    if published is None:
        return []
    days = [
        calendar.working_days_between(published, business_date(item.launched_at))
        for item in items
        if item.launched_at is not None
    ]
    return average("K02", "出台至上线", days, "个工作日", counted="从发布日到各事项上线日", target="不超过7个工作日")


def _review_rounds(session: Session, policy: Policy) -> list[Indicator]:
    """K07: rounds of the finished standardization reviews, with the line that failed most often."""
    query = select(StandardizationReview).where(
        StandardizationReview.district_id == policy.district_id,
        StandardizationReview.policy_id == policy.id,
        StandardizationReview.result.is_not(None),
    )
    reviews = session.scalars(query).all()
    failed = Counter(
        str(line["line"])
        for review in reviews
        for checklist in (review.checklist, *(each.get("checklist") or () for each in review.rounds))
        for line in checklist
        if line.get("outcome") == LineResult.FAILED
    )
    worst = f"；最常不合格：{failed.most_common(1)[0][0]}" if failed else ""
    return average("K07", "标准化审查轮次", [each.round_no for each in reviews], "轮", counted=f"已办结的审查{worst}")


def _materials(items: Sequence[PolicyItem]) -> list[Indicator]:
    """K11: materials an applicant brings per item, with the share replaced by shared data."""
    total = sum(len(item.materials) for item in items)
    shared = sum(1 for item in items for material in item.materials if material.get("source") == MaterialSource.SHARED)
    replaced = f"，其中 {shared} 份由数据共享取得" if shared else ""
    return average(
        "K11", "每事项申报要件", [len(item.materials) for item in items], "份", counted=f"共 {total} 份{replaced}"
    )


def _steps(items: Sequence[PolicyItem]) -> list[Indicator]:
    """K12: steps a case passes per item."""
    steps = [len([part for part in _STEP.split(item.steps) if part.strip()]) for item in items]
    return average("K12", "每事项办理环节", [each for each in steps if each], "个", counted="按事项填报的办理环节")


def _without_application(items: Sequence[PolicyItem]) -> list[Indicator]:
    """K13: share of the items that people get without applying."""
    automatic = sum(1 for item in items if item.disbursement_type == DisbursementType.AUTO)
    return share("K13", "免申即享事项占比", automatic, len(items), counted="免申即享事项")
