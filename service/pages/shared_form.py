"""One form for several reviews of the same kind: what is answered once for all, and what each case brings itself.

Answered once: choices among fixed options, at most one opinion, and the fixed choices in rows to which none can be
added (one answer for every row of every case). Everything else each case takes from its own draft or from what its
handler proposes. All of it is read from the compiled form, never from a list of names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.answers import Posted
from forms.compiler import CompiledForm
from forms.model import Field, keyed
from processes.errors import AnswersRefused
from service.orchestration.reading import TaskView
from service.pages.translation import gettext

_OPINIONS = frozenset({"textarea", "textfield"})
_DECISIONS = frozenset({"radio", "select"})
#: Between a list and its column in the name of a field that answers for every row.
_OF = "--"


@dataclass(frozen=True, slots=True)
class SharedForm:
    """`form` is the case's own; `shown` asks once for all; `own` are required fields each case fills by itself."""

    form: CompiledForm
    shown: CompiledForm
    own: tuple[Field, ...]

    def read(self, posted: Posted) -> dict[str, Any]:
        """The answers for all, as they were typed."""
        return self.shown.from_html(posted)

    def answers_for(self, view: TaskView, shared: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of one case: its own first values, with those for all over them; rows only where blank."""
        first = view.prepared.initial if view.draft is None else view.draft
        answers = dict(first)
        for field in keyed(self.form.fields):
            if field.rows:
                answers[field.key] = self._rows(field, first, view.prepared.given, shared)
            elif field.key in shared:
                answers[field.key] = shared[field.key]
        return answers

    def _rows(
        self, field: Field, first: Mapping[str, Any], given: Mapping[str, Any], shared: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        own, lines = list(first.get(field.key) or ()), list(given.get(field.key) or ())
        said = {column.key: shared[_name(field, column)] for column in field.rows if shared.get(_name(field, column))}
        return [{**said, **(own[number] if number < len(own) else {})} for number in range(max(len(own), len(lines)))]

    def words(self, refused: AnswersRefused) -> str:
        """Why a case was refused, each field by its label."""
        return "；".join(
            f"{self._label(path)}：{message}" if self._label(path) else message
            for path, messages in refused.fields.items()
            for message in messages
        )

    def _label(self, path: str) -> str:
        head, *rest = path.split(".")
        field = next((each for each in keyed(self.form.fields) if each.key == head), None)
        if field is None:
            return ""
        column = next((each for each in field.rows if len(rest) > 1 and each.key == rest[1]), None)
        if column is None:
            return field.label
        return gettext("%(list)s第%(row)s行%(field)s", list=field.label, row=int(rest[0]) + 1, field=column.label)


def shared_form(form: CompiledForm) -> SharedForm | None:
    """The form for several at once; None when the cases differ in more than one opinion can say."""
    asked = [each for each in keyed(form.fields) if each.is_answered]
    opinions = [each for each in asked if each.required and _is_opinion(each)]
    decisions = [each for each in asked if each.required and _is_decision(each) and each.hide is None]
    rows_fit = all(_rows_fit(each) for each in asked if each.type == "dynamiclist")
    if not decisions or len(opinions) > 1 or not rows_fit or any(_is_bound(each) for each in asked):
        return None
    own = tuple(each for each in asked if each.required and not _is_shared(each) and not each.rows)
    return SharedForm(form, replace(form, fields=tuple(_shown(form.fields))), own)


def _shown(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        if field.type == "group":
            members = tuple(_shown(field.children))
            if members:
                yield replace(field, children=members)
        elif field.type == "dynamiclist":
            for column in field.rows:
                if column.is_answered and _is_decision(column):
                    label = gettext("%(list)s：%(field)s（每一行）", list=field.label, field=column.label)
                    yield replace(column, key=_name(field, column), label=label)
        elif not field.key or (field.is_answered and _is_shared(field)):
            yield field


def _name(field: Field, column: Field) -> str:
    return f"{field.key}{_OF}{column.key}"


def _is_decision(each: Field) -> bool:
    return each.type in _DECISIONS and bool(each.values)


def _is_opinion(each: Field) -> bool:
    return each.type in _OPINIONS and each.kind is None and not each.personal


def _is_shared(each: Field) -> bool:
    return _is_decision(each) or _is_opinion(each)


def _is_bound(each: Field) -> bool:
    """True for what nobody can say for several cases: documents, and choices that depend on the case."""
    return each.required and (each.type == "filepicker" or (each.type in _DECISIONS and not each.values))


def _rows_fit(each: Field) -> bool:
    """True for rows that are there already and ask for nothing but fixed choices."""
    columns = [column for column in each.rows if column.is_answered and column.required]
    return not each.can_add_rows and all(_is_decision(column) for column in columns)
