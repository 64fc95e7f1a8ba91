"""The token net of one scope: places that hold a token, and the steps that move tokens from place to place.

A place is a sequence flow, or a chain of flows joined by plain elements, so that only the interesting moments are
states. Places are numbered: a marking is an integer with one bit a place. Activities are one step; what a sub-process
or a called process can do to its boundary events is told by its `Interface`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from processes.checks.diagram import Flow, Node, Scope
from processes.checks.interface import Interface
from processes.checks.words import GATEWAYS

#: Selections of an inclusive split that are tried, at most.
MOST_SELECTIONS = 32
STOPPING = frozenset({"terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition"})
_EITHER = GATEWAYS - {"parallelGateway", "inclusiveGateway"}


@dataclass(frozen=True, slots=True)
class Step:
    """One way to fire a node: the places it empties and fills, as bits, and the ids it shows when played.

    `doubles` is true when it puts two tokens into one place; `stops` when it ends everything in the scope.
    """

    node: str
    takes: int
    gives: int
    shows: tuple[str, ...]
    doubles: bool = False
    stops: bool = False


@dataclass(frozen=True)
class Join:
    """A gateway that waits: `ways` are the bits of its ways in; `ahead` what an inclusive one looks out for.

    `ahead` maps each way in to the places from which a token can still come to it without passing the gateway.
    """

    node: Node
    ways: tuple[int, ...]
    ahead: Mapping[int, int] = field(default_factory=dict)

    @property
    def all_ways(self) -> int:
        return sum(set(self.ways))

    def may_fire(self, marking: int) -> bool:
        """The BPMN rule: no token elsewhere can still come on an empty way, unless it can also come on a filled one."""
        arrived = marking & self.all_ways
        if not arrived:
            return False
        to_empty = to_filled = 0
        for way, places in self.ahead.items():
            if way & arrived:
                to_filled |= places
            else:
                to_empty |= places
        return not marking & ~arrived & to_empty & ~to_filled


class Net:
    """The net of a scope. `interfaces` tells by node id what a sub-process or called process can end with."""

    def __init__(self, scope: Scope, interfaces: Mapping[str, Interface]) -> None:
        self.scope = scope
        self._interfaces = interfaces
        self._place_of, self._route = _chained(scope)
        names = list(dict.fromkeys(self._place_of.values()))
        self._bits = {name: 1 << number for number, name in enumerate(names)}
        self._names = {bit: name for name, bit in self._bits.items()}
        self.steps: list[Step] = []
        self.joins: list[Join] = []
        for node in scope.nodes.values():
            self._add(node)

    @cached_property
    def first(self) -> tuple[int, tuple[str, ...]]:
        """The marking after the none start event, and what is shown on the way to it."""
        starts = [node for node in self.scope.of_kind("startEvent") if not node.definitions]
        marking, shown = 0, []
        for node in starts:
            out = self._out_of(node)
            marking |= _union(out)
            shown += [node.id, *self._shown(out)]
        return marking, tuple(shown)

    def behind(self, bit: int) -> str:
        """The label of the element a token of this place would come from."""
        flow = self._last_flow(bit)
        source = self.scope.nodes.get(flow.source) if flow is not None else None
        return source.label if source is not None else "另一条分支"

    def chained(self, bit: int) -> tuple[str, ...]:
        """The plain elements and flows a token of this place passes by itself, in order."""
        return self._route[self._names[bit]]

    def selections(self, join: Join, arrived: int) -> Iterator[Step]:
        """How a join of the inclusive kind fires on what has arrived."""
        for gives in _subsets(self._out_of(join.node)) or [()]:
            yield self._step(join.node.id, arrived, gives)

    def _last_flow(self, bit: int) -> Flow | None:
        flows = {flow.id: flow for flow in self.scope.flows}
        known = [flows[key] for key in self._route[self._names[bit]] if key in flows]
        return known[-1] if known else None

    def _into(self, node: Node) -> list[int]:
        return list(dict.fromkeys(self._bits[self._place_of[flow.id]] for flow in self.scope.entering[node.id]))

    def _out_of(self, node: Node) -> list[int]:
        flows = [flow for flow in self.scope.leaving[node.id] if flow.target in self.scope.nodes]
        return [self._bits[self._place_of[flow.id]] for flow in flows]

    def _shown(self, gives: list[int] | tuple[int, ...]) -> list[str]:
        return [key for bit in gives for key in self.chained(bit)]

    def _step(self, node: str, takes: int, gives: tuple[int, ...], *, stops: bool = False, by: str = "") -> Step:
        shows = (node, *([by] if by else []), *self._shown(gives))
        return Step(node, takes, _union(gives), shows, len(set(gives)) < len(gives), stops)

    def _add(self, node: Node) -> None:
        into, out = self._into(node), self._out_of(node)
        if node.kind in ("parallelGateway", "inclusiveGateway") and len(into) > 1:
            inclusive = node.kind == "inclusiveGateway"
            self.joins.append(Join(node, tuple(into), self._ahead(node, into) if inclusive else {}))
            if not inclusive:
                self.steps.append(self._step(node.id, _union(into), tuple(out)))
            return
        for bit in into:
            if set(out) == {bit} and not self.scope.boundaries[node.id]:
                continue  # inside a chain
            self.steps += self._ways(node, bit, out)

    def _ways(self, node: Node, bit: int, out: list[int]) -> Iterator[Step]:
        if node.kind == "parallelGateway":
            yield self._step(node.id, bit, tuple(out))
        elif node.kind == "inclusiveGateway":
            yield from (self._step(node.id, bit, gives) for gives in _subsets(out))
        elif node.kind in _EITHER:
            yield from (self._step(node.id, bit, (one,)) for one in out)
        else:
            yield from self._activity(node, bit, out)

    def _activity(self, node: Node, bit: int, out: list[int]) -> Iterator[Step]:
        inside = self._interfaces.get(node.id, Interface())
        if inside.ends_normally:
            stops = node.kind == "endEvent" and node.definition in STOPPING
            yield self._step(node.id, bit, tuple(out), stops=stops)
        for event in self.scope.boundaries[node.id]:
            after = tuple(self._out_of(event))
            if not inside.can_give(event):
                continue
            if event.interrupting:
                yield self._step(node.id, bit, after, by=event.id)
            elif inside.ends_normally:
                yield self._step(node.id, bit, (*out, *after), by=event.id)

    def _ahead(self, node: Node, into: list[int]) -> dict[int, int]:
        """For each way in: the places from which a token can come to it without passing the gateway."""
        before: dict[int, int] = {}
        for way in into:
            reached, waiting = way, [way]
            while waiting:
                bit = waiting.pop()
                for place, targets in self._onward.items():
                    if targets & bit and not place & reached and not place & _union(into):
                        reached |= place
                        waiting.append(place)
            before[way] = reached
        return before

    @cached_property
    def _onward(self) -> dict[int, int]:
        """Each place with the places a token of it may come to next, whatever else is needed."""
        onward: dict[int, int] = {}
        for node in self.scope.nodes.values():
            out = _union(self._out_of(node))
            for event in self.scope.boundaries[node.id]:
                out |= _union(self._out_of(event))
            for bit in self._into(node):
                onward[bit] = onward.get(bit, 0) | out & ~bit
        return onward


def bits(marking: int) -> Iterator[int]:
    """The places of a marking, one bit each, lowest first."""
    while marking:
        low = marking & -marking
        yield low
        marking ^= low


def _union(many: list[int] | tuple[int, ...]) -> int:
    whole = 0
    for bit in many:
        whole |= bit
    return whole


def _subsets(out: list[int]) -> list[tuple[int, ...]]:
    """The non-empty selections of an inclusive split, at most 32: single ones and pairs first, and all."""
    found: list[tuple[int, ...]] = []
    for size in range(1, len(out) + 1):
        for subset in combinations(out, size):
            if len(found) == MOST_SELECTIONS - 1:
                return [*found, tuple(out)]
            found.append(subset)
    return found


def _chained(scope: Scope) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Each flow's place, and each place's flows and plain elements in order.

    Flows joined by an element with one way in, one way out and no boundary event share a place.
    """
    follows: dict[str, tuple[str, str]] = {}
    for node in scope.nodes.values():
        into, out = scope.entering[node.id], scope.leaving[node.id]
        plain = len(into) == 1 and len(out) == 1 and not scope.boundaries[node.id]
        if plain and node.kind != "inclusiveGateway" and out[0].target in scope.nodes and into[0].id != out[0].id:
            follows[into[0].id] = (node.id, out[0].id)
    heads = {flow.id for flow in scope.flows} - {onward for _, onward in follows.values()}
    place_of: dict[str, str] = {}
    route: dict[str, tuple[str, ...]] = {}
    for flow in (*[one.id for one in scope.flows if one.id in heads], *[one.id for one in scope.flows]):
        if flow not in place_of:
            route[flow] = tuple(_run(flow, flow, follows, place_of))
    return place_of, route


def _run(place: str, flow: str, follows: Mapping[str, tuple[str, str]], place_of: dict[str, str]) -> Iterator[str]:
    place_of[flow] = place
    yield flow
    while flow in follows and follows[flow][1] not in place_of:
        node, flow = follows[flow]
        place_of[flow] = place
        yield node
        yield flow
