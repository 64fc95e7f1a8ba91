"""What an indicator is, and the arithmetic they share. An indicator without records is absent, never zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

#: Percentages and averages are shown with one decimal.
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of domain section 11. `value` is decimal text in `unit`; `basis` says what was counted."""

    code: str
    name: str
    value: str
    unit: str
    basis: str
    target: str = ""

    @property
    def shown(self) -> str:
        """The value as people read it: 96.5%, 3.2个工作日."""
        return f"{self.value}{self.unit}"

    def as_data(self) -> dict[str, Any]:
        """JSON values for the snapshot."""
        return {**asdict(self), "shown": self.shown}


def share(
    code: str, name: str, part: int, whole: int, *, counted: str, target: str = "", noun: str = "项"
) -> list[Indicator]:
    """`part` of `whole` in percent; nothing when there is no whole."""
    if not whole:
        return []
    value = tenths(Decimal(100 * part) / whole)
    return [Indicator(code, name, value, "%", f"{counted}：{part} / {whole} {noun}", target)]


def average(
    code: str, name: str, values: Sequence[int], unit: str, *, counted: str, target: str = ""
) -> list[Indicator]:
    """The mean of the values; nothing when there are none."""
    if not values:
        return []
    mean = tenths(Decimal(sum(values)) / len(values))
    return [Indicator(code, name, mean, unit, f"{counted}，共 {len(values)} 个样本", target)]


def middle_and_slowest(
    code: str, name: str, values: Sequence[int], unit: str, *, counted: str, target: str = ""
) -> list[Indicator]:
    """The median, with the 90th percentile in the basis; nothing when there are no values."""
    if not values:
        return []
    ordered = sorted(values)
    slowest = ordered[-(-len(ordered) * 9 // 10) - 1]
    basis = f"{counted}，共 {len(ordered)} 个样本；90%在 {slowest}{unit}以内"
    return [Indicator(code, name, tenths(Decimal(median(ordered))), unit, basis, target)]


def tenths(value: Decimal) -> str:
    """Decimal text with at most one decimal and no trailing zero: 96.5, 100."""
    return f"{value.quantize(_TENTH, ROUND_HALF_UP).normalize():f}"
