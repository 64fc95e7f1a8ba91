"""Requests to change or to abolish an open item (政策调整和下线, 三(三)4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.change_words import PENDING, ChangeKind, ChangeStatus, LateResult, Transition
from processes.policy_words import Signature
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of

_PENDING = one_of("status", PENDING)


class ChangeRequest(InDistrict, Base):
    """One change of one item: what, from when, why, and what everybody said to it.

    `due_on` is the last day on which it could be applied for (E − 5 working days), None for a correction of
    wording. `differences`: [{key, label, old, new}] in words; `new_elements` the typed values that take effect.
    `channel_plan`: [{channel, url, evidence, note}], how each channel will show the change.
    """

    __tablename__ = "change_requests"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_change_requests_status", "district_id", "status"),
        Index(
            "ix_change_requests_pending",
            "district_id",
            "item_id",
            unique=True,
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        CheckConstraint(one_of("kind", ChangeKind), name="kind_known"),
        CheckConstraint(one_of("status", ChangeStatus), name="status_known"),
        CheckConstraint(one_of("transition", Transition), name="transition_known"),
        CheckConstraint(f"late_result IS NULL OR {one_of('late_result', LateResult)}", name="late_result_known"),
        CheckConstraint("NOT late OR late_reason IS NOT NULL", name="late_has_reason"),
        CheckConstraint(f"review_result IS NULL OR {one_of('review_result', Signature)}", name="review_known"),
        CheckConstraint(f"approve_result IS NULL OR {one_of('approve_result', Signature)}", name="approval_known"),
        CheckConstraint("approved_by IS NULL OR approved_by <> reviewed_by", name="approver_is_another"),
        CheckConstraint("took_effect_at IS NULL OR approve_result = '同意'", name="effect_only_approved"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason IS NOT NULL", name="withdrawn_has_reason"),
    )

    number: Mapped[str] = mapped_column(String(40))
    policy_id: Mapped[UUID]
    item_id: Mapped[UUID]
    instance_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12))
    effective_at: Mapped[datetime]
    due_on: Mapped[date | None]
    material: Mapped[bool]
    late: Mapped[bool]
    late_reason: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    differences: Mapped[list[Any]] = mapped_column(default=list)
    new_elements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    transition: Mapped[str] = mapped_column(String(12))
    notice_text: Mapped[str] = mapped_column(Text)
    new_text_id: Mapped[UUID | None]
    round_no: Mapped[int] = mapped_column(default=1)
    applied_by: Mapped[UUID]
    applied_at: Mapped[datetime]
    late_result: Mapped[str | None] = mapped_column(String(8))
    late_opinion: Mapped[str | None] = mapped_column(Text)
    late_decided_by: Mapped[UUID | None]
    late_decided_at: Mapped[datetime | None]
    review_result: Mapped[str | None] = mapped_column(String(8))
    review_opinion: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    approve_result: Mapped[str | None] = mapped_column(String(8))
    approve_opinion: Mapped[str | None] = mapped_column(Text)
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    channel_plan: Mapped[list[Any]] = mapped_column(default=list)
    item_version_before: Mapped[int]
    item_version_after: Mapped[int | None]
    guide_version_after: Mapped[int | None]
    took_effect_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
