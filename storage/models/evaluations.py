"""Evaluations of what a policy achieved (实施效果评估, 三(二)3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.payment_words import Achievement, Recommendation
from processes.policy_words import Signature
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class PostEvaluation(InDistrict, Base):
    """The evaluation of one policy after it was carried out; money in 分.

    `indicators` is the snapshot taken when it began: [{code, name, value, unit, target, basis}]; an indicator
    without records is absent, never zero. The department's own judgement follows, then the signature of its
    head, then the comment of 政数局.
    """

    __tablename__ = "post_evaluations"
    __table_args__ = (
        belongs_to("policies", "policy_id"),
        UniqueConstraint("district_id", "policy_id", "round_no"),
        CheckConstraint("round_no >= 1", name="counts_from_one"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("money_used_fen >= 0 AND beneficiaries >= 0", name="figures_not_negative"),
        CheckConstraint(f"conclusion IS NULL OR {one_of('conclusion', Achievement)}", name="conclusion_known"),
        CheckConstraint(f"recommend IS NULL OR {one_of('recommend', Recommendation)}", name="recommendation_known"),
        CheckConstraint("(written_by IS NULL) = (recommend IS NULL)", name="report_has_writer"),
        CheckConstraint(f"sign_result IS NULL OR {one_of('sign_result', Signature)}", name="signature_known"),
        CheckConstraint("(sign_result IS NULL) = (signed_by IS NULL)", name="signature_has_signer"),
        CheckConstraint("signed_by IS NULL OR signed_by <> written_by", name="signer_is_another"),
        CheckConstraint("published_at IS NULL OR sign_result = '同意'", name="published_only_signed"),
    )

    policy_id: Mapped[UUID]
    round_no: Mapped[int]
    period_from: Mapped[date]
    period_to: Mapped[date]
    indicators: Mapped[list[Any]] = mapped_column(default=list)
    money_planned_fen: Mapped[int | None] = mapped_column(BigInteger)
    money_used_fen: Mapped[int] = mapped_column(BigInteger)
    beneficiaries: Mapped[int]
    collected_at: Mapped[datetime]
    targets: Mapped[list[Any]] = mapped_column(default=list)  # [{indicator, goal, actual}]: the department's own
    satisfaction: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[str | None] = mapped_column(Text)
    experience: Mapped[list[Any]] = mapped_column(default=list)  # each becomes a lesson
    conclusion: Mapped[str | None] = mapped_column(String(8))
    recommend: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)
    report_id: Mapped[UUID | None]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime | None]
    sign_result: Mapped[str | None] = mapped_column(String(8))
    sign_opinion: Mapped[str | None] = mapped_column(Text)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    comment_stance: Mapped[str | None] = mapped_column(String(8))
    comment: Mapped[str | None] = mapped_column(Text)
    commented_by: Mapped[UUID | None]
    commented_at: Mapped[datetime | None]
    lessons_at: Mapped[datetime | None]
    summary: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
