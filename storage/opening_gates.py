"""The gates on openings, checked over the data: the nightly look for items that should never have been opened.

Source: 长新党政办发〔2022〕24号, 三(三)1–3; gates G1, G2 and G10 of the domain reference. Whether something was late
is not asked again here: an opening that was moved may have made it be in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.item_words import DisbursementType
from processes.opening_words import (
    ACCEPTED,
    TRAINING_TITLES,
    Channel,
    ExceptionResult,
    GuideStatus,
    PublicationSubject,
    TrainingKind,
    TrainingStatus,
)
from storage import filings, guides, trainings
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview
from storage.publications import list_publications

#: Trainings without which an item that people apply for may not be open.
_REQUIRED = (TrainingKind.ENTERPRISES, TrainingKind.WINDOWS)


@dataclass(frozen=True, slots=True)
class OpeningBreach:
    """An item that is open, or was, and must not be. `gate` is G1, G2 or G10; `number` names the item."""

    gate: str
    number: str
    message: str


def list_opening_breaches(session: Session, district_id: str) -> Sequence[OpeningBreach]:
    """Every opened item that lacks what an opening needs and has no leader's agreement. Normally none."""
    query = (
        select(PolicyItem)
        .where(PolicyItem.district_id == district_id, PolicyItem.opened_at.is_not(None), ~PolicyItem.inherited)
        .order_by(PolicyItem.number)
    )
    return [breach for item in session.scalars(query).all() for breach in _breaches(session, item)]


def _breaches(session: Session, item: PolicyItem) -> Iterator[OpeningBreach]:
    if not _of_issued_review(session, item):
        yield OpeningBreach("G1", item.number, f"“{item.name}”已开放，但不是由政策出台所依据的标准化审查提炼的。")
    lacking = [*_channels(session, item)]
    if lacking:
        yield OpeningBreach("G10", item.number, f"“{item.name}”已开放，但没有在{'、'.join(lacking)}公开。")
    if any(each.result == ExceptionResult.AGREED for each in filings.list_exceptions(session, item)):
        return
    for message in _missing(session, item):
        yield OpeningBreach("G2", item.number, f"“{item.name}”已开放，但{message}，也没有例外审批。")


def _of_issued_review(session: Session, item: PolicyItem) -> bool:
    policy = session.get(Policy, (item.district_id, item.policy_id))
    review = None if item.review_id is None else session.get(StandardizationReview, (item.district_id, item.review_id))
    return policy is not None and review is not None and review.policy_id == policy.id


def _channels(session: Session, item: PolicyItem) -> Iterator[str]:
    done = {
        record.channel
        for record in list_publications(session, item, subject=PublicationSubject.GUIDE)
        if record.confirmed_at is not None
    }
    yield from (channel for channel in Channel if channel not in done)


def _missing(session: Session, item: PolicyItem) -> Iterator[str]:
    if all(guide.status == GuideStatus.DRAFT for guide in guides.list_guides(session, item)):
        yield "办事指南没有发布过"
    if item.disbursement_type != DisbursementType.APPLY:
        return
    for kind in _REQUIRED:
        training = trainings.find_training(session, item, kind)
        if training is None or training.status != TrainingStatus.FINISHED:
            yield f"{TRAINING_TITLES[kind]}没有完成"
    filing = filings.find_opening_filing(session, item)
    if filing is None or filing.status not in ACCEPTED:
        yield "开放报备没有被接收"
