"""`+ - * / **` for numbers, texts, dates and durations; null for any other pairing (DMN 1.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from processes.feel.temporal import add_months, duration_of, micros_of
from processes.feel.values import NUMBERS, Value, YearsMonthsDuration, bounded_text, finite

Rule = Callable[[Value, Value], Value]


def calculate(sign: str, left: Value, right: Value) -> Value:
    """The result of one operator, null when there is none. Raises FeelError when a text grows too long."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        result = _NUMBER_RULES[sign](left, right)
        return result if result.is_finite() else None
    rule = _RULES.get((sign, left.__class__, right.__class__))
    if rule is None:
        return None
    try:
        return rule(left, right)
    except (OverflowError, ValueError, TypeError):  # out of the calendar, or one side lacks a zone
        return None


def negate(value: Value) -> Value:
    """Unary minus for numbers and durations."""
    if value.__class__ is Decimal:
        return NUMBERS.minus(value)
    if value.__class__ is YearsMonthsDuration:
        return YearsMonthsDuration(-value.months)
    if value.__class__ is timedelta:
        return duration_of(Decimal(-micros_of(value)))
    return None


def _later(day: date, length: timedelta) -> date:
    """A date moves by whole days; the part of a day is not lost but rounded down to the day it falls on."""
    moved = datetime.combine(day, time()) + length
    return moved.date()


def _later_time(clock: time, length: timedelta) -> time:
    moved = datetime.combine(date(2000, 1, 2), clock.replace(tzinfo=None)) + length % timedelta(days=1)
    return moved.time().replace(tzinfo=clock.tzinfo)


def _months(value: Decimal) -> YearsMonthsDuration | None:
    return YearsMonthsDuration(int(value)) if abs(value) < 10**9 else None


def _scaled(length: timedelta, factor: Decimal) -> timedelta | None:
    return duration_of(NUMBERS.multiply(micros_of(length), factor))


def _divided(length: timedelta, divisor: Decimal) -> timedelta | None:
    return duration_of(NUMBERS.divide(Decimal(micros_of(length)), divisor)) if divisor else None


def _ratio(left: int, right: int) -> Decimal | None:
    return finite(NUMBERS.divide(Decimal(left), Decimal(right))) if right else None


def _times_apart(left: time, right: time) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


_NUMBER_RULES: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": NUMBERS.power,
}
_RULES: dict[tuple[str, type, type], Rule] = {
    ("+", str, str): lambda a, b: bounded_text(a + b),
    ("+", date, YearsMonthsDuration): lambda a, b: add_months(a, b.months),
    ("+", YearsMonthsDuration, date): lambda a, b: add_months(b, a.months),
    ("-", date, YearsMonthsDuration): lambda a, b: add_months(a, -b.months),
    ("+", datetime, YearsMonthsDuration): lambda a, b: add_months(a, b.months),
    ("+", YearsMonthsDuration, datetime): lambda a, b: add_months(b, a.months),
    ("-", datetime, YearsMonthsDuration): lambda a, b: add_months(a, -b.months),
    ("+", date, timedelta): _later,
    ("+", timedelta, date): lambda a, b: _later(b, a),
    ("-", date, timedelta): lambda a, b: _later(a, -b),
    ("+", datetime, timedelta): lambda a, b: a + b,
    ("+", timedelta, datetime): lambda a, b: b + a,
    ("-", datetime, timedelta): lambda a, b: a - b,
    ("+", time, timedelta): _later_time,
    ("+", timedelta, time): lambda a, b: _later_time(b, a),
    ("-", time, timedelta): lambda a, b: _later_time(a, -b),
    ("-", date, date): lambda a, b: a - b,
    ("-", datetime, datetime): lambda a, b: a - b,
    ("-", date, datetime): lambda a, b: _midnight(a) - b,
    ("-", datetime, date): lambda a, b: a - _midnight(b),
    ("-", time, time): _times_apart,
    ("+", timedelta, timedelta): lambda a, b: a + b,
    ("-", timedelta, timedelta): lambda a, b: a - b,
    ("*", timedelta, Decimal): _scaled,
    ("*", Decimal, timedelta): lambda a, b: _scaled(b, a),
    ("/", timedelta, Decimal): _divided,
    ("/", timedelta, timedelta): lambda a, b: _ratio(micros_of(a), micros_of(b)),
    ("+", YearsMonthsDuration, YearsMonthsDuration): lambda a, b: YearsMonthsDuration(a.months + b.months),
    ("-", YearsMonthsDuration, YearsMonthsDuration): lambda a, b: YearsMonthsDuration(a.months - b.months),
    ("*", YearsMonthsDuration, Decimal): lambda a, b: _months(NUMBERS.multiply(a.months, b)),
    ("*", Decimal, YearsMonthsDuration): lambda a, b: _months(NUMBERS.multiply(a, b.months)),
    ("/", YearsMonthsDuration, Decimal): lambda a, b: _months(NUMBERS.divide(Decimal(a.months), b)) if b else None,
    ("/", YearsMonthsDuration, YearsMonthsDuration): lambda a, b: _ratio(a.months, b.months),
}
