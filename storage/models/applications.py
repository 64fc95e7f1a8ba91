"""Applicants, their applications, and what the front desk and the reviewers said of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.application_words import (
    GRANTED,
    RUNNING,
    AcceptResult,
    ApplicantKind,
    ApplicationStatus,
    Channel,
    CreditState,
    ReasonCode,
    ReviewStage,
    Verdict,
)
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of

_BEFORE_SUBMISSION = (ApplicationStatus.DRAFT, ApplicationStatus.QUIT, ApplicationStatus.WITHDRAWN)


class Applicant(InDistrict, Base):
    """Who applies: an enterprise, a sole trader, an association or a resident.

    Identified by `uscc` (统一社会信用代码), residents by `id_no`; both, the phone and the account are personal
    and shown masked. `organisation` is the organisation of kind `applicant` whose agents act for it, if any.
    """

    __tablename__ = "applicants"
    __table_args__ = (
        UniqueConstraint("district_id", "uscc"),
        UniqueConstraint("district_id", "id_no"),
        Index("ix_applicants_organisation", "district_id", "organisation"),
        CheckConstraint(one_of("kind", ApplicantKind), name="kind_known"),
        CheckConstraint(one_of("credit_state", CreditState), name="credit_known"),
        CheckConstraint("(id_no IS NULL) = (kind <> '居民')", name="resident_by_id_no"),
        CheckConstraint("(uscc IS NULL) = (kind = '居民')", name="others_by_credit_code"),
    )

    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str | None] = mapped_column(String(18))
    id_no: Mapped[str | None] = mapped_column(String(18))
    organisation: Mapped[str | None] = mapped_column(String(40))
    legal_rep: Mapped[str | None] = mapped_column(String(60))
    contact: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    account_name: Mapped[str] = mapped_column(String(120), default="")
    account_bank: Mapped[str] = mapped_column(String(120), default="")
    account_no: Mapped[str] = mapped_column(String(30), default="")
    credit_state: Mapped[str] = mapped_column(String(12), default=CreditState.UNKNOWN)
    credit_checked_at: Mapped[datetime | None]
    data_authorised: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Application(InDistrict, Base):
    """One application for an item (申报). Money in 分. Its number is the business key of its case.

    `materials`: [{no, name, handed_in, files, place}]; `declared`: [{no, text, met, value}] what the applicant says of
    the conditions; `findings`: [{kind, text, serious}] what the checks found; `pauses`: [{start, end, reason}] days
    that the promised time does not count, ISO dates, `end` None while it runs; `tolerated`: [{no, name}] documents
    still to follow, until `tolerated_due_on`. The account is a copy of what was valid when it was written.
    """

    __tablename__ = "applications"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        belongs_to("applicants", "applicant_id"),
        belongs_to("agency_authorisations", "agency_id"),
        UniqueConstraint("district_id", "number"),
        UniqueConstraint("district_id", "receipt_no"),
        Index("ix_applications_item", "district_id", "item_id", "status"),
        Index("ix_applications_applicant", "district_id", "applicant_id", "status"),
        Index("ix_applications_implementer", "district_id", "implementer_org", "status"),
        Index("ix_applications_instance", "district_id", "instance_id"),
        Index("ix_applications_root", "district_id", "root_id"),
        Index("ix_applications_agency", "district_id", "agency_id"),
        Index(
            "ix_applications_one_running",
            "district_id",
            "item_id",
            "applicant_id",
            unique=True,
            sqlite_where=text(one_of("status", RUNNING)),
            postgresql_where=text(one_of("status", RUNNING)),
        ),
        CheckConstraint(one_of("status", ApplicationStatus), name="status_known"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(f"reason_code IS NULL OR {one_of('reason_code', ReasonCode)}", name="reason_known"),
        CheckConstraint("requested_fen IS NULL OR requested_fen >= 0", name="requested_not_negative"),
        CheckConstraint("approved_fen IS NULL OR approved_fen >= 0", name="approved_not_negative"),
        CheckConstraint(
            f"{one_of('status', _BEFORE_SUBMISSION)} OR (applicant_id IS NOT NULL AND submitted_at IS NOT NULL)",
            name="submitted_by_somebody",
        ),
        CheckConstraint(
            f"NOT {one_of('status', GRANTED)} OR (approved_fen IS NOT NULL AND receipt_no IS NOT NULL)",
            name="granted_only_after_acceptance",
        ),
        CheckConstraint("(receipt_no IS NULL) = (accepted_at IS NULL)", name="receipt_when_accepted"),
        CheckConstraint("status <> '审查不通过' OR reason_code IS NOT NULL", name="rejected_has_reason"),
        CheckConstraint(
            "acceptor_id IS NULL OR approver_id IS NULL OR acceptor_id <> approver_id", name="duties_apart"
        ),
    )

    number: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[UUID]
    item_version: Mapped[int]
    guide_version: Mapped[int | None]
    applicant_id: Mapped[UUID | None]
    implementer_org: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(8))
    window_org: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    typed_for_them: Mapped[bool] = mapped_column(default=False)  # 采集代录
    started_by: Mapped[UUID]
    agency_id: Mapped[UUID | None]  # the authorisation under which an agent applies (代办)
    agent_name: Mapped[str | None] = mapped_column(String(60))
    agent_phone: Mapped[str | None] = mapped_column(String(30))
    account_name: Mapped[str] = mapped_column(String(120), default="")
    account_bank: Mapped[str] = mapped_column(String(120), default="")
    account_no: Mapped[str] = mapped_column(String(30), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    declared: Mapped[list[Any]] = mapped_column(default=list)
    materials: Mapped[list[Any]] = mapped_column(default=list)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    requested_fen: Mapped[int | None] = mapped_column(BigInteger)
    approved_fen: Mapped[int | None] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime | None]
    resubmitted_at: Mapped[datetime | None]  # the newest correction
    accepted_at: Mapped[datetime | None]
    acceptor_id: Mapped[UUID | None]
    receipt_no: Mapped[str | None] = mapped_column(String(40))
    promised_due_on: Mapped[date | None]  # moves when a pause ends
    pauses: Mapped[list[Any]] = mapped_column(default=list)
    tolerated: Mapped[list[Any]] = mapped_column(default=list)
    tolerated_due_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    approver_id: Mapped[UUID | None]
    reason_code: Mapped[str | None] = mapped_column(String(4))
    refusal_text: Mapped[str | None] = mapped_column(Text)
    pooled_at: Mapped[datetime | None]  # joined the pool from which batches take
    paid_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None] = mapped_column(Text)
    instance_id: Mapped[UUID]
    root_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Acceptance(InDistrict, Base):
    """One formal check (形式审查) by the front desk, and the correction it asked for.

    `lines`: [{no, material, standard, outcome, note}]; `missing`: those that were not in order, told all at once.
    """

    __tablename__ = "acceptances"
    __table_args__ = (
        belongs_to("applications", "application_id"),
        UniqueConstraint("district_id", "application_id", "round_no"),
        CheckConstraint(one_of("result", AcceptResult), name="result_known"),
        CheckConstraint("result = '受理' OR reason <> ''", name="not_accepted_has_reason"),
        CheckConstraint("(result = '补正') = (correction_due_at IS NOT NULL)", name="correction_has_due"),
        CheckConstraint("second_by IS NULL OR second_by <> acceptor_id", name="second_correction_by_another"),
    )

    application_id: Mapped[UUID]
    round_no: Mapped[int]
    result: Mapped[str] = mapped_column(String(8))
    lines: Mapped[list[Any]] = mapped_column(default=list)
    missing: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(Text, default="")
    paper_place: Mapped[str] = mapped_column(String(200), default="")
    acceptor_id: Mapped[UUID]
    decided_at: Mapped[datetime]
    correction_due_at: Mapped[datetime | None]
    second_allowed: Mapped[bool | None]  # a correction after the first needs the approving department
    second_opinion: Mapped[str] = mapped_column(Text, default="")
    second_by: Mapped[UUID | None]
    second_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    explanation: Mapped[str] = mapped_column(Text, default="")


class ReviewOpinion(InDistrict, Base):
    """What one person said of an application in review; a later round adds a row (gate G5). Money in 分.

    `checks`: [{condition, evidence, met}]; `details` holds what only one stage asks for.
    """

    __tablename__ = "review_opinions"
    __table_args__ = (
        belongs_to("applications", "application_id"),
        Index("ix_review_opinions_application", "district_id", "application_id", "at"),
        CheckConstraint(one_of("stage", ReviewStage), name="stage_known"),
        CheckConstraint(f"result IS NULL OR {one_of('result', Verdict)}", name="result_known"),
        CheckConstraint(f"reason_code IS NULL OR {one_of('reason_code', ReasonCode)}", name="reason_known"),
        CheckConstraint("result IS NULL OR result <> '不通过' OR reason_code IS NOT NULL", name="rejected_has_reason"),
        CheckConstraint("amount_fen IS NULL OR amount_fen >= 0", name="amount_not_negative"),
    )

    application_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(String(8))
    result: Mapped[str | None] = mapped_column(String(8))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    reason_code: Mapped[str | None] = mapped_column(String(4))
    text: Mapped[str] = mapped_column(Text)
    checks: Mapped[list[Any]] = mapped_column(default=list)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    evidence: Mapped[list[Any]] = mapped_column(default=list)  # attachment ids
    organisation: Mapped[str | None] = mapped_column(String(40))
    reviewer_id: Mapped[UUID]
    at: Mapped[datetime]
