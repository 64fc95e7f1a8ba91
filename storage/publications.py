"""Queries on publication records and pushes. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.opening_words import CONFIRMED, Channel, PublicationAction, PublicationSubject, SyncState
from storage.db import new_id
from storage.models.items import PolicyItem
from storage.models.publications import PublicationRecord, PushTask


def get_publication(session: Session, district_id: str, record_id: UUID) -> PublicationRecord:
    """The record with this id. Raises NotFound."""
    record = session.get(PublicationRecord, (district_id, record_id))
    if record is None:
        raise NotFound("没有找到这条公开记录。它可能已被移走，请刷新后重试。")
    return record


def list_publications(session: Session, item: PolicyItem, *, subject: str | None = None) -> Sequence[PublicationRecord]:
    """What was published of an item, oldest first."""
    query = select(PublicationRecord).where(
        PublicationRecord.district_id == item.district_id, PublicationRecord.item_id == item.id
    )
    if subject is not None:
        query = query.where(PublicationRecord.subject == subject)
    return session.scalars(query.order_by(PublicationRecord.requested_at, PublicationRecord.id)).all()


def find_publication(
    session: Session, item: PolicyItem, *, subject: PublicationSubject, channel: str
) -> PublicationRecord | None:
    """The newest record of an item on a channel."""
    found = [each for each in list_publications(session, item, subject=subject) if each.channel == channel]
    return found[-1] if found else None


def ask_publication(
    session: Session,
    item: PolicyItem,
    *,
    subject: PublicationSubject,
    channel: Channel,
    action: PublicationAction,
    guide_version_no: int | None,
    at: datetime,
) -> PublicationRecord:
    """The record that is still waiting for this publication, or a new one."""
    known = find_publication(session, item, subject=subject, channel=channel)
    if known is not None and known.action == action and known.state not in CONFIRMED:
        known.guide_version_no = guide_version_no
        return known
    row = PublicationRecord(
        district_id=item.district_id,
        id=new_id(),
        policy_id=item.policy_id,
        item_id=item.id,
        subject=subject,
        channel=channel,
        action=action,
        state=SyncState.PENDING,
        guide_version_no=guide_version_no,
        attempts=0,
        requested_at=at,
    )
    session.add(row)
    session.flush()
    return row


def unconfirmed_channels(
    session: Session, items: Sequence[PolicyItem], *, subject: PublicationSubject
) -> tuple[Channel, ...]:
    """The channels on which at least one of the items cannot be read yet (gate G10)."""
    return tuple(
        channel
        for channel in Channel
        if any(not _is_confirmed(find_publication(session, item, subject=subject, channel=channel)) for item in items)
    )


def _is_confirmed(record: PublicationRecord | None) -> bool:
    return record is not None and record.state in CONFIRMED


def list_pushes(session: Session, item: PolicyItem) -> Sequence[PushTask]:
    """How people were told of an item, oldest first."""
    query = select(PushTask).where(PushTask.district_id == item.district_id, PushTask.item_id == item.id)
    return session.scalars(query.order_by(PushTask.recorded_at, PushTask.id)).all()
