"""The token game played the slow and obvious way: one place a flow, tokens counted, nothing drawn together.

The property test holds the checks' fast game to this one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

from processes.checks.diagram import Node, Scope

Marking = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Verdict:
    """What some run of a scope can do. `fired` are the nodes that some run passes."""

    deadlock: bool
    doubles: bool
    endless: bool
    fired: frozenset[str]
    states: int


def play(scope: Scope) -> Verdict:
    """Play every run; a marking with two tokens on a flow is not played on."""
    start = _frozen(Counter(flow.id for node in scope.of_kind("startEvent") for flow in scope.leaving[node.id]))
    seen, waiting = {start}, deque([start])
    before: dict[Marking, set[Marking]] = {}
    stuck: set[Marking] = set()
    fired: set[str] = set()
    doubles = False
    while waiting:
        marking = waiting.popleft()
        moves = list(_moves(scope, Counter(dict(marking))))
        if marking and not moves:
            stuck.add(marking)
        for node, after in moves:
            fired.add(node.id)
            if any(number > 1 for number in after.values()):
                doubles = True
                continue
            reached = _frozen(after)
            before.setdefault(reached, set()).add(marking)
            if reached not in seen:
                seen.add(reached)
                waiting.append(reached)
    ending = _backwards(before, {()} | stuck)
    return Verdict(bool(stuck), doubles, not seen <= ending, frozenset(fired), len(seen))


def _backwards(before: dict[Marking, set[Marking]], ends: set[Marking]) -> set[Marking]:
    found, waiting = set(ends), list(ends)
    while waiting:
        for marking in before.get(waiting.pop(), ()):
            if marking not in found:
                found.add(marking)
                waiting.append(marking)
    return found


def _frozen(marking: Counter[str]) -> Marking:
    return tuple(sorted((flow, number) for flow, number in marking.items() if number))


def _moves(scope: Scope, marking: Counter[str]) -> Iterator[tuple[Node, Counter[str]]]:
    for node in scope.nodes.values():
        into = [flow.id for flow in scope.entering[node.id]]
        out = [flow.id for flow in scope.leaving[node.id]]
        for taken in _takes(scope, node, into, marking):
            for given in _gives(node, out):
                after = Counter(marking)
                after.subtract(taken)
                yield node, +(after + Counter(given))


def _takes(scope: Scope, node: Node, into: list[str], marking: Counter[str]) -> list[list[str]]:
    here = [flow for flow in into if marking[flow]]
    if node.kind == "parallelGateway":
        return [into] if into and len(here) == len(into) else []
    if node.kind == "inclusiveGateway" and len(into) > 1:
        return [here] if here and not _still_comes(scope, node, set(here), set(into) - set(here), marking) else []
    return [[flow] for flow in here]


def _still_comes(scope: Scope, node: Node, filled: set[str], empty: set[str], marking: Counter[str]) -> bool:
    for flow in marking:
        if marking[flow] and flow not in filled:
            ahead = _ahead(scope, flow, node)
            if ahead & empty and not ahead & filled:
                return True
    return False


def _ahead(scope: Scope, flow: str, around: Node) -> set[str]:
    targets = {one.id: one.target for one in scope.flows}
    found, waiting = {flow}, [flow]
    while waiting:
        target = targets[waiting.pop()]
        for following in scope.leaving[target] if target != around.id else ():
            if following.id not in found:
                found.add(following.id)
                waiting.append(following.id)
    return found


def _gives(node: Node, out: list[str]) -> list[list[str]]:
    if node.kind == "exclusiveGateway":
        return [[flow] for flow in out]
    if node.kind == "inclusiveGateway":
        return [list(some) for some in chain.from_iterable(combinations(out, size) for size in range(1, len(out) + 1))]
    return [out]
