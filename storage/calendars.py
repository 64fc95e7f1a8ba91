"""The working calendar in force: the shipped years plus those an administrator imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from processes.calendar import WorkingCalendar, YearCalendar
from storage.db import new_id, table_of
from storage.models.records import CalendarYear

#: Built once: every unit of work that needs the calendar asks whether it is still the newest.
_COUNT_YEARS = (
    select(func.count()).select_from(table_of(CalendarYear)).where(CalendarYear.district_id == bindparam("district"))
)


class CalendarSource(Protocol):
    def current(self, session: Session, district_id: str) -> WorkingCalendar: ...


class StoredCalendars:
    """The shipped calendar with a district's imported years laid over it, rebuilt only when one was added."""

    def __init__(self, shipped: WorkingCalendar) -> None:
        self._shipped = shipped
        self._built: dict[str, tuple[int, WorkingCalendar]] = {}

    def current(self, session: Session, district_id: str) -> WorkingCalendar:
        # On the connection: what is being changed need not be flushed for this.
        count = session.connection().execute(_COUNT_YEARS, {"district": district_id}).scalar_one()
        known = self._built.get(district_id)
        if known is not None and known[0] == count:
            return known[1]
        calendar = self._shipped
        for row in list_calendar_years(session, district_id):
            calendar = calendar.with_year(year_of(row))
        self._built[district_id] = (count, calendar)
        return calendar


def year_of(row: CalendarYear) -> YearCalendar:
    """The stored year as the calendar's own value."""
    return YearCalendar(
        year=row.year,
        off={date.fromisoformat(day): name for day, name in row.days_off.items()},
        worked={date.fromisoformat(day): name for day, name in row.days_worked.items()},
        source=row.source,
    )


def list_calendar_years(session: Session, district_id: str) -> Sequence[CalendarYear]:
    """Imported years, older versions first."""
    query = select(CalendarYear).where(CalendarYear.district_id == district_id)
    return session.scalars(query.order_by(CalendarYear.year, CalendarYear.version)).all()


def add_calendar_year(
    session: Session, district_id: str, year: YearCalendar, *, by: UUID, at: datetime
) -> CalendarYear:
    """Store an imported year as that year's next version."""
    newest = session.scalar(
        select(func.max(CalendarYear.version)).where(
            CalendarYear.district_id == district_id, CalendarYear.year == year.year
        )
    )
    row = CalendarYear(
        district_id=district_id,
        id=new_id(),
        year=year.year,
        version=(newest or 0) + 1,
        source=year.source,
        days_off={day.isoformat(): name for day, name in year.off.items()},
        days_worked={day.isoformat(): name for day, name in year.worked.items()},
        imported_by=by,
        imported_at=at,
    )
    session.add(row)
    return row
