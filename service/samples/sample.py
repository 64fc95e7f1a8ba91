"""The sample policies as plain values, read from `policies.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One policy with its single item. Money in 元 as typed text; `item` holds the twenty elements."""

    key: str
    source: str
    title: str
    maker_org: str
    policy: Mapping[str, Any]
    item: Mapping[str, Any]

    @property
    def text(self) -> bytes:
        """The text of the policy as it is sent to review and issued: the same bytes each time (gate G1)."""
        lines = [self.title, "", f"第一条 {self.policy['purpose']}", f"第二条 {self.policy['clause']}"]
        return "\n".join(lines).encode()

    @property
    def clauses(self) -> list[dict[str, Any]]:
        return [
            {"clause_no": "一", "content": self.policy["purpose"], "benefit": False},
            {"clause_no": "二", "content": self.policy["clause"], "benefit": True},
        ]


@cache
def samples() -> Mapping[str, Sample]:
    """All sample policies by key, in the order of the file."""
    content = tomllib.loads((resources.files(__package__) / "policies.toml").read_text(encoding="utf-8"))
    found = {}
    for row in content["policies"]:
        item = row.pop("item")
        found[row["key"]] = Sample(row["key"], row["source"], row["title"], row["maker_org"], row, item)
    return found
