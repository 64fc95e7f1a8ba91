"""The values of FEEL as Python values, and how task data goes in and comes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import total_ordering
from typing import Any

from processes.feel.errors import FeelError, limit
from processes.feel.limits import DIGITS, MAX_EXPONENT, MAX_ITEMS, MAX_STRING

Value = Any  # Decimal, str, bool, date, time, datetime, timedelta, YearsMonthsDuration, Range, list, dict, None

#: decimal128 arithmetic; nothing is trapped, so an impossible result is NaN or infinite and becomes null.
NUMBERS = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=-MAX_EXPONENT, Emax=MAX_EXPONENT, traps=[])


@total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonthsDuration:
    """A duration counted in whole months, such as P1Y6M (18)."""

    months: int

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, YearsMonthsDuration):
            return NotImplemented
        return self.months < other.months


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two ends. An end of None is open to infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the expression's own; lives only during an evaluation."""

    parameters: tuple[str, ...]
    call: Callable[..., Value]


KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Value) -> str:
    """The FEEL name of a value's type."""
    return KINDS.get(value.__class__, "unknown")


def finite(value: Decimal) -> Decimal | None:
    """The number, or null when the calculation had no finite result."""
    return value if value.is_finite() else None


def bounded_text(value: str) -> str:
    """The text itself, refused when it grew beyond what an expression may make. Raises FeelError (FEEL_LIMIT)."""
    if len(value) > MAX_STRING:
        raise limit(f"表达式产生的文字太长（超过 {MAX_STRING} 个字）。")
    return value


def inward(value: Any, budget: list[int] | None = None) -> Value:
    """A Python value (task data, a function's answer) as a FEEL value: int and float become Decimal.

    Raises FeelError: FEEL_VALUE for a kind FEEL does not have, FEEL_LIMIT for more than MAX_ITEMS items.
    """
    cls = value.__class__
    if cls is int:
        return finite(NUMBERS.create_decimal(value)) if value.bit_length() < 100_000 else None
    if cls is float:
        return NUMBERS.create_decimal(repr(value)) if math.isfinite(value) else None
    if cls in _READY:
        return value
    if cls is Decimal:
        return finite(NUMBERS.plus(value))
    return _inward_collection(value, budget if budget is not None else [MAX_ITEMS])


_READY = frozenset(KINDS) - {list, dict, Decimal}


def _inward_collection(value: Any, budget: list[int]) -> Value:
    if isinstance(value, list | tuple | Mapping):
        budget[0] -= len(value)
        if budget[0] < 0:
            raise limit(f"数据太多（超过 {MAX_ITEMS} 项），不能在表达式里处理。")
        if isinstance(value, Mapping):
            return {str(key): inward(each, budget) for key, each in value.items()}
        return [inward(each, budget) for each in value]
    for base, plain in _SUBCLASSES:  # enums and other subclasses count as what they are made from
        if isinstance(value, base):
            return inward(plain(value))
    raise FeelError("FEEL_VALUE", f"数据里有表达式不认识的类型（{type(value).__name__}）。")


_SUBCLASSES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (datetime, lambda value: datetime.combine(value.date(), value.timetz())),
    (date, lambda value: date(value.year, value.month, value.day)),
)


def outward(value: Value) -> Value:
    """A FEEL value for Python: the same, without functions (they do not outlive their expression)."""
    if value.__class__ is Function:
        return None
    if value.__class__ is list:
        return [outward(each) for each in value]
    if value.__class__ is dict:
        return {key: outward(each) for key, each in value.items()}
    return value
