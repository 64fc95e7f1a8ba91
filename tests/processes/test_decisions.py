"""Decision tables: hit policies, defaults, allowed values, required decisions."""

from __future__ import annotations

from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import pytest

from processes.decisions import DecisionError, evaluate, inspect, matching_rules

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'


def table(rules, *, policy="UNIQUE", aggregation="", inputs=("x",), outputs=("r",), allowed="", default="", extra=""):
    """A DMN decision as XML; a rule is (input cells, output cells)."""
    parts = [f'<decision id="t" name="测试">{extra}<decisionTable hitPolicy="{policy}"']
    parts.append(f' aggregation="{aggregation}">' if aggregation else ">")
    parts += [
        f'<input id="i{n}" label={quoteattr(text)}>'
        f"<inputExpression><text>{escape(text)}</text></inputExpression></input>"
        for n, text in enumerate(inputs)
    ]
    for name in outputs:
        values = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
        fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        parts.append(f'<output id="o_{name}" name="{name}">{values}{fallback}</output>')
    for number, (conditions, results) in enumerate(rules, 1):
        parts.append(f'<rule id="r{number}">')
        parts += [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in conditions]
        parts += [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in results]
        parts.append("</rule>")
    return "".join([*parts, "</decisionTable></decision>"])


def file(*decisions: str) -> bytes:
    return (HEAD + "".join(decisions) + "</definitions>").encode()


def decide(rules, x, **options):
    return evaluate(file(table(rules, **options)), "t", {"x": x})


OVERLAPPING = [(["> 5"], ['"大"']), (["> 1"], ['"中"']), (["-"], ['"任意"'])]


def test_unique_gives_the_result_of_the_one_matching_rule():
    rules = [(["[0..60)"], ['"不通过"']), ([">= 60"], ['"通过"'])]
    assert decide(rules, 60) == "通过"
    assert decide(rules, 59) == "不通过"


def test_unique_names_the_rules_that_clash():
    with pytest.raises(DecisionError) as caught:
        decide(OVERLAPPING, 9)
    assert caught.value.code == "DECISION_NOT_UNIQUE"
    assert "第 1 条、第 2 条、第 3 条" in caught.value.message
    assert caught.value.facts["rule_ids"] == ["r1", "r2", "r3"]


def test_first_stops_at_the_first_matching_rule():
    assert decide(OVERLAPPING, 9, policy="FIRST") == "大"
    assert decide(OVERLAPPING, 2, policy="FIRST") == "中"
    assert decide(OVERLAPPING, 0, policy="FIRST") == "任意"


def test_the_rules_that_count_are_told_by_id():
    def told(policy: str) -> tuple[str, ...]:
        return matching_rules(file(table(OVERLAPPING, policy=policy)), "t", {"x": 2})

    assert told("FIRST") == ("r2",)
    assert told("COLLECT") == ("r2", "r3")


def test_any_accepts_rules_that_agree_and_refuses_rules_that_do_not():
    agreeing = [(["> 5"], ['"甲"']), (["> 1"], ['"甲"'])]
    assert decide(agreeing, 9, policy="ANY") == "甲"
    with pytest.raises(DecisionError) as caught:
        decide(OVERLAPPING, 9, policy="ANY")
    assert caught.value.code == "DECISION_CONTRADICTION"


def test_priority_follows_the_order_of_the_allowed_values():
    allowed = '"任意", "中", "大"'
    assert decide(OVERLAPPING, 9, policy="PRIORITY", allowed=allowed) == "任意"
    assert decide(OVERLAPPING[:2], 9, policy="PRIORITY", allowed=allowed) == "中"


def test_list_policies_keep_rule_order_or_output_order():
    allowed = '"任意", "中", "大"'
    assert decide(OVERLAPPING, 9, policy="RULE ORDER") == ["大", "中", "任意"]
    assert decide(OVERLAPPING, 9, policy="COLLECT") == ["大", "中", "任意"]
    assert decide(OVERLAPPING, 9, policy="OUTPUT ORDER", allowed=allowed) == ["任意", "中", "大"]
    assert decide(OVERLAPPING[:2], 0, policy="RULE ORDER") == []


@pytest.mark.parametrize(
    ("aggregation", "expected", "nothing"),
    [("SUM", 60, None), ("MIN", 10, None), ("MAX", 30, None), ("COUNT", 3, 0)],
)
def test_collect_aggregates(aggregation, expected, nothing):
    rules = [(["> 1"], ["10"]), (["> 2"], ["x * 0 + 20"]), (["> 3"], ["30"])]
    assert decide(rules, 9, policy="COLLECT", aggregation=aggregation) == expected
    assert decide(rules, 0, policy="COLLECT", aggregation=aggregation) == nothing


def test_several_outputs_give_a_context():
    rules = [(["> 0"], ['"A"', "x * 2"])]
    assert decide(rules, 4, outputs=("level", "amount")) == {"level": "A", "amount": Decimal(8)}


def test_no_matching_rule_gives_null_or_the_default():
    rules = [(["> 5"], ['"大"'])]
    assert decide(rules, 1) is None
    assert decide(rules, 1, default='"其他"') == "其他"
    assert decide(rules, 1, policy="COLLECT", default='"其他"') == ["其他"]


def test_an_undecidable_cell_does_not_match():
    assert decide([(["> 5"], ['"大"'])], None) is None
    assert decide([(["> 5"], ['"大"'])], "文字") is None


def test_a_result_outside_the_allowed_values_is_refused():
    with pytest.raises(DecisionError) as caught:
        decide([(["-"], ['"丙"'])], 1, allowed='"甲", "乙"')
    assert caught.value.code == "DECISION_OUTPUT"


def test_an_input_outside_its_allowed_values_is_refused():
    dmn = file(table([(['"市级"'], ["1"])])).replace(
        b"</input>", '<inputValues><text>"市级","县级"</text></inputValues></input>'.encode(), 1
    )
    assert evaluate(dmn, "t", {"x": "市级"}) == 1
    with pytest.raises(DecisionError) as caught:
        evaluate(dmn, "t", {"x": "国家级"})
    assert caught.value.code == "DECISION_INPUT"
    assert "国家级" in caught.value.message


def test_cells_may_use_the_input_other_data_and_functions():
    rules = [(["? > limit and even(?)"], ["double(x)"])]
    dmn = file(table(rules))
    context, functions = {"x": 8, "limit": 5}, {"double": lambda value: value * 2}
    assert evaluate(dmn, "t", context, functions) == 16
    assert evaluate(dmn, "t", {**context, "x": 7}, functions) is None


def literal(decision_id, name, text, *requires):
    needed = "".join(
        f'<informationRequirement><requiredDecision href="#{r}"/></informationRequirement>' for r in requires
    )
    return (
        f'<decision id="{decision_id}" name="{name}"><variable name="{name}"/>{needed}'
        f"<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
    )


def test_required_decisions_are_made_first_and_seen_under_their_name():
    need = '<informationRequirement><requiredDecision href="#score"/></informationRequirement>'
    dmn = file(
        literal("base", "base points", "x + 50"),
        literal("score", "得分", "base points * 2", "base"),
        table([([">= 110"], ['"优先"']), (["< 110"], ['"一般"'])], inputs=("得分",), extra=need),
    )
    assert evaluate(dmn, "t", {"x": 5}) == "优先"
    assert evaluate(dmn, "t", {"x": 4}) == "一般"


def test_a_circle_of_decisions_is_refused():
    dmn = file(literal("a", "a", "b", "b"), literal("b", "b", "a", "a"))
    with pytest.raises(DecisionError) as caught:
        evaluate(dmn, "a", {})
    assert caught.value.code == "DECISION_CYCLE"
    assert [problem.code for problem in inspect(dmn)[0].problems] == ["DECISION_CYCLE"]


def test_a_shared_required_decision_is_made_once():
    calls = []
    dmn = file(literal("a", "a", "note(1)"), literal("b", "b", "a + 1", "a"), literal("c", "c", "a + b", "a", "b"))
    assert evaluate(dmn, "c", {}, {"note": lambda value: calls.append(value) or value}) == 3
    assert len(calls) == 1


def test_a_chain_that_is_too_long_is_refused():
    chain = [literal("d0", "d0", "1")] + [literal(f"d{n}", f"d{n}", f"d{n - 1}", f"d{n - 1}") for n in range(1, 40)]
    assert evaluate(file(*chain), "d10", {}) == 1
    with pytest.raises(DecisionError) as caught:
        evaluate(file(*chain), "d39", {})
    assert caught.value.code == "DECISION_CYCLE"


def test_an_unknown_decision_is_named():
    with pytest.raises(DecisionError) as caught:
        evaluate(file(literal("a", "a", "1")), "b", {})
    assert caught.value.code == "DECISION_NOT_FOUND"


def test_a_broken_cell_is_reported_with_its_rule_and_column():
    with pytest.raises(DecisionError) as caught:
        decide([(["== 5"], ["1"])], 5)
    assert caught.value.code == "DECISION_EXPRESSION"
    assert "第 1 条规则的“x”" in caught.value.message


@pytest.mark.parametrize(
    "dmn",
    [
        b"",
        b"<a/>",
        b"not xml",
        b"<definitions/>",
        HEAD.encode() + b"</definitions>",
        b'<!DOCTYPE d [<!ENTITY a "b">]>' + file(literal("a", "a", "1")),
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + file(literal("a", "a", "1")),
        b'<?xml version="1.0" encoding="UTF-16"?>' + b"<a/>",
        ("<!DOCTYPE d>" + file(literal("a", "a", "1")).decode()).encode("utf-16"),
        HEAD.encode() + b"<x/>" * 20_001 + b"</definitions>",
        HEAD.encode() + b"<x>" * 300 + b"</x>" * 300 + b"</definitions>",
        HEAD.encode() + b" " * 1_000_001 + b"</definitions>",
        file(literal("a", "a", "1"), literal("a", "b", "2")),
    ],
)
def test_files_that_are_no_honest_decision_files_are_refused(dmn):
    with pytest.raises(DecisionError) as caught:
        inspect(dmn)
    assert caught.value.code == "DECISION_UNREADABLE"


def test_inspect_describes_the_table():
    info = inspect(file(table([(["> 5"], ['"大"'])])))[0]
    assert (info.id, info.name, info.usable) == ("t", "测试", True)
    assert [column.expression for column in info.inputs] == ["x"]
    assert [column.name for column in info.outputs] == ["r"]
    assert info.rules[0].inputs == ("> 5",)


@pytest.mark.parametrize(
    ("code", "rules", "options"),
    [
        ("DECISION_EXPRESSION", [(["== 5"], ["1"])], {}),
        ("DECISION_EXPRESSION", [(["5"], ["1 +"])], {}),
        ("DECISION_EXPRESSION", [(["5"], ["1"])], {"inputs": ("x +",)}),
        ("DECISION_UNKNOWN_NAME", [(["5"], ["通过"])], {}),
        ("DECISION_UNKNOWN_NAME", [(["市级"], ["1"])], {}),
        ("DECISION_EMPTY_RESULT", [(["5"], [""])], {}),
        ("DECISION_HIT_POLICY", [(["5"], ["1"])], {"policy": "LUCKY"}),
        ("DECISION_NO_RULE", [], {}),
        ("DECISION_NO_OUTPUT", [(["5"], [])], {"outputs": ()}),
        ("DECISION_OUTPUT_NAME", [(["5"], ["1", "2"])], {"outputs": ("a", "a")}),
        ("DECISION_NO_PRIORITY", [(["5"], ["1"])], {"policy": "PRIORITY"}),
        ("DECISION_AGGREGATION", [(["5"], ["1"])], {"aggregation": "SUM"}),
        ("DECISION_AGGREGATION", [(["5"], ["1", "2"])], {"policy": "COLLECT", "aggregation": "SUM", "outputs": "ab"}),
        ("DECISION_WIDTH", [(["5", "6"], ["1"])], {}),
        ("DECISION_NOT_UNIQUE", [(["5"], ["1"]), (["5"], ["2"])], {}),
    ],
)
def test_inspect_finds(code, rules, options):
    problems = inspect(file(table(rules, **options)))[0].problems
    assert code in [problem.code for problem in problems]
    assert all(problem.message for problem in problems)


def test_a_table_with_a_wrong_width_is_not_evaluated():
    with pytest.raises(DecisionError) as caught:
        decide([(["5", "6"], ["1"])], 5)
    assert caught.value.code == "DECISION_UNREADABLE"


def test_a_missing_required_decision_is_found_before_and_during_evaluation():
    dmn = file(literal("a", "a", "b", "nowhere"))
    assert [problem.code for problem in inspect(dmn)[0].problems] == ["DECISION_REQUIREMENT"]
    with pytest.raises(DecisionError) as caught:
        evaluate(dmn, "a", {})
    assert caught.value.code == "DECISION_NOT_FOUND"
