"""Every row of the shared table gives what the table says."""

from __future__ import annotations

import pytest

from tests.processes.feel.table import CASES, label, outcome, same


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {label(case)}" for number, case in enumerate(CASES)])
def test_the_expression_gives_the_value_in_the_table(case):
    got = outcome(case)
    assert same(got, case["expected"]), f"{label(case)} gave {got!r}"


def test_the_table_has_no_row_twice():
    assert len({label(case) for case in CASES}) == len(CASES)


def test_the_table_is_several_hundred_rows():
    assert len(CASES) > 900
