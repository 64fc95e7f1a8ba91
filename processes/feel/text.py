"""Values as text (`string(…)`), and as plain task data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from processes.feel.errors import FeelError, limit
from processes.feel.limits import MAX_STRING
from processes.feel.temporal import format_duration, format_time
from processes.feel.values import Range, Value, YearsMonthsDuration


def text_of(value: Value) -> str:
    """The value as FEEL writes it; a text stays as it is. Raises FeelError (FEEL_LIMIT) when it gets too long."""
    if value.__class__ is str:
        return str(value)
    writer = _Writer()
    writer.write(value)
    return "".join(writer.pieces)


class _Writer:
    """Collects the pieces of a text and stops as soon as they are too long together."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._length = 0

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > MAX_STRING:
            raise limit(f"表达式产生的文字太长（超过 {MAX_STRING} 个字）。")
        self.pieces.append(piece)

    def write(self, value: Value) -> None:
        """Add a value; texts inside collections stand in quotes."""
        if value.__class__ is str:
            self._add('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
        elif value.__class__ is list:
            self._series("[", ((None, each) for each in value), "]")
        elif value.__class__ is dict:
            self._series("{", value.items(), "}")
        elif value.__class__ is Range:
            self._range(value)
        else:
            self._add(_scalar(value))

    def _series(self, opening: str, entries: Iterable[tuple[str | None, Value]], closing: str) -> None:
        self._add(opening)
        for index, (key, each) in enumerate(entries):
            self._add((", " if index else "") + ("" if key is None else f"{key}: "))
            self.write(each)
        self._add(closing)

    def _range(self, span: Range) -> None:
        self._add("[" if span.start_included else "(")
        if span.start is not None:
            self.write(span.start)
        self._add("..")
        if span.end is not None:
            self.write(span.end)
        self._add("]" if span.end_included else ")")


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
