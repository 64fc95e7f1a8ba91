"""Expressions of Java engines say the same in FEEL, or are refused with the reason."""

from __future__ import annotations

import pytest

from processes import feel
from processes.doctor.juel import NotMapped, to_feel

MAPPED = {
    "${a == 'x'}": 'a = "x"',
    "${amount >= 1000 && !approved}": "amount >= 1000 and not(approved)",
    "#{empty name}": '(name = null or name = "" or name = [])',
    "Hello ${name}!": '"Hello " + string(name) + "!"',
    "${execution.getVariable('ok') == true}": "ok = true",
    "${x.equals('y') or n % 2 eq 0}": 'x = "y" or modulo(n, 2) = 0',
    "${a ? 1 : 2}": "if a then 1 else 2",
    "= a > 1": "a > 1",
    "${(a || b) && c}": "(a or b) and c",
    "${list.size() > 2}": "count(list) > 2",
    "${name.startsWith('A')}": 'starts with(name, "A")',
    "${-a + b * 2}": "-a + b * 2",
}


@pytest.mark.parametrize(("text", "expected"), MAPPED.items(), ids=list(MAPPED))
def test_an_expression_is_mapped(text: str, expected: str) -> None:
    assert to_feel(text) == expected
    assert feel.check(expected, None) == []


@pytest.mark.parametrize(
    "text", ["${bean.run(a)}", "${a +}", "${", "${a b}", "${now()}", "${'x}", "${" + "a" * 3000 + "}"]
)
def test_what_has_no_counterpart_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(NotMapped) as refused:
        to_feel(text)
    assert str(refused.value)


def test_a_mapped_expression_gives_the_same_value() -> None:
    data = {"amount": 1500, "approved": False, "n": 4, "x": "z"}
    assert feel.evaluate(to_feel("${amount >= 1000 && !approved}"), data) is True
    assert feel.evaluate(to_feel("${x.equals('y') or n % 2 == 0}"), data) is True
    assert feel.evaluate(to_feel("${amount lt 10 ? 'small' : 'large'}"), data) == "large"
