"""Decisions to open an item although something is missing (例外开放, gate G2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from processes.opening_words import ExceptionResult
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class OpeningException(InDistrict, Base):
    """What the leader decided, on which missing conditions, for which opening instant. Never changed."""

    __tablename__ = "opening_exceptions"
    __table_args__ = (
        belongs_to("policy_items", "item_id"),
        Index("ix_opening_exceptions_item", "district_id", "item_id", "decided_at"),
        CheckConstraint(one_of("result", ExceptionResult), name="result_known"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    item_id: Mapped[UUID]
    missing: Mapped[list[Any]]  # sentences
    kinds: Mapped[list[Any]]  # what is excused, as ticked
    reason: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(String(8))
    open_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
