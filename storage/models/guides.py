"""Guides of items in versions, the codes that lead to them, and the posters that carry the codes (三(三)1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.opening_words import GuideStatus, QrState
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class Guide(InDistrict, Base):
    """One version of an item's guide (办事指南). A published one is not edited; a new version follows it (gate G9).

    `content`: the twenty elements as people read them, [{number, label, value}]. `faq`: [{question, answer}].
    """

    __tablename__ = "guides"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "item_id", "version_no"),
        Index(
            "ix_guides_published",
            "district_id",
            "item_id",
            unique=True,
            sqlite_where=text("status = '已发布'"),
            postgresql_where=text("status = '已发布'"),
        ),
        CheckConstraint(one_of("status", GuideStatus), name="status_known"),
        CheckConstraint("version_no >= 1", name="counts_from_one"),
        CheckConstraint("status <> '已发布' OR published_at IS NOT NULL", name="published_has_instant"),
        CheckConstraint("status <> '已发布' OR confirmed_by IS NOT NULL", name="published_is_confirmed"),
    )

    item_id: Mapped[UUID]
    version_no: Mapped[int]
    item_version_no: Mapped[int]
    status: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    content: Mapped[list[Any]]
    faq: Mapped[list[Any]] = mapped_column(default=list)
    flow_chart_ids: Mapped[list[Any]] = mapped_column(default=list)
    facets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    effective_on: Mapped[date]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    opinion: Mapped[str] = mapped_column(Text, default="")  # of the department that made the policy
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    offline_at: Mapped[datetime | None]


class QrCode(InDistrict, Base):
    """A short code that leads to an item's guide, whatever version is in force. It never changes and never dies."""

    __tablename__ = "qr_codes"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        UniqueConstraint("district_id", "code"),
        UniqueConstraint("district_id", "item_id"),
        CheckConstraint(one_of("state", QrState), name="state_known"),
        CheckConstraint("scans >= 0", name="scans_not_negative"),
    )

    code: Mapped[str] = mapped_column(String(16))
    item_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(8))
    scans: Mapped[int] = mapped_column(default=0)
    successor_item_id: Mapped[UUID | None]
    made_at: Mapped[datetime]


class Poster(InDistrict, Base):
    """What a printed poster of an item says; the page that prints it draws the code itself."""

    __tablename__ = "posters"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        belongs_to("qr_codes", "qr_code_id"),
        UniqueConstraint("district_id", "item_id", "guide_version_no"),
    )

    item_id: Mapped[UUID]
    qr_code_id: Mapped[UUID]
    guide_version_no: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    lines: Mapped[list[Any]]  # [{label, value}]
    made_at: Mapped[datetime]
