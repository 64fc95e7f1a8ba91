"""Making one kind of value from another (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_DOWN, Decimal

from processes.feel.builtins.registry import feel
from processes.feel.temporal import (
    add_months,
    make_date,
    months_between,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
)
from processes.feel.text import text_of
from processes.feel.values import NUMBERS, Value, YearsMonthsDuration, finite

_NUMBER = re.compile(r"-?(?:[0-9]{1,400}(?:\.[0-9]{1,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?")


@feel("number(from: s, grouping separator?: s, decimal separator?: s)")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """A number from its text; null when the text is no number or the separators are not lawful."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and point == grouping):
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return finite(NUMBERS.create_decimal(plain)) if _NUMBER.fullmatch(plain) else None


@feel("number(from: n)")
def number_itself(value: Decimal) -> Value:
    """A number is already one."""
    return value


@feel("string(from: x)")
def string(value: Value) -> Value:
    """The value as text; null stays null."""
    return None if value is None else text_of(value)


def _whole(value: Decimal) -> int:
    return int(value) if value == value.to_integral_value() and abs(value) < 10**9 else -1


@feel("date(from: s)")
def date_from_text(text: str) -> Value:
    """A date from ISO text; null when there is no such day."""
    return parse_date(text)


@feel("date(from: d)")
def date_from_date(value: date) -> Value:
    """The day of a date and time."""
    return value.date() if isinstance(value, datetime) else value


@feel("date(year: n, month: n, day: n)")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    """A date from year, month and day; null when there is no such day."""
    return make_date(_whole(year), _whole(month), _whole(day))


@feel("date and time(from: s)")
def datetime_from_text(text: str) -> Value:
    """A date and time from ISO text."""
    return parse_datetime(text)


@feel("date and time(from: d)")
def datetime_from_date(value: date) -> Value:
    """A date at midnight UTC; a date and time stays as it is."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


@feel("date and time(date: d, time: t)")
def datetime_from_parts(day: date, clock: Value) -> Value:
    """A day and a time of day put together."""
    if not isinstance(clock, time):
        return None
    return datetime.combine(day.date() if isinstance(day, datetime) else day, clock)


@feel("time(from: s)")
def time_from_text(text: str) -> Value:
    """A time of day from ISO text."""
    return parse_time(text)


@feel("time(from: t)")
def time_from_value(value: Value) -> Value:
    """The time of day of a date and time; midnight UTC of a date."""
    if isinstance(value, time):
        return value
    return value.timetz() if isinstance(value, datetime) else time(tzinfo=UTC)


@feel("time(hour: n, minute: n, second: n, offset?: u)")
def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Value = None) -> Value:
    """A time of day from its parts, with an offset from UTC when given."""
    if isinstance(offset, YearsMonthsDuration) or not 0 <= second < 60:
        return None
    whole = second.to_integral_value(ROUND_DOWN)
    micros = int(NUMBERS.multiply(NUMBERS.subtract(second, whole), Decimal(10**6)))
    try:
        return time(_whole(hour), _whole(minute), int(whole), micros, _fixed_zone(offset))
    except ValueError:
        return None


def _fixed_zone(offset: timedelta | None) -> timezone | None:
    return None if offset is None else timezone(offset) if offset else UTC


@feel("duration(from: s)")
def duration_from_text(text: str) -> Value:
    """A duration from ISO text."""
    return parse_duration(text)


@feel("duration(from: u)")
def duration_itself(value: Value) -> Value:
    """A duration is already one."""
    return value


@feel("years and months duration(from: d, to: d)")
def years_and_months_duration(start: date, end: date) -> Value:
    """Whole months from one day to another, as a duration."""
    months = months_between(_day(start), _day(end))
    return YearsMonthsDuration(months) if add_months(_day(start), 0) else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
