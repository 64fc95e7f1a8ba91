"""Which fields are hidden for these answers: the `conditional.hide` expressions, evaluated on the server.

Conditions see the answers as form-js shows them: money in 元, dates as ISO text, hidden fields as null. An answer
that cannot be read yet (half typed) is null too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from forms.fields import Number, Percent, read_option
from forms.model import CHOICES, Field, keyed
from processes import feel
from processes.money import parse_yuan

#: Conditions may depend on fields that other conditions hide; two that hide each other in turn are cut off here.
_MOST_ROUNDS = 8

_NUMBER = Number(digits=6)
_PERCENT = Percent()


def has_conditions(fields: tuple[Field, ...]) -> bool:
    """True when any field, column or group can be hidden."""
    return any(field.hide is not None or has_conditions(field.children) for field in fields)


def hidden_paths(fields: tuple[Field, ...], answers: Mapping[str, Any], given: Mapping[str, Any]) -> frozenset[str]:
    """The dotted paths ("note", "rows.0.name") hidden for these answers.

    `answers` are raw (as sent); `given` are the typed values of read-only fields. Raises FeelError when an
    expression exceeds a limit.
    """
    seen: dict[str, Any] = {}
    for field in keyed(fields):
        source = given if field.readonly else answers
        seen[field.key] = _seen(field, source.get(field.key), typed=field.readonly, given=given.get(field.key))
    hidden: frozenset[str] = frozenset()
    for _ in range(_MOST_ROUNDS):
        found = frozenset(_pass(fields, seen, hidden))
        if found == hidden:
            break
        hidden = found
    return hidden


def _pass(
    fields: tuple[Field, ...], seen: Mapping[str, Any], hidden: frozenset[str], prefix: str = ""
) -> Iterator[str]:
    context = {key: None if prefix + key in hidden else value for key, value in seen.items()}
    yield from _hidden(fields, context, hidden, prefix=prefix, inside=False)


def _hidden(
    fields: tuple[Field, ...], context: Mapping[str, Any], hidden: frozenset[str], *, prefix: str, inside: bool
) -> Iterator[str]:
    for field in fields:
        gone = inside or (field.hide is not None and feel.evaluate(field.hide, context) is True)
        if field.type == "group":
            yield from _hidden(field.children, context, hidden, prefix=prefix, inside=gone)
        elif gone and field.key:
            yield prefix + field.key
        elif field.rows and has_conditions(field.rows):
            for number, row in enumerate(context.get(field.key) or ()):
                row_prefix = f"{prefix}{field.key}.{number}."
                shown = {key: None if row_prefix + key in hidden else value for key, value in row.items()}
                yield from _hidden(field.rows, {**context, **shown}, hidden, prefix=row_prefix, inside=False)


def _seen(field: Field, value: Any, *, typed: bool, given: Any = None) -> Any:
    """The value as conditions see it."""
    if field.type == "dynamiclist":
        return _seen_rows(field, value, typed=typed, given=given)
    if value is None or value == "":
        return False if field.type == "checkbox" else None
    if field.type == "checkbox":
        return value in (True, "true", "on")
    if field.type in CHOICES:
        return _seen_choice(field, value)
    if field.kind == "money" and typed:
        return Decimal(value) / 100
    if isinstance(value, date):
        return value.isoformat()
    if field.type == "number" or field.kind in {"money", "percent"}:
        return _seen_number(field, value)
    return _seen_text(value)


def _seen_text(value: Any) -> Any:
    """Text and lists of text; what else was sent is no answer of these fields and stays unseen."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return value.strip() if isinstance(value, str) else None


def _seen_rows(field: Field, value: Any, *, typed: bool, given: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    known = given if isinstance(given, list) else []
    return [
        {
            column.key: _seen(
                column,
                _row_value(known if column.readonly and not typed else rows, number, column.key),
                typed=typed or column.readonly,
            )
            for column in keyed(field.rows)
        }
        for number in range(len(rows))
    ]


def _row_value(rows: list[Any], number: int, key: str) -> Any:
    row = rows[number] if number < len(rows) else None
    return row.get(key) if isinstance(row, Mapping) else None


def _seen_choice(field: Field, value: Any) -> Any:
    if isinstance(value, list):
        return [_seen_choice(field, each) for each in value]
    if not isinstance(value, str | int | bool):
        return None
    try:
        return read_option(value, field.values) if field.values else value
    except ValidationError:
        return None


def _seen_number(field: Field, value: Any) -> Decimal | None:
    try:
        if field.kind == "money":
            return Decimal(parse_yuan(str(value))) / 100
        return Decimal((_PERCENT if field.kind == "percent" else _NUMBER).deserialize(value))
    except (ValueError, ValidationError):
        return None
