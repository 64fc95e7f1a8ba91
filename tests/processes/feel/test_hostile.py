"""Expressions written to break out, hang or fill the memory: each ends soon and does nothing."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from processes.feel import FeelError, assignments, check, evaluate, names_used, unary_test

CONTEXT = {"x": 1, "text": "a" * 1_000, "items": list(range(1_000)), "object": {"key": "value"}}
SECONDS = 3.0  # generous: the machine is shared; the work itself is bounded by steps, not by time
MEMORY = 60_000_000  # bytes

#: Ways out of a Python evaluator: here they are unknown names, missing members or bad syntax.
ESCAPES = [
    '__import__("os").system("id")',
    'open("/etc/passwd").read()',
    "().__class__.__bases__[1].__subclasses__()",
    '"".__class__.__mro__',
    "x.__class__",
    "object.__init__.__globals__",
    "text.__len__",
    "text.format",
    '"{0.__class__}".format(x)',
    "items.append(1)",
    "object.keys()",
    "(function(a) a).__code__",
    "(function(a) a).__globals__",
    "(function(a) a).call",
    'get value(object, "__class__")',
    "date.__class__",
    'date("2026-01-01").replace(1)',
    'eval("1")',
    'exec("1")',
    "globals()",
    "locals()",
    "vars()",
    "getattr(x, 1)",
    "builtins",
    "__builtins__",
    "lambda: 1",
    "[i for i in items]",
    "import os",
    "x := 1",
    "f'{x}'",
    'function() external {java: {class: "java.lang.Runtime", method signature: "exit()"}}',
    "`id`",
    "$(id)",
    "x; y",
    '@"2026-01-01T00:00:00@../../../../etc/passwd"',
    'time("10:00:00@/etc/localtime")',
    "\x00",
    "x\u202e = 1",
]

#: Ways to burn time.
SLOW = [
    "9**9**9",
    "9**9**9**9**9",
    "(9**9**9)**(9**9**9)",
    "1.0000000001 ** 1e300",
    "exp(1e300)",
    "log(1e-6000)",
    "sqrt(2) ** 1e6000",
    "decimal(1/3, 1e9)",
    "round up(1e6000, 6000)",
    "for i in 1..1000000000 return i",
    "for i in 1..99999 return i",
    "for i in -99999999999999999999..99999999999999999999 return i",
    "for i in 1..1e6000 return i",
    "for i in 1..300, j in 1..300 return i * j",
    "for i in 1..99, j in 1..99, k in 1..99 return 1",
    "some i in 1..1000000000 satisfies i < 0",
    "every i in [1..1000000000] satisfies i > 0",
    'for d in @"0001-01-01"..@"9999-12-31" return d',
    "count(for i in items return for j in items return i + j)",
    "items[count(items[item > 1]) > 1]",
    "for i in items return sort(items, function(a, b) a > b)",
    "{f: function(n) f(n), r: f(1)}.r",
    "(function(f) f(f))(function(f) f(f))",
    "{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r",
    "{f: function(g, n) [g(g, n), g(g, n)], r: f(f, 1)}.r",
    "sort(items, function(a, b) count(items[item > a]) > b)",
    'matches(text, "(a+)+$b")',
    'matches(text, "(a|a)*b")',
    'matches(text, "(a*)*b")',
    'matches(text, "a*a*a*a*a*a*a*a*b")',
    'matches(text, "(.*)(.*)(.*)(.*)(.*)[^a]")',
    'matches(text, "(a{1,100}){1,100}b")',
    'matches(text, "((a{100}){100}){100}")',
    'matches(text, "(((((((((a?)*)*)*)*)*)*)*)*)*b")',
    'matches("", "(|)*(|)*(|)*")',
    'matches(text, "(a{9999}){9999}")',
    'replace(text, "(a+)+b", "$1")',
    'replace(text, "", "x")',
    'split(text, "(a|aa)+b")',
    'for i in items return matches(text, "a*a*b")',
    'for i in 1..4000 return matches("", "(a{40}){40}" + string(i))',
    'for i in 1..4000 return matches("", "(a{99}){99}" + string(i))',
    "for i in 1..5000 return round up(1e6000, 6000)",
    "for i in 1..5000 return exp(1 / i) ** (1 / i)",
    "for i in 1..5000 return string(1e6000)",
    'duration("P999999999D") * 999999999',
    'date("9999-12-31") + duration("P999999999Y")',
    'duration("P999999999Y") * 1e30',
]

#: Ways to fill memory or overflow a stack.
BIG = [
    "(" * 1_900,
    "[" * 1_900,
    "{a:" * 600,
    "-" * 1_900 + "1",
    "not(" * 400 + "true" + ")" * 400,
    "if true then " * 140,
    "function(a) " * 150 + "a",
    "x" + ".a" * 900,
    "x" + "[1]" * 600,
    "items" + "[item > 0]" * 150,
    "+".join("1" * 900),
    "x" * 2_001,
    '"' + "a" * 3_000 + '"',
    "1" * 1_500,
    "1e999999999",
    "1" + "0" * 60,
    "for i in 1..9999 return text",
    'string join(for i in items return text, "")',
    "{a: [1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d,d]}",
    "string({a: [1,1,1,1], b: [a,a,a,a], c: [b,b,b,b], d: [c,c,c,c], e: [d,d,d,d], f: [e,e,e,e], g: [f,f,f,f,f]})",
    "{a: [1,1,1,1], b: [a,a,a,a], c: [b,b,b,b], d: [c,c,c,c], e: [d,d,d,d], f: [e,e,e,e], g: [f,f,f,f,f]}",
    "{a: [1,1], b: [a,a], c: [b,b], d: [c,c], e: [d,d], f: [e,e], g: [f,f], h: [g,g], i: [h,h], j: [i,i], k: [j,j]}",
    "string(for i in 1..100 return partial)",
    "for i in 1..100 return partial",
    "flatten(for i in 1..60 return [partial, partial])",
    "(for i in 1..40 return partial) = (for i in 1..40 return partial)",
    "distinct values(for i in 1..40 return [partial, partial])",
    "for i in 1..60 return if i = 1 then text else partial[-1] + partial[-1]",
    'replace(text, "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
    "for i in 1..60 return if i = 1 then items else concatenate(partial[-1], partial[-1])",
    'for i in 1..60 return string join([], "")',
    'replace(text, "(a+)", string join(for i in 1..400 return "$1", ""))',
    "string(for i in 1..4000 return text)",
    'string(for i in 1..4000 return text + "\\"")',
    "context merge(for i in items return {a: items, b: items, c: items})",
]

HOSTILE = [*ESCAPES, *SLOW, *BIG]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{number}: {text[:40]!r}" for number, text in enumerate(HOSTILE)])
def test_a_hostile_expression_ends_soon_and_yields_only_plain_values(text):
    started = time.perf_counter()
    try:
        value = evaluate(text, CONTEXT)
    except FeelError as problem:
        assert problem.code in {"FEEL_SYNTAX", "FEEL_LIMIT"}
        assert problem.message
    else:
        assert_plain(value)
    assert time.perf_counter() - started < SECONDS


def assert_plain(value):
    if isinstance(value, list):
        for each in value:
            assert_plain(each)
    elif isinstance(value, dict):
        assert_plain(list(value.values()))
    else:
        assert type(value).__module__ in {"builtins", "decimal", "datetime", "processes.feel.values"}
        assert not callable(value)


@pytest.mark.parametrize("text", ESCAPES[:30])
def test_no_way_out_yields_a_value(text):
    try:
        assert evaluate(text, CONTEXT) in (None, [], [None])
    except FeelError as problem:
        assert problem.code == "FEEL_SYNTAX"


@pytest.mark.parametrize("text", [text for text in HOSTILE if text not in ESCAPES[:30]])
def test_checking_a_hostile_expression_ends_soon(text):
    started = time.perf_counter()
    assert isinstance(check(text, {"x"}), list)
    assert isinstance(check(text, None, unary=True), list)
    assert time.perf_counter() - started < SECONDS


def test_hostile_expressions_stay_within_memory():
    tracemalloc.start()
    try:
        for text in BIG[-4:]:
            try:
                evaluate(text, CONTEXT)
            except FeelError:
                continue
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["now()", "today()", 'working days after(@"2026-01-01", 5)'])
def test_time_exists_only_when_it_is_supplied(name):
    with pytest.raises(FeelError) as caught:
        evaluate(name, {})
    assert caught.value.code == "FEEL_CLOCK"


def test_data_cannot_bring_functions_or_objects_in():
    with pytest.raises(FeelError) as caught:
        evaluate("f", {"f": print})
    assert caught.value.code == "FEEL_VALUE"
    assert evaluate("f(1)", {"f": 3}) is None


def test_too_much_data_is_refused():
    with pytest.raises(FeelError) as caught:
        evaluate("count(x)", {"x": [0] * 100_001})
    assert caught.value.code == "FEEL_LIMIT"


def test_limits_hold_in_cells_and_scripts():
    for refused in (
        lambda: unary_test("9" * 3_000, 1, {}),
        lambda: assignments("x = " + "(" * 500),
        lambda: assignments("x = 1\n" * 10_000),
        lambda: names_used("[" * 1_900),
    ):
        with pytest.raises(FeelError):
            refused()
