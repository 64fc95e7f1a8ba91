"""What anybody may read of policies and their items: the public hall's queries. Nothing here commits.

Confidential policies never appear; an item appears once its guide is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.item_words import PUBLIC
from processes.opening_words import GuideStatus
from processes.payment_words import LineState
from processes.policy_words import ISSUED_STATES
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.guides import Guide, QrCode
from storage.models.instances import ProcessInstance
from storage.models.items import PolicyItem
from storage.models.policies import Policy, PolicyVersion
from storage.models.records import Deadline

#: More published items than one district ever has at a time.
MOST_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class Offer:
    """One item as the public meets it: with its policy, the guide in force and the code that leads there."""

    item: PolicyItem
    policy: Policy
    guide: Guide
    code: str


def list_offers(
    session: Session, district_id: str, *, text: str | None = None, policy_id: UUID | None = None
) -> Sequence[Offer]:
    """Published items, the newest guide first, by words of the guide, the item, the policy or its number."""
    query = _offers(district_id).order_by(Guide.published_at.desc(), Guide.id).limit(MOST_ITEMS)
    for word in (text or "").split()[:5]:
        columns = (Guide.title, Guide.summary, PolicyItem.name, PolicyItem.beneficiary, Policy.title, Policy.doc_no)
        found = columns[0].contains(word, autoescape=True)
        for column in columns[1:]:
            found = found | column.contains(word, autoescape=True)
        query = query.where(found)
    if policy_id is not None:
        query = query.where(PolicyItem.policy_id == policy_id)
    return [Offer(*row) for row in session.execute(query)]


def _offers(district_id: str) -> Select[PolicyItem, Policy, Guide, str]:
    return (
        select(PolicyItem, Policy, Guide, QrCode.code)
        .join(Policy, (Policy.district_id == PolicyItem.district_id) & (Policy.id == PolicyItem.policy_id))
        .join(Guide, (Guide.district_id == PolicyItem.district_id) & (Guide.item_id == PolicyItem.id))
        .join(QrCode, (QrCode.district_id == PolicyItem.district_id) & (QrCode.item_id == PolicyItem.id))
        .where(
            PolicyItem.district_id == district_id,
            PolicyItem.status.in_(PUBLIC),
            Guide.status == GuideStatus.PUBLISHED,
            ~Policy.confidential,
        )
    )


def get_issued_policy(session: Session, district_id: str, policy_id: UUID) -> Policy:
    """A policy that was issued to the public. Raises NotFound, also for a draft and a confidential one."""
    policy = session.get(Policy, (district_id, policy_id))
    if policy is None or policy.confidential or policy.status not in ISSUED_STATES:
        raise NotFound("没有找到这项政策。它可能尚未出台，或者不向社会公开。请在政策库查找。")
    return policy


def list_issued_policies(session: Session, district_id: str, *, limit: int, offset: int = 0) -> Sequence[Policy]:
    """Policies issued to the public, the newest first."""
    query = select(Policy).where(*_issued(district_id)).order_by(Policy.published_on.desc(), Policy.id)
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_issued_policies(session: Session, district_id: str) -> int:
    """How many `list_issued_policies` would find without its limit."""
    return session.scalar(select(func.count()).select_from(Policy).where(*_issued(district_id))) or 0


def _issued(district_id: str) -> tuple[Any, ...]:
    return (Policy.district_id == district_id, Policy.status.in_(ISSUED_STATES), ~Policy.confidential)


def clauses_of(session: Session, policy: Policy) -> list[dict[str, Any]]:
    """The clauses of the text that was issued: [{clause_no, content, benefit}]."""
    if policy.issued_version_id is None:
        return []
    version = session.get(PolicyVersion, (policy.district_id, policy.issued_version_id))
    return [] if version is None else list(version.clauses)


@dataclass(frozen=True, slots=True)
class StageTotal:
    """How many deadlines of a process were met, and how many were missed."""

    process_key: str
    met: int
    late: int

    @property
    def share(self) -> str:
        """The part that was on time: 96.5%."""
        return f"{round(1000 * self.met / (self.met + self.late)) / 10:g}%"


def count_on_time(session: Session, district_id: str) -> Sequence[StageTotal]:
    """Judged deadlines by process: the totals of a district, of no person and no department."""
    query = (
        select(ProcessInstance.process_key, Deadline.state, func.count())
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == Deadline.district_id) & (ProcessInstance.id == Deadline.instance_id),
        )
        .where(Deadline.district_id == district_id, Deadline.state.in_(("met", "late")))
        .group_by(ProcessInstance.process_key, Deadline.state)
        .order_by(ProcessInstance.process_key)
    )
    counts: dict[str, dict[str, int]] = {}
    for key, state, count in session.execute(query):
        counts.setdefault(key, {})[state] = count
    return [StageTotal(key, each.get("met", 0), each.get("late", 0)) for key, each in counts.items()]


@dataclass(frozen=True, slots=True)
class Totals:
    """What was paid in a district: 分, payments, different people and firms."""

    paid_fen: int
    payments: int
    payees: int


def paid_totals(session: Session, district_id: str) -> Totals:
    """Everything paid so far under policies that are public."""
    query = (
        select(
            func.sum(DisbursementLine.amount_fen),
            func.count(DisbursementLine.id),
            func.count(DisbursementLine.applicant_id.distinct()),
        )
        .join(
            DisbursementBatch,
            (DisbursementBatch.district_id == DisbursementLine.district_id)
            & (DisbursementBatch.id == DisbursementLine.batch_id),
        )
        .join(
            PolicyItem,
            (PolicyItem.district_id == DisbursementBatch.district_id) & (PolicyItem.id == DisbursementBatch.item_id),
        )
        .join(Policy, (Policy.district_id == PolicyItem.district_id) & (Policy.id == PolicyItem.policy_id))
        .where(
            DisbursementLine.district_id == district_id, DisbursementLine.state == LineState.PAID, ~Policy.confidential
        )
    )
    paid, payments, payees = session.execute(query).one()
    return Totals(int(paid or 0), payments, payees)


def find_latest_change(session: Session, district_id: str) -> datetime | None:
    """When a guide was last published: what a copy of the hall is dated by."""
    return session.scalar(select(func.max(Guide.published_at)).where(Guide.district_id == district_id))
