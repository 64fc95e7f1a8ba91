"""Our evaluator and feelin (the one bpmn.io's editors use) agree on the shared table.

Rows on which they do not agree are listed in feelin_differences.json with the reason, and told in docs/feel.md.
`absent` rows use what feelin 8.2.0 does not have; they are left out of the rate. `differs` rows count against it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from processes.feel import Range, evaluate
from tests.processes.feel.table import CASES, TABLE, label, outcome, same

ROOT = Path(__file__).parents[3]
FEELIN = ROOT / "service" / "web" / "node_modules" / "feelin"
HERE = Path(__file__).parent
DIFFERENCES: list[dict[str, str]] = json.loads((HERE / "feelin_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    if not FEELIN.is_dir():
        pytest.fail(f"feelin is missing: run `npm ci --ignore-scripts` in {FEELIN.parents[1].relative_to(ROOT)}")
    done = subprocess.run(
        ["node", str(HERE / "ask_feelin.mjs"), str(FEELIN)],
        input=json.dumps(TABLE),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def disagreements(answers: list[dict[str, Any]]) -> set[str]:
    return {
        label(case)
        for case, answer in zip(CASES, answers, strict=True)
        if "error" in answer or not same(answer["value"], outcome(case))
    }


def test_feelin_is_the_version_the_differences_were_told_for(answers):
    assert json.loads((FEELIN / "package.json").read_text(encoding="utf-8"))["version"] == "8.2.0"
    assert len(answers) == len(CASES)


def test_the_evaluators_differ_exactly_where_it_is_listed(answers):
    assert disagreements(answers) == {row["case"] for row in DIFFERENCES}


def test_at_least_99_percent_of_what_both_have_agrees(answers):
    absent = {row["case"] for row in DIFFERENCES if row["kind"] == "absent"}
    shared = [label(case) for case in CASES if label(case) not in absent]
    differing = disagreements(answers) - absent
    assert len(shared) > 900
    assert 1 - len(differing) / len(shared) >= 0.99


def test_every_difference_is_told_with_its_reason():
    page = (ROOT / "docs" / "feel.md").read_text(encoding="utf-8")
    for row in DIFFERENCES:
        assert row["kind"] in {"absent", "differs"}
        assert row["reason"] in page
        assert f"`{row['case']}`" in page


def test_no_row_of_the_table_is_a_range_that_could_hide_a_difference():
    """Ranges are opaque objects in feelin, so the shared table holds none."""
    values = [evaluate(case["expression"], TABLE["context"]) for case in CASES if "expression" in case]
    assert not [value for value in values if isinstance(value, Range)]
