"""Rules shared by the forms that carry a policy text or a signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from processes.policy_words import Signature


def clause_numbers_once(values: dict[str, Any]) -> Mapping[str, str]:
    """Every clause number of a text stands once, so that an item's clause is one clause."""
    seen: set[str] = set()
    refused: dict[str, str] = {}
    for number, row in enumerate(values.get("clauses") or ()):
        if row["clause_no"] in seen:
            refused[f"clauses.{number}.clause_no"] = f"条款号“{row['clause_no']}”用了不止一次，请核对。"
        seen.add(row["clause_no"])
    return refused


def return_has_reason(result: str, *, opinion: str = "opinion") -> Callable[[dict[str, Any]], Mapping[str, str]]:
    """A rule: who returns a paper (field `result` is 退回) says why in `opinion`."""

    def rule(values: dict[str, Any]) -> Mapping[str, str]:
        if values[result] == Signature.RETURNED and not values[opinion]:
            return {opinion: "退回时请说明理由，让经办人知道改什么。"}
        return {}

    return rule
