"""`instance of`."""

from __future__ import annotations

from processes.feel.nodes import TypeRef
from processes.feel.values import Function, Range, Value, kind

_ALIASES = {
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


def is_instance(value: Value, wanted: TypeRef) -> bool:
    """Is the value of the type? `Any` takes all but null; only the type `Null` takes null."""
    name = _ALIASES.get(wanted.name, wanted.name)
    if name.lower() == "null":
        return value is None
    if value is None:
        return False
    if name == "Any":
        return True
    return kind(value) == name and _parts_fit(value, wanted)


def _parts_fit(value: Value, wanted: TypeRef) -> bool:
    parts = dict(wanted.arguments)
    if not parts:
        return True
    if value.__class__ is dict:
        return all(name in value and _fits(value[name], part) for name, part in parts.items())
    if value.__class__ is Function:
        return len(value.parameters) == sum(1 for label, _ in wanted.arguments if label != "->")
    inner = value if value.__class__ is list else [value.start, value.end] if value.__class__ is Range else []
    return all(_fits(each, part) for each in inner for part in parts.values())


def _fits(value: Value, part: TypeRef) -> bool:
    return value is None or is_instance(value, part)
