"""Equality and order, three-valued: null when two values cannot be compared (DMN 1.5)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from processes.feel.values import Range, Value, YearsMonthsDuration

_ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta, YearsMonthsDuration})
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(left: Value, right: Value) -> bool | None:
    """`=`: null when the kinds differ, except against null."""
    if left is None or right is None:
        return left is None and right is None
    cls = left.__class__
    if cls is not right.__class__:
        return None
    if cls is list:
        return len(left) == len(right) and _all_equal(zip(left, right, strict=True))
    if cls is dict:
        return left.keys() == right.keys() and _all_equal((left[key], right[key]) for key in left)
    if (cls is datetime or cls is time) and (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    return bool(left == right)


def _all_equal(pairs: Any) -> bool:
    return all(equal(left, right) is True for left, right in pairs)


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """`=`, `!=`, `<`, `<=`, `>`, `>=`."""
    if sign == "=":
        return equal(left, right)
    if sign == "!=":
        same = equal(left, right)
        return None if same is None else not same
    cls = left.__class__
    if cls is not right.__class__ or cls not in _ORDERED:
        return None
    try:
        return _ORDER[sign](left, right)
    except TypeError:  # one has a zone, the other has none
        return None


def contains(span: Range, value: Value) -> bool | None:
    """Is the value inside the range? Null when it cannot be compared with an end."""
    if value is None:
        return None
    above = span.start is None or compare(">=" if span.start_included else ">", value, span.start)
    below = span.end is None or compare("<=" if span.end_included else "<", value, span.end)
    if span.start is None and span.end is None:
        return None
    return both(above, below)


def both(left: Value, right: Value) -> bool | None:
    """Three-valued `and`; anything that is not a boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def frozen(value: Value) -> Any:
    """A hashable stand-in: two values have equal stand-ins exactly when FEEL finds them equal."""
    cls = value.__class__
    if cls is list:
        return ("list", tuple(frozen(each) for each in value))
    if cls is dict:
        return ("context", frozenset((key, frozen(each)) for key, each in value.items()))
    if cls is Range:
        return ("range", frozen(value.start), frozen(value.end), value.start_included, value.end_included)
    if cls is datetime or cls is time:
        return (cls.__name__, value.utcoffset() is None, value)
    return (cls.__name__, value)
