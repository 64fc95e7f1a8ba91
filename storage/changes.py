"""Queries on requests to change or abolish an open item. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.application_words import UNDECIDED
from processes.change_words import PENDING
from processes.errors import NotFound
from processes.item_words import ItemStatus
from storage.models.applications import Application
from storage.models.changes import ChangeRequest
from storage.models.items import PolicyItem
from storage.models.policies import Policy


def get_change(session: Session, district_id: str, change_id: UUID | str) -> ChangeRequest:
    """The change with this id. Raises NotFound, also for text that is no id."""
    try:
        key = UUID(str(change_id))
    except ValueError:
        key = None
    change = None if key is None else session.get(ChangeRequest, (district_id, key))
    if change is None:
        raise NotFound("没有找到这份变更申请。它可能已被移走，请刷新后重试。")
    return change


def find_pending_change(session: Session, item: PolicyItem) -> ChangeRequest | None:
    """The change of an item that has not taken effect yet; there is at most one."""
    return session.scalar(
        select(ChangeRequest).where(
            ChangeRequest.district_id == item.district_id,
            ChangeRequest.item_id == item.id,
            ChangeRequest.status.in_(PENDING),
        )
    )


def list_changes(
    session: Session, district_id: str, *, item_id: UUID | None = None, limit: int = 50, offset: int = 0
) -> Sequence[ChangeRequest]:
    """Changes of a district or of one item, the newest first."""
    query = select(ChangeRequest).where(ChangeRequest.district_id == district_id)
    if item_id is not None:
        query = query.where(ChangeRequest.item_id == item_id)
    newest = query.order_by(ChangeRequest.created_at.desc(), ChangeRequest.id.desc())
    return session.scalars(newest.limit(limit).offset(offset)).all()


def list_changeable_items(session: Session, district_id: str, maker_org: str | None) -> Sequence[PolicyItem]:
    """Open items that live in a case of their own, of one making department or (None) of all."""
    query = (
        select(PolicyItem)
        .join(Policy, (Policy.district_id == PolicyItem.district_id) & (Policy.id == PolicyItem.policy_id))
        .where(
            PolicyItem.district_id == district_id,
            PolicyItem.status == ItemStatus.OPEN,
            PolicyItem.instance_id.is_not(None),
        )
        .order_by(PolicyItem.number)
    )
    if maker_org is not None:
        query = query.where(Policy.maker_org == maker_org)
    return session.scalars(query).all()


def list_undecided_applications(session: Session, item: PolicyItem) -> Sequence[Application]:
    """Applications that were handed in and that nobody has decided yet, in the order of their numbers."""
    query = select(Application).where(
        Application.district_id == item.district_id,
        Application.item_id == item.id,
        Application.status.in_(UNDECIDED),
    )
    return session.scalars(query.order_by(Application.number)).all()


def move_applications(session: Session, item: PolicyItem, *, guide_version: int, at: datetime) -> int:
    """Let the undecided applications follow the item's present version; answers how many there are."""
    ids = [each.id for each in list_undecided_applications(session, item)]
    session.execute(
        update(Application)
        .where(Application.district_id == item.district_id, Application.id.in_(ids))
        .values(item_version=item.version_no, guide_version=guide_version, updated_at=at)
    )
    return len(ids)
