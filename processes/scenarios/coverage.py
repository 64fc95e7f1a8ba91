"""Which elements and flows of a diagram a set of scenarios went through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processes import engine, xml
from processes.scenarios.trace import Trace

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True, slots=True)
class Place:
    """An element or flow of a diagram, as people read it: a flow without a name is told by its ends."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Ground:
    """All that can be covered in one diagram, in the order of the file."""

    process: str
    title: str
    elements: tuple[Place, ...]
    flows: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often each element and flow was passed; what was never passed is missing."""

    ground: Ground
    passed: dict[str, int]

    @classmethod
    def of(cls, ground: Ground, traces: Iterable[Trace]) -> Coverage:
        passed: dict[str, int] = {}
        for trace in traces:
            for visit in trace.visits:
                if visit.process == ground.process:
                    passed[visit.element] = passed.get(visit.element, 0) + 1
        return cls(ground, passed)

    @property
    def missing_flows(self) -> tuple[Place, ...]:
        return tuple(each for each in self.ground.flows if each.id not in self.passed)

    @property
    def missing_elements(self) -> tuple[Place, ...]:
        return tuple(each for each in self.ground.elements if each.id not in self.passed)

    @property
    def flow_share(self) -> float:
        """Covered flows of all flows, 0 to 1; a diagram without flows is covered."""
        total = len(self.ground.flows)
        return 1.0 if not total else 1 - len(self.missing_flows) / total

    @property
    def element_share(self) -> float:
        total = len(self.ground.elements)
        return 1.0 if not total else 1 - len(self.missing_elements) / total


def ground_of(content: bytes) -> Ground:
    """The elements and flows of a diagram. Raises DefinitionRefused for what is no diagram."""
    definition = engine.parse(content)
    names = {each.id: each.name for each in definition.elements}
    flows = []
    for flow in xml.read(content).iter(f"{_BPMN}sequenceFlow"):
        ends = [names.get(flow.get(end, ""), "") for end in ("sourceRef", "targetRef")]
        label = flow.get("name")
        told = f"{ends[0]} → {ends[1]}" + (f"（{label}）" if label else "")
        flows.append(Place(flow.get("id", ""), told, "sequenceFlow"))
    elements = tuple(Place(each.id, each.name, each.kind) for each in definition.elements)
    return Ground(definition.process_key, definition.name, elements, tuple(flows))
