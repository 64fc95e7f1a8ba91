"""A parsed diagram, shared read-only by all its instances, kept by the hash of its content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from processes import xml
from processes.engine.outcome import ElementInfo
from processes.engine.parser import DiagramParser
from processes.errors import DefinitionRefused, EngineFault

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_KEPT = 512
_RESERVED = frozenset(("Start", "End", "Root", "StartEventSplit", "StartEventJoin"))
_RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")
_THROWING = ("intermediateThrowEvent", "endEvent", "sendTask")
_FLOW_NODES = ("Task", "Event", "Gateway", "callActivity", "subProcess", "transaction", "task")


@dataclass(frozen=True, eq=False)
class Definition:
    """What the house needs of a diagram. The specs are the library's and stay inside this package."""

    process_key: str
    name: str
    hash: str
    properties: Mapping[str, str]
    elements: tuple[ElementInfo, ...]
    by_id: Mapping[str, ElementInfo]
    flows: Mapping[tuple[str, str], str]  # (source, target) -> id of the sequence flow
    spec: Any
    sub_specs: Mapping[str, Any]

    def element(self, element_id: str) -> ElementInfo:
        """The flow element with this id. Raises EngineFault when the diagram has none."""
        found = self.by_id.get(element_id)
        if found is None:
            raise EngineFault(f"流程“{self.name}”里没有环节“{element_id}”。", element_id=element_id)
        return found

    def handler_of(self, element_id: str) -> str | None:
        """The name of what is done at a user or service task: a registered handler, or none that is registered."""
        element = self.by_id.get(element_id)
        if element is None:
            return None
        operation = getattr(self._spec_of(element_id), "operation_name", None)
        return str(operation) if operation else element.properties.get("handler") or element_id

    def sends(self, element_id: str) -> bool:
        """True for an element that throws a message: what it reaches outside cannot be taken back."""
        event = getattr(self._spec_of(element_id), "event_definition", None)
        throws = element_id in self.by_id and self.by_id[element_id].kind in _THROWING
        return throws and isinstance(event, MessageEventDefinition)

    def _spec_of(self, element_id: str) -> Any:
        for spec in (self.spec, *self.sub_specs.values()):
            found = spec.task_specs.get(f"{element_id} [child]") or spec.task_specs.get(element_id)
            if found is not None:
                return found
        return None


class _Memory:
    """Parsed definitions by content hash, the least used ones dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Definition] = OrderedDict()

    def get(self, content: bytes) -> Definition:
        digest = sha256(content).hexdigest()
        with self._lock:
            found = self._kept.get(digest)
            if found is None:
                found = self._kept[digest] = _read(content, digest)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(digest)
            return found


_MEMORY = _Memory()


def parse(content: bytes) -> Definition:
    """The definition in a BPMN file (one executable process), parsed once per content.

    Raises DefinitionRefused with the reasons in words.
    """
    return _MEMORY.get(content)


def element_ids(content: bytes) -> frozenset[str]:
    """The ids of the elements the engine would run, for the checks. Raises DefinitionRefused."""
    definition = parse(content)
    specs = [definition.spec, *definition.sub_specs.values()]
    return frozenset(task.bpmn_id for spec in specs for task in spec.task_specs.values() if _drawn(task))


def _drawn(task: Any) -> bool:
    return getattr(task, "bpmn_id", None) is not None


def _read(content: bytes, digest: str) -> Definition:
    tree = xml.read(content)
    process = _executable(tree)
    elements = tuple(_elements(process, _lanes(tree)))
    _check_ids(elements)
    flows = {
        (flow.get("sourceRef", ""), flow.get("targetRef", "")): flow.get("id", "")
        for flow in process.iter(f"{BPMN}sequenceFlow")
    }
    key = process.get("id", "")
    name = process.get("name") or key
    properties = _properties(process)
    spec, sub_specs = _specs(tree, key)
    by_id = {each.id: each for each in elements}
    return Definition(key, name, digest, properties, elements, by_id, flows, spec, sub_specs)


def _check_ids(elements: tuple[ElementInfo, ...]) -> None:
    """Ids the library gives to tasks of its own, and ids given twice, would run the wrong element without a word."""
    seen: set[str] = set()
    for each in elements:
        if each.id in _RESERVED or each.id.endswith(_RESERVED_ENDINGS):
            raise _refused(f"编号“{each.id}”是引擎自己用的，请换一个编号。")
        if each.id in seen:
            raise _refused(f"编号“{each.id}”用了两次，请各用各的编号。")
        seen.add(each.id)


def _executable(tree: etree._ElementTree) -> etree._Element:
    found = [each for each in tree.iter(f"{BPMN}process") if each.get("isExecutable") in ("true", "1")]
    if len(found) != 1 or not found[0].get("id"):
        raise DefinitionRefused((), "文件里要有且只有一个可执行的流程（isExecutable=true），并有编号。")
    return found[0]


def _specs(tree: etree._ElementTree, key: str) -> tuple[Any, dict[str, Any]]:
    """The library's specs, wired once: copies of an activity report to their owner (engine 1.4)."""
    parser = DiagramParser()
    try:
        parser.add_bpmn_xml(tree)
        spec = parser.get_spec(key)
        sub_specs = parser.get_subprocess_specs(key)
        for each in (spec, *sub_specs.values()):
            for task in each.task_specs.values():
                if isinstance(task, LoopTask):
                    each.task_specs[task.task_spec].completed_event.connect(task.merge_child)
    except ValidationException as refused:
        raise _refused(str(refused)) from refused
    except RecursionError as refused:
        raise _refused("流程太长或嵌套太深，请拆成几个流程。") from refused
    except Exception as refused:  # the library raises bare exceptions for malformed parts
        raise _refused(f"{type(refused).__name__}: {refused}") from refused
    return spec, sub_specs


def _refused(reason: str) -> DefinitionRefused:
    return DefinitionRefused((reason,), f"引擎读不了这张图：{reason[:300]}")


def _lanes(tree: etree._ElementTree) -> dict[str, str]:
    return {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in tree.iter(f"{BPMN}lane")
        for reference in lane.findall(f"{BPMN}flowNodeRef")
    }


def _elements(process: etree._Element, lanes: Mapping[str, str]) -> list[ElementInfo]:
    found = []
    for node in process.iter():
        kind = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if not (str(node.tag).startswith(BPMN) and kind.endswith(_FLOW_NODES) and node.get("id")):
            continue
        found.append(
            ElementInfo(
                id=node.get("id", ""),
                name=node.get("name") or node.get("id") or "",
                kind=kind,
                lane=_lane(node, lanes),
                properties=_properties(node),
                called_process=node.get("calledElement"),
                multi_instance=node.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None,
            )
        )
    return found


def _lane(node: etree._Element, lanes: Mapping[str, str]) -> str | None:
    """The lane of the element, or of the sub-process around it."""
    place: etree._Element | None = node
    while place is not None:
        lane = lanes.get(place.get("id", ""))
        if lane:
            return lane
        place = place.getparent()
    return None


def _properties(node: etree._Element) -> dict[str, str]:
    found = node.findall(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property")
    return {each.get("name", ""): each.get("value", "") for each in found}
