"""The shipped diagrams are fit to be published, and every way of breaking one of them is noticed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from processes.checks import Catalogue, Finding, FormInfo, HandlerInfo, ParameterInfo, check_files, describe
from processes.checks.words import BPMN, SPIFF
from processes.deadlines import RULES
from processes.stages import TITLES
from processes.vocabulary import ROLES
from tests.processes.checks.drawing import no_forms

SHIPPED = sorted((Path(__file__).parents[3] / "processes" / "bpmn").glob("*.bpmn"))
Change = Callable[[etree._Element], None]


def _all(root: etree._Element, kind: str) -> list[etree._Element]:
    return list(root.iter(f"{{{BPMN}}}{kind}"))


def _extensions(root: etree._Element, kind: str) -> list[etree._Element]:
    return list(root.iter(f"{{{SPIFF}}}{kind}"))


def _values(root: etree._Element, name: str) -> set[str]:
    return {one.get("value", "") for one in _extensions(root, "property") if one.get("name") == name}


def surroundings() -> Catalogue:
    """What the shipped diagrams may find outside: roles, rules and processes as they are, the rest as named.

    Whether the named handlers and forms exist is the affair of the packages that hold them.
    """
    roots = [etree.fromstring(path.read_bytes()) for path in SHIPPED]
    operators = [one for root in roots for one in _extensions(root, "serviceTaskOperator")]
    parameters: dict[str, set[str]] = {}
    for one in operators:
        named = {parameter.get("id", "") for parameter in one.iter(f"{{{SPIFF}}}parameter")}
        parameters.setdefault(one.get("id", ""), set()).update(named)
    handlers = {
        key: HandlerInfo(key, key, "service_task", tuple(ParameterInfo(name, name, "any") for name in sorted(names)))
        for key, names in parameters.items()
    }
    people = {name for root in roots for name in _values(root, "handler")}
    handlers |= {key: HandlerInfo(key, key, "user_task") for key in people}
    forms = {name: FormInfo(name, name) for root in roots for name in _values(root, "form")}
    decisions = {one.text or "": "" for root in roots for one in _extensions(root, "calledDecisionId")}
    elements = {one.get("id", "") for root in roots for one in root.iter() if isinstance(one.tag, str)}
    return Catalogue(
        handlers=handlers,
        forms=forms,
        roles=ROLES,
        deadlines={key: key for key in RULES},
        decisions=decisions,
        processes=TITLES,
        elements=elements,
    )


CATALOGUE = surroundings()


def _check(path: Path, root: etree._Element) -> list[Finding]:
    return check_files({path.name: etree.tostring(root)}, CATALOGUE, no_forms)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_diagram_has_no_error(path: Path) -> None:
    findings = check_files({path.name: path.read_bytes()}, CATALOGUE, no_forms)
    errors = [one for one in findings if one.severity == "error"]
    assert not errors, describe(errors)


def test_the_shipped_diagrams_fit_together() -> None:
    findings = check_files({path.name: path.read_bytes() for path in SHIPPED}, CATALOGUE, no_forms)
    assert SHIPPED and not [one for one in findings if one.severity == "error"], describe(findings)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _set(name: str, value: str) -> Change:
    return lambda element: element.set(name, value)


def _property(name: str, value: str) -> Change:
    def change(element: etree._Element) -> None:
        for one in element.iter(f"{{{SPIFF}}}property"):
            if one.get("name") == name:
                one.set("value", value)

    return change


def _text(kind: str, text: str) -> Change:
    def change(element: etree._Element) -> None:
        for one in element.iter(f"{{{BPMN}}}{kind}"):
            one.text = text

    return change


def _has(name: str) -> Callable[[etree._Element], bool]:
    return lambda element: any(one.get("name") == name for one in element.iter(f"{{{SPIFF}}}property"))


def _always(element: etree._Element) -> bool:
    return True


def _drop(kind: str) -> Change:
    def change(element: etree._Element) -> None:
        for one in list(element.iter(f"{{{BPMN}}}{kind}")):
            _remove(one)

    return change


#: Code, kind of element, which of them, and what is done to one.
BREAKS: list[tuple[str, str, Callable[[etree._Element], bool], Change]] = [
    ("NO_DEFAULT", "exclusiveGateway", lambda one: "default" in one.attrib, lambda one: one.attrib.pop("default")),
    ("DANGLING_FLOW", "sequenceFlow", _always, _set("targetRef", "nowhere")),
    ("EXPRESSION_INVALID", "sequenceFlow", lambda one: len(one) > 0, _text("conditionExpression", "= a = = b")),
    ("FORM_UNKNOWN", "userTask", _has("form"), _property("form", "no/such")),
    ("POST_UNKNOWN", "userTask", _has("post"), _property("post", "nobody@maker_org")),
    ("EXPRESSION_INVALID", "userTask", _has("post"), _property("post", "maker@maker_org +")),
    ("DEADLINE_UNKNOWN", "userTask", _has("deadline"), _property("deadline", "DL99")),
    ("SEPARATE_FROM_UNKNOWN", "userTask", _has("separate_from"), _property("separate_from", "no_such_step")),
    ("HANDLER_MISSING", "serviceTask", _always, _drop("extensionElements")),
    ("CALLED_UNKNOWN", "callActivity", _always, _set("calledElement", "no_such_process")),
    ("BOUNDARY_HOST", "boundaryEvent", _always, _set("attachedToRef", "nowhere")),
    ("EVENT_WITHOUT_DEFINITION", "intermediateCatchEvent", _always, lambda one: _strip(one)),
    ("RESERVED_ID", "userTask", _always, _set("id", "End")),
    ("UNNAMED", "userTask", _always, _set("name", " ")),
    ("MI_ITEM", "userTask", lambda one: one.find(f".//{{{BPMN}}}inputDataItem") is not None, _drop("inputDataItem")),
]


def _strip(event: etree._Element) -> None:
    for child in list(event):
        if str(child.tag).endswith("EventDefinition"):
            event.remove(child)


def _broken(path: Path, kind: str, fits: Callable[[etree._Element], bool]) -> Iterator[tuple[etree._Element, int]]:
    root = etree.fromstring(path.read_bytes())
    chosen = [number for number, one in enumerate(_all(root, kind)) if fits(one)]
    for number in chosen[len(chosen) // 2 :][:1]:
        yield copy.deepcopy(root), number


@pytest.mark.parametrize(("code", "kind", "fits", "change"), BREAKS, ids=[f"{one[0]}-{one[1]}" for one in BREAKS])
def test_a_broken_shipped_diagram_is_noticed_at_the_broken_element(
    code: str, kind: str, fits: Callable[[etree._Element], bool], change: Change
) -> None:
    tried = 0
    for path in SHIPPED:
        for root, number in _broken(path, kind, fits):
            element = _all(root, kind)[number]
            change(element)
            told = {(one.code, one.element_id) for one in _check(path, root)}
            assert (code, element.get("id")) in told, f"{path.name}: {element.get('id')}: {sorted(told, key=str)}"
            tried += 1
    assert tried


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_removing_any_flow_or_node_is_noticed(path: Path) -> None:
    for kind in ("sequenceFlow", "userTask", "startEvent"):
        for root, number in _broken(path, kind, _always):
            element = _all(root, kind)[number]
            _remove(element)
            findings = _check(path, root)
            assert [one for one in findings if one.severity == "error"], element.get("id")
