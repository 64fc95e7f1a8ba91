"""Gaps and overlaps of decision tables: exact, compared with trying every point by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from processes.decisions import Input, Output, Rule, Table
from processes.decisions.coverage import analyse
from processes.feel import unary_test

HALF = Decimal("0.5")
#: Every point at which a table with constants 0 … 6 could change its mind, and one between each two.
NUMBERS = [Decimal(n) * HALF for n in range(-4, 17)]
DAYS = [date(2026, 1, 1) + timedelta(n) for n in range(-2, 10)]
TEXTS = ["甲", "乙", "丙"]


def table(columns: list[tuple[str, str]], rules: list[tuple[list[str], str]], policy: str = "UNIQUE") -> Table:
    """A table of (label, allowed values) columns and (cells, result) rules."""
    inputs = tuple(Input(f"i{n}", label, f"x{n}", "", allowed) for n, (label, allowed) in enumerate(columns))
    built = tuple(Rule(f"r{n}", n, tuple(cells), (result,), "") for n, (cells, result) in enumerate(rules, 1))
    return Table(policy, "", inputs, (Output("o", "r", "结果", "", "", ""),), built)


def one(*cells: str, policy: str = "UNIQUE", allowed: str = "") -> Table:
    return table([("数", allowed)], [([cell], f'"{n}"') for n, cell in enumerate(cells)], policy)


def gap_cells(found: Table) -> list[tuple[str, ...]]:
    gaps = analyse(found).gaps
    assert gaps is not None
    return [gap.cells for gap in gaps]


@pytest.mark.parametrize(
    ("cells", "gaps"),
    [
        (["< 10", ">= 10"], []),
        (["< 10", "> 10"], ["10"]),
        (["[0..10)", "[10..20]"], ["< 0, > 20"]),
        (["(0..10)"], ["<= 0, >= 10"]),
        (['"甲"', '"乙"'], ['not("甲", "乙")']),
        (['not("甲")'], ['"甲"']),
        (["true"], ["false"]),
        (["-"], []),
        (["-5"], ["< -5, > -5"]),
        (["? > 3 and ? < 5", "<= 3"], [">= 5"]),
        (['date("2026-01-01")', '> date("2026-01-02")'], ['< date("2026-01-01"), date("2026-01-02")']),
        (["null"], ["not(null)"]),
        (["not(null)"], ["null"]),
        (["null", "-"], []),
    ],
)
def test_gaps_are_told_as_cells(cells: list[str], gaps: list[str]) -> None:
    assert gap_cells(one(*cells)) == [(each,) for each in gaps]


def test_a_gap_over_two_columns_is_told_in_one_sentence_with_an_example() -> None:
    found = table(
        [("金额", ""), ("类别", '"企业","个人"')],
        [(["< 100", '"企业"'], '"a"'), ([">= 100", "-"], '"b"')],
    )

    gaps = analyse(found).gaps

    assert gaps is not None
    assert [gap.sentence for gap in gaps] == ['“金额”为 < 100，“类别”为 "个人"']
    assert gaps[0].example == (Decimal(99), "个人")


def test_allowed_values_bound_the_column() -> None:
    assert gap_cells(one("[0..50)", allowed="[0..100]")) == [("[50..100]",)]


def test_default_results_leave_no_gap() -> None:
    found = one("< 10")
    filled = Table(found.hit_policy, "", found.inputs, (Output("o", "r", "结果", "", "", '"默认"'),), found.rules)

    assert analyse(filled).gaps == ()


@pytest.mark.parametrize(
    ("policy", "results", "matters"),
    [
        ("UNIQUE", ('"甲"', '"甲"'), True),
        ("ANY", ('"甲"', '"甲"'), False),
        ("ANY", ("1", "1.0"), False),
        ("ANY", ('"甲"', '"乙"'), True),
        ("ANY", ("a", "b"), True),
        ("FIRST", ('"甲"', '"乙"'), False),
        ("COLLECT", ('"甲"', '"乙"'), False),
    ],
)
def test_an_overlap_matters_by_the_hit_policy(policy: str, results: tuple[str, str], matters: bool) -> None:
    found = analyse(table([("数", "")], [(["< 10"], results[0]), (["> 5"], results[1])], policy))

    assert [(each.first, each.second, each.region.cells, each.matters) for each in found.overlaps] == [
        (1, 2, ("(5..10)",), matters)
    ]


def test_a_rule_behind_others_that_take_all_it_takes_is_never_reached() -> None:
    found = analyse(one("< 5", ">= 5", "3", policy="FIRST"))

    assert [rule.number for rule in found.hidden] == [3]
    assert analyse(one("< 5", ">= 5", "3", policy="COLLECT")).hidden == ()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("> limit", "用到了别的数据“limit”"),
        ("? + 1 > 5", "不只是与固定的值比较"),
        ('contains(?, "甲")', "用到了函数"),
        ('duration("P5D")', "用到了函数"),
        ("> ", "写法有误"),
        ('"甲"', "混用了不同种类的值"),
    ],
)
def test_what_is_more_than_a_comparison_with_constants_is_not_decided(cell: str, words: str) -> None:
    found = analyse(one("< 3", cell))

    assert found.gaps is None
    assert words in found.undecided[0].sentence


def test_a_table_in_too_many_pieces_is_not_decided_in_time() -> None:
    rules = [([str(n % 7) if n % 9 == k % 9 else f"[{(n * k) % 11}..{(n * k) % 11 + 3}]" for k in range(9)], "1")
             for n in range(60)]  # fmt: skip

    found = analyse(table([(f"列{k}", "") for k in range(9)], rules, "COLLECT"))

    assert found.gaps is None
    assert "限定的步数" in found.undecided[0].sentence


def test_a_table_with_very_many_rows_is_not_decided() -> None:
    found = analyse(one(*(str(number) for number in range(401))))

    assert found.gaps is None
    assert "超过 400 行" in found.undecided[0].sentence


def test_a_hundred_rows_over_two_columns_are_decided() -> None:
    cells = [f"[{10 * number}..{10 * number + 10})" for number in range(100)]

    found = analyse(table([("甲", ""), ("乙", "")], [([cell, cell], "1") for cell in cells]))

    assert found.overlaps == ()
    assert found.gaps and found.truncated


def number_cells() -> some.SearchStrategy[str]:
    whole = some.integers(0, 6)
    return some.one_of(
        some.just("-"),
        whole.map(str),
        some.tuples(some.sampled_from(["<", "<=", ">", ">="]), whole).map(lambda pair: f"{pair[0]} {pair[1]}"),
        some.tuples(some.sampled_from("[("), whole, whole, some.sampled_from("])")).map(
            lambda part: f"{part[0]}{min(part[1:3])}..{max(part[1:3])}{part[3]}"
        ),
        some.tuples(whole, whole).map(lambda pair: f"not({pair[0]}, {pair[1]})"),
        some.tuples(whole, whole).map(lambda pair: f"{pair[0]}, > {pair[1]}"),
    )


def day_cells() -> some.SearchStrategy[str]:
    day = some.integers(0, 6).map(lambda n: f'date("{(date(2026, 1, 1) + timedelta(n)).isoformat()}")')
    return some.one_of(some.just("-"), day, some.tuples(some.sampled_from(["<", "<=", ">", ">="]), day).map(" ".join))


TEXT_CELLS = some.sampled_from(["-", '"甲"', '"乙"', '"甲", "乙"', 'not("甲")', 'not("乙", "甲")'])
FLAG_CELLS = some.sampled_from(["-", "true", "false"])


@given(some.lists(some.tuples(number_cells(), TEXT_CELLS, FLAG_CELLS, day_cells()), min_size=1, max_size=5))
def test_gaps_and_overlaps_agree_with_trying_every_point(rows: list[tuple[str, str, str, str]]) -> None:
    columns = [("数", ""), ("字", '"甲","乙","丙"'), ("真假", ""), ("日", "")]
    found = analyse(table(columns, [(list(row), "1") for row in rows], "COLLECT"))
    assert found.gaps is not None and not found.truncated
    passing = [[_passing(cell, values) for cell, values in zip(row, GRID, strict=True)] for row in rows]
    gaps = [[_passing(cell, values) for cell, values in zip(gap.cells, GRID, strict=True)] for gap in found.gaps]

    met: set[tuple[int, int]] = set()
    for point in product(*(range(len(values)) for values in GRID)):
        taking = [number for number, row in enumerate(passing, 1) if _inside(row, point)]
        assert any(_inside(gap, point) for gap in gaps) == (not taking)
        met |= {(one, other) for one in taking for other in taking if one < other}

    assert {(each.first, each.second) for each in found.overlaps} == met


GRID: list[list[Any]] = [NUMBERS, list(TEXTS), [True, False], list(DAYS)]


def _passing(cell: str, values: list[Any]) -> list[bool]:
    return [cell == "-" or unary_test(cell, value, {}) is True for value in values]


def _inside(columns: list[list[bool]], point: tuple[int, ...]) -> bool:
    return all(column[place] for column, place in zip(columns, point, strict=True))
