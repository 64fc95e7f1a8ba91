"""The table of codes, its documentation, and the proof that each code can be met."""

from __future__ import annotations

import re
from pathlib import Path

from processes.checks.codes import CHAPTERS, CODES
from tests.processes.checks.faults import DIAGRAMS
from tests.processes.checks.test_sets import TABLE_FAULTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "checks.md"
#: Shown by tests of their own instead of a row in a table of faults.
SHOWN_ELSEWHERE = {
    "NO_FILES",
    "TOO_MANY_FILES",
    "UNKNOWN_FILE_TYPE",
    "XML_REFUSED",
    "NOT_BPMN",
    "KEY_REPEATED",
    "NOT_DECIDED",
    "ENGINE_REFUSED",
    "ELEMENT_LOST",
    "SCENARIOS_INVALID",
    "SCENARIO_REFERENCE",
    "SCENARIO_FAILED",
    "SCENARIO_COVERAGE_LOST",
}


def test_every_code_is_shown_by_a_broken_file() -> None:
    shown = {fault.code for fault in DIAGRAMS} | {code for _, code, _ in TABLE_FAULTS.values()}
    assert set(CODES) - SHOWN_ELSEWHERE <= shown
    assert not SHOWN_ELSEWHERE - set(CODES)


def test_the_documentation_lists_every_code_with_its_severity_and_meaning() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\w+) \| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(code, info.severity, info.meaning) for code, info in CODES.items()]


def test_no_code_stands_in_two_chapters() -> None:
    assert len(CODES) == sum(len(chapter) for chapter in CHAPTERS.values())
