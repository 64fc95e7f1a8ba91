"""What people are told, in the house and outside (domain reference 10.3), and where they want to be told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.desk_words import Channel, DeliveryState, Digest
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Notice(InDistrict, Base):
    """One line of a person's inbox. `link` is an address of this site. A repeated `key` has no effect."""

    __tablename__ = "notices"
    __table_args__ = (
        belongs_to("users", "user_id"),
        UniqueConstraint("district_id", "user_id", "key"),
        Index("ix_notices_inbox", "district_id", "user_id", "read_at", "created_at"),
        Index("ix_notices_root", "district_id", "root_id"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(300))
    instance_id: Mapped[UUID | None]
    root_id: Mapped[UUID | None]
    task_id: Mapped[UUID | None]
    key: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(InDistrict, Base):
    """A notice, or a day's digest, on its way outside by one channel."""

    __tablename__ = "deliveries"
    __table_args__ = (
        belongs_to("users", "user_id"),
        UniqueConstraint("district_id", "key"),
        Index("ix_deliveries_state", "district_id", "state"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(one_of("state", DeliveryState), name="state_known"),
        CheckConstraint("(sent_at IS NULL) = (state <> 'sent')", name="sent_has_instant"),
    )

    user_id: Mapped[UUID]
    notice_id: Mapped[UUID | None]
    instance_id: Mapped[UUID | None]
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class ContactPreference(InDistrict, Base):
    """Where a person wants to be told outside the house. Addresses are personal data and shown masked."""

    __tablename__ = "contact_preferences"
    __table_args__ = (
        belongs_to("users", "user_id"),
        UniqueConstraint("district_id", "user_id"),
        CheckConstraint(one_of("digest", Digest), name="digest_known"),
    )

    user_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    wechat: Mapped[str] = mapped_column(String(80), default="")
    digest: Mapped[str] = mapped_column(String(12))
    hears_of_matches: Mapped[bool] = mapped_column(default=True)  # told when an item that may fit opens
    changed_at: Mapped[datetime]


class Subscription(InDistrict, Base):
    """Somebody wants to be told when a policy item opens, changes or ends."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "item_id", "user_id"),
    )

    user_id: Mapped[UUID]
    item_id: Mapped[UUID]
    since: Mapped[datetime]
