"""A plain drawing for what has none: columns by distance from the start, rows by order, straight flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from processes.checks.diagram import local
from processes.checks.words import BPMN, BPMN_DI, FLOW_NODES, SUB_PROCESSES

DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
_COLUMN, _ROW, _MARGIN = 160, 110, 60
_EVENT, _GATEWAY, _TASK = (36, 36), (50, 50), (110, 80)


@dataclass(frozen=True)
class Box:
    """A place on the canvas, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def undrawn(root: etree._Element) -> list[etree._Element]:
    """The nodes and flows of executable processes without a shape or edge, in the order of the file."""
    drawn = {one.get("bpmnElement") for one in root.iter() if isinstance(one.tag, str)}
    found = []
    for process in root.iter(f"{{{BPMN}}}process"):
        if process.get("isExecutable") in ("true", "1"):
            found += [
                one
                for one in process.iter()
                if (local(one) in FLOW_NODES or local(one) == "sequenceFlow") and one.get("id") not in drawn
            ]
    return found


def draw_missing(root: etree._Element, fresh_id: Callable[[str], str]) -> None:
    """Draw every node and flow that is not drawn yet; what is drawn stays where it is."""
    missing = {one.get("id", "") for one in undrawn(root)}
    plane = _plane(root, fresh_id)
    boxes = _boxes(root)
    bottom = max((box.y + box.height for box in boxes.values()), default=0.0)
    for process in root.iter(f"{{{BPMN}}}process"):
        if process.get("isExecutable") in ("true", "1"):
            placed = _place(process, 100, bottom + _MARGIN if boxes else 80, boxes, missing)
            for key in placed:
                _shape(plane, key, boxes[key], fresh_id)
            for flow in process.iter(f"{{{BPMN}}}sequenceFlow"):
                if flow.get("id") in missing:
                    _edge(plane, flow, boxes, fresh_id)


def _plane(root: etree._Element, fresh_id: Callable[[str], str]) -> etree._Element:
    plane = root.find(f".//{{{BPMN_DI}}}BPMNPlane")
    if plane is not None:
        return plane
    process = next((one for one in root.iter(f"{{{BPMN}}}process") if one.get("isExecutable") in ("true", "1")), root)
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    shown = process if collaboration is None else collaboration
    diagram = etree.SubElement(root, f"{{{BPMN_DI}}}BPMNDiagram", id=fresh_id("drawing"), nsmap={"bpmndi": BPMN_DI})
    attributes = {"id": fresh_id("plane"), "bpmnElement": shown.get("id", "")}
    return etree.SubElement(diagram, f"{{{BPMN_DI}}}BPMNPlane", attributes)


def _boxes(root: etree._Element) -> dict[str, Box]:
    found = {}
    for shape in root.iter(f"{{{BPMN_DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            numbers = [float(bounds.get(name, "0")) for name in ("x", "y", "width", "height")]
            found[shape.get("bpmnElement", "")] = Box(*numbers)
    return found


def _place(level: etree._Element, left: float, top: float, boxes: dict[str, Box], missing: set[str]) -> list[str]:
    """Give each missing node of a level a box; the ids that got one, outer before inner."""
    nodes = [one for one in level if local(one) in FLOW_NODES]
    columns = _columns(level, [one.get("id", "") for one in nodes if local(one) != "boundaryEvent"])
    rows: dict[int, int] = {}
    placed: list[str] = []
    for node in nodes:
        key = node.get("id", "")
        if key not in missing or local(node) == "boundaryEvent":
            continue
        column = columns.get(key, 0)
        row = rows.get(column, 0)
        rows[column] = row + 1
        width, height = _size(node)
        x, y = left + column * _COLUMN, top + row * _ROW
        boxes[key] = Box(x, y + (80 - min(height, 80)) / 2, width, height)
        placed.append(key)
        if local(node) in SUB_PROCESSES:
            placed += _inside(node, boxes, missing)
    return placed + _boundaries(nodes, boxes, missing)


def _inside(node: etree._Element, boxes: dict[str, Box], missing: set[str]) -> list[str]:
    """The nodes of a sub-process, and the sub-process made large enough for them."""
    outer = boxes[node.get("id", "")]
    placed = _place(node, outer.x + 40, outer.y + 40, boxes, missing)
    if placed:
        right = max(boxes[key].x + boxes[key].width for key in placed)
        low = max(boxes[key].y + boxes[key].height for key in placed)
        boxes[node.get("id", "")] = Box(outer.x, outer.y, right - outer.x + 40, low - outer.y + 40)
    return placed


def _boundaries(nodes: list[etree._Element], boxes: dict[str, Box], missing: set[str]) -> list[str]:
    placed = []
    for number, node in enumerate(one for one in nodes if local(one) == "boundaryEvent"):
        key, host = node.get("id", ""), boxes.get(node.get("attachedToRef", ""))
        if key in missing and host is not None:
            boxes[key] = Box(host.x + 12 + 40 * (number % 2), host.y + host.height - 18, *_EVENT)
            placed.append(key)
    return placed


def _columns(level: etree._Element, keys: list[str]) -> dict[str, int]:
    """How many steps each node lies behind the first ones; ways back are not counted."""
    after: dict[str, list[str]] = {key: [] for key in keys}
    entered: set[str] = set()
    for flow in level.findall(f"{{{BPMN}}}sequenceFlow"):
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        if source in after and target in after:
            after[source].append(target)
            entered.add(target)
    columns = {key: 0 for key in keys if key not in entered} or dict.fromkeys(keys[:1], 0)
    waiting = list(columns)
    while waiting:
        key = waiting.pop(0)
        for target in after[key]:
            if target not in columns:
                columns[target] = columns[key] + 1
                waiting.append(target)
    return columns


def _size(node: etree._Element) -> tuple[int, int]:
    kind = local(node) or ""
    if kind.endswith("Event"):
        return _EVENT
    return _GATEWAY if kind.endswith("Gateway") else _TASK


def _shape(plane: etree._Element, key: str, box: Box, fresh_id: Callable[[str], str]) -> None:
    shape = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNShape", id=fresh_id(f"{key}_di"), bpmnElement=key)
    bounds = {"x": f"{box.x:g}", "y": f"{box.y:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}
    etree.SubElement(shape, f"{{{DC}}}Bounds", bounds, nsmap={"dc": DC})


def _edge(plane: etree._Element, flow: etree._Element, boxes: dict[str, Box], fresh_id: Callable[[str], str]) -> None:
    source, target = boxes.get(flow.get("sourceRef", "")), boxes.get(flow.get("targetRef", ""))
    if source is None or target is None:
        return
    edge_id = fresh_id(f"{flow.get('id')}_di")
    edge = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNEdge", id=edge_id, bpmnElement=flow.get("id", ""))
    for x, y in _points(source, target):
        etree.SubElement(edge, f"{{{DI}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"}, nsmap={"di": DI})


def _points(source: Box, target: Box) -> list[tuple[float, float]]:
    """From side to side with a corner when the rows differ; a way back runs below."""
    (_, from_y), (to_x, to_y) = source.middle, target.middle
    start = (source.x + source.width, from_y)
    if target.x > source.x:
        middle = (start[0] + target.x) / 2
        turn = [] if from_y == to_y else [(middle, from_y), (middle, to_y)]
        return [start, *turn, (target.x, to_y)]
    below = max(source.y + source.height, target.y + target.height) + 30
    return [
        (source.middle[0], source.y + source.height),
        (source.middle[0], below),
        (to_x, below),
        (to_x, target.y + target.height),
    ]
