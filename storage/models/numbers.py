"""Counters behind the readable numbers of records, one row per district and series."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.db import Base


class NumberSeries(Base):
    """The last number given in a series such as `ZC-2026`. There is no sequence across districts."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 1", name="counts_from_one"),)

    district_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]
