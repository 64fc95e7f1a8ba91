"""A set of files is checked as a whole: forms, tables and processes of the set are known to each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from processes.checks import Catalogue, Finding, FormInfo, check_files, describe
from processes.checks.finding import found
from processes.errors import DefinitionRefused
from tests.processes.checks.drawing import CATALOGUE, diagram, extension, no_forms, properties
from tests.processes.checks.faults import CALL, PLAIN

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
TABLE = (
    '<decisionTable id="t" {policy}><input id="i">'
    '<inputExpression id="x"><text>{asked}</text></inputExpression></input>'
    '<output id="o" name="level">{default}</output><rule id="r1"><inputEntry id="c1"><text>{test}</text></inputEntry>'
    '<outputEntry id="c2"><text>{result}</text></outputEntry></rule>{more}</decisionTable>'
)


def table(
    *,
    asked: str = "amount",
    test: str = "[1..100]",
    result: str = '"小额"',
    policy: str = 'hitPolicy="UNIQUE"',
    more: str = "",
    key: str = "size",
    default: str = '<defaultOutputEntry id="other"><text>"其他"</text></defaultOutputEntry>',
) -> bytes:
    """A decision table file with one rule and a result for everything else."""
    inside = TABLE.format(asked=asked, test=test, result=result, policy=policy, more=more, default=default)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{DMN}" id="d" name="d" namespace="demo">'
        f'<decision id="{key}" name="规模">{inside}</decision></definitions>'
    ).encode()


def codes(findings: list[Finding]) -> set[tuple[str, str | None]]:
    """Code and element of each finding."""
    return {(one.code, one.element_id) for one in findings}


RULE = extension("<spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId>")
USES_TABLE = diagram('S:s D:rule X:g E:e E:f s>rule>g g>e?level~=~"小额" g>f*', inner={"rule": RULE})


def test_a_decision_of_the_set_is_known_and_its_outputs_are_names() -> None:
    assert check_files({"demo.bpmn": USES_TABLE, "size.dmn": table()}, CATALOGUE, no_forms) == []
    assert ("DECISION_UNKNOWN", "rule") in codes(check_files({"demo.bpmn": USES_TABLE}, CATALOGUE, no_forms))


def test_a_form_of_the_set_is_known_and_its_outputs_are_names() -> None:
    uses = diagram(
        "S:s U:ask X:g E:e E:f s>ask>g g>e?area~>~1 g>f*", inner={"ask": properties(form="demo/new", post="maker")}
    )

    def checker(name: str, content: bytes) -> tuple[FormInfo | None, list[Finding]]:
        return FormInfo("demo/new", content.decode(), ("area",)), []

    assert check_files({"demo.bpmn": uses, "new.form": "新表".encode()}, CATALOGUE, checker) == []
    assert ("FORM_UNKNOWN", "ask") in codes(check_files({"demo.bpmn": uses}, CATALOGUE, checker))


def test_findings_of_the_form_checker_are_passed_on() -> None:
    said = found("FORM_UNKNOWN", "表单读不了。", file="new.form")
    assert check_files({"new.form": b"?"}, CATALOGUE, lambda name, content: (None, [said])) == [said]


def test_a_process_of_the_set_may_be_called() -> None:
    files = {"demo.bpmn": diagram(CALL), "review.bpmn": diagram(PLAIN, key="review")}
    nothing_published = replace(CATALOGUE, processes={})
    assert check_files(files, nothing_published, no_forms) == []
    alone = check_files({"demo.bpmn": diagram(CALL)}, nothing_published, no_forms)
    assert codes(alone) == {("CALLED_UNKNOWN", "call")}


def test_separation_may_point_into_another_diagram_of_the_set() -> None:
    other = diagram("S:s2 U:judge E:e2 s2>judge>e2", key="review")
    uses = diagram(PLAIN, inner={"ask": properties(separate_from="judge", outputs="ok:boolean", post="maker")})
    assert check_files({"demo.bpmn": uses, "review.bpmn": other}, CATALOGUE, no_forms) == []


def test_the_same_process_twice_is_refused() -> None:
    files = {"a/demo.bpmn": diagram(PLAIN), "b/demo.bpmn": diagram(PLAIN)}
    assert codes(check_files(files, CATALOGUE, no_forms)) == {("KEY_REPEATED", "demo")}


def test_processes_that_call_each_other_in_a_circle_are_doubted_once() -> None:
    files = {
        "demo.bpmn": diagram(CALL),
        "review.bpmn": diagram(CALL, key="review", attributes={"call": 'calledElement="demo"'}),
    }
    assert codes(check_files(files, CATALOGUE, no_forms)) == {("CALL_CYCLE", "demo")}


def test_files_of_other_types_empty_sets_and_floods_are_refused() -> None:
    assert codes(check_files({"run.exe": b"MZ"}, CATALOGUE, no_forms)) == {("UNKNOWN_FILE_TYPE", None)}
    assert codes(check_files({}, CATALOGUE, no_forms)) == {("NO_FILES", None)}
    flood = {f"f{index}.bpmn": b"" for index in range(201)}
    assert codes(check_files(flood, CATALOGUE, no_forms)) == {("TOO_MANY_FILES", None)}


def test_the_engine_is_asked_last_and_its_refusal_becomes_a_finding() -> None:
    asked: list[bytes] = []

    def refuses(content: bytes) -> set[str]:
        asked.append(content)
        raise DefinitionRefused((), "表达式太深。")

    files = {"demo.bpmn": diagram(PLAIN), "broken.bpmn": diagram("S:s U:ask s>ask", key="broken")}
    findings = check_files(files, CATALOGUE, no_forms, engine_reader=refuses)
    assert asked == [files["demo.bpmn"]]
    (refusal,) = [one for one in findings if one.code == "ENGINE_REFUSED"]
    assert (refusal.element_id, refusal.file) == ("demo", "demo.bpmn") and "表达式太深" in refusal.message


def test_an_element_the_engine_would_not_run_is_told() -> None:
    findings = check_files({"demo.bpmn": diagram(PLAIN)}, CATALOGUE, no_forms, engine_reader=lambda _: {"s", "e"})
    assert codes(findings) == {("ELEMENT_LOST", "ask")}


def second_row(test: str, result: str = '"大额"') -> str:
    """One more rule below the first."""
    return (
        f'<rule id="r2"><inputEntry id="c3"><text>{test}</text></inputEntry>'
        f'<outputEntry id="c4"><text>{result}</text></outputEntry></rule>'
    )


TABLE_FAULTS: dict[str, tuple[bytes, str, str | None]] = {
    "a cell that does not read": (table(test="[1..]"), "EXPRESSION_INVALID", "c1"),
    "a result that does not read": (table(result='"小额'), "EXPRESSION_INVALID", "c2"),
    "an input that does not read": (table(asked="amount +"), "EXPRESSION_INVALID", "x"),
    "an empty input": (table(asked=""), "EXPRESSION_EMPTY", "x"),
    "an unknown hit policy": (table(policy='hitPolicy="LAST"'), "HIT_POLICY", "t"),
    "an aggregation without COLLECT": (table(policy='aggregation="SUM"'), "HIT_POLICY", "t"),
    "a row with too few cells": (table(more='<rule id="r2"/>'), "TABLE_SHAPE", "r2"),
    "no id": (table(key=""), "MISSING_ID", None),
    "no decision": (f'<definitions xmlns="{DMN}"/>'.encode(), "NO_DECISION", None),
    "a decision without a table": (
        f'<definitions xmlns="{DMN}"><decision id="size"/></definitions>'.encode(),
        "NO_DECISION",
        "size",
    ),
    "rows that meet": (table(more=second_row("[100..200]")), "TABLE_OVERLAP", "r2"),
    "rows that may contradict": (
        table(policy='hitPolicy="ANY"', more=second_row("[100..200]")),
        "TABLE_CONTRADICTION",
        "r2",
    ),
    "an input without a row": (table(default=""), "TABLE_GAP", "size"),
    "a row behind others": (table(policy='hitPolicy="FIRST"', more=second_row("50")), "TABLE_RULE_HIDDEN", "r2"),
    "another language": (b"<definitions/>", "NOT_DMN", None),
}


@pytest.mark.parametrize(("content", "code", "element"), TABLE_FAULTS.values(), ids=TABLE_FAULTS.keys())
def test_a_fault_in_a_table_is_found_at_its_place(content: bytes, code: str, element: str | None) -> None:
    findings = check_files({"size.dmn": content}, CATALOGUE, no_forms)
    told = codes(findings)
    assert code in {one for one, _ in told}, describe(findings)
    if element is not None:
        assert (code, element) in told


@pytest.mark.parametrize("test", ["-", "", "[1..100]", "> 5, < 2", "not(3)", '"甲", "乙"', "? > 3"])
def test_every_way_to_write_a_test_is_accepted(test: str) -> None:
    assert check_files({"size.dmn": table(test=test.replace("<", "&lt;"))}, CATALOGUE, no_forms) == []


def test_findings_come_in_the_order_of_files_weight_and_line() -> None:
    files = {"b.bpmn": diagram(PLAIN, key="b", drawn=False), "a.bpmn": b"x", "demo.bpmn": diagram(CALL, drawn=False)}
    findings = check_files(files, replace(CATALOGUE, processes={}), no_forms)
    assert [one.file for one in findings] == ["a.bpmn", "b.bpmn", "demo.bpmn", "demo.bpmn"]
    assert [one.severity for one in findings] == ["error", "warning", "error", "warning"]
    text = describe(findings)
    assert text.endswith("共 2 个错误、2 个提醒，不能发布，请先改正错误。")
    assert "demo.bpmn:" in text and "[CALLED_UNKNOWN]" in text


def test_a_finding_as_plain_values_has_the_keys_of_the_interface() -> None:
    (one,) = check_files({"x.txt": b""}, Catalogue(), no_forms)
    assert one.as_dict() == {
        "code": "UNKNOWN_FILE_TYPE",
        "severity": "error",
        "element_id": None,
        "line": None,
        "file": "x.txt",
        "message": "文件 x.txt 的类型不认识。请只上传 .bpmn、.dmn、.form 和 .scenarios 文件。",
        "path": (),
    }
