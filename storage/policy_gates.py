"""The gates on texts, checked over the data: the nightly look for what the handlers should never let happen.

Source: 长新党政办发〔2022〕24号, 三(二)2; gates G1, G1b and G4 of the domain reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.policy_words import FairResult, ReviewResult
from storage import policies
from storage.models.people import User
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview


@dataclass(frozen=True, slots=True)
class GateBreach:
    """A policy that stands where it must not. `gate` is G1, G1b or G4."""

    gate: str
    policy_id: UUID
    policy_number: str
    message: str


def list_gate_breaches(session: Session, district_id: str) -> Sequence[GateBreach]:
    """Every policy issued through this system whose text, review or reviewers do not allow it. Normally none."""
    query = (
        select(Policy)
        .where(Policy.district_id == district_id, ~Policy.inherited, Policy.published_on.is_not(None))
        .order_by(Policy.number)
    )
    return [breach for policy in session.scalars(query) for breach in _breaches(session, policy)]


def _breaches(session: Session, policy: Policy) -> Iterator[GateBreach]:
    def breach(gate: str, message: str) -> GateBreach:
        return GateBreach(gate, policy.id, policy.number, f"“{policy.title}”{message}")

    review = None
    if policy.issued_review_id is not None:
        review = session.get(StandardizationReview, (policy.district_id, policy.issued_review_id))
    if review is None or review.policy_id != policy.id:
        yield breach("G1", "已出台，但没有对应的标准化审查。")
        return
    if review.result != ReviewResult.PASSED or review.digest != policy.issued_digest:
        yield breach("G1", f"出台的文本与标准化审查 {review.number or '（无编号）'} 通过的文本不一致。")
    if _of_department(session, review, policy.maker_org):
        yield breach("G4", f"的标准化审查 {review.number or ''} 由提交部门的人员办理。")
    if policy.economic_activity:
        fair = policies.find_fair_review(session, policy)
        if fair is None or fair.conclusion == FairResult.FAILED:
            yield breach("G1b", "涉及经营者经济活动，但没有通过公平竞争审查。")


def _of_department(session: Session, review: StandardizationReview, organisation: str) -> bool:
    """True when the reviewer or the approver belongs to the department now."""
    people = [person for person in (review.reviewer_id, review.approver_id) if person is not None]
    query = select(User.id).where(
        User.district_id == review.district_id, User.id.in_(people), User.organisation == organisation
    )
    return session.scalar(query.limit(1)) is not None
