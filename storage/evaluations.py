"""Queries on post-evaluations. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.clock import business_date
from processes.item_words import ItemStatus
from storage.models.evaluations import PostEvaluation
from storage.models.items import PolicyItem
from storage.models.policies import Policy


def find_evaluation(session: Session, policy: Policy) -> PostEvaluation | None:
    """The newest evaluation of a policy."""
    query = (
        select(PostEvaluation)
        .where(PostEvaluation.district_id == policy.district_id, PostEvaluation.policy_id == policy.id)
        .order_by(PostEvaluation.round_no.desc())
        .limit(1)
    )
    return session.scalar(query)


def list_published_evaluations(
    session: Session, district_id: str, *, limit: int = 50, offset: int = 0
) -> Sequence[tuple[Policy, PostEvaluation]]:
    """Evaluations whose summary is public, with their policies, newest first: what the hall shows."""
    query = (
        select(Policy, PostEvaluation)
        .join(
            PostEvaluation,
            (PostEvaluation.district_id == Policy.district_id) & (PostEvaluation.policy_id == Policy.id),
        )
        .where(Policy.district_id == district_id, ~Policy.confidential, PostEvaluation.published_at.is_not(None))
        .order_by(PostEvaluation.published_at.desc(), PostEvaluation.id)
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def count_published_evaluations(session: Session, district_id: str) -> int:
    """How many `list_published_evaluations` would find without its limit."""
    query = (
        select(func.count())
        .select_from(PostEvaluation)
        .join(Policy, (Policy.district_id == PostEvaluation.district_id) & (Policy.id == PostEvaluation.policy_id))
        .where(Policy.district_id == district_id, ~Policy.confidential, PostEvaluation.published_at.is_not(None))
    )
    return session.scalar(query) or 0


def execution_ended_on(session: Session, policy: Policy) -> date | None:
    """The business date on which the last item of the policy was closed; None while one is still open."""
    query = select(func.count(), func.count(PolicyItem.closed_at), func.max(PolicyItem.closed_at)).where(
        PolicyItem.district_id == policy.district_id,
        PolicyItem.policy_id == policy.id,
        PolicyItem.status != ItemStatus.CANCELLED,
    )
    total, closed, last = session.execute(query).one()
    return business_date(last) if last is not None and closed == total else None
