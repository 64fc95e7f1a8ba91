"""Values as people read them, and as they stand in an input field. Personal values are masked unless asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.identifiers import mask_account, mask_id_number, mask_name, mask_phone
from forms.model import CHOICES, Field, Option, Options, OptionValue
from processes.money import format_yuan, plain_yuan

BLANK = "—"

_MASKS: Mapping[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "phone": mask_phone,
    "account": mask_account,
}
_NO_OPTIONS: Options = {}


def display(field: Field, value: Any, *, options: Options = _NO_OPTIONS, reveal: bool = False) -> str:
    """A loaded or stored value as text: 10,000.50 元, 2026年10月12日, the label of an option, 张*.

    `reveal` shows personal values in full; the caller has checked the right to see them and records it.
    """
    if value is None or value == "" or value == []:
        return BLANK
    if field.type == "dynamiclist":
        return f"共 {len(value)} 行"
    if field.type == "checkbox":
        return "是" if value else "否"
    if field.type == "filepicker":
        return f"{len(value)} 个附件"
    text = _text(field, value, options)
    if field.personal and not reveal:
        return _MASKS.get(field.kind or "", mask_name)(text)
    return text


def input_text(field: Field, value: Any) -> str:
    """A loaded or stored value as the text of an input: money in 元 without separators, dates in ISO form."""
    if value is None or isinstance(value, list | dict):
        return ""
    if field.kind == "money" and isinstance(value, int) and not isinstance(value, bool):
        return plain_yuan(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | bool):
        return Option(value, "").token
    return _number(value).replace(",", "")


def _text(field: Field, value: Any, options: Options) -> str:
    if field.type in CHOICES:
        return _labels(field, value, options)
    if field.kind == "money":
        return f"{format_yuan(int(value))} 元"
    if field.kind == "percent":
        return f"{_number(value)}%"
    if field.kind == "date":
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if field.type == "number":
        return _number(value)
    return str(value)


def _labels(field: Field, value: OptionValue | list[OptionValue], options: Options) -> str:
    labels = {option.token: option.label for option in field.options(options)}
    chosen = value if isinstance(value, list) else [value]
    return "、".join(labels.get(Option(each, "").token, str(each)) for each in chosen)


def _number(value: Any) -> str:
    number = Decimal(str(value))
    return f"{number.normalize():,f}" if number else "0"
