"""Dates, times and durations: reading their texts and adding to them (ISO 8601 as DMN 1.5 narrows it)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from processes.feel.values import Value, YearsMonthsDuration

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+/-]{0,40})?"
)
_MONTHS = re.compile(r"(-)?P(?=[0-9])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?")
_SECONDS = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,9})D)?(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?"
    r"(?:([0-9]{1,9})(?:\.([0-9]{1,9}))?S)?)?"
)


def parse_date(text: str) -> date | None:
    """`2026-03-01`, or null when there is no such day (years 1 to 9999)."""
    found = _DATE.fullmatch(text)
    return make_date(*(int(part) for part in found.groups())) if found else None


def make_date(year: int, month: int, day: int) -> date | None:
    """The day, or null when there is no such day."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> time | None:
    """`09:30:00`, with an optional fraction and zone (`Z`, `+08:00`, `@Asia/Shanghai`)."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = (int(part) for part in found.groups()[:3])
    micros = int((found.group(4) or "0").ljust(6, "0")[:6])
    zone, known = _zone(found.group(5))
    if not known:
        return None
    try:
        return time(hour, minute, second, micros, zone)
    except ValueError:
        return None


def _zone(text: str | None) -> tuple[tzinfo | None, bool]:
    if text is None:
        return None, True
    if text == "Z":
        return UTC, True
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:]), True
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None, False
    parts = [int(part) for part in text[1:].split(":")]
    offset = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    if offset > timedelta(hours=18):
        return None, False
    return timezone(-offset if text[0] == "-" else offset), True


def parse_datetime(text: str) -> datetime | None:
    """`2026-03-01T09:30:00+08:00`; a text that is only a date means midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    clock = parse_time(time_text) if separator else time()
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def parse_duration(text: str) -> timedelta | YearsMonthsDuration | None:
    """`P1Y6M` or `P5DT8H`; the two kinds cannot be mixed."""
    found = _MONTHS.fullmatch(text)
    if found:
        months = int(found.group(2) or 0) * 12 + int(found.group(3) or 0)
        return YearsMonthsDuration(-months if found.group(1) else months)
    found = _SECONDS.fullmatch(text)
    if not found:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    micros = int((found.group(6) or "0").ljust(6, "0")[:6])
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
        return -length if found.group(1) else length
    except OverflowError:
        return None


def at_literal(text: str) -> Value:
    """The value of `@"…"`, or null when the text is no date, time or duration."""
    for parse in (parse_date, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return parse_datetime(text) if "T" in text else None


def add_months(day: date, months: int) -> date | None:
    """The same day of a later month, or that month's last day (date or date and time in, the same kind out)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another, negative when the second is earlier."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def micros_of(value: timedelta) -> int:
    """A duration in whole microseconds."""
    return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds


def duration_of(micros: Decimal) -> timedelta | None:
    """A duration from microseconds, null when out of reach."""
    try:
        return timedelta(microseconds=int(micros))
    except (OverflowError, ValueError):
        return None


def format_time(value: time | datetime) -> str:
    """A time or a date and time as FEEL writes it (`Z`, `+08:00` or `@Asia/Shanghai`)."""
    zone = value.tzinfo
    text = value.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    if zone is not None and zone.utcoffset(None) == timedelta(0):
        return text + "Z"
    return text + value.isoformat()[len(value.replace(tzinfo=None).isoformat()) :]


def format_duration(value: timedelta | YearsMonthsDuration) -> str:
    """`P1Y6M`, `P5DT8H`, `PT0S`, `P0M`."""
    if isinstance(value, YearsMonthsDuration):
        years, months = divmod(abs(value.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-" if value.months < 0 else "") + "P" + body
    micros = micros_of(value)
    seconds, fraction = divmod(abs(micros), 1_000_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    tail = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    if second or fraction:
        tail += str(second) + (f".{fraction:06d}".rstrip("0") if fraction else "") + "S"
    body = (f"{days}D" if days else "") + (f"T{tail}" if tail else "")
    return ("-" if micros < 0 else "") + "P" + (body or "T0S")
