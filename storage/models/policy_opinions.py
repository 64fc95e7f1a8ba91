"""Consultations, the opinions they gather, and fair-competition reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.policy_words import (
    Adoption,
    Conclusion,
    ConsultationKind,
    FairReply,
    FairResult,
    FundResult,
    LegalResult,
    SourceType,
    Stance,
)
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Consultation(InDistrict, Base):
    """One round of asking for opinions (意见征询, 三(一)2、三(二)1)."""

    __tablename__ = "consultations"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        UniqueConstraint("district_id", "policy_id", "kind", "round_no"),
        CheckConstraint(one_of("kind", ConsultationKind), name="kind_known"),
        CheckConstraint(f"conclusion IS NULL OR {one_of('conclusion', Conclusion)}", name="conclusion_is_definite"),
        CheckConstraint(
            "NOT public_comment OR (comment_from IS NOT NULL AND comment_to > comment_from)",
            name="comment_period_in_order",
        ),
        CheckConstraint("confirmed_by IS NULL OR conclusion IS NOT NULL", name="confirmed_has_conclusion"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> summarised_by", name="confirmer_is_another"),
    )

    policy_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    round_no: Mapped[int]
    draft_id: Mapped[UUID | None]
    text_version_id: Mapped[UUID | None]
    questions: Mapped[list[Any]] = mapped_column(default=list)
    expert_orgs: Mapped[list[Any]] = mapped_column(default=list)
    no_outside_reason: Mapped[str | None] = mapped_column(Text)
    public_comment: Mapped[bool]
    comment_from: Mapped[date | None]
    comment_to: Mapped[date | None]
    comment_closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    reply_due: Mapped[date]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    conclusion: Mapped[str | None] = mapped_column(String(12))
    summary_published: Mapped[bool] = mapped_column(default=False)
    summarised_by: Mapped[UUID | None]
    summarised_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class Opinion(InDistrict, Base):
    """What one body says, or is still asked to say (no stance yet). Departments add their definite results."""

    __tablename__ = "opinions"
    __table_args__ = (
        belongs_to("consultations", "consultation_id"),
        Index("ix_opinions_consultation", "district_id", "consultation_id", "source_type"),
        CheckConstraint(one_of("source_type", SourceType), name="source_known"),
        CheckConstraint(f"stance IS NULL OR {one_of('stance', Stance)}", name="stance_known"),
        CheckConstraint("(stance IS NULL) = (received_at IS NULL)", name="answered_has_instant"),
        CheckConstraint(f"legal_result IS NULL OR {one_of('legal_result', LegalResult)}", name="legal_result_known"),
        CheckConstraint("legal_result IS NULL OR source_type = '政法办'", name="legal_result_from_legal"),
        CheckConstraint(f"fair_result IS NULL OR {one_of('fair_result', FairReply)}", name="fair_result_known"),
        CheckConstraint(f"fund_result IS NULL OR {one_of('fund_result', FundResult)}", name="fund_result_known"),
        CheckConstraint("fund_result IS NULL OR source_type = '财政局'", name="fund_result_from_finance"),
        CheckConstraint("online_feasible IS NULL OR source_type = '政数局'", name="online_from_data_bureau"),
        CheckConstraint(f"adoption IS NULL OR {one_of('adoption', Adoption)}", name="adoption_known"),
        CheckConstraint(
            "adoption IS NULL OR adoption = '采纳' OR (reason IS NOT NULL AND reason <> '')",
            name="not_adopted_has_reason",
        ),
        CheckConstraint("year_amount_fen IS NULL OR year_amount_fen >= 0", name="amount_not_negative"),
    )

    consultation_id: Mapped[UUID]
    source_type: Mapped[str] = mapped_column(String(12))
    respondent: Mapped[str] = mapped_column(String(120))
    stance: Mapped[str | None] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[Any]] = mapped_column(default=list)  # attachment ids
    typed_for_them: Mapped[bool] = mapped_column(default=False)  # 采集代录
    received_by: Mapped[UUID | None]
    received_at: Mapped[datetime | None]
    legal_result: Mapped[str | None] = mapped_column(String(12))
    fair_result: Mapped[str | None] = mapped_column(String(12))
    fund_result: Mapped[str | None] = mapped_column(String(12))
    fund_clear: Mapped[bool | None]
    fund_source: Mapped[str | None] = mapped_column(String(200))
    year_amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    online_feasible: Mapped[bool | None]
    obstacles: Mapped[list[Any]] = mapped_column(default=list)
    adoption: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)


class FairCompetitionReview(InDistrict, Base):
    """公平竞争审查 of a policy that touches economic activity (gate G1b); the newest one counts."""

    __tablename__ = "fair_competition_reviews"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        Index("ix_fair_competition_reviews_policy", "district_id", "policy_id", "reviewed_at"),
        CheckConstraint(one_of("conclusion", FairResult), name="conclusion_known"),
        CheckConstraint(
            "conclusion <> '适用例外' OR (exception_clause IS NOT NULL AND exception_until IS NOT NULL)",
            name="exception_has_clause_and_limit",
        ),
    )

    policy_id: Mapped[UUID]
    consultation_id: Mapped[UUID | None]
    text_version_id: Mapped[UUID | None]
    conclusion: Mapped[str] = mapped_column(String(20))
    stakeholders: Mapped[list[Any]]
    findings: Mapped[list[Any]]
    exception_clause: Mapped[str | None] = mapped_column(Text)
    exception_until: Mapped[date | None]
    reviewed_by: Mapped[UUID]
    reviewed_at: Mapped[datetime]
