"""The shipped diagrams keep the house's conventions, can be read on screen, and agree with their contract page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from processes import decisions, feel
from processes.deadlines import RULES
from processes.stages import TITLES
from processes.vocabulary import ROLES, STARTER

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "processes" / "bpmn").glob("*.bpmn"))
CONTRACT = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
FIXED_ORGANISATIONS = {"DSB", "LAW", "FIN", "GEN", "AMC"}
FLOW_NODES = re.compile(r"(Task|Event|Gateway|callActivity|subProcess)$")

each_diagram = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def read(path: Path) -> etree._Element:
    return etree.parse(path).getroot()


def nodes(root: etree._Element) -> list[etree._Element]:
    """All flow nodes, those inside sub-processes too."""
    return [one for one in root.iter() if FLOW_NODES.search(local(one)) and one.tag.startswith(BPMN)]


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def every(root: etree._Element, kind: str) -> Iterator[etree._Element]:
    return root.iter(BPMN + kind)


def properties(element: etree._Element) -> dict[str, str]:
    found = element.findall(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property")
    return {one.get("name", ""): one.get("value", "") for one in found}


def boxes(root: etree._Element) -> dict[str, Box]:
    found = {}
    for shape in root.iter(DI + "BPMNShape"):
        bounds = shape.find(DC + "Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(key, "nan")) for key in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement", "")] = Box(x, y, x + width, y + height)
    return found


def user_tasks() -> list[tuple[str, etree._Element]]:
    return [(path.stem, task) for path in SHIPPED for task in every(read(path), "userTask")]


def test_every_process_of_the_lifecycle_is_shipped_under_its_own_name() -> None:
    assert {path.stem for path in SHIPPED} == set(TITLES)
    for path in SHIPPED:
        (process,) = every(read(path), "process")
        assert (process.get("id"), process.get("isExecutable")) == (path.stem, "true")


@each_diagram
def test_element_ids_are_words_and_name_one_thing_in_the_file(path: Path) -> None:
    root = read(path)
    ids = [
        one.get("id") for one in root.iter() if isinstance(one.tag, str) and one.tag.startswith(BPMN) and one.get("id")
    ]
    assert [key for key, count in Counter(ids).items() if count > 1] == []
    assert [one.get("id") for one in nodes(root) if not re.fullmatch(r"[a-z][a-z0-9_]+", one.get("id", ""))] == []
    handlers = {one.get("id") for one in root.iter(SPIFF + "serviceTaskOperator")}
    assert handlers & {one.get("id") for one in nodes(root)} == set(), "the engine would jump to the operator"


def test_user_tasks_are_named_apart_across_all_diagrams() -> None:
    ids = Counter(task.get("id") for _, task in user_tasks())
    assert [key for key, count in ids.items() if count > 1] == []


@each_diagram
def test_tasks_events_and_decisions_carry_a_chinese_name(path: Path) -> None:
    root = read(path)
    deciding = [one for one in every(root, "exclusiveGateway") if len(one.findall(BPMN + "outgoing")) > 1]
    named = [one for one in nodes(root) if not local(one).endswith("Gateway")] + deciding
    assert [one.get("id") for one in named if not re.search(r"[\u4e00-\u9fff]", one.get("name", ""))] == []
    assert [one.get("id") for one in deciding if not one.get("name", "").endswith("？")] == []


@each_diagram
def test_user_tasks_name_their_form_a_known_role_and_a_known_deadline(path: Path) -> None:
    for task in every(read(path), "userTask"):
        facts = properties(task)
        assert facts["form"] == f"{path.stem}/{task.get('id')}"
        if facts["post"] != STARTER:
            role, _, organisation = facts["post"].partition("@")
            assert role in ROLES, task.get("id")
            assert organisation, task.get("id")
            literal = re.fullmatch(r'"(.*)"', organisation)
            assert literal is None or literal[1] in FIXED_ORGANISATIONS, task.get("id")
        assert facts.get("deadline", "DL1") in RULES, task.get("id")


def test_separation_of_duties_points_at_tasks_that_exist() -> None:
    known = {task.get("id") for _, task in user_tasks()}
    named = {one.strip() for _, task in user_tasks() for one in properties(task).get("separate_from", "").split(",")}
    assert named - {""} <= known


def test_no_one_who_accepts_an_application_reviews_decides_or_rechecks_it() -> None:
    separate = {
        str(task.get("id")): {one.strip() for one in properties(task).get("separate_from", "").split(",")}
        for _, task in user_tasks()
    }
    desk = {"accept_at_window", "accept_online"}
    assert desk <= separate["review_first"]
    assert desk | {"review_first"} <= separate["review_second"]
    assert desk | {"review_first", "review_second"} <= separate["decide_application"]
    assert "review_text" in separate["approve_review"]
    assert "approve_batch" in separate["register_payment"]


def test_the_department_that_wrote_a_text_does_not_review_it() -> None:
    excluded = {str(task.get("id")): properties(task).get("exclude_organisation") for _, task in user_tasks()}
    assert (excluded["review_text"], excluded["approve_review"]) == ("maker_org", "maker_org")


@each_diagram
def test_lanes_are_roles_and_hold_every_element_once(path: Path) -> None:
    root = read(path)
    assert {lane.get("name") for lane in every(root, "lane")} <= {*ROLES.values(), "系统"}
    placed = Counter(one.text for one in every(root, "flowNodeRef"))
    (process,) = every(root, "process")
    assert placed == Counter(one.get("id") for one in nodes(root) if one.getparent() is process)


@each_diagram
def test_every_deciding_gateway_has_a_default_and_a_condition_on_each_other_flow(path: Path) -> None:
    root = read(path)
    flows = {one.get("id"): one for one in every(root, "sequenceFlow")}
    for gateway in every(root, "exclusiveGateway"):
        leaving = [str(one.text) for one in gateway.findall(BPMN + "outgoing")]
        if len(leaving) < 2:
            continue
        assert gateway.get("default") in leaving, gateway.get("id")
        for key in leaving:
            condition = flows[key].findtext(BPMN + "conditionExpression")
            assert (condition is None) == (key == gateway.get("default")), key


@each_diagram
def test_a_gateway_with_no_answer_at_all_takes_its_default(path: Path) -> None:
    names = set(
        re.findall(r"[a-z]+(?:_[a-z]+)+|kind|conclusion|channel|effect|recommend|specialised", path.read_text("utf-8"))
    )
    silence = dict.fromkeys(names)
    for flow in every(read(path), "sequenceFlow"):
        condition = flow.findtext(BPMN + "conditionExpression")
        if condition is not None:
            assert feel.evaluate(condition.removeprefix("=").strip(), silence) is not True, condition


@each_diagram
def test_every_element_is_drawn_and_every_flow_runs_from_its_source_to_its_target(path: Path) -> None:
    root = read(path)
    drawn = boxes(root)
    assert {one.get("id") for one in nodes(root)} <= set(drawn)
    edges = {one.get("bpmnElement"): one for one in root.iter(DI + "BPMNEdge")}
    for flow in every(root, "sequenceFlow"):
        points = [(float(at.get("x", "nan")), float(at.get("y", "nan"))) for at in edges[flow.get("id")].iter(WAYPOINT)]
        for reference, (x, y) in ((flow.get("sourceRef"), points[0]), (flow.get("targetRef"), points[-1])):
            box = drawn[str(reference)]
            assert box.left - 1 <= x <= box.right + 1 and box.top - 1 <= y <= box.bottom + 1, flow.get("id")
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), flow.get("id")


@each_diagram
def test_no_shape_lies_on_another_and_a_sub_process_holds_its_own(path: Path) -> None:
    root = read(path)
    drawn = boxes(root)
    solid = [one for one in nodes(root) if local(one) not in ("boundaryEvent", "subProcess")]
    for one, other in combinations(solid, 2):
        assert not drawn[one.get("id", "")].overlaps(drawn[other.get("id", "")]), (one.get("id"), other.get("id"))
    for inner in solid:
        for around in every(root, "subProcess"):
            frame, box = drawn[around.get("id", "")], drawn[inner.get("id", "")]
            inside = inner.getparent() is around
            assert frame.holds(box) if inside else not frame.overlaps(box), inner.get("id")
    (pool,) = every(root, "participant")
    assert all(drawn[pool.get("id", "")].holds(drawn[one.get("id", "")]) for one in nodes(root))


@each_diagram
def test_the_contract_page_names_every_task_call_and_condition(path: Path) -> None:
    root = read(path)
    section = CONTRACT.split(f"\n## {path.stem} ", 1)[1].split("\n## ", 1)[0]
    spoken = [one for one in nodes(root) if local(one).endswith("Task") or local(one) == "callActivity"]
    assert [one.get("id") for one in spoken if f"`{one.get('id')}`" not in section] == []
    conditions = [one.findtext(BPMN + "conditionExpression") for one in every(root, "sequenceFlow")]
    assert [one for one in conditions if one is not None and f"`{one.removeprefix('= ')}`" not in section] == []


@each_diagram
def test_a_call_gives_the_called_process_exactly_what_it_declares(path: Path) -> None:
    for call in every(read(path), "callActivity"):
        (called,) = every(read(path.with_name(f"{call.get('calledElement')}.bpmn")), "process")
        given = {line.split("=", 1)[0].strip() for line in properties(call)["inputs"].splitlines()}
        declared = {one.strip() for one in properties(called).get("inputs", "").split(",")}
        assert given == declared, call.get("id")
        wanted = {one.strip() for one in properties(call).get("outputs", "").split(",")} - {""}
        assert wanted <= {one.strip() for one in properties(called).get("outputs", "").split(",")}, call.get("id")


@pytest.mark.parametrize(
    ("yuan", "specialised", "level"),
    [
        (9_999, False, "简易"),
        (10_000, False, "一般"),
        (499_999, False, "一般"),
        (500_000, False, "重大"),
        (1, True, "重大"),
    ],
)
def test_the_review_level_follows_the_amount_unless_the_item_is_specialised(
    yuan: int, specialised: bool, level: str
) -> None:
    table = (ROOT / "processes" / "bpmn" / "review_level.dmn").read_bytes()
    facts = {"requested_amount": yuan * 100, "item_specialised": specialised}
    assert decisions.evaluate(table, "review_level", facts) == level
