"""Scenario files: do they read, and is what they name in the diagram."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from processes.checks.catalogue import Catalogue
from processes.checks.diagram import Diagram
from processes.checks.files import stem_of
from processes.checks.finding import Finding, found
from processes.checks.words import BPMN
from processes.errors import DefinitionRefused
from processes.scenarios.model import Expectation, Scenario, ScenarioFile, StepKind
from processes.scenarios.reading import read_scenarios


def read(name: str, content: bytes) -> tuple[ScenarioFile | None, list[Finding]]:
    """The scenarios of a file, or the findings that say why there are none."""
    try:
        file = read_scenarios(content)
    except DefinitionRefused as refused:
        reasons = [str(reason) for reason in refused.findings]
        return None, [found("SCENARIOS_INVALID", f"场景文件 {name}：{reason}", file=name) for reason in reasons]
    if stem_of(name) != file.key:
        text = f"场景文件名应与流程（或决策）标识一致：文件 {name}，标识 {file.key}。请改名为 {file.key}.scenarios。"
        return file, [found("FILE_NAME_MISMATCH", text, file=name)]
    return file, []


def check(name: str, file: ScenarioFile, *, diagram: Diagram | None, catalogue: Catalogue) -> list[Finding]:
    """Whether everything the scenarios name exists: in the diagram of the set, else in the published one."""
    if file.is_table:
        if file.key in catalogue.decisions:
            return []
        return [_lost(name, f"决策“{file.key}”不存在，请先发布决策表，或与场景一起上传。", file.key)]
    known = _ids(diagram) if diagram is not None else catalogue.elements_of.get(file.key)
    if known is None:
        return [_lost(name, f"流程“{file.key}”不存在，请先发布流程图，或与场景一起上传。", file.key)]
    return [
        _lost(name, f"场景“{scenario.name}”提到的环节“{element}”在流程里不存在，请改场景。", element)
        for scenario in file.scenarios
        if not scenario.real_children  # elements of called processes are named too
        for element in dict.fromkeys(_named(scenario))
        if element not in known
    ]


def _ids(diagram: Diagram) -> Collection[str]:
    nodes = {node.id for node in diagram.nodes() if node.id}
    return nodes | {flow.get("id", "") for flow in diagram.root.iter(f"{{{BPMN}}}sequenceFlow")}


def _named(scenario: Scenario) -> Iterator[str]:
    yield from scenario.services
    for step in scenario.steps:
        if step.kind in (StepKind.TASK, StepKind.CHILD):
            yield step.target
        if step.expect is not None:
            yield from _expected(step.expect)
    yield from _expected(scenario.expect)


def _expected(expect: Expectation) -> Iterator[str]:
    for elements in (expect.path, expect.elements, expect.never):
        yield from elements or ()
    yield from (each.element for each in expect.open or ())
    if expect.end is not None:
        yield expect.end


def _lost(name: str, text: str, element_id: str) -> Finding:
    return found("SCENARIO_REFERENCE", text, file=name, element_id=element_id)
