"""The shared table of cases and how a value is written in it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from processes.feel import evaluate, unary_test
from processes.feel.text import text_of

TABLE = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
CONTEXT: dict[str, Any] = TABLE["context"]
CASES: list[dict[str, Any]] = TABLE["cases"]


def label(case: dict[str, Any]) -> str:
    """What a case evaluates, for reports."""
    return case["expression"] if "expression" in case else f"{json.dumps(case['input'])} ? {case['test']}"


def outcome(case: dict[str, Any]) -> Any:
    """What our evaluator answers, written as the table writes it."""
    if "expression" in case:
        return written(evaluate(case["expression"], CONTEXT))
    return unary_test(case["test"], case["input"], CONTEXT)


def written(value: Any) -> Any:
    """A value as JSON; dates, durations and ranges as their text behind an @."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [written(each) for each in value]
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    return "@" + text_of(value)


def same(left: Any, right: Any) -> bool:
    """Equal as JSON, numbers to twelve digits (the other evaluator counts in binary)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-12 * max(1.0, abs(left), abs(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)
