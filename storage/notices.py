"""Queries on notices, deliveries and contact preferences. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from processes.desk_words import Channel, Digest
from processes.errors import NotFound
from storage.models.notices import ContactPreference, Delivery, Notice, Subscription
from storage.models.people import Substitution, User
from storage.worklists import Page


@dataclass(frozen=True, slots=True)
class Inbox:
    """Whose notices, and which of them; with `root_id` those of one case."""

    district_id: str
    user_id: UUID
    unread_only: bool = False
    kind: str | None = None
    root_id: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [Notice.district_id == self.district_id, Notice.user_id == self.user_id]
        if self.unread_only:
            found.append(Notice.read_at.is_(None))
        if self.kind is not None:
            found.append(Notice.kind == self.kind)
        if self.root_id is not None:
            found.append(Notice.root_id == self.root_id)
        return found


def list_notices(session: Session, inbox: Inbox, page: Page) -> Sequence[Notice]:
    """A page of notices, the newest first."""
    query = select(Notice).where(*inbox.conditions()).order_by(Notice.created_at.desc(), Notice.id.desc())
    return session.scalars(query.limit(page.size).offset(page.offset)).all()


def count_notices(session: Session, inbox: Inbox) -> int:
    """How many `list_notices` would find without its page; for unread ones one look into an index."""
    return session.scalar(select(func.count()).select_from(Notice).where(*inbox.conditions())) or 0


def list_kinds(session: Session, inbox: Inbox) -> list[str]:
    """The kinds of a person's notices."""
    query = select(Notice.kind).where(Notice.district_id == inbox.district_id, Notice.user_id == inbox.user_id)
    return sorted(session.scalars(query.distinct()))


def get_notice(session: Session, district_id: str, user_id: UUID, notice_id: UUID) -> Notice:
    """A notice of this person. Raises NotFound for another's as for one that does not exist."""
    found = session.get(Notice, (district_id, notice_id))
    if found is None or found.user_id != user_id:
        raise NotFound("没有找到这条通知。它可能不存在，或者不是发给您的。")
    return found


def mark_all_read(session: Session, inbox: Inbox, *, at: datetime) -> int:
    """Mark what is unread; how many there were."""
    changed = update(Notice).where(*inbox.conditions(), Notice.read_at.is_(None)).values(read_at=at)
    ids = session.scalars(changed.returning(Notice.id).execution_options(synchronize_session=False))
    return len(ids.all())


def list_told(session: Session, district_id: str, root_ids: Collection[UUID], kinds: Collection[str]) -> list[str]:
    """Keys of what anybody was told in these cases, oldest first."""
    query = select(Notice.key).where(
        Notice.district_id == district_id, Notice.root_id.in_(root_ids), Notice.kind.in_(kinds)
    )
    return list(session.scalars(query.order_by(Notice.created_at, Notice.id)))


def list_deputies(session: Session, district_id: str, user_ids: Collection[UUID], *, on: date) -> set[UUID]:
    """Who stands in on that day for those of these people who are absent."""
    query = select(Substitution.deputy_id).where(
        Substitution.district_id == district_id,
        Substitution.user_id.in_(user_ids),
        Substitution.valid_from <= on,
        Substitution.valid_to >= on,
        Substitution.ended_at.is_(None),
    )
    return {found for found in session.scalars(query) if found is not None}


def list_subscribers(session: Session, district_id: str, item_id: UUID) -> set[UUID]:
    """Who wants to hear of an item."""
    query = select(Subscription.user_id).where(Subscription.district_id == district_id, Subscription.item_id == item_id)
    return set(session.scalars(query))


def list_people_of(session: Session, district_id: str, organisations: Collection[str]) -> set[UUID]:
    """Active users whose home is one of these organisations."""
    query = select(User.id).where(User.district_id == district_id, User.active, User.organisation.in_(organisations))
    return set(session.scalars(query))


def list_hearing_of_matches(session: Session, district_id: str, homes: Select[Any]) -> set[UUID]:
    """Active people of these organisations, without those who switched notices of fitting items off."""
    refusing = select(ContactPreference.user_id).where(
        ContactPreference.district_id == district_id, ~ContactPreference.hears_of_matches
    )
    query = select(User.id).where(
        User.district_id == district_id, User.active, User.organisation.in_(homes), User.id.not_in(refusing)
    )
    return set(session.scalars(query))


def find_preference(session: Session, district_id: str, user_id: UUID) -> ContactPreference | None:
    """Where a person wants to be told outside the house, once said."""
    return session.scalar(
        select(ContactPreference).where(
            ContactPreference.district_id == district_id, ContactPreference.user_id == user_id
        )
    )


def list_preferences(
    session: Session, district_id: str, digest: Digest, user_ids: Collection[UUID] | None = None
) -> Sequence[ContactPreference]:
    """Preferences of active people who chose this rhythm and left an address."""
    query = (
        select(ContactPreference)
        .join(User, (User.district_id == ContactPreference.district_id) & (User.id == ContactPreference.user_id))
        .where(
            ContactPreference.district_id == district_id,
            ContactPreference.digest == digest,
            User.active,
            or_(ContactPreference.email != "", ContactPreference.phone != "", ContactPreference.wechat != ""),
        )
    )
    if user_ids is not None:
        query = query.where(ContactPreference.user_id.in_(user_ids))
    return session.scalars(query.order_by(ContactPreference.user_id)).all()


def addresses_of(preference: ContactPreference) -> dict[str, str]:
    """channel -> address, of those a person left."""
    found = {
        Channel.EMAIL: preference.email,
        Channel.SMS: preference.phone,
        Channel.WECHAT: preference.wechat,
    }
    return {str(channel): address for channel, address in found.items() if address}


def list_by_id(session: Session, district_id: str, notice_ids: Collection[UUID]) -> Sequence[Notice]:
    """These notices, oldest first."""
    query = select(Notice).where(Notice.district_id == district_id, Notice.id.in_(notice_ids))
    return session.scalars(query.order_by(Notice.created_at, Notice.id)).all()


def list_delivery_keys(session: Session, district_id: str, keys: Collection[str]) -> set[str]:
    """Those of the keys for which there is a delivery."""
    query = select(Delivery.key).where(Delivery.district_id == district_id, Delivery.key.in_(keys))
    return set(session.scalars(query))


def lock_delivery(session: Session, district_id: str, delivery_id: UUID) -> Delivery:
    """The delivery with its row locked. Raises NotFound."""
    query = select(Delivery).where(Delivery.district_id == district_id, Delivery.id == delivery_id)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有找到这条外发通知。")
    return found
