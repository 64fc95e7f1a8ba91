"""A compiled form as JSON Schema (2020-12), with the options, first values and facts of one task.

Conditions (`x-hide`, FEEL) and rules across fields are the server's: a client may ignore them and read the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CompiledForm
from forms.display import display
from forms.model import CHOICES, Field, Options, keyed
from handlers.stage import Prepared

_ID = {"type": "string", "format": "uuid"}


def form_detail(form: CompiledForm, version: int | None, start: Prepared, draft: Mapping[str, Any] | None) -> Any:
    """What a client needs to fill in a form: the schema, first values (or the kept draft), given values, facts."""
    options: Options = {name: list(choices) for name, choices in start.options.items()}
    return {
        "key": form.key,
        "version": version,
        "title": form.title,
        "schema": json_schema(form, options),
        "initial": dict(start.initial),
        "draft": None if draft is None else dict(draft),
        "given": given_texts(form, start, options),
        "facts": [{"label": fact.label, "value": fact.value} for fact in start.facts],
    }


def given_texts(form: CompiledForm, start: Prepared, options: Options) -> dict[str, Any]:
    """Read-only values as people read them, personal ones masked; a table of fixed rows as a list of such rows."""
    return _given(form.fields, start.given, options)


def _given(fields: tuple[Field, ...], values: Mapping[str, Any], options: Options) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for field in keyed(fields):
        if field.key not in values:
            continue
        if field.rows:
            texts[field.key] = [_given(field.rows, row, options) for row in values[field.key]]
        elif field.readonly:
            texts[field.key] = display(field, values[field.key], options=options)
    return texts


def json_schema(form: CompiledForm, options: Options) -> dict[str, Any]:
    """The answers the form accepts, as JSON Schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(form.fields, options)}


def _object(fields: tuple[Field, ...], options: Options) -> dict[str, Any]:
    answered = [field for field in keyed(fields) if field.is_answered]
    return {
        "type": "object",
        "properties": {field.key: _described(field, options) for field in answered},
        "required": [field.key for field in answered if field.required and field.hide is None],
        "additionalProperties": False,
    }


def _described(field: Field, options: Options) -> dict[str, Any]:
    said = {
        "title": field.label,
        "description": field.description,
        "x-kind": field.kind,
        "x-hide": field.hide,
        "x-output": field.output,
        "default": field.default,
    }
    return {**_typed(field, options), **{name: value for name, value in said.items() if value not in (None, "")}}


def _typed(field: Field, options: Options) -> dict[str, Any]:
    if field.type == "dynamiclist":
        return {
            "type": "array",
            "items": _object(field.children, options),
            "minItems": field.min_rows,
            "maxItems": field.max_rows,
        }
    if field.type in CHOICES:
        return _choice(field, options)
    if field.type == "filepicker":
        return {"type": "array", "items": _ID, "maxItems": 50 if field.multiple else 1, "x-accept": field.accept}
    if field.type == "checkbox":
        return {"type": "boolean", **({"const": True} if field.required else {})}
    if field.kind == "money":
        return {"type": "string", "pattern": r"^-?[0-9,]+(\.[0-9]{1,2})?$", "x-unit": "元"}
    if field.kind == "date" or field.type == "datetime":
        return {"type": "string", "format": "date"}
    if field.type == "number" or field.kind == "percent":
        return _number(field)
    return _text(field)


def _choice(field: Field, options: Options) -> dict[str, Any]:
    one = {"oneOf": [{"const": option.value, "title": option.label} for option in field.options(options)]}
    return {"type": "array", "items": one, "uniqueItems": True} if field.type == "checklist" else one


def _number(field: Field) -> dict[str, Any]:
    digits = 2 if field.kind == "percent" else field.decimal_digits
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    described: dict[str, Any] = {"type": "number" if digits else "integer"}
    described.update({name: float(bound) for name, bound in bounds.items() if bound is not None})
    return described


def _text(field: Field) -> dict[str, Any]:
    rules = {"minLength": field.min_length, "maxLength": field.max_length, "pattern": field.pattern}
    return {"type": "string", **{name: rule for name, rule in rules.items() if rule is not None}}


def masked_answers(form: CompiledForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers without personal values in full: those are shown as people read them, masked."""
    return {name: _masked(form.fields, name, value) for name, value in answers.items()}


def _masked(fields: tuple[Field, ...], name: str, value: Any) -> Any:
    field = next((each for each in keyed(fields) if each.key == name), None)
    if field is None:
        return value
    if field.rows and isinstance(value, list):
        return [
            {key: _masked(field.rows, key, inner) for key, inner in row.items()} if isinstance(row, Mapping) else row
            for row in value
        ]
    return display(field, value) if field.personal and isinstance(value, str) else value
