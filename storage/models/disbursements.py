"""Disbursement batches (兑现批次) with their lines, lists, periodic reports and publicity. Money in 分."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.item_words import DisbursementType
from processes.payment_words import (
    COMMITTED,
    HOLDING,
    BatchStatus,
    LineState,
    ListDecision,
    PaymentOutcome,
    PublicityKind,
)
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of

_MONEY_GOES = (*COMMITTED, BatchStatus.PAID, BatchStatus.BOUNCED)
_HELD = text(one_of("state", HOLDING))


class DisbursementBatch(InDistrict, Base):
    """One act of paying (or reporting) what an item gave in a period; the business key of its case.

    `arose_on` is the day the amount arose, from which its filing is due: the confirmation of the list for AUTO
    (DL5), the day at the source unit for PERIODIC (DL6), the first successful payment for APPLY (DL7).
    `budget_year` is the year whose budget pays. `fund_split`: [{source, ratio, subject, amount_fen}].
    """

    __tablename__ = "disbursement_batches"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_disbursement_batches_item", "district_id", "item_id", "budget_year", "status"),
        Index("ix_disbursement_batches_instance", "district_id", "instance_id"),
        CheckConstraint(one_of("status", BatchStatus), name="status_known"),
        CheckConstraint(one_of("disbursement_type", DisbursementType), name="disbursement_type_known"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("total_fen >= 0 AND paid_fen >= 0 AND paid_fen <= total_fen", name="paid_within_total"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_has_instant"),
        CheckConstraint("(funded_by IS NULL) = (funded_at IS NULL)", name="funding_has_instant"),
        CheckConstraint("approved_by IS NULL OR approved_by <> created_by", name="approver_is_another"),
        CheckConstraint("funded_by IS NULL OR funded_by NOT IN (created_by, approved_by)", name="funder_is_another"),
        CheckConstraint("paid_by IS NULL OR paid_by NOT IN (approved_by, funded_by)", name="payer_is_another"),
        CheckConstraint(
            f"NOT {one_of('status', _MONEY_GOES)} OR (approved_by IS NOT NULL AND funded_by IS NOT NULL)",
            name="money_goes_after_approval_and_funding",
        ),
    )

    number: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[UUID]
    disbursement_type: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    period_from: Mapped[date]
    period_to: Mapped[date]
    budget_year: Mapped[int]
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    fund_split: Mapped[list[Any]] = mapped_column(default=list)
    arose_on: Mapped[date | None]
    instance_id: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approval_opinion: Mapped[str | None] = mapped_column(Text)
    funded_by: Mapped[UUID | None]
    funded_at: Mapped[datetime | None]
    funding_opinion: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    sent_digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the payment list
    paid_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(Text)


class BeneficiaryList(InDistrict, Base):
    """Who gets an AUTO item in a batch: by which version of the rules, out of which data (F29).

    A list that was returned is followed by another round (gate G5). `data_sources`: [{source, as_of}].
    `confirmed_at` starts DL5 on the same calendar day (三(三)3).
    """

    __tablename__ = "beneficiary_lists"
    __table_args__ = (
        belongs_to("disbursement_batches", "batch_id"),
        UniqueConstraint("district_id", "batch_id", "round_no"),
        CheckConstraint("round_no >= 1", name="counts_from_one"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmation_has_instant"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> checked_by", name="confirmer_is_another"),
    )

    batch_id: Mapped[UUID]
    round_no: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(80))
    data_sources: Mapped[list[Any]] = mapped_column(default=list)
    checked_by: Mapped[UUID]
    checked_at: Mapped[datetime]
    opinion: Mapped[str | None] = mapped_column(Text)
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class BeneficiaryRow(InDistrict, Base):
    """One beneficiary of a list, or one left out with the reason. Account as the list gives it; amount in 分."""

    __tablename__ = "beneficiary_rows"
    __table_args__ = (
        belongs_to("beneficiary_lists", "list_id"),
        belongs_to("applicants", "applicant_id"),
        UniqueConstraint("district_id", "list_id", "row_no"),
        CheckConstraint(one_of("decision", ListDecision), name="decision_known"),
        CheckConstraint("decision <> '剔除' OR reason IS NOT NULL", name="left_out_with_reason"),
        CheckConstraint("decision <> '享受' OR amount_fen > 0", name="granted_has_amount"),
    )

    list_id: Mapped[UUID]
    row_no: Mapped[int]
    applicant_id: Mapped[UUID]
    facts: Mapped[str] = mapped_column(Text, default="")
    account_name: Mapped[str] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    decision: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)


class DisbursementLine(InDistrict, Base):
    """What one payee gets in a batch, from an approved application or a row of a confirmed list.

    An application (or row) is held by at most one line that is still to be paid or is paid: never paid twice.
    """

    __tablename__ = "disbursement_lines"
    __table_args__ = (
        belongs_to("disbursement_batches", "batch_id"),
        belongs_to("applications", "application_id"),
        belongs_to("beneficiary_rows", "row_id"),
        belongs_to("applicants", "applicant_id"),
        UniqueConstraint("district_id", "batch_id", "line_no"),
        Index("ix_disbursement_lines_applicant", "district_id", "applicant_id", "state"),
        Index(
            "ix_disbursement_lines_one_per_application",
            "district_id",
            "application_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index(
            "ix_disbursement_lines_one_per_row",
            "district_id",
            "row_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        CheckConstraint("(application_id IS NULL) <> (row_id IS NULL)", name="from_one_source"),
        CheckConstraint(one_of("state", LineState), name="state_known"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', PaymentOutcome)}", name="outcome_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("state <> '已剔除' OR reason IS NOT NULL", name="left_out_with_reason"),
        CheckConstraint(
            "state <> '已支付' OR (outcome = '成功' AND paid_on IS NOT NULL AND voucher_no IS NOT NULL)",
            name="paid_has_receipt",
        ),
        CheckConstraint("state <> '未到账' OR (outcome <> '成功' AND reason IS NOT NULL)", name="unpaid_has_reason"),
    )

    batch_id: Mapped[UUID]
    line_no: Mapped[int]
    application_id: Mapped[UUID | None]
    row_id: Mapped[UUID | None]
    applicant_id: Mapped[UUID]
    payee: Mapped[str] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(40))
    bank: Mapped[str] = mapped_column(String(120), default="")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    disputed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(8))
    paid_on: Mapped[date | None]
    voucher_no: Mapped[str | None] = mapped_column(String(60))


class Publicity(InDistrict, Base):
    """A list put before the public (F24, R03). `entries` are as shown: [{name, amount_fen}], people masked (张*).

    Publicity before payment ends at `to_at` (24:00 of `to_on`); what is published for good has no end.
    """

    __tablename__ = "publicities"
    __table_args__ = (
        belongs_to("disbursement_batches", "batch_id"),
        belongs_to("policy_items", "item_id"),
        Index("ix_publicities_batch", "district_id", "batch_id", "kind"),
        Index("ix_publicities_kind", "district_id", "kind", "from_on"),
        Index("ix_publicities_item", "district_id", "item_id", "kind"),
        CheckConstraint(one_of("kind", PublicityKind), name="kind_known"),
        CheckConstraint("(to_on IS NULL) = (to_at IS NULL)", name="end_has_instant"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period_in_order"),
        CheckConstraint("total_fen >= 0", name="total_not_negative"),
    )

    batch_id: Mapped[UUID]
    item_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    to_at: Mapped[datetime | None]
    entries: Mapped[list[Any]] = mapped_column(default=list)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    channels: Mapped[list[Any]] = mapped_column(default=list)
    contact: Mapped[str] = mapped_column(String(120), default="")
    published_by: Mapped[UUID]
    published_at: Mapped[datetime]


class PeriodicReport(InDistrict, Base):
    """What a PERIODIC item gave in a period, as its source unit counted it (F30). No occurrence is a report too."""

    __tablename__ = "periodic_reports"
    __table_args__ = (
        belongs_to("disbursement_batches", "batch_id"),
        UniqueConstraint("district_id", "batch_id", "round_no"),
        CheckConstraint("round_no >= 1", name="counts_from_one"),
        CheckConstraint("beneficiaries >= 0 AND times >= 0 AND amount_fen >= 0", name="figures_not_negative"),
        CheckConstraint(
            "NOT no_occurrence OR (beneficiaries = 0 AND times = 0 AND amount_fen = 0)", name="zero_report_is_zero"
        ),
        CheckConstraint("no_occurrence OR beneficiaries > 0", name="occurrence_has_beneficiaries"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmation_has_instant"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> reported_by", name="confirmer_is_another"),
    )

    batch_id: Mapped[UUID]
    round_no: Mapped[int]
    source_unit: Mapped[str] = mapped_column(String(120))
    no_occurrence: Mapped[bool]
    beneficiaries: Mapped[int]
    times: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    detail_id: Mapped[UUID | None]
    explanation: Mapped[str | None] = mapped_column(Text)
    late_reason: Mapped[str | None] = mapped_column(Text)
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    opinion: Mapped[str | None] = mapped_column(Text)
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class BudgetTransfer(InDistrict, Base):
    """Money moved to an item's budget of a year from elsewhere (调剂), with the paper that allows it."""

    __tablename__ = "budget_transfers"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        belongs_to("disbursement_batches", "batch_id"),
        Index("ix_budget_transfers_item", "district_id", "item_id", "budget_year"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    item_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    budget_year: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(200))
    document_no: Mapped[str] = mapped_column(String(80))
    moved_by: Mapped[UUID]
    moved_at: Mapped[datetime]
