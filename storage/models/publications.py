"""Where and when the public could read something: publication records per channel, and pushes (R01, R29–R31)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from processes.opening_words import Channel, PublicationAction, PublicationSubject, PushChannel, SyncState
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class PublicationRecord(InDistrict, Base):
    """One item on one channel, once. A record by hand carries an address or a file as evidence.

    `done_on` is the business day on which people could read it; `confirmed_at` when somebody vouched for it.
    """

    __tablename__ = "publication_records"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("policy_items", "item_id"),
        Index("ix_publication_records_item", "district_id", "item_id", "subject"),
        Index("ix_publication_records_state", "district_id", "state"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(one_of("action", PublicationAction), name="action_known"),
        CheckConstraint(one_of("subject", PublicationSubject), name="subject_known"),
        CheckConstraint(one_of("state", SyncState), name="state_known"),
        CheckConstraint(
            "state NOT IN ('已同步', '人工登记') OR (done_on IS NOT NULL AND confirmed_at IS NOT NULL)",
            name="confirmed_has_day",
        ),
        CheckConstraint("state <> '人工登记' OR confirmed_by IS NOT NULL", name="by_hand_has_person"),
    )

    policy_id: Mapped[UUID]
    item_id: Mapped[UUID]
    subject: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(12))
    action: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    guide_version_no: Mapped[int | None]
    url: Mapped[str | None] = mapped_column(String(500))
    evidence_ids: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    done_on: Mapped[date | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class PushTask(InDistrict, Base):
    """One way in which people were told of an item, with evidence (推送、海报、解读会)."""

    __tablename__ = "push_tasks"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        Index("ix_push_tasks_item", "district_id", "item_id"),
        CheckConstraint(one_of("channel", PushChannel), name="channel_known"),
        CheckConstraint("reach IS NULL OR reach >= 0", name="reach_not_negative"),
    )

    item_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(200), default="")
    sent_on: Mapped[date]
    reach: Mapped[int | None]
    evidence_ids: Mapped[list[Any]] = mapped_column(default=list)
    evidence_url: Mapped[str | None] = mapped_column(String(500))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
