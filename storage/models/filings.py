"""Filings with 政数局 when an item opens, changes or produces amounts (报备, 三(三)3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.item_words import DisbursementType
from processes.opening_words import FilingKind, FilingStatus, ReceiveResult
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Filing(InDistrict, Base):
    """One filing. `on_time` compares the server's instant of the first filing with `due_at` (gate G12).

    What was filed before a return for completion stays in `rounds`. `due_at` is empty only while the effective
    day of a change is not known yet. Amounts in `content` are in 分.
    """

    __tablename__ = "filings"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_filings_item", "district_id", "item_id", "kind"),
        Index("ix_filings_batch", "district_id", "batch_id"),
        Index("ix_filings_status", "district_id", "status", "due_at"),
        CheckConstraint(one_of("kind", FilingKind), name="kind_known"),
        CheckConstraint(one_of("status", FilingStatus), name="status_known"),
        CheckConstraint(one_of("disbursement_type", DisbursementType), name="disbursement_type_known"),
        CheckConstraint(f"receive_result IS NULL OR {one_of('receive_result', ReceiveResult)}", name="result_known"),
        CheckConstraint("status = '待报' OR (filed_at IS NOT NULL AND filed_by IS NOT NULL)", name="filed_has_person"),
        CheckConstraint("status NOT IN ('已接收', '已公开') OR on_time IS NOT NULL", name="received_is_judged"),
        CheckConstraint("on_time IS NULL OR on_time OR late_reason IS NOT NULL", name="late_has_reason"),
        CheckConstraint("received_by IS NULL OR received_by <> filed_by", name="receiver_is_another"),
    )

    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8))
    policy_id: Mapped[UUID]
    item_id: Mapped[UUID]
    disbursement_type: Mapped[str] = mapped_column(String(12))
    batch_id: Mapped[UUID | None]
    trigger_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None]
    completed_at: Mapped[datetime | None]  # the latest filing: later than filed_at only after a return
    on_time: Mapped[bool | None]
    late_reason: Mapped[str | None] = mapped_column(Text)
    receive_result: Mapped[str | None] = mapped_column(String(8))
    receive_opinion: Mapped[str] = mapped_column(Text, default="")
    received_by: Mapped[UUID | None]
    received_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    rounds: Mapped[list[Any]] = mapped_column(default=list)
    instance_id: Mapped[UUID]
    created_at: Mapped[datetime]
