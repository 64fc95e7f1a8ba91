"""Trainings before an item opens: of reviewers (T2), enterprises (T3) and window staff (T4), 三(三)2."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.opening_words import TrainingKind, TrainingStatus
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Training(InDistrict, Base):
    """One training of an item. `late` is judged at the server's instant when it is recorded (gate G12).

    `invited`: [{kind, name}]. `attendance`: [{name, unit, signed}]. `content_check`: [{point, checked}], for T4
    one per material with its formal-check standard.
    """

    __tablename__ = "trainings"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "item_id", "kind", "round_no"),
        Index("ix_trainings_due", "district_id", "status", "due_on"),
        CheckConstraint(one_of("kind", TrainingKind), name="kind_known"),
        CheckConstraint(one_of("status", TrainingStatus), name="status_known"),
        CheckConstraint("round_no >= 1", name="counts_from_one"),
        CheckConstraint(
            "status <> '已完成' OR (finished_at IS NOT NULL AND late IS NOT NULL AND recorded_by IS NOT NULL)",
            name="finished_has_instant",
        ),
        CheckConstraint("late IS NULL OR NOT late OR late_reason IS NOT NULL", name="late_has_reason"),
        CheckConstraint("status = '待安排' OR plan_on IS NOT NULL", name="planned_has_day"),
    )

    item_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(4))
    round_no: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date]
    plan_on: Mapped[date | None]
    plan_time: Mapped[str | None] = mapped_column(String(5))
    place: Mapped[str] = mapped_column(String(200), default="")
    trainer: Mapped[str] = mapped_column(String(120), default="")
    audience: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    material_ids: Mapped[list[Any]] = mapped_column(default=list)
    planned_by: Mapped[UUID | None]
    planned_at: Mapped[datetime | None]
    invited: Mapped[list[Any]] = mapped_column(default=list)
    invited_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    attendance: Mapped[list[Any]] = mapped_column(default=list)
    content_check: Mapped[list[Any]] = mapped_column(default=list)
    photo_ids: Mapped[list[Any]] = mapped_column(default=list)
    quiz_rate: Mapped[str | None] = mapped_column(String(8))  # percent as typed
    late: Mapped[bool | None]
    late_reason: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
