"""Ratings of a finished application, and objections to a decision or to a published result."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.application_words import Effect, ObjectionKind, ObjectionResult, ObjectionTarget
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Rating(InDistrict, Base):
    """How content the applicant is (好差评): 5 非常满意 … 1 非常不满意. Once per application."""

    __tablename__ = "ratings"
    __table_args__ = (
        belongs_to("applications", "application_id"),
        UniqueConstraint("district_id", "application_id"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
    )

    application_id: Mapped[UUID]
    level: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    rated_by: Mapped[UUID]
    rated_at: Mapped[datetime]


class Objection(InDistrict, Base):
    """An objection to an application's result or to a published line, open until `closed_at`. Money in 分.

    While it is open nothing is paid on the application (or to `beneficiary` of the item, when the line came from a
    list and has no application): gate G6. `clawback_fen` is what was paid already and has to be returned.
    """

    __tablename__ = "objections"
    __table_args__ = (
        belongs_to("applications", "application_id"),
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_objections_application", "district_id", "application_id", "closed_at"),
        Index("ix_objections_item", "district_id", "item_id", "closed_at"),
        Index("ix_objections_instance", "district_id", "instance_id"),
        CheckConstraint(one_of("kind", ObjectionKind), name="kind_known"),
        CheckConstraint(one_of("target", ObjectionTarget), name="target_known"),
        CheckConstraint(f"result IS NULL OR {one_of('result', ObjectionResult)}", name="result_known"),
        CheckConstraint(f"effect IS NULL OR {one_of('effect', Effect)}", name="effect_known"),
        CheckConstraint("application_id IS NOT NULL OR beneficiary <> ''", name="about_somebody"),
        CheckConstraint(
            "result IS NULL OR result <> '不成立' OR handled_effect = '维持'", name="dismissed_changes_nothing"
        ),
        CheckConstraint("adjusted_fen IS NULL OR adjusted_fen >= 0", name="adjusted_not_negative"),
        CheckConstraint("clawback_fen >= 0", name="clawback_not_negative"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> handled_by", name="confirmer_is_another"),
        CheckConstraint(
            "rechecked_by IS NULL OR (rechecked_by <> handled_by AND rechecked_by <> confirmed_by)",
            name="rechecker_is_another",
        ),
        CheckConstraint("closed_at IS NULL OR effect IS NOT NULL", name="closed_has_effect"),
    )

    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(8))
    item_id: Mapped[UUID]
    application_id: Mapped[UUID | None]
    beneficiary: Mapped[str] = mapped_column(String(120), default="")
    objector_name: Mapped[str] = mapped_column(String(120))
    objector_phone: Mapped[str] = mapped_column(String(30), default="")
    typed_for_them: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    handling_org: Mapped[str | None] = mapped_column(String(40))
    registered_by: Mapped[UUID]
    registered_at: Mapped[datetime]
    result: Mapped[str | None] = mapped_column(String(8))
    handled_effect: Mapped[str | None] = mapped_column(String(8))  # proposed by the department
    adjusted_fen: Mapped[int | None] = mapped_column(BigInteger)  # the amount after 调减
    findings: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    rectification: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[UUID | None]
    handled_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirm_opinion: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer_accepted: Mapped[bool | None]
    not_accepted_reason: Mapped[str] = mapped_column(Text, default="")
    recheck_opinion: Mapped[str] = mapped_column(Text, default="")
    rechecked_by: Mapped[UUID | None]
    rechecked_at: Mapped[datetime | None]
    effect: Mapped[str | None] = mapped_column(String(8))  # what holds in the end
    clawback_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    closed_at: Mapped[datetime | None]
    instance_id: Mapped[UUID]
    root_id: Mapped[UUID]
