"""Shapes of answers: from posted HTML, without blanks, without hidden fields, completed, and as plain JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from forms.model import Field, keyed
from forms.subset import MAX_ROWS
from processes.errors import BadRequest


class Posted(Protocol):
    """Posted form data, as werkzeug's MultiDict offers it."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> list[str]: ...

    def keys(self) -> Iterable[str]: ...


def from_html(fields: tuple[Field, ...], posted: Posted, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers out of posted names; see CompiledForm.from_html. Raises BadRequest for an absurd number of rows."""
    answers: dict[str, Any] = {}
    for field in keyed(fields):
        if field.readonly:
            continue
        if field.type == "dynamiclist":
            answers[field.key] = _posted_rows(field, posted, given.get(field.key))
        else:
            _put(answers, field, posted, field.key)
    return answers


def _posted_rows(field: Field, posted: Posted, given: Any) -> list[dict[str, Any]]:
    pattern = re.compile(rf"{re.escape(field.key)}-(\d{{1,6}})-\w+")
    numbers = {int(match.group(1)) for match in map(pattern.fullmatch, posted.keys()) if match}
    fixed = not field.can_add_rows
    if fixed and isinstance(given, list):
        numbers |= set(range(len(given)))
    if len(numbers) > MAX_ROWS:
        raise BadRequest(f"“{field.label}”的行数太多（最多 {MAX_ROWS} 行），请分几次填写。")
    rows: list[dict[str, Any]] = []
    for number in sorted(numbers):
        row: dict[str, Any] = {}
        for column in keyed(field.rows):
            if not column.readonly:
                _put(row, column, posted, f"{field.key}-{number}-{column.key}")
        if fixed or any(value not in (False, [], "") for value in row.values()):
            rows.append(row)
    return rows


def _put(answers: dict[str, Any], field: Field, posted: Posted, name: str) -> None:
    if field.type == "checkbox":
        answers[field.key] = posted.get(name) in {"true", "on", "1"}
    elif field.type in {"checklist", "filepicker"}:
        answers[field.key] = [value for value in posted.getlist(name) if value]
    else:
        value = (posted.get(name) or "").strip()
        if value:
            answers[field.key] = value


def cleaned(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without blank ones, so that blank and absent mean the same. Unknown keys stay, to be refused."""
    known = {field.key: field for field in keyed(fields)}
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        field = known.get(key)
        if field is None or field.readonly or not _is_blank(value):
            kept[key] = _cleaned_rows(field, value) if field is not None and field.rows else value
    return kept


def _cleaned_rows(field: Field, rows: Any) -> Any:
    if not isinstance(rows, list):
        return rows
    return [cleaned(field.rows, row) if isinstance(row, Mapping) else row for row in rows]


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def without(answers: Mapping[str, Any], hidden: frozenset[str], prefix: str = "") -> dict[str, Any]:
    """The answers without those at hidden paths."""
    if not hidden:
        return dict(answers)
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        path = prefix + key
        if path in hidden:
            continue
        kept[key] = value
        if isinstance(value, list):
            kept[key] = [
                without(row, hidden, f"{path}.{number}.") if isinstance(row, Mapping) else row
                for number, row in enumerate(value)
            ]
    return kept


def completed(
    fields: tuple[Field, ...],
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    hidden: frozenset[str],
    prefix: str = "",
) -> dict[str, Any]:
    """Every field that is shown, in the form's order: the value answered or given, else a blank of its type."""
    result: dict[str, Any] = {}
    for field in keyed(fields):
        path = prefix + field.key
        if path in hidden:
            continue
        if field.readonly:
            result[field.key] = given.get(field.key)
        elif field.type == "dynamiclist":
            known = given.get(field.key)
            result[field.key] = [
                completed(field.rows, row, _given_row(known, number), hidden, f"{path}.{number}.")
                for number, row in enumerate(values.get(field.key, ()))
            ]
        else:
            result[field.key] = values.get(field.key, _blank(field))
    return result


def _given_row(given: Any, number: int) -> Mapping[str, Any]:
    row = given[number] if isinstance(given, list) and number < len(given) else None
    return row if isinstance(row, Mapping) else {}


def _blank(field: Field) -> Any:
    if field.type == "checkbox":
        return False
    return [] if field.type in {"checklist", "filepicker"} else None


def typed(field: Field, value: Any) -> Any:
    """What `plain` made JSON of, as the typed value of its field again."""
    if value is None:
        return None
    if field.rows:
        columns = {column.key: column for column in keyed(field.rows)}
        return [{key: typed(columns[key], each) for key, each in row.items() if key in columns} for row in value]
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind != "money" and (field.kind == "percent" or (field.type == "number" and field.decimal_digits)):
        return Decimal(str(value))
    return value


def plain(value: Any) -> Any:
    """A loaded value as JSON: dates as ISO text, a Decimal as an int when whole, else as a float."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value
