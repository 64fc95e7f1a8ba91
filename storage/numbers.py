"""Readable numbers (ZC-2026-0001, BZ-2026-1, SB-20260817-00001): one counter per district and series.

Two givers never get the same number: the counter's row is raised and read in one statement, and stays locked
until the transaction ends; a transaction that fails gives its number back.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models.numbers import NumberSeries

Period = Literal["year", "day"]


def next_number(
    session: Session, district_id: str, prefix: str, *, on: date, width: int = 1, per: Period = "year"
) -> str:
    """The next number of a prefix in the year (or day) of the business date `on`, padded to `width` digits."""
    period = f"{on:%Y}" if per == "year" else f"{on:%Y%m%d}"
    series = f"{prefix}-{period}"
    return f"{series}-{next_in_series(session, district_id, series):0{width}d}"


def next_in_series(session: Session, district_id: str, series: str) -> int:
    """The next integer of any series, from 1 (for numbers built on another number: SX-ZC-2026-0001-01)."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(NumberSeries)
        .values(district_id=district_id, series=series, last=1)
        .on_conflict_do_update(index_elements=["district_id", "series"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(statement).scalar_one())
