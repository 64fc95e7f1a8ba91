"""One measured figure, its target, and the table they are printed in."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `at_most` or `at_least` is the target of the design, when it has one."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.at_most is None and self.at_least is None:
            return ""
        low = self.at_least is None or self.value >= self.at_least
        high = self.at_most is None or self.value <= self.at_most
        return "met" if low and high else "missed"

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}" if self.at_least is not None else ""


def as_data(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    return [{**asdict(figure), "verdict": figure.verdict} for figure in figures]


def lines(figures: Sequence[Figure]) -> list[str]:
    """The figures as lines of a table, aligned, ready to print or to keep in a Markdown page."""
    rows = [("figure", "value", "unit", "target", "", "note")]
    rows += [(f.name, f"{f.value:,.2f}", f.unit, f.target, f.verdict, f.note) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [table[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *table[1:]]


def percentile(seconds: Sequence[float], share: float) -> float:
    """In milliseconds; 0 for nothing measured."""
    if not seconds:
        return 0.0
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
