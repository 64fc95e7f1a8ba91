"""Scenario files are checked with their set: they read, and what they name exists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from processes.checks import check_files
from tests.processes.checks.drawing import CATALOGUE, diagram, no_forms, properties

DIAGRAM = diagram("S:s U:ask E:e s>ask>e", inner={"ask": properties(outputs="ok:boolean", post="maker")})


def found(scenarios: Any, *, key: str = "demo", drawn: bool = True) -> list[tuple[str, str | None]]:
    content = scenarios if isinstance(scenarios, bytes) else orjson.dumps({"process": key, "scenarios": scenarios})
    files = {"demo.scenarios": content, **({"demo.bpmn": DIAGRAM} if drawn else {})}
    return [(one.code, one.element_id) for one in check_files(files, CATALOGUE, no_forms)]


def scenario(**more: Any) -> dict[str, Any]:
    return {"name": "一路通过", "at": "2026-08-03", "steps": [{"task": "ask"}], "expect": {"end": "e"}, **more}


def test_a_scenario_that_names_what_the_diagram_holds_is_without_finding() -> None:
    assert found([scenario()]) == []


@pytest.mark.parametrize(
    ("broken", "element"),
    [
        (scenario(steps=[{"task": "gone"}]), "gone"),
        (scenario(steps=[{"child": "gone"}]), "gone"),
        (scenario(services={"gone": {}}), "gone"),
        (scenario(expect={"never": ["gone"]}), "gone"),
        (scenario(steps=[{"task": "ask", "expect": {"open": ["gone"]}}]), "gone"),
    ],
)
def test_a_scenario_that_names_a_lost_element_is_refused(broken: dict[str, Any], element: str) -> None:
    assert found([broken]) == [("SCENARIO_REFERENCE", element)]


def test_without_its_diagram_a_scenario_is_held_against_the_published_one() -> None:
    files = {"demo.scenarios": orjson.dumps({"process": "demo", "scenarios": [scenario()]})}
    published = replace(CATALOGUE, elements_of={"demo": frozenset(("s", "ask", "e"))})

    assert check_files(files, published, no_forms) == []
    assert found([scenario()], drawn=False) == [("SCENARIO_REFERENCE", "demo")]


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"[]",
        orjson.dumps({"process": "demo", "cases": []}),
        orjson.dumps({"process": "demo", "scenarios": [scenario(steps=[{"task": "ask", "message": "M"}])]}),
        orjson.dumps({"process": "demo", "scenarios": [scenario(steps=[{"clock": "tomorrow"}])]}),
        orjson.dumps({"process": "demo", "scenarios": [scenario(unknown=1)]}),
        orjson.dumps({"process": "demo", "scenarios": [scenario(), scenario()]}),
    ],
)
def test_a_file_that_does_not_read_is_a_finding_and_no_exception(broken: bytes) -> None:
    assert {code for code, _ in found(broken)} == {"SCENARIOS_INVALID"}


def test_the_file_is_named_after_its_process() -> None:
    assert ("FILE_NAME_MISMATCH", None) in found([scenario()], key="other")


def test_cases_of_a_table_need_their_table() -> None:
    cases = orjson.dumps({"decision": "demo", "cases": [{"name": "小额", "inputs": {"amount": 1}, "expect": "简易"}]})

    assert found(cases) == [("SCENARIO_REFERENCE", "demo")]
