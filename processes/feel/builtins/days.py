"""Functions of the calendar (DMN 1.5, temporal functions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from processes.feel.builtins.registry import feel
from processes.feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@feel("day of year(date: d)")
def day_of_year(day: date) -> Value:
    """The number of the day in its year, from 1."""
    return Decimal(day.timetuple().tm_yday)


@feel("day of week(date: d)")
def day_of_week(day: date) -> Value:
    """The English name of the weekday."""
    return _DAYS[day.weekday()]


@feel("month of year(date: d)")
def month_of_year(day: date) -> Value:
    """The English name of the month."""
    return _MONTHS[day.month - 1]


@feel("week of year(date: d)")
def week_of_year(day: date) -> Value:
    """The ISO number of the week."""
    return Decimal(day.isocalendar().week)
