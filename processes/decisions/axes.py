"""The values of one input column, cut into the smallest parts that all its cells treat alike.

Between two neighbouring constants of a column no cell can change its mind, so one value stands for the whole part.
That is exact as long as a cell only compares the input with constants; a cell that does more is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from processes.decisions.model import Input
from processes.feel import FeelError, evaluate, nodes, unary_test
from processes.feel.parser import parse_unary_tests

#: More parts than this in one column and the table is too large to be looked at completely.
MOST_PARTS = 500
_FREE = ("", "-")
_ALLOWED = (
    nodes.UnaryTests, nodes.Dash, nodes.Test, nodes.Compare, nodes.Between, nodes.In, nodes.And, nodes.Or,
    nodes.RangeLiteral, nodes.ListLiteral, nodes.Literal,
)  # fmt: skip


class NotDecided(Exception):
    """The cell compares its input with something other than constants of one kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a column from `low` to `high` (None: without end); a single value when both are the same.

    `example` is a value inside it. A part without bounds (`is_other`) is every text that no cell names.
    """

    example: Any
    low: Any = None
    low_included: bool = False
    high: Any = None
    high_included: bool = False
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A column as its parts, in order. A set of parts is a bit mask: bit 0 is the first part."""

    column: Input
    kind: str  # number | date | boolean | string | any
    parts: tuple[Part, ...]

    @property
    def whole(self) -> int:
        return (1 << len(self.parts)) - 1

    def mask(self, cell: str) -> int:
        """The parts that pass the cell. Raises FeelError."""
        if cell in _FREE:
            return self.whole
        passing = (unary_test(cell, part.example, {}) is True for part in self.parts)
        return sum(1 << place for place, passes in enumerate(passing) if passes)

    def example(self, mask: int) -> Any:
        """A value in the set: the first of its parts that is no blank."""
        chosen = [part.example for place, part in enumerate(self.parts) if mask >> place & 1]
        return next((each for each in chosen if each is not None), None)


def constants(cell: str) -> list[Any]:
    """The constants a cell compares its input with. Raises NotDecided for a cell that does anything else."""
    if cell in _FREE:
        return []
    try:
        return list(_constants(parse_unary_tests(cell, ())))
    except FeelError as problem:
        raise NotDecided(f"写法有误：{problem.message}") from problem


def _constants(node: nodes.Node) -> Iterator[Any]:
    if isinstance(node, nodes.Literal):
        yield node.value
    elif isinstance(node, nodes.Name):
        if node.name != "?":
            raise NotDecided(f"用到了别的数据“{node.name}”")
    elif isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal):
        if not isinstance(node.operand.value, Decimal):
            raise NotDecided("负号后面不是数字")
        yield -node.operand.value
    elif isinstance(node, nodes.Call):
        yield _date_of(node)
    elif isinstance(node, _ALLOWED):
        for child in nodes.children(node):
            yield from _constants(child)
    else:
        raise NotDecided("不只是与固定的值比较")


def _date_of(node: nodes.Call) -> date:
    """`date("2026-10-01")` is a constant; every other call is not."""
    argument = node.arguments[0] if len(node.arguments) == 1 else None
    value = None
    if isinstance(node.callee, nodes.Name) and node.callee.name == "date" and isinstance(argument, nodes.Literal):
        value = evaluate("date(text)", {"text": argument.value})
    if not isinstance(value, date) or isinstance(value, datetime):
        raise NotDecided("用到了函数")
    return value


def build_axis(column: Input, cells: Sequence[str]) -> Axis:
    """The column as parts for these cells. Raises NotDecided with what stands in the way."""
    found = [value for cell in (*cells, column.allowed) for value in constants(cell)]
    has_null = any(value is None for value in found)
    values = [value for value in found if value is not None]
    kinds = {_kind_of(value) for value in values}
    if len(kinds) > 1:
        raise NotDecided("同一列里混用了不同种类的值")
    kind = kinds.pop() if kinds else ("boolean" if column.type == "boolean" else "any")
    parts = list(_parts(kind, values))
    if len(parts) > MOST_PARTS:
        raise NotDecided(f"固定的值太多（超过 {MOST_PARTS} 段）")
    if column.allowed:
        parts = [part for part in parts if unary_test(column.allowed, part.example, {}) is True]
    if has_null:
        parts.insert(0, Part(None))
    return Axis(column, kind, tuple(parts))


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, date) and not isinstance(value, datetime):
        return "date"
    raise NotDecided("含有时间、时长或其他不能逐段比较的值")


def _parts(kind: str, values: list[Any]) -> Iterator[Part]:
    if kind == "boolean":
        yield Part(True, True, True, True, True)
        yield Part(False, False, True, False, True)
    elif kind == "string":
        for text in dict.fromkeys(values):
            yield Part(text, text, True, text, True)
        yield Part(_other_text(values), is_other=True)
    elif kind == "any":
        yield Part(True, is_other=True)
    else:
        yield from _stretches(sorted(set(values)))


def _other_text(values: list[str]) -> str:
    other = "其他"
    while other in values:
        other += "_"
    return other


def _stretches(bounds: list[Any]) -> Iterator[Part]:
    step: Any = timedelta(1) if isinstance(bounds[0], date) else Decimal(1)
    yield Part(bounds[0] - step, high=bounds[0])
    for place, bound in enumerate(bounds):
        yield Part(bound, bound, True, bound, True)
        following = bounds[place + 1] if place + 1 < len(bounds) else None
        if following is None:
            yield Part(bound + step, low=bound)
        elif isinstance(bound, Decimal):
            yield Part((bound + following) / 2, low=bound, high=following)
        elif following - bound > step:  # between two neighbouring days there is nothing
            yield Part(bound + step, low=bound, high=following)


def cell_text(axis: Axis, mask: int) -> str:
    """The set as the text of a cell: "-", "[0..100)", "not(\\"甲\\")"."""
    if mask == axis.whole:
        return "-"
    others = [place for place, part in enumerate(axis.parts) if part.is_other]
    if others and mask >> others[0] & 1:
        left_out = [_literal(part.example) for place, part in enumerate(axis.parts) if not mask >> place & 1]
        return f"not({', '.join(left_out)})"
    return ", ".join(_runs(axis, mask))


def _runs(axis: Axis, mask: int) -> Iterator[str]:
    """Neighbouring parts as one stretch; named values one by one."""
    place = 0
    while place < len(axis.parts):
        if not mask >> place & 1:
            place += 1
            continue
        first = last = place
        ordered = axis.kind in ("number", "date") and axis.parts[first].example is not None
        while ordered and last + 1 < len(axis.parts) and mask >> (last + 1) & 1:
            last += 1
        yield _stretch(axis.parts[first], axis.parts[last])
        place = last + 1


def _stretch(first: Part, last: Part) -> str:
    low, high = first.low, last.high
    if low is None and high is None:
        return _literal(first.example)  # a single value without bounds is null
    if low is None:
        return f"{'<=' if last.high_included else '<'} {_literal(high)}"
    if high is None:
        return f"{'>=' if first.low_included else '>'} {_literal(low)}"
    if low == high:
        return _literal(low)
    return f"{'[' if first.low_included else '('}{_literal(low)}..{_literal(high)}{']' if last.high_included else ')'}"


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return orjson.dumps(value).decode()
