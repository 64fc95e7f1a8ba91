"""The only source of the present moment. Nothing else in the house asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, optionally shifted (demo mode only)."""

    def __init__(self, offset_seconds: float = 0) -> None:
        self._offset = timedelta(seconds=offset_seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def shift(self, **delta: float) -> None:
        """Move the demo clock by a timedelta's keywords; refused outside demo mode by the caller."""
        self._offset += timedelta(**delta)


class FixedClock:
    """A clock that moves only when told to: for tests."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("an instant carries its zone")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def advance(self, **delta: float) -> None:
        self._instant += timedelta(**delta)

    def set(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)


def business_date(instant: datetime) -> date:
    """The calendar day in Asia/Shanghai on which an instant falls (domain rule 4.6)."""
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of a business date as an instant in UTC: duties are due by the end of their day."""
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return start.astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """00:00 of a business date as an instant in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
