"""Values as text (`string(…)`), and as plain task data."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from processes.feel.errors import FeelError
from processes.feel.temporal import format_duration, format_time
from processes.feel.values import Range, Value, YearsMonthsDuration, bounded_text


def text_of(value: Value) -> str:
    """The value as FEEL writes it; a text stays as it is. Raises FeelError (FEEL_LIMIT) when it gets too long."""
    return value if value.__class__ is str else bounded_text("".join(_parts(value)))


def _parts(value: Value) -> list[str]:
    if value.__class__ is str:
        return ['"', value.replace("\\", "\\\\").replace('"', '\\"'), '"']
    if value.__class__ is list:
        return ["[", *_joined([_parts(each) for each in value]), "]"]
    if value.__class__ is dict:
        return ["{", *_joined([[f"{key}: ", *_parts(each)] for key, each in value.items()]), "}"]
    if value.__class__ is Range:
        return [_range_text(value)]
    return [_scalar(value)]


def _joined(parts: list[list[str]]) -> list[str]:
    return [piece for index, part in enumerate(parts) for piece in ([", ", *part] if index else part)]


def _range_text(span: Range) -> str:
    start = "" if span.start is None else "".join(_parts(span.start))
    end = "" if span.end is None else "".join(_parts(span.end))
    return f"{'[' if span.start_included else '('}{start}..{end}{']' if span.end_included else ')'}"


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is Decimal:
        return number_text(value)
    if value.__class__ is date:
        return str(value.isoformat())
    if value.__class__ is datetime or value.__class__ is time:
        return format_time(value)
    if value.__class__ is timedelta or value.__class__ is YearsMonthsDuration:
        return format_duration(value)
    return "function"


def number_text(value: Decimal) -> str:
    """A number without exponent and without trailing zeros: `0.5`, `100`."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def to_plain(value: Value) -> Value:
    """A FEEL value as JSON for task data.

    A whole number becomes int (money in 分 stays exact). Any other number becomes its decimal text, as
    dates, times and durations become their ISO text: JSON has no exact kind for them, float would change
    amounts, and each text reads back with its function: `number(x)`, `date(x)`, `time(x)`,
    `date and time(x)`, `duration(x)`. A range becomes its FEEL text.

    Raises FeelError (FEEL_VALUE) for a function.
    """
    if value.__class__ is Decimal:
        return int(value) if value == value.to_integral_value() else number_text(value)
    if value is None or value.__class__ is str or value.__class__ is bool:
        return value
    if value.__class__ is list:
        return [to_plain(each) for each in value]
    if value.__class__ is dict:
        return {key: to_plain(each) for key, each in value.items()}
    text = text_of(value)
    if text == "function":
        raise FeelError("FEEL_VALUE", "函数不能保存到流程数据里，请保存它算出的结果。")
    return text
