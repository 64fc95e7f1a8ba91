"""Standardization reviews (标准化审查, 三(二)2) and the guidance given before one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.policy_words import ReviewResult
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class StandardizationReview(InDistrict, Base):
    """One application for review, through its rounds. A pass holds for exactly the text with this digest (G1).

    `result` is empty while the review runs; `proposed_result` is the reviewer's, before the approver agrees.
    Earlier rounds stay in `rounds`.
    """

    __tablename__ = "standardization_reviews"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("policy_versions", "policy_version_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_standardization_reviews_digest", "district_id", "policy_id", "digest"),
        CheckConstraint("round_no >= 1", name="counts_from_one"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint(f"result IS NULL OR {one_of('result', ReviewResult)}", name="result_known"),
        CheckConstraint("(result IS NULL) = (decided_at IS NULL)", name="decided_has_instant"),
        CheckConstraint(
            "result IS NULL OR result <> '通过' OR"
            " (number IS NOT NULL AND reviewer_id IS NOT NULL AND approver_id IS NOT NULL)",
            name="passed_has_number_and_two_people",
        ),
        CheckConstraint("approver_id IS NULL OR approver_id <> reviewer_id", name="approver_is_another"),
        CheckConstraint("submitted_by <> reviewer_id AND submitted_by <> approver_id", name="submitter_does_not_judge"),
    )

    number: Mapped[str | None] = mapped_column(String(40))
    policy_id: Mapped[UUID]
    policy_version_id: Mapped[UUID]
    digest: Mapped[str] = mapped_column(String(64))
    round_no: Mapped[int] = mapped_column(default=1)
    items_proposed: Mapped[list[Any]]
    material_ids: Mapped[list[Any]] = mapped_column(default=list)
    blocking: Mapped[list[Any]] = mapped_column(default=list)
    lint: Mapped[list[Any]] = mapped_column(default=list)
    lint_decisions: Mapped[list[Any]] = mapped_column(default=list)
    checklist: Mapped[list[Any]] = mapped_column(default=list)
    proposed_result: Mapped[str | None] = mapped_column(String(12))
    opinion: Mapped[str] = mapped_column(Text, default="")
    due_fix_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(String(12))
    approve_opinion: Mapped[str | None] = mapped_column(Text)
    submitted_by: Mapped[UUID]
    submitted_at: Mapped[datetime]
    reviewer_id: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    approver_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    rounds: Mapped[list[Any]] = mapped_column(default=list)


class ReviewGuidance(InDistrict, Base):
    """What 政数局 told a department before it applied: how to word items and their four elements (R22)."""

    __tablename__ = "review_guidances"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        Index("ix_review_guidances_policy", "district_id", "policy_id", "asked_at"),
        CheckConstraint("(given_by IS NULL) = (given_at IS NULL)", name="given_has_instant"),
    )

    policy_id: Mapped[UUID]
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    advice: Mapped[str | None] = mapped_column(Text)
    elements: Mapped[list[Any]] = mapped_column(default=list)
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime | None]
