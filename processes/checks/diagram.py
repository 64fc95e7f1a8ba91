"""A BPMN file as plain values: scopes (a process or a sub-process), their nodes and flows, with places in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from lxml import etree

from processes.checks.finding import Finding, found
from processes.checks.words import BPMN, EVENT_DEFINITIONS, FLOW_NODES, KIND_WORDS, SPIFF, SUB_PROCESSES

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Flow:
    """A sequence flow. `condition` is its text without surrounding space, None when it has none."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int
    file: str

    def says(self, code: str, message: str) -> Finding:
        """A finding at this flow."""
        return found(code, message, file=self.file, element_id=self.id or None, line=self.line)

    @property
    def label(self) -> str:
        return f"连线“{self.name}”" if self.name else f"连线 {self.id}"


@dataclass(frozen=True, eq=False)
class Node:
    """An activity, gateway or event. `kind` is the BPMN local name; `properties` those of the spiff extension."""

    id: str
    kind: str
    name: str
    line: int
    file: str
    element: etree._Element
    properties: Mapping[str, str] = field(default_factory=dict)

    def says(self, code: str, message: str, *, path: tuple[str, ...] = ()) -> Finding:
        """A finding at this node; the message is put behind the node's own words."""
        text = f"{self.label}{message}"
        return found(code, text, file=self.file, element_id=self.id or None, line=self.line, path=path)

    @property
    def label(self) -> str:
        word = KIND_WORDS.get(self.kind, self.kind)
        return f"{word}“{self.name}”" if self.name else f"{word} {self.id or '（没有编号）'}"

    @property
    def attached_to(self) -> str | None:
        return self.element.get("attachedToRef")

    @property
    def interrupting(self) -> bool:
        return self.element.get("cancelActivity", "true") in ("true", "1")

    @cached_property
    def definitions(self) -> tuple[etree._Element, ...]:
        """The event definitions written inside the element."""
        return tuple(child for child in self.element if local(child) in EVENT_DEFINITIONS)

    @property
    def definition(self) -> str | None:
        """The local name of the first event definition (`timerEventDefinition`), None for a plain event."""
        return local(self.definitions[0]) if self.definitions else None

    @property
    def loop(self) -> etree._Element | None:
        """The multi-instance characteristics, if any."""
        return child_of(self.element, "multiInstanceLoopCharacteristics")


@dataclass(frozen=True, eq=False)
class Scope:
    """A process or one sub-process of it: the level on which flows connect nodes."""

    id: str
    kind: str
    name: str
    line: int
    file: str
    element: etree._Element
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    properties: Mapping[str, str]

    def says(self, code: str, message: str, *, path: tuple[str, ...] = ()) -> Finding:
        """A finding about the process or sub-process as a whole."""
        text = f"{self.label}{message}"
        return found(code, text, file=self.file, element_id=self.id or None, line=self.line, path=path)

    @property
    def label(self) -> str:
        word = KIND_WORDS.get(self.kind, self.kind)
        return f"{word}“{self.name}”" if self.name else f"{word} {self.id}"

    @cached_property
    def leaving(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows that leave each node, in the order of the file."""
        return _grouped(self.nodes, [(flow.source, flow) for flow in self.flows])

    @cached_property
    def entering(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows that enter each node, in the order of the file."""
        return _grouped(self.nodes, [(flow.target, flow) for flow in self.flows])

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """The boundary events of each activity."""
        attached = [one for one in self.nodes.values() if one.kind == "boundaryEvent"]
        return _grouped(self.nodes, [(one.attached_to or "", one) for one in attached])

    @cached_property
    def after(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes a token may come to next; a boundary event comes after its activity."""
        following = {}
        for key in self.nodes:
            targets = [flow.target for flow in self.leaving[key] if flow.target in self.nodes]
            targets += [event.id for event in self.boundaries[key]]
            following[key] = tuple(dict.fromkeys(targets))
        return following

    def of_kind(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds, in the order of the file."""
        return [node for node in self.nodes.values() if node.kind in kinds]


def _grouped(keys: Iterable[str], pairs: list[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {key: [] for key in keys}
    for key, value in pairs:
        if key in groups:
            groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


@dataclass(frozen=True, eq=False)
class Diagram:
    """A whole BPMN file. `scopes` holds processes and sub-processes, outermost first."""

    file: str
    root: etree._Element
    scopes: tuple[Scope, ...]

    @property
    def processes(self) -> list[Scope]:
        return [scope for scope in self.scopes if scope.kind == "process"]

    def nodes(self) -> Iterator[Node]:
        """All nodes of all scopes."""
        for scope in self.scopes:
            yield from scope.nodes.values()

    def declared(self, kind: str) -> Mapping[str, etree._Element]:
        """The root elements of one kind (`message`, `error`, `signal`, `escalation`) by id."""
        return {one.get("id", ""): one for one in self.root.findall(f"{{{BPMN}}}{kind}")}

    @property
    def executable(self) -> Scope | None:
        """The process that runs: the first executable one."""
        return next((one for one in self.processes if is_executable(one)), None)


def is_executable(process: Scope) -> bool:
    """True when the process is marked to be run."""
    return process.element.get("isExecutable") in ("true", "1")


def local(element: etree._Element) -> str | None:
    """The local name of an element of the BPMN namespace, None for any other."""
    tag = element.tag
    prefix = f"{{{BPMN}}}"
    return tag[len(prefix) :] if isinstance(tag, str) and tag.startswith(prefix) else None


def line_of(element: etree._Element) -> int:
    """The line an element starts at, 1 when unknown."""
    return int(element.sourceline or 1)


def child_of(element: etree._Element, kind: str) -> etree._Element | None:
    """The first child of this BPMN local name."""
    return element.find(f"{{{BPMN}}}{kind}")


def text_of(element: etree._Element | None) -> str | None:
    """The text of an element without surrounding space, None when there is none."""
    text = "".join(str(part) for part in element.itertext()).strip() if element is not None else ""
    return text or None


def extension_of(element: etree._Element, kind: str) -> etree._Element | None:
    """The first spiff extension of this local name under `extensionElements`."""
    return element.find(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}{kind}")


def properties_of(element: etree._Element) -> dict[str, str]:
    """The spiff properties of an element (name to value); unnamed ones are left out."""
    holder = extension_of(element, "properties")
    if holder is None:
        return {}
    pairs = ((one.get("name"), one.get("value")) for one in holder.iter(f"{{{SPIFF}}}property"))
    return {name: (value or "").strip() for name, value in pairs if name}


def build(root: etree._Element, *, file: str) -> Diagram:
    """The diagram of a read file. Accepts any tree: what is not BPMN is left out."""
    scopes: list[Scope] = []
    waiting = [one for one in root if local(one) == "process"]
    while waiting:
        element = waiting.pop(0)
        scopes.append(_scope(element, file=file))
        waiting.extend(one for one in element if local(one) in SUB_PROCESSES)
    return Diagram(file, root, tuple(scopes))


def _scope(element: etree._Element, *, file: str) -> Scope:
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for child in element:
        kind = local(child)
        if kind in FLOW_NODES:
            node = _node(child, kind, file=file)
            nodes.setdefault(node.id, node)
        elif kind == "sequenceFlow":
            flows.append(_flow(child, file=file))
    return Scope(
        id=element.get("id", ""),
        kind=local(element) or "",
        name=_name(element),
        line=line_of(element),
        file=file,
        element=element,
        nodes=nodes,
        flows=tuple(flows),
        properties=properties_of(element),
    )


def _node(element: etree._Element, kind: str, *, file: str) -> Node:
    return Node(
        id=element.get("id", ""),
        kind=kind,
        name=_name(element),
        line=line_of(element),
        file=file,
        element=element,
        properties=properties_of(element),
    )


def _flow(element: etree._Element, *, file: str) -> Flow:
    return Flow(
        id=element.get("id", ""),
        name=_name(element),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=text_of(child_of(element, "conditionExpression")),
        line=line_of(element),
        file=file,
    )


def _name(element: etree._Element) -> str:
    return " ".join(element.get("name", "").split())[:60]
