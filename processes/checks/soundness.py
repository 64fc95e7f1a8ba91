"""The token game: every run of a scope with free choices at gateways, looking for one that stops or doubles.

Data is not looked at: a run counts as possible when the diagram alone allows it. Chains of plain elements
are drawn together first, so that the states are only the interesting ones; sub-processes and called
processes are one step. The search is breadth first, so the path shown is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from processes.checks.diagram import Diagram, Node, Scope
from processes.checks.finding import Finding
from processes.checks.graph import reachable
from processes.checks.words import GATEWAYS

#: States looked at per scope before the answer is "not decided" (about a quarter of a second).
MOST_STATES = 4_000
_MOST_SUBSETS = 16
_STEPS_SHOWN = 8
_STOPPING = frozenset({"terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition"})

Marking = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to fire a node: the places it empties and fills. `stops` empties everything."""

    node: str
    takes: Marking
    gives: tuple[str, ...]
    stops: bool = False


def check(diagram: Diagram) -> Iterator[Finding]:
    """DEADLOCK, DOUBLE_TOKEN or NOT_DECIDED for each scope; nothing for a sound one."""
    for scope in diagram.scopes:
        if any(len(scope.leaving[node.id]) > 1 or scope.boundaries[node.id] for node in scope.nodes.values()):
            yield from _Game(scope).play()


class _Game:
    """The net of one scope. A place is a flow, or a chain of flows joined by plain elements."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._places = _chained(scope)
        self._steps: dict[str, list[_Step]] = {}
        self._joins: dict[str, tuple[Node, Marking]] = {}
        for node in scope.nodes.values():
            self._add(node)
        self._ahead = self._reach()

    def _place(self, flow: str) -> str:
        return self._places[flow]

    def _into(self, node: Node) -> list[str]:
        return list(dict.fromkeys(self._place(flow.id) for flow in self._scope.entering[node.id]))

    def _out_of(self, node: Node) -> list[str]:
        return [self._place(flow.id) for flow in self._scope.leaving[node.id] if flow.target in self._scope.nodes]

    def _add(self, node: Node) -> None:
        into, out = self._into(node), self._out_of(node)
        if node.kind == "parallelGateway":
            self._put(_Step(node.id, frozenset(into), tuple(out)))
            if len(into) > 1:
                self._joins[node.id] = (node, frozenset(into))
            return
        if node.kind == "inclusiveGateway" and len(into) > 1:
            self._joins[node.id] = (node, frozenset(into))
            return
        for place in into:
            if set(out) == {place}:
                continue  # inside a chain
            for gives in self._choices(node, out):
                stops = node.kind == "endEvent" and node.definition in _STOPPING
                self._put(_Step(node.id, frozenset({place}), gives, stops))

    def _choices(self, node: Node, out: list[str]) -> list[tuple[str, ...]]:
        if node.kind == "inclusiveGateway":
            return _subsets(out)
        if node.kind in GATEWAYS:
            return [(place,) for place in out] or [()]
        ways: list[tuple[str, ...]] = [tuple(out)]
        for event in self._scope.boundaries[node.id]:
            after = tuple(self._out_of(event))
            ways.append(after if event.interrupting else (*out, *after))
        return ways

    def _put(self, step: _Step) -> None:
        for place in step.takes:
            self._steps.setdefault(place, []).append(step)

    def _reach(self) -> Mapping[str, set[str]]:
        """For each inclusive join: the places from which a token can still come to it from elsewhere."""
        ahead = {}
        for key, (node, into) in self._joins.items():
            if node.kind != "inclusiveGateway":
                continue
            ahead[key] = {
                place
                for flow, place in self._places.items()
                if place not in into and key in reachable(self._scope.after, [self._target(flow)])
            }
        return ahead

    def _target(self, flow: str) -> str:
        return next((one.target for one in self._scope.flows if one.id == flow), "")

    def _enabled(self, marking: Marking) -> Iterator[_Step]:
        told: set[int] = set()
        for place in sorted(marking):
            for step in self._steps.get(place, ()):
                if id(step) not in told and step.takes <= marking:
                    told.add(id(step))
                    yield step
        for key, (node, into) in self._joins.items():
            arrived = into & marking
            if node.kind == "inclusiveGateway" and arrived and not self._ahead[key] & (marking - arrived):
                for gives in _subsets(self._out_of(node)) or [()]:
                    yield _Step(key, arrived, gives)

    def play(self) -> Iterator[Finding]:
        """Explore breadth first; one finding per stuck join or doubled element."""
        starts = [node for node in self._scope.of_kind("startEvent") if not node.definitions]
        first = frozenset(place for node in starts for place in self._out_of(node))
        came_from: dict[Marking, tuple[Marking, str] | None] = {first: None}
        waiting = deque([first])
        told: set[str] = set()
        while waiting:
            marking = waiting.popleft()
            enabled = list(self._enabled(marking))
            if marking and not enabled:
                yield from self._stuck(marking, came_from, told)
            for step in enabled:
                after = frozenset() if step.stops else marking - step.takes
                doubled = [place for place in step.gives if place in after]
                if doubled or len(set(step.gives)) < len(step.gives):
                    yield from self._doubled(marking, step, came_from, told)
                    continue
                reached = after | frozenset(step.gives)
                if reached not in came_from:
                    came_from[reached] = (marking, step.node)
                    waiting.append(reached)
            if len(came_from) > MOST_STATES:
                text = "的走法太多，未能全部验证是否会停住或重复办理。请把一部分移到子流程或单独的流程，或先试运行。"
                yield self._scope.says("NOT_DECIDED", text)
                return

    def _stuck(
        self, marking: Marking, came_from: Mapping[Marking, tuple[Marking, str] | None], told: set[str]
    ) -> Iterator[Finding]:
        path = self._path(marking, came_from)
        for key, (node, into) in self._joins.items():
            if into & marking and key not in told:
                told.add(key)
                missing = "、".join(self._behind(place) for place in sorted(into - marking)[:3])
                text = (
                    f"会永远等待：有一种走法使来自{missing}的分支到不了这里。走法：{path}。"
                    "请让分出的每条分支都到达汇合处，或改用与分路相同类型的网关。"
                )
                yield node.says("DEADLOCK", text)

    def _doubled(
        self,
        marking: Marking,
        step: _Step,
        came_from: Mapping[Marking, tuple[Marking, str] | None],
        told: set[str],
    ) -> Iterator[Finding]:
        if step.node in told:
            return
        told.add(step.node)
        path = self._path(marking, came_from)
        text = f"可能同时被走到两次，后面的环节会重复办理。走法：{path}。请先用并行网关汇合分支，再走到这里。"
        yield self._scope.nodes[step.node].says("DOUBLE_TOKEN", text)

    def _behind(self, place: str) -> str:
        flow = next((one for one in reversed(self._scope.flows) if self._places.get(one.id) == place), None)
        source = self._scope.nodes.get(flow.source) if flow is not None else None
        return source.label if source is not None else "另一条分支"

    def _path(self, marking: Marking, came_from: Mapping[Marking, tuple[Marking, str] | None]) -> str:
        names: list[str] = []
        at = came_from.get(marking)
        while at is not None:
            node = self._scope.nodes[at[1]]
            names.append(node.name or node.id)
            at = came_from.get(at[0])
        names.reverse()
        shown = names[-_STEPS_SHOWN:]
        return " → ".join(["开始", *(["…"] if len(names) > len(shown) else []), *shown])


def _subsets(out: list[str]) -> list[tuple[str, ...]]:
    """The non-empty selections of an inclusive split, at most 16: single ones and pairs first, and all."""
    sizes = [subset for size in range(1, len(out) + 1) for subset in combinations(out, size)]
    return [*sizes[: _MOST_SUBSETS - 1], tuple(out)] if len(sizes) > _MOST_SUBSETS else sizes


def _chained(scope: Scope) -> dict[str, str]:
    """Each flow's place: flows joined by plain elements (one way in, one way out, no boundary) share one."""
    places = {flow.id: flow.id for flow in scope.flows}

    def root(flow: str) -> str:
        while places[flow] != flow:
            flow = places[flow]
        return flow

    for node in scope.nodes.values():
        into, out = scope.entering[node.id], scope.leaving[node.id]
        if len(into) == 1 and len(out) == 1 and not scope.boundaries[node.id] and node.kind != "inclusiveGateway":
            places[root(out[0].id)] = root(into[0].id)
    return {flow: root(flow) for flow in places}
