"""A form as data becomes a thing that loads answers: compile_form, quick_form and CompiledForm.

Answers are JSON values or the text of HTML inputs (money in 元 as decimal text); the result holds typed Python values
(money an int of 分, dates `date`). What form-js would hide is hidden and dropped here too: the browser decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import orjson
from marshmallow import Schema, ValidationError

from forms import answers as answer_shapes
from forms.conditions import has_conditions, hidden_paths
from forms.fields import read_option
from forms.model import CHOICES, Field, Options, keyed
from forms.reader import read_form
from forms.schema import build_schema, required_message, with_condition
from processes.checks.finding import Finding
from processes.errors import AnswersRefused, DefinitionRefused
from processes.stages import TITLES

#: Cross-field rules: typed values in, messages by dotted path out (empty when all is well).
CrossFieldRules = Callable[[dict[str, Any]], Mapping[str, str]]

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SYSTEMS_OWN = "本栏由系统填写，不能修改。"
_FOLDERS = (*TITLES, "generic")


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """A form ready for use. `key` is what diagrams name ("training/record_training"), `digest` its SHA-256.

    `schema` alone checks each field by itself; `load` also applies conditions, run-time options and row counts.
    """

    key: str
    title: str
    digest: str
    fields: tuple[Field, ...]
    schema: type[Schema]
    instance: Schema
    conditional: bool

    def load(
        self,
        answers: Mapping[str, Any],
        *,
        options: Options = _NOTHING,
        given: Mapping[str, Any] = _NOTHING,
        extra: CrossFieldRules | None = None,
    ) -> dict[str, Any]:
        """The typed values of what a person answered: every shown field, None where left blank.

        `options` are the choices of fields with `valuesKey`; `given` the typed values of read-only fields, which
        conditions and rules may use and which are part of the result. Raises AnswersRefused with Chinese
        messages by dotted path ("rows.0.name"); cross-field rules run only when each field by itself is right,
        and see hidden fields as blank.
        """
        values, errors = self.load_partly(answers, options=options, given=given, extra=extra)
        if errors:
            raise AnswersRefused(errors)
        return values

    def load_partly(
        self,
        answers: Mapping[str, Any],
        *,
        options: Options = _NOTHING,
        given: Mapping[str, Any] = _NOTHING,
        extra: CrossFieldRules | None = None,
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """(values, messages by dotted path) of a form that is still being filled in.

        As `load`, but what is wrong or missing is told instead of raised; its value is None (a blank of its type).
        """
        if not isinstance(answers, Mapping) or not all(isinstance(key, str) for key in answers):
            return {}, {"": ["提交的内容应为各栏目的值。"]}
        hidden = self.hidden(answers, given=given)
        kept = answer_shapes.without(answer_shapes.cleaned(self.fields, answers), hidden)
        values, errors = self._deserialize(kept)
        errors.update(
            {field.key: [_SYSTEMS_OWN] for field in keyed(self.fields) if field.readonly and field.key in kept}
        )
        for path, message in self._beyond_schema(values, given, options, hidden):
            errors.setdefault(path, [message])
        if not errors and extra is not None:
            # Rules may name any field: one that is hidden is blank to them, though it is no part of the result.
            refused = extra(answer_shapes.completed(self.fields, values, given, frozenset()))
            errors = {path: [message] for path, message in refused.items()}
        return answer_shapes.completed(self.fields, values, given, hidden), errors

    def hidden(self, answers: Mapping[str, Any], *, given: Mapping[str, Any] = _NOTHING) -> frozenset[str]:
        """Dotted paths of the fields hidden for these (raw) answers; for showing the form while it is filled in."""
        return hidden_paths(self.fields, answers, given) if self.conditional else frozenset()

    def outputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Task data out of loaded values: every declared output, None where hidden or blank.

        JSON only and flat: money an int of 分, dates ISO text, a checklist a list of its values.
        """
        return {
            field.output: answer_shapes.plain(values.get(field.key)) for field in keyed(self.fields) if field.output
        }

    def as_json(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Loaded values as JSON values, for keeping them with the task and for the trail."""
        return {key: answer_shapes.plain(value) for key, value in values.items()}

    def from_html(self, posted: answer_shapes.Posted, *, given: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
        """Answers out of posted HTML form data; rows are named `rows-0-name`. Names the form lacks are left out.

        Money stays the text typed in 元 (so that it can be shown again); `load` makes it 分. `given` tells how
        many rows a list has to which no row can be added.
        """
        return answer_shapes.from_html(self.fields, posted, given)

    def _deserialize(self, kept: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        try:
            loaded = self.instance.load(kept)
        except ValidationError as refused:
            valid = refused.valid_data
            return (valid if isinstance(valid, dict) else {}), dict(_flat(refused.messages))
        return dict(loaded), {}

    def _beyond_schema(
        self, values: dict[str, Any], given: Mapping[str, Any], options: Options, hidden: frozenset[str]
    ) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        _check_fields(self.fields, values, given, options, hidden, found)
        return found


@lru_cache(maxsize=512)
def compile_form(source: bytes) -> CompiledForm:
    """The form in this JSON. The same bytes are compiled once.

    Raises DefinitionRefused with findings for everything outside the subset.
    """
    return compile_unsaved(source)


def compile_unsaved(source: bytes) -> CompiledForm:
    """Like compile_form, but nothing is kept: for what a person is still typing. Raises DefinitionRefused."""
    read, findings = read_form(source)
    if read is None or findings:
        raise DefinitionRefused(findings)
    return _built(read.id, read.title, sha256(source).hexdigest(), read.fields)


@lru_cache(maxsize=256)
def compile_limited(source: bytes, writable: frozenset[str]) -> CompiledForm:
    """The form for a task that fills in only the fields `writable`: all others are read-only, and give no output.

    An answer to one of them is refused like any answer to a read-only field. Raises DefinitionRefused.
    """
    whole = compile_form(source)
    return _built(whole.key, whole.title, whole.digest, tuple(_limited(whole.fields, writable)))


def _limited(fields: tuple[Field, ...], writable: frozenset[str]) -> Iterator[Field]:
    for field in fields:
        if field.type == "group":
            yield replace(field, children=tuple(_limited(field.children, writable)))
        elif field.key and field.key not in writable:
            yield replace(field, readonly=True, output=None)
        else:
            yield field


def _built(form_id: str, title: str, digest: str, fields: tuple[Field, ...]) -> CompiledForm:
    schema = build_schema(form_id, fields)
    return CompiledForm(form_key(form_id), title, digest, fields, schema, schema(), has_conditions(fields))


def form_key(form_id: str) -> str:
    """The key diagrams use for a form: `training_record_training` is `training/record_training`.

    A form that belongs to no stage keeps its id.
    """
    for folder in _FOLDERS:
        if form_id.startswith(f"{folder}_"):
            return f"{folder}/{form_id.removeprefix(f'{folder}_')}"
    return form_id


_QUICK_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "textfield"},
    "integer": {"type": "number"},
    "number": {"type": "number", "decimalDigits": 6},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "money": {"type": "number", "properties": {"kind": "money"}},
}
_QUICK_OUTPUT = re.compile(r"\s*([^\W\d]\w{0,63})\s*:\s*([a-z]+)\s*")


def quick_form(outputs: str, title: str) -> CompiledForm:
    """A form made from a task's `outputs` property: "decision:text, amount:integer, ok:boolean, when:date".

    Everything but a boolean must be answered. Further types: number, money. Raises DefinitionRefused.
    """
    components = []
    for part in outputs.split(","):
        match = _QUICK_OUTPUT.fullmatch(part)
        if match is None or match.group(2) not in _QUICK_TYPES:
            known = "、".join(_QUICK_TYPES)
            message = f"“{part.strip()}”不可用，应写成 名称:类型，类型可为 {known}。"
            raise DefinitionRefused([Finding("OUTPUTS_INVALID", "error", None, None, None, message)])
        components.append(_quick_component(match.group(1), _QUICK_TYPES[match.group(2)]))
    form = {"type": "default", "id": "quick", "schemaVersion": 19, "components": components}
    return compile_form(orjson.dumps({**form, "properties": {"title": title}}))


def _quick_component(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    properties = {**shape.get("properties", {}), "output": name}
    required = shape["type"] != "checkbox"
    return {**shape, "key": name, "label": name, "properties": properties, "validate": {"required": required}}


def _check_fields(
    fields: tuple[Field, ...],
    values: dict[str, Any],
    given: Mapping[str, Any],
    options: Options,
    hidden: frozenset[str],
    found: list[tuple[str, str]],
    prefix: str = "",
) -> None:
    for field, conditional in with_condition(fields):
        path = prefix + field.key
        if path in hidden or field.readonly:
            continue
        value = values.get(field.key)
        if conditional and field.required and _is_missing(field, value):
            found.append((path, "必须勾选后才能提交。" if field.type == "checkbox" else required_message(field)))
        elif field.type in CHOICES and field.values_key is not None and value is not None:
            found.extend((path, message) for message in _check_options(field, field.key, values, options))
        elif field.type == "dynamiclist":
            found.extend((path, message) for message in _check_row_count(field, value or [], given))
            for number, row in enumerate(value or []):
                _check_fields(field.rows, row, _NOTHING, options, hidden, found, f"{path}.{number}.")


def _is_missing(field: Field, value: Any) -> bool:
    return not value if field.type == "checkbox" else value is None or value == []


def _check_options(field: Field, key: str, values: dict[str, Any], options: Options) -> list[str]:
    """Check a choice against the options supplied now, and put the option's own value in its place."""
    if field.values_key not in options:
        return [f"“{field.label}”的选项尚未提供，请联系流程负责人。"]
    known, value = field.options(options), values[key]
    try:
        values[key] = (
            [read_option(each, known) for each in value] if isinstance(value, list) else read_option(value, known)
        )
    except ValidationError as refused:
        return [str(message) for message in refused.messages]
    return []


def _check_row_count(field: Field, rows: list[Any], given: Mapping[str, Any]) -> list[str]:
    fixed = given.get(field.key)
    if not field.can_add_rows and isinstance(fixed, list) and len(rows) != len(fixed):
        return [f"“{field.label}”应为 {len(fixed)} 行，不能增减。"]
    if len(rows) < field.min_rows:
        return [f"“{field.label}”至少填写 {field.min_rows} 行。"]
    if len(rows) > field.max_rows:
        return [f"“{field.label}”最多填写 {field.max_rows} 行。"]
    return []


def _flat(messages: Any, prefix: str = "") -> list[tuple[str, list[str]]]:
    """marshmallow's nested messages by dotted path."""
    if isinstance(messages, list):
        return [(prefix.removesuffix("._schema").removesuffix("_schema"), [str(message) for message in messages])]
    pairs: list[tuple[str, list[str]]] = []
    for key, inner in messages.items():
        pairs += _flat(inner, f"{prefix}.{key}" if prefix else str(key))
    return pairs
