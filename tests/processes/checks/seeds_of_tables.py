"""The faults that are put into the shipped decision table and into shipped forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.processes.checks.seeded import Change, Seed, at, attribute, without

FormChange = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class FormSeed:
    """A fault in a form; `seed.stem` is its key, `seed.element` the key of the field."""

    seed: Seed
    change: FormChange

    def broken(self, forms: Path) -> bytes:
        """The broken form file."""
        form = json.loads((forms / f"{self.seed.stem}.form").read_text(encoding="utf-8"))
        self.change(form)
        return json.dumps(form, ensure_ascii=False).encode()


def cell(key: str, text: str) -> Change:
    """Write another text into a cell."""

    def change(root: etree._Element) -> None:
        at(root, key)[0].text = text

    return change


def gone(key: str) -> Change:
    """Delete a cell, column or row."""

    def change(root: etree._Element) -> None:
        element = at(root, key)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return change


TABLE_SEEDS = [
    Seed(
        "a cell that does not read",
        "review_level",
        cell("rule_large_amount", ">= >= 5"),
        "EXPRESSION_INVALID",
        "rule_large_amount",
    ),
    Seed(
        "a result that does not read",
        "review_level",
        cell("rule_large_level", '"重大'),
        "EXPRESSION_INVALID",
        "rule_large_level",
    ),
    Seed(
        "an unknown hit policy",
        "review_level",
        attribute("review_level_table", "hitPolicy", "BEST"),
        "HIT_POLICY",
        "review_level_table",
    ),
    Seed("a cell too few", "review_level", gone("rule_small_flag"), "TABLE_SHAPE", "rule_small"),
    Seed("no output column", "review_level", gone("output_level"), "TABLE_SHAPE", "review_level_table"),
    Seed("a decision without an id", "review_level", without("review_level", "id"), "MISSING_ID", None),
]


def _field(form: dict[str, Any], key: str) -> dict[str, Any]:
    waiting = list(form["components"])
    while waiting:
        one = waiting.pop(0)
        if one.get("key") == key:
            found: dict[str, Any] = one
            return found
        waiting += one.get("components", [])
    raise AssertionError(key)


def setting(key: str, name: str, value: Any) -> FormChange:
    """Give a field another setting."""

    def change(form: dict[str, Any]) -> None:
        _field(form, key)[name] = value

    return change


def _form(what: str, key: str, change: FormChange, code: str, element: str | None) -> FormSeed:
    return FormSeed(Seed(what, key, lambda root: None, code, element), change)


VISIT = "review/visit_site"
FORM_SEEDS: list[FormSeed] = [
    _form("two fields of one key", VISIT, setting("findings", "key", "outcome"), "FORM_KEY_REPEATED", "outcome"),
    _form("a field without a label", VISIT, setting("outcome", "label", ""), "FORM_LABEL_MISSING", "outcome"),
    _form("a component that is not ours", VISIT, setting("outcome", "type", "iframe"), "FORM_COMPONENT_UNKNOWN", None),
    _form("nothing to choose from", VISIT, setting("outcome", "values", []), "FORM_OPTIONS_INVALID", "outcome"),
    _form(
        "a condition that does not read",
        VISIT,
        setting("findings", "conditional", {"hide": "= outcome = ="}),
        "FORM_CONDITION_INVALID",
        "findings",
    ),
    _form(
        "more rows asked for than allowed",
        VISIT,
        setting("people", "properties", {"min_rows": 9, "max_rows": 3}),
        "FORM_BOUND_INVALID",
        "people",
    ),
    _form(
        "a long text among the process data",
        VISIT,
        setting("findings", "properties", {"output": "findings"}),
        "FORM_OUTPUT_INVALID",
        "findings",
    ),
    _form(
        "a setting nothing reads", VISIT, setting("findings", "autocomplete", "on"), "FORM_SETTING_UNKNOWN", "findings"
    ),
]
