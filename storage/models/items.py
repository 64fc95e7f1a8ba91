"""Policy items (政策服务事项): what is launched, applied for and paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.item_words import BenefitKind, Channels, DisbursementType, ItemStatus, OpenMode
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of

_ENTERED = (ItemStatus.FILLED, ItemStatus.LAUNCHED, ItemStatus.OPEN, ItemStatus.ADJUSTING)
_OPENED = (ItemStatus.OPEN, ItemStatus.CLOSED, ItemStatus.ADJUSTING)


class PolicyItem(InDistrict, Base):
    """One benefit of a policy with its twenty elements. Money in 分. Its number is the business key of its case.

    An item exists only because a review passed (gate G1), unless it was in force before it came into this
    system (`inherited`). The department that made the policy is `Policy.maker_org`.

    `conditions`: [{no, text, field, operator, value, source}]; the last four may be None.
    `materials`: [{no, name, kind, copies, paper_required, source, share_source, formal_check_standard, tolerable,
    validity}]; `no` is "M1", "M2" …, `tolerable` = may be handed in later (容缺).
    `facets`: {beneficiary: [], amount_band, apply_mode, channel, industry: [], level}.
    """

    __tablename__ = "policy_items"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        belongs_to("standardization_reviews", "review_id"),
        UniqueConstraint("district_id", "number"),
        Index("ix_policy_items_policy", "district_id", "policy_id"),
        Index("ix_policy_items_status", "district_id", "status"),
        Index("ix_policy_items_implementer", "district_id", "implementer_org", "status"),
        Index("ix_policy_items_instance", "district_id", "instance_id"),
        CheckConstraint(one_of("status", ItemStatus), name="status_known"),
        CheckConstraint(one_of("benefit_kind", BenefitKind), name="benefit_kind_known"),
        CheckConstraint(one_of("disbursement_type", DisbursementType), name="disbursement_type_known"),
        CheckConstraint(f"channels IS NULL OR {one_of('channels', Channels)}", name="channels_known"),
        CheckConstraint(f"open_mode IS NULL OR {one_of('open_mode', OpenMode)}", name="open_mode_known"),
        CheckConstraint("review_id IS NOT NULL OR inherited", name="only_after_review"),
        CheckConstraint("budget_fen IS NULL OR budget_fen >= 0", name="budget_not_negative"),
        CheckConstraint("cap_fen IS NULL OR cap_fen > 0", name="cap_positive"),
        CheckConstraint("handling_days >= 0 AND publicity_days >= 0", name="days_not_negative"),
        CheckConstraint("close_at IS NULL OR close_at > open_at", name="opens_before_it_closes"),
        CheckConstraint(f"NOT {one_of('status', _OPENED)} OR opened_at IS NOT NULL", name="open_has_instant"),
        CheckConstraint("closed_at IS NULL OR close_reason IS NOT NULL", name="closed_has_reason"),
        CheckConstraint(f"NOT {one_of('status', _ENTERED)} OR filled_by IS NOT NULL", name="entered_by_somebody"),
    )

    number: Mapped[str] = mapped_column(String(60))
    policy_id: Mapped[UUID]
    review_id: Mapped[UUID | None]
    inherited: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(12))
    version_no: Mapped[int] = mapped_column(default=1)  # raised by every change of the elements after launch
    # the twenty elements, under the keys of processes/policy_elements.py
    implementer_org: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    clause_no: Mapped[str] = mapped_column(String(40))
    benefit_kind: Mapped[str] = mapped_column(String(8))
    disbursement_type: Mapped[str] = mapped_column(String(12))
    beneficiary: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    exclusions: Mapped[str] = mapped_column(Text, default="")
    materials: Mapped[list[Any]] = mapped_column(default=list)
    form_names: Mapped[str] = mapped_column(Text, default="")
    handling_days: Mapped[int] = mapped_column(default=0)  # working days
    handling_excludes: Mapped[str] = mapped_column(Text, default="")  # what the promise does not count
    steps: Mapped[str] = mapped_column(Text, default="")
    benefit_content: Mapped[str] = mapped_column(Text, default="")
    calc_rule: Mapped[str] = mapped_column(Text, default="")
    fund_source: Mapped[str] = mapped_column(Text, default="")
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)  # of each calendar year; empty: no money is paid
    channels: Mapped[str | None] = mapped_column(String(8))
    paper_required: Mapped[bool] = mapped_column(default=False)
    window_org: Mapped[str | None] = mapped_column(String(40))
    window_addr: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(60), default="")
    supervise_phone: Mapped[str] = mapped_column(String(60), default="")
    open_mode: Mapped[str | None] = mapped_column(String(8))
    open_at: Mapped[datetime | None]
    close_at: Mapped[datetime | None]
    result_form: Mapped[str] = mapped_column(Text, default="")
    publicity_days: Mapped[int] = mapped_column(default=0)  # working days
    # what review and payment need beyond them
    cap_fen: Mapped[int | None] = mapped_column(BigInteger)  # most that one applicant gets in a year
    exclusive_item_ids: Mapped[list[Any]] = mapped_column(default=list)
    specialised: Mapped[bool] = mapped_column(default=False)
    expert_orgs: Mapped[list[Any]] = mapped_column(default=list)
    joint_orgs: Mapped[list[Any]] = mapped_column(default=list)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    facets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed_no: Mapped[int | None]  # which of the review's proposed items it was made from, from 1
    differences: Mapped[list[Any]] = mapped_column(default=list)  # [{label, reviewed, entered, blocker}]
    launch_note: Mapped[str] = mapped_column(Text, default="")  # why 政数局 sent the entry back, or how it launched
    external_no: Mapped[str | None] = mapped_column(String(80))
    instance_id: Mapped[UUID | None]
    filled_by: Mapped[UUID | None]
    filled_at: Mapped[datetime | None]
    launched_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
