"""A form as its template needs it: every shown field with its HTML name, text, choices, messages and files.

What the conditions hide is not built at all: the browser decides nothing and cannot show what the server drops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from forms.answers import Posted
from forms.compiler import CompiledForm
from forms.display import display, input_text
from forms.model import Field, Option, Options, keyed
from storage.models.records import Attachment

Messages = Mapping[str, Sequence[str]]
Files = Mapping[str, Attachment]

#: Stands in the names of the row that the browser copies when one is added (service/web/src/base/rows.ts).
NEXT_ROW = "__index__"
_TEXT_KINDS = {"money": "decimal", "percent": "decimal", "phone": "tel", "account": "numeric", "id_number": "text"}
_UNITS = {"money": "元", "percent": "%"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field: `token` is sent, `label` is read."""

    token: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeating list; `number` stands in the names of its cells."""

    number: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field on the page. `text` is the value of its input, or what a read-only field says."""

    field: Field
    name: str
    text: str = ""
    messages: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    files: tuple[Attachment, ...] = ()
    rows: tuple[Row, ...] = ()
    next_row: Row | None = None
    members: tuple[Shown, ...] = ()

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def unit(self) -> str:
        return _UNITS.get(self.field.kind or "", "")

    @property
    def widget(self) -> str:
        """The macro that draws it: the component's type, with dates and read-only fields apart."""
        if self.field.type in {"group", "text", "separator", "dynamiclist", "filepicker"}:
            return self.field.type
        if self.field.readonly:
            return "given"
        return "date" if self.field.kind == "date" or self.field.type == "datetime" else self.field.type

    @property
    def is_listing(self) -> bool:
        """A table of fixed rows in which nothing is filled in: shown as a table, not as a row of fields each."""
        cells = [cell for row in self.rows for cell in row.cells]
        return self.next_row is None and bool(cells) and all(cell.widget == "given" for cell in cells)

    @property
    def inputmode(self) -> str:
        """Which keyboard a phone should show."""
        return _TEXT_KINDS.get(self.field.kind or "", "decimal" if self.field.type == "number" else "text")

    @property
    def is_numeric(self) -> bool:
        return self.field.type == "number" or self.field.kind in _UNITS


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary above a refused form, with the anchor of its field."""

    label: str
    message: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Filling:
    """What a person sees of a form now: typed answers, what the handler gave, and what was refused."""

    form: CompiledForm
    answers: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    messages: Messages = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    blank_rows: Mapping[str, int] = field(default_factory=dict)

    def fields(self) -> tuple[Shown, ...]:
        """The fields to show, in the form's order, without those the conditions hide."""
        hidden = self.form.hidden(self.answers, given=self.given)
        return tuple(_shown(self, self.form.fields, self.answers, self.given, hidden))

    def problems(self) -> tuple[Problem, ...]:
        """The refusals as a list that leads to the fields."""
        return tuple(
            Problem(label_at(self.form.fields, path), message, anchor_of(path))
            for path, messages in self.messages.items()
            for message in messages
        )

    def refused(self, messages: Messages) -> Filling:
        return replace(self, messages=messages)


def count_rows(form: CompiledForm, posted: Posted, answers: Mapping[str, Any]) -> dict[str, int]:
    """How many blank rows each list had on the page: they are no answers, but must not vanish while one types."""
    counts: dict[str, int] = {}
    names = tuple(posted.keys())
    for each in keyed(form.fields):
        if each.rows and each.can_add_rows:
            prefix = f"{each.key}-"
            numbers = {name.removeprefix(prefix).partition("-")[0] for name in names if name.startswith(prefix)}
            counts[each.key] = max(0, len(numbers) - len(answers.get(each.key) or ()))
    return counts


def label_at(fields: Sequence[Field], path: str) -> str:
    """What people call the field at a dotted path: 申报材料 第 2 行 名称. Empty when it is the whole form."""
    head, _, rest = path.partition(".")
    for each in keyed(tuple(fields)):
        if each.key != head:
            continue
        number, _, inner = rest.partition(".")
        if each.rows and number.isdigit():
            return f"{each.label} 第 {int(number) + 1} 行 {label_at(each.rows, inner)}".strip()
        return each.label or each.key
    return ""


def anchor_of(path: str) -> str:
    """The id of the field at a dotted path, for a link; the form's when there is no path."""
    return f"field-{path.replace('.', '-')}" if path else "form-fields"


def _shown(
    filling: Filling,
    fields: Sequence[Field],
    answers: Mapping[str, Any],
    given: Mapping[str, Any],
    hidden: frozenset[str],
    prefix: str = "",
) -> Iterator[Shown]:
    for each in fields:
        if each.type == "group":
            members = tuple(_shown(filling, each.children, answers, given, hidden, prefix))
            if members:
                yield Shown(each, "", members=members)
        elif not each.key:
            yield Shown(each, "", text=each.text)
        elif prefix + each.key not in hidden:
            source = given if each.readonly else answers
            yield _one(filling, each, source.get(each.key), prefix + each.key, hidden, known=given.get(each.key))


def _one(filling: Filling, each: Field, value: Any, path: str, hidden: frozenset[str], *, known: Any) -> Shown:
    name = path.replace(".", "-")
    shown = Shown(each, name, messages=tuple(filling.messages.get(path, ())))
    if each.type == "dynamiclist":
        return _list(filling, each, value, path, hidden, known=known, shown=shown)
    if each.type == "filepicker":
        return replace(shown, files=_files(filling, value))
    if each.readonly:
        return replace(shown, text=display(each, value, options=filling.options))
    if each.type in {"radio", "select", "checklist"}:
        return replace(shown, choices=_choices(each.options(filling.options), value))
    if each.type == "checkbox":
        ticked = value in (True, "true", "on")
        return replace(shown, choices=(Choice("true", each.label, ticked),))
    return replace(shown, text=value if isinstance(value, str) else input_text(each, value))


def _choices(options: Sequence[Option], value: Any) -> tuple[Choice, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    chosen = {Option(each, "").token for each in values if isinstance(each, str | int | bool)}
    return tuple(Choice(option.token, option.label, option.token in chosen) for option in options)


def _files(filling: Filling, value: Any) -> tuple[Attachment, ...]:
    ids = value if isinstance(value, list) else []
    return tuple(filling.files[str(each)] for each in ids if str(each) in filling.files)


def _list(
    filling: Filling, each: Field, value: Any, path: str, hidden: frozenset[str], *, known: Any, shown: Shown
) -> Shown:
    rows = [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
    fixed = [row if isinstance(row, Mapping) else {} for row in known] if isinstance(known, list) else []
    if each.readonly:
        rows = fixed
    elif each.can_add_rows:
        least = each.min_rows or (1 if each.required else 0)
        rows += [{}] * max(filling.blank_rows.get(each.key, 0), least - len(rows))
    else:
        rows = [*rows, *[{}] * (len(fixed) - len(rows))][: len(fixed)]
    drawn = tuple(
        _row(filling, each, str(number), row, fixed[number] if number < len(fixed) else {}, path, hidden)
        for number, row in enumerate(rows)
    )
    if each.readonly or not each.can_add_rows:
        return replace(shown, rows=drawn)
    return replace(shown, rows=drawn, next_row=_row(filling, each, NEXT_ROW, {}, {}, path, frozenset()))


def _row(
    filling: Filling,
    each: Field,
    number: str,
    row: Mapping[str, Any],
    known: Mapping[str, Any],
    path: str,
    hidden: frozenset[str],
) -> Row:
    columns = tuple(replace(column, readonly=True) for column in each.rows) if each.readonly else each.rows
    return Row(number, tuple(_shown(filling, columns, row, known, hidden, f"{path}.{number}.")))


def attachment_ids(fields: Sequence[Field], answers: Mapping[str, Any]) -> Iterator[UUID]:
    """The ids of all files named in answers; what is no id is passed over, loading refuses it."""
    for each in keyed(tuple(fields)):
        value = answers.get(each.key)
        if not isinstance(value, list):
            continue
        for entry in value:
            if each.rows and isinstance(entry, Mapping):
                yield from attachment_ids(each.rows, entry)
            elif each.type == "filepicker":
                found = as_id(entry)
                if found is not None:
                    yield found


def as_id(text: Any) -> UUID | None:
    """The id in a text, or None."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
