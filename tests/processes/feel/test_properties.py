"""What holds for all values: arithmetic, ranges, three-valued logic, texts of values, patterns, working bounds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Context, Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from processes.feel import FeelError, YearsMonthsDuration, check, evaluate, to_plain, unary_test
from processes.feel.text import text_of

EXACT = Context(prec=34)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
whole = st.integers(min_value=-50, max_value=50)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))
three_valued = st.sampled_from([True, False, None])
texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
patterns = st.from_regex(r"\A(?:[abc.]|\[ab\]|\[\^a\]|\([abc]\|[abc]?\)|\(?:[ab]\))(?:[abc.*+?]{0,2}[abc]){0,4}\Z")


@given(numbers, numbers)
def test_arithmetic_is_decimal_arithmetic(a, b):
    data = {"a": a, "b": b}
    assert evaluate("a + b", data) == EXACT.add(a, b)
    assert evaluate("a - b", data) == EXACT.subtract(a, b)
    assert evaluate("a * b", data) == EXACT.multiply(a, b)
    assert evaluate("a / b", data) == (EXACT.divide(a, b) if b else None)
    assert evaluate(f"({a}) + ({b})", {}) == EXACT.add(a, b)


@given(numbers, numbers)
def test_the_remainder_is_what_floor_division_leaves(a, b):
    assume(b)
    assert evaluate("modulo(a, b) = a - b * floor(a / b)", {"a": a.quantize(Decimal(1)), "b": b}) is True


@given(whole, whole, whole, st.booleans(), st.booleans())
def test_being_in_a_range_is_two_comparisons(x, low, high, low_in, high_in):
    span = f"{'[' if low_in else '('}low..high{']' if high_in else ')'}"
    compared = f"x {'>=' if low_in else '>'} low and x {'<=' if high_in else '<'} high"
    data = {"x": x, "low": low, "high": high}
    inside = evaluate(compared, data)
    assert evaluate(f"x in {span}", data) is inside
    assert unary_test(span, x, data) is inside
    assert unary_test(f"not({span})", x, data) is (not inside)
    assert evaluate(f"includes({span}, x)", data) is inside
    if low_in and high_in:
        assert evaluate("x between low and high", data) is inside


@given(three_valued, three_valued)
def test_the_laws_of_de_morgan_hold_with_null(a, b):
    data = {"a": a, "b": b}
    assert evaluate("not(a and b)", data) is evaluate("not(a) or not(b)", data)
    assert evaluate("not(a or b)", data) is evaluate("not(a) and not(b)", data)
    assert evaluate("a and b", data) is evaluate("b and a", data)


@given(days, st.integers(-20_000, 20_000))
def test_days_are_added_and_taken_away_again(day, n):
    data = {"d": day, "n": timedelta(days=n)}
    assert evaluate("d + n", data) == day + timedelta(days=n)
    assert evaluate("(d + n) - d = n", data) is True
    assert evaluate("(d + n) - n = d", data) is True


@given(days, st.integers(0, 2_000))
def test_adding_months_never_leaves_the_month(day, months):
    moved = evaluate("d + m", {"d": day, "m": YearsMonthsDuration(months)})
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day


@given(st.one_of(numbers, st.booleans(), days, texts, st.timedeltas(timedelta(-9999), timedelta(9999))))
def test_the_text_of_a_value_reads_back(value):
    value = evaluate("v", {"v": value})
    written = text_of(value)
    back = {bool: "{}", Decimal: "{}"}.get(type(value))
    if back:
        assert evaluate(back.format(written), {}) == value
    elif isinstance(value, str):
        assert written == value
    else:
        assert evaluate(f'@"{written}"', {}) == value


@given(texts)
def test_a_text_literal_holds_any_text(text):
    quoted = text_of([text])[1:-1]
    for raw, escaped in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        quoted = quoted.replace(raw, escaped)
    assert evaluate(quoted, {}) == text


@given(plain)
def test_json_data_passes_through_unchanged(value):
    assert to_plain(evaluate("v", {"v": value})) == value


@given(st.lists(whole, max_size=8), whole)
def test_list_functions_agree_with_each_other(items, x):
    data = {"l": items, "x": x}
    assert evaluate("list contains(l, x)", data) is (x in items)
    assert evaluate("count(l[item = x]) = count(index of(l, x))", data) is True
    assert evaluate("reverse(reverse(l)) = l", data) is True
    assert evaluate("sort(l, function(a, b) a < b)", data) == sorted(items)
    assert evaluate("distinct values(l)", data) == list(dict.fromkeys(items))
    assert evaluate("sum(l)", data) == (sum(items) if items else None)
    assert evaluate("for i in l return i + 0", data) == items
    assert evaluate("some i in l satisfies i > x", data) is any(i > x for i in items)
    assert evaluate("every i in l satisfies i > x", data) is all(i > x for i in items)


@given(patterns, st.text(alphabet="abc", max_size=12))
@settings(max_examples=300)
def test_patterns_find_what_backtracking_finds(pattern, text):
    try:
        expected = re.search(pattern, text)
    except re.error:
        return
    got = evaluate("matches(t, p)", {"t": text, "p": pattern})
    assume(got is not None)  # possessive quantifiers exist only in the other one
    assert got is (expected is not None)
    if expected and expected.end() > expected.start():
        found = evaluate('replace(t, p, "<$0>")', {"t": text, "p": pattern})
        assert found == re.sub(pattern, lambda match: f"<{match.group()}>", text)


@given(st.text(alphabet='ab12 .,+-*/<>=()[]{}:"?@and or not in if then else', max_size=40))
@settings(max_examples=400)
def test_any_text_either_evaluates_or_is_refused_in_words(text):
    problems = check(text, None)
    try:
        evaluate(text, {"a": 1, "b": [1, 2]})
    except FeelError as problem:
        assert problem.message
        assert problem.code in {"FEEL_SYNTAX", "FEEL_LIMIT"}
        assert problems or problem.code == "FEEL_LIMIT"
    else:
        assert problems == []
