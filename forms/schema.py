"""Makes a marshmallow Schema out of a form's fields. Conditions are not known here: see compiler.CompiledForm.load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from forms.fields import (
    MOST_FILES,
    Account,
    Attachments,
    BusinessDate,
    Checked,
    Choice,
    Choices,
    CreditCode,
    Fen,
    IdNumber,
    Number,
    Percent,
    Phone,
    Text,
)
from forms.model import CHOICES, Field
from forms.subset import AREA_LENGTH, PATTERN_LENGTH, TEXT_LENGTH

_SCHEMA_MESSAGES = {"unknown": "表单里没有这一栏，请删除。", "type": "内容的形式不对，应为各栏目的值。"}


class FormSchema(Schema):
    """The base of every compiled schema: unknown fields are refused, in Chinese."""

    class Meta:
        unknown = RAISE

    error_messages = _SCHEMA_MESSAGES


def build_schema(name: str, form_fields: tuple[Field, ...]) -> type[Schema]:
    """A Schema class with one marshmallow field per field a person answers.

    A field with a condition (its own or its group's) is never required here, because whether it shows depends
    on the answers.
    """
    built: dict[str, Any] = {
        field.key: _build(field, required=field.required and not conditional)
        for field, conditional in with_condition(form_fields)
        if field.is_answered
    }
    return FormSchema.from_dict(built, name=name)


def with_condition(form_fields: tuple[Field, ...], inside: bool = False) -> Iterator[tuple[Field, bool]]:
    """Every keyed field, and whether it can be hidden by a condition of its own or of a group around it."""
    for field in form_fields:
        conditional = inside or field.hide is not None
        if field.type == "group":
            yield from with_condition(field.children, conditional)
        elif field.key:
            yield field, conditional


def required_message(field: Field) -> str:
    """What to say when a required field is empty."""
    verb = "请选择" if field.type in CHOICES else "请上传" if field.type == "filepicker" else "请填写"
    return f"{verb}“{field.label}”。"


def _build(field: Field, *, required: bool) -> fields.Field[Any]:
    if field.type == "checkbox":
        # An unticked box is not sent by HTML: absent means unticked, and a required box must be ticked.
        return Checked(must=required, required=required, error_messages=_messages(field))
    common: dict[str, Any] = {"required": required, "error_messages": _messages(field)}
    if field.type == "dynamiclist":
        row = build_schema(f"{field.key}_row", field.children)
        return fields.List(fields.Nested(row), **common)
    if field.type == "filepicker":
        return Attachments(most=MOST_FILES if field.multiple else 1, **common)
    if field.type in CHOICES:
        choice = Choices if field.type == "checklist" else Choice
        return choice(None if field.values_key else field.values, **common)
    return (_KINDS.get(field.kind or "") or _TYPES[field.type])(field, common)


def _messages(field: Field) -> dict[str, str]:
    message = required_message(field)
    if field.type == "checkbox":
        message = "必须勾选后才能提交。"
    return {"required": message, "null": message, "invalid": "内容的形式不对，应为若干行。", "type": "内容的形式不对。"}


def _text(field: Field, common: Mapping[str, Any]) -> fields.Field[Any]:
    area = field.type == "textarea"
    longest = field.max_length or (PATTERN_LENGTH if field.pattern else AREA_LENGTH if area else TEXT_LENGTH)
    checks: list[validate.Validator | Callable[[str], None]] = [
        validate.Length(max=longest, error=f"最多 {longest} 个字。"),
    ]
    if field.min_length:
        checks.append(validate.Length(min=field.min_length, error=f"至少 {field.min_length} 个字。"))
    if field.pattern:
        checks.append(_pattern(field.pattern))
    return Text(multiline=area, validate=checks, **common)


def _pattern(pattern: str) -> Callable[[str], None]:
    """form-js looks for the pattern anywhere in the text; write ^ and $ to mean the whole."""
    compiled = re.compile(pattern)

    def check(text: str) -> None:
        # Run only on text the length check accepts: all validators run, and a long text makes a pattern slow.
        if len(text) <= PATTERN_LENGTH and compiled.search(text) is None:
            raise ValidationError("格式不符合要求，请按说明填写。")

    return check


def _money(field: Field, common: Mapping[str, Any]) -> fields.Field[Any]:
    lowest = _fen(field.minimum)
    return Fen(minimum=0 if lowest is None else lowest, maximum=_fen(field.maximum), **common)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def _percent(field: Field, common: Mapping[str, Any]) -> fields.Field[Any]:
    return Percent(minimum=field.minimum, maximum=field.maximum, **common)


def _number(field: Field, common: Mapping[str, Any]) -> fields.Field[Any]:
    return Number(digits=field.decimal_digits, minimum=field.minimum, maximum=field.maximum, **common)


def _plain(kind: type[fields.Field[Any]]) -> Callable[[Field, Mapping[str, Any]], fields.Field[Any]]:
    return lambda _field, common: kind(**common)


_KINDS: dict[str, Callable[[Field, Mapping[str, Any]], fields.Field[Any]]] = {
    "money": _money,
    "percent": _percent,
    "date": _plain(BusinessDate),
    "credit_code": _plain(CreditCode),
    "id_number": _plain(IdNumber),
    "phone": _plain(Phone),
    "account": _plain(Account),
}
_TYPES: dict[str, Callable[[Field, Mapping[str, Any]], fields.Field[Any]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _plain(BusinessDate),
}
