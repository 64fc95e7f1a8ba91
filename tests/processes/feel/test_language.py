"""What the shared table cannot say: errors and their words, names, scripts, host functions, task data."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest

from processes.errors import ProcessError
from processes.feel import (
    FeelError,
    Range,
    YearsMonthsDuration,
    assignments,
    check,
    evaluate,
    names_used,
    to_plain,
    unary_test,
)


class Level(StrEnum):
    CITY = "市级"


# -- values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", Decimal(1)),
        ('"a"', "a"),
        ("true", True),
        ('@"2026-03-01"', date(2026, 3, 1)),
        ('@"09:30:00"', time(9, 30)),
        ('@"2026-03-01T09:30:00Z"', datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ('@"P5DT1H"', timedelta(days=5, hours=1)),
        ('@"P1Y6M"', YearsMonthsDuration(18)),
        ("[1..5)", Range(Decimal(1), Decimal(5), True, False)),
        ("(> 5)", Range(Decimal(5), None, False, False)),
        ("[1]", [Decimal(1)]),
        ("{a: null}", {"a": None}),
        ("function(a) a", None),
    ],
)
def test_values_come_out_as_python_values(text, value):
    got = evaluate(text, {})
    assert got == value
    assert type(got) is type(value)


def test_data_goes_in_as_exact_values():
    data = {"i": 3, "f": 0.1, "b": True, "d": date(2026, 1, 1), "e": Level.CITY, "t": (1, 2), "n": float("nan")}
    assert evaluate("i / 2", data) == Decimal("1.5")
    assert evaluate("f * 3 = 0.3", data) is True
    assert evaluate("b", data) is True
    assert evaluate('e = "市级"', data) is True
    assert evaluate("t", data) == [1, 2]
    assert evaluate("n", data) is None
    assert evaluate('d < @"2026-01-02"', data) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true < false", None),
        ('"2026-03-01" > @"2026-02-01"', None),
        ("[true, false][item]", [True]),
        ("[1, 2, 3][even(item)]", [2]),
        ("insert before([1, 3], -1, 2)", [1, 2, 3]),
        ('years and months duration(@"2013-08-24", @"2011-12-22")', YearsMonthsDuration(-20)),
        ('years and months duration(@"2026-01-31", @"2026-02-28")', YearsMonthsDuration(0)),
        ('date and time("2026-01-01T00:00:00") < date and time("2026-01-01T00:00:00Z")', None),
        ('@"2026-01-01T00:00:00Z" = @"2026-01-01T08:00:00+08:00"', True),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ('@"2026-03-01T10:00:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('matches("中文", "^\\\\p{L}+$")', True),
        ('matches("a", "(")', None),
        ('matches("aa", "(a)\\\\1")', None),
        ('replace("abc", "b*", "-")', "-a--c-"),
        ('split("a--b", "-+")', ["a", "b"]),
        ('matches("a\\nb", "^b$", "m")', True),
        ('matches("a\\nb", "a.b")', False),
        ('matches("a\\nb", "a.b", "s")', True),
        ('matches("ab", "a b", "x")', True),
        ('matches("a", "a", "q")', None),
        ('matches("abab", "^(?:ab){2}$")', True),
        ('replace("aaa", "a{2}?", "b")', "ba"),
        ('replace("a1", "([a-z])([0-9])", "$2$1")', "1a"),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ('sort([1, "a"])', None),
        ("(1 + 2).x", None),
        ("0 ** 0", None),
        ('trim("  a ")', "a"),
    ],
)
def test_further_values(text, expected):
    assert evaluate(text, {}) == expected


def test_a_null_input_passes_only_what_says_so():
    assert unary_test("null", None, {}) is True
    assert unary_test("-", None, {}) is True
    assert unary_test("> 5", None, {}) is None
    assert unary_test("not(> 5)", None, {}) is None


@pytest.mark.parametrize(
    ("cell", "value", "passed"),
    [
        ("true", None, False),
        ("true", "a", None),
        ("false", False, True),
        ("flag", None, False),
        ("flag", True, True),
        ("x > 3", None, True),
        ("x > 9", False, False),
        ("x > 3 and true", "a", True),
        ("?", False, False),
        ("? = null", None, True),
        ("not([1..3))", 3, True),
        ("not(true) ", True, False),
        ("not(x > 9), 7", 7, True),
    ],
)
def test_a_cell_is_a_condition_or_a_value_to_compare(cell, value, passed):
    assert unary_test(cell, value, {"x": 5, "flag": True}) is passed


# -- words for people


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a == 1", "一个等号"),
        ("a && b", "and"),
        ("a || b", "or"),
        ("a <> b", "!="),
        ("!a", "not("),
        ('a = "x', "引号"),
        ("a = 'x'", "双引号"),
        ("a = “x”", "中文引号"),
        ("f（a）", "中文标点“（”"),
        ("[1，2]", "中文标点“，”"),
        ("a ＝ 1", "中文标点“＝”"),
        ("a ≥ 1", ">="),
        ("a；b", "中文标点“；”"),
        ("a % 2", "modulo"),
        ("a ^ 2", "**"),
        ("a = １", "全角数字"),
        ("2024年 = 1", "以数字开头"),
        ("a AND b", "小写"),
        ("a 并且 b", "and"),
        ("(a", "右括号"),
        ("a)", "多了一个右括号"),
        ("[1, 2", "右方括号"),
        ("{a: 1", "右花括号"),
        ("{a 1}", "冒号"),
        ("if a then b", "else"),
        ("if a", "then"),
        ("for x in y", "return"),
        ("some x in y", "satisfies"),
        ("a between 1", "and"),
        ("a b", "缺少运算符"),
        ("a +", "还缺内容"),
        ("", "空的"),
        ("   ", "空的"),
        ("= 1", "左边缺少"),
        ("and a", "前面缺少"),
        ('@"tomorrow"', "不是日期"),
        ("f(a: 1, 2)", "每个参数"),
        ("a instance number", "of"),
        ("[1..5", "区间缺少结尾"),
    ],
)
def test_syntax_problems_are_explained(text, words):
    problems = check(text, None)
    assert problems, text
    assert words in problems[0].message
    assert problems[0].code == "FEEL_SYNTAX"
    with pytest.raises(FeelError):
        evaluate(text, {})


def test_an_error_is_a_process_error_with_a_place():
    with pytest.raises(ProcessError) as caught:
        evaluate("a = 1 and\n b == 2", {})
    assert isinstance(caught.value, FeelError)
    assert (caught.value.line, caught.value.column) == (2, 4)
    assert "第 2 行第 4 个字" in caught.value.message


def test_every_habit_in_a_text_is_reported_at_once():
    assert [problem.column for problem in check("a == 1 && b == “x”", None)] == [3, 8, 13, 16]


def test_unknown_names_are_found_with_a_suggestion():
    problems = check("amuont > 1 and string lenght(x) = 2", {"amount", "x"})
    assert [problem.code for problem in problems] == ["FEEL_SYNTAX"]
    problem = check("amuont > 1", {"amount", "x"})[0]
    assert problem.code == "FEEL_UNKNOWN_NAME"
    assert "amount" in problem.message
    assert "函数" in check("leng(x)", {"x"})[0].message


@pytest.mark.parametrize(
    "text",
    [
        "for i in list return i + partial[-1]",
        "some i in list satisfies i = x",
        "list[age > 3 and item.name = x]",
        "{a: 1, b: a}.b",
        "(function(n) n + x)(1)",
        "first name + string(x)",
        "working days after(today(), 3)",
        "x instance of number",
    ],
)
def test_names_an_expression_brings_itself_are_known(text):
    assert check(text, {"list", "x", "first name"}) == []


def test_a_cell_is_checked_as_a_cell():
    assert check("> 5, [1..2]", set(), unary=True) == []
    assert check("> 5", set()) != []
    assert check("? > 5", {"x"}, unary=True) == []
    assert check("? > 5", {"x"}) != []


def test_names_used_are_those_read_from_the_data():
    assert names_used("for i in list return i + x") == {"list", "x"}
    assert names_used("people[age > limit].name") == {"people", "age", "limit"}
    assert names_used("string length(金额)") == {"金额"}
    assert names_used("first name", known_names=["first name"]) == {"first name"}


# -- scripts


def test_a_script_is_lines_of_assignments():
    script = '// 注释\n\nx = 1 + 2\n金额 = x * 100 // 分\nok = x = 3 and "a//b" = "a//b"\n'
    assert assignments(script) == [
        ("x", "1 + 2"),
        ("金额", "x * 100 // 分"),
        ("ok", 'x = 3 and "a//b" = "a//b"'),
    ]


@pytest.mark.parametrize(
    "script",
    ["x", "x == 1", "x => 1", "x += 1", "a.b = 1", "a[1] = 2", "import os", "x = ", "1 = x", "if = 1", "typename = 1",
     "x = 1; y = 2", "x ＝ 1", "x =\n1", "def f(): pass", "x = f(", "a b = 1"],
)  # fmt: skip
def test_a_script_refuses_anything_else(script):
    with pytest.raises(FeelError) as caught:
        assignments(script)
    assert "第 1 行" in caught.value.message


def test_a_script_error_names_its_own_line():
    with pytest.raises(FeelError) as caught:
        assignments("x = 1\ny = 2 ==")
    assert (caught.value.line, caught.value.column) == (2, 7)


# -- functions of the host


def days_after(start, n):
    return start + timedelta(days=int(n))


def test_host_functions_have_names_with_spaces_and_named_parameters():
    functions = {"working days after": days_after, "today": lambda: date(2026, 3, 1)}
    assert evaluate("working days after(today(), 2)", {}, functions) == date(2026, 3, 3)
    assert evaluate("working days after(n: 2, start: today())", {}, functions) == date(2026, 3, 3)
    assert evaluate("working days after(today())", {}, functions) is None
    assert unary_test("> today()", date(2026, 3, 2), {}, functions) is True


def test_an_error_of_a_host_function_is_not_swallowed():
    def refuse():
        raise ProcessError("日历缺少 2030 年，请先补充。")

    with pytest.raises(ProcessError, match="日历"):
        evaluate("check calendar()", {}, {"check calendar": refuse})


# -- task data


@pytest.mark.parametrize(
    ("text", "plain", "again"),
    [
        ("100", 100, "x"),
        ("1.50 * 2", 3, "x"),
        ("0.35", "0.35", "number(x)"),
        ("1 / 3", "0.3333333333333333333333333333333333", "number(x)"),
        ('"a"', "a", "x"),
        ("true", True, "x"),
        ("null", None, "x"),
        ('@"2026-03-01"', "2026-03-01", "date(x)"),
        ('@"09:30:00+08:00"', "09:30:00+08:00", "time(x)"),
        ('@"2026-03-01T09:30:00Z"', "2026-03-01T09:30:00Z", "date and time(x)"),
        ('@"P1DT2H3M4.5S"', "P1DT2H3M4.5S", "duration(x)"),
        ('@"-P14M"', "-P1Y2M", "duration(x)"),
        ("[1, {a: 2}]", [1, {"a": 2}], "x"),
    ],
)
def test_values_become_task_data_and_read_back(text, plain, again):
    value = evaluate(text, {})
    assert to_plain(value) == plain
    assert type(to_plain(value)) is type(plain)
    assert evaluate(again, {"x": plain}) == value
