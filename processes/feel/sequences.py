"""What can be gone through one by one: lists, and ranges of whole numbers or days."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from processes.feel.comparison import contains
from processes.feel.errors import limit
from processes.feel.limits import MAX_ITEMS
from processes.feel.values import NUMBERS, Range, Value, kind


class NoSequence(Exception):
    """What should be gone through is neither a list nor a range of whole numbers or days."""


def inside(span: Range) -> Iterator[Value]:
    """The whole numbers or days that lie in a range."""
    for value in counted(span.start, span.end):
        if contains(span, value):
            yield value


def counted(start: Value, end: Value) -> Iterator[Value]:
    """Whole numbers or days from start to end, up or down. Raises FeelError (FEEL_LIMIT) for too many."""
    if start.__class__ is Decimal and end.__class__ is Decimal:
        if start != start.to_integral_value() or end != end.to_integral_value():
            raise NoSequence
        first, last, make = start, end, Decimal
    elif kind(start) == "date" and kind(end) == "date":
        first, last, make = Decimal(start.toordinal()), Decimal(end.toordinal()), type(start).fromordinal
    else:
        raise NoSequence
    if abs(NUMBERS.subtract(last, first)) >= MAX_ITEMS:
        raise limit(f"区间太大（最多 {MAX_ITEMS} 项）。")
    low, high = int(first), int(last)
    numbers = range(low, high + 1) if low <= high else range(low, high - 1, -1)
    return (make(number) for number in numbers)
