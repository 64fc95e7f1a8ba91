"""Members of values (`a.b`) and filters of lists (`list[…]`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from processes.feel import nodes
from processes.feel.machine import Machine
from processes.feel.temporal import micros_of
from processes.feel.values import Range, Value, YearsMonthsDuration

Run = Callable[[nodes.Node, Machine], Value]


def member(value: Value, name: str, machine: Machine) -> Value:
    """The named member: of a context, of every item of a list, or a property of a date, duration or range."""
    if value.__class__ is dict:
        return value.get(name)
    if value.__class__ is list:
        machine.charge(len(value))
        return [member(each, name, machine) for each in value]
    properties = _PROPERTIES.get(value.__class__)
    read = properties.get(name) if properties else None
    return read(value) if read else None


def _offset(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


def _zone(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _truncated(total: int, unit: int, modulus: int | None) -> Decimal:
    whole = abs(total) // unit
    part = whole % modulus if modulus else whole
    return Decimal(-part if total < 0 else part)


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "time offset": _offset,
    "timezone": _zone,
}
_PROPERTIES: dict[type, Mapping[str, Callable[[Any], Value]]] = {
    date: _DATE,
    datetime: {**_DATE, **_TIME},
    time: _TIME,
    timedelta: {
        "days": lambda value: _truncated(micros_of(value), 86_400_000_000, None),
        "hours": lambda value: _truncated(micros_of(value), 3_600_000_000, 24),
        "minutes": lambda value: _truncated(micros_of(value), 60_000_000, 60),
        "seconds": lambda value: _truncated(micros_of(value), 1_000_000, 60),
    },
    YearsMonthsDuration: {
        "years": lambda value: _truncated(value.months, 12, None),
        "months": lambda value: _truncated(value.months, 1, 12),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def filtered(value: Value, condition: nodes.Node, machine: Machine, run: Run) -> Value:
    """`list[2]`, `list[-1]` or `list[condition]`; inside, `item` and the members of the item are names.

    A value that is not a list counts as a list of one; null as an empty list.
    """
    items = value if value.__class__ is list else [] if value is None else [value]
    index = _index(condition, machine, run)
    if index is not None:
        return _at(items, index)
    return [item for item in items if _holds(item, condition, machine, run) is True]


def _index(condition: nodes.Node, machine: Machine, run: Run) -> Decimal | None:
    """The condition's value when it is a number without looking at any item."""
    if isinstance(condition, nodes.Compare | nodes.And | nodes.Or | nodes.Between | nodes.In | nodes.Quantified):
        return None
    wanted = run(condition, machine)
    return wanted if wanted.__class__ is Decimal else None


def _at(items: list[Value], index: Decimal) -> Value:
    if index != index.to_integral_value() or abs(index) > len(items) or not index:
        return None
    position = int(index)
    return items[position - 1 if position > 0 else position]


def _holds(item: Value, condition: nodes.Node, machine: Machine, run: Run) -> Value:
    scope = {"item": item, **item} if item.__class__ is dict else {"item": item}
    machine.charge(1 + len(scope) // 10)
    machine.scopes.append(scope)
    try:
        return run(condition, machine)
    finally:
        machine.scopes.pop()
