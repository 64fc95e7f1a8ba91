"""Policies, their text versions, and the assessment made before one is written."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.policy_words import (
    ISSUED_STATES,
    AssessmentConclusion,
    DistrictRole,
    FundResult,
    Level,
    PolicyStatus,
    Signature,
    Target,
)
from storage.db import Base, InDistrict, belongs_to


def one_of(column: str, words: type[StrEnum] | tuple[StrEnum, ...]) -> str:
    """SQL text: the column is empty or holds one of the words."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class Policy(InDistrict, Base):
    """A government benefit policy (政策文件). Money in 分.

    A policy is issued only with the version, the digest and the review that allow it (gate G1), unless it was
    in force before it came into this system (`inherited`).
    """

    __tablename__ = "policies"
    __table_args__ = (
        UniqueConstraint("district_id", "number"),
        Index("ix_policies_status", "district_id", "status"),
        Index("ix_policies_maker", "district_id", "maker_org", "status"),
        Index("ix_policies_instance", "district_id", "instance_id"),
        CheckConstraint(one_of("status", PolicyStatus), name="status_known"),
        CheckConstraint(one_of("level", Level), name="level_known"),
        CheckConstraint(one_of("role", DistrictRole), name="role_known"),
        CheckConstraint(one_of("target", Target), name="target_known"),
        CheckConstraint("budget_total_fen IS NULL OR budget_total_fen >= 0", name="budget_not_negative"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="effect_in_order"),
        CheckConstraint("published_on IS NULL OR published_on >= signed_on", name="signed_before_published"),
        CheckConstraint("NOT confidential OR confidential_reason IS NOT NULL", name="confidential_has_reason"),
        CheckConstraint(
            f"NOT {one_of('status', ISSUED_STATES)} OR inherited OR (issued_review_id IS NOT NULL"
            " AND issued_version_id IS NOT NULL AND issued_digest IS NOT NULL AND doc_no IS NOT NULL)",
            name="issued_only_after_review",
        ),
        CheckConstraint("(issued_review_id IS NULL) = (issued_digest IS NULL)", name="issue_names_review_and_text"),
    )

    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12))
    maker_org: Mapped[str] = mapped_column(String(40))
    implementer_orgs: Mapped[list[Any]] = mapped_column(default=list)
    level: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(12))
    specialised: Mapped[bool]
    economic_activity: Mapped[bool]
    major_decision: Mapped[bool] = mapped_column(default=False)
    in_scope: Mapped[bool] = mapped_column(default=True)
    inherited: Mapped[bool] = mapped_column(default=False)
    issuing_body: Mapped[str | None] = mapped_column(String(120))
    category: Mapped[str | None] = mapped_column(String(60))
    doc_no: Mapped[str | None] = mapped_column(String(80))
    index_no: Mapped[str | None] = mapped_column(String(80))
    background: Mapped[str] = mapped_column(Text, default="")
    legal_basis: Mapped[list[Any]] = mapped_column(default=list)
    confidential: Mapped[bool] = mapped_column(default=False)
    confidential_reason: Mapped[str | None] = mapped_column(Text)
    budget_total_fen: Mapped[int | None] = mapped_column(BigInteger)
    fund_sources: Mapped[list[Any]] = mapped_column(default=list)
    lessons_read: Mapped[bool] = mapped_column(default=False)
    contact_id: Mapped[UUID | None]
    planned_issue_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    published_on: Mapped[date | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    issued_version_id: Mapped[UUID | None]
    issued_digest: Mapped[str | None] = mapped_column(String(64))
    issued_review_id: Mapped[UUID | None]
    predecessor_id: Mapped[UUID | None]
    related_ids: Mapped[list[Any]] = mapped_column(default=list)
    instance_id: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class PolicyVersion(InDistrict, Base):
    """One text of a policy, identified by the SHA-256 of its file; never changed, only followed by another."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("attachments", "attachment_id"),
        UniqueConstraint("district_id", "policy_id", "version_no"),
        Index("ix_policy_versions_digest", "district_id", "policy_id", "digest"),
        CheckConstraint("version_no >= 1", name="counts_from_one"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    policy_id: Mapped[UUID]
    version_no: Mapped[int]
    attachment_id: Mapped[UUID]
    digest: Mapped[str] = mapped_column(String(64))
    clauses: Mapped[list[Any]] = mapped_column(default=list)  # [{clause_no, text, benefit}]
    change_note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class PreAssessment(InDistrict, Base):
    """One report on a policy that is planned (事前评估, 三(二)3); a returned one is followed by a new row."""

    __tablename__ = "pre_assessments"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        UniqueConstraint("district_id", "policy_id", "round_no"),
        CheckConstraint(one_of("conclusion", AssessmentConclusion), name="conclusion_known"),
        CheckConstraint(f"sign_result IS NULL OR {one_of('sign_result', Signature)}", name="signature_known"),
        CheckConstraint(f"fund_result IS NULL OR {one_of('fund_result', FundResult)}", name="fund_result_known"),
        CheckConstraint("est_amount_fen >= 0 AND est_beneficiaries >= 0", name="estimates_not_negative"),
        CheckConstraint("(sign_result IS NULL) = (signed_by IS NULL)", name="signature_has_signer"),
        CheckConstraint("signed_by IS NULL OR signed_by <> assessor_id", name="signer_is_another"),
    )

    policy_id: Mapped[UUID]
    round_no: Mapped[int]
    conclusion: Mapped[str] = mapped_column(String(12))
    necessity: Mapped[str] = mapped_column(Text)
    est_beneficiaries: Mapped[int]
    est_amount_fen: Mapped[int] = mapped_column(BigInteger)
    report_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    assessor_id: Mapped[UUID]
    assessed_at: Mapped[datetime]
    fund_result: Mapped[str | None] = mapped_column(String(12))
    fund_opinion: Mapped[str | None] = mapped_column(Text)
    fund_by: Mapped[UUID | None]
    fund_at: Mapped[datetime | None]
    sign_result: Mapped[str | None] = mapped_column(String(8))
    sign_opinion: Mapped[str | None] = mapped_column(Text)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]


class PolicyLesson(InDistrict, Base):
    """What carrying out a policy has taught, for those who make the next one (三(二)3, R25)."""

    __tablename__ = "policy_lessons"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        Index("ix_policy_lessons_policy", "district_id", "policy_id"),
    )

    policy_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    learned_by: Mapped[UUID]
    learned_at: Mapped[datetime]


class PolicyArchive(InDistrict, Base):
    """What a policy left behind when it was archived: a list of everything with its digests, and one over all."""

    __tablename__ = "policy_archives"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        Index("ix_policy_archives_policy", "district_id", "policy_id"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    policy_id: Mapped[UUID]
    contents: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    archived_at: Mapped[datetime]
