"""Small graph questions over adjacency mappings. All iterative: a hostile diagram cannot exhaust the stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Edges = Mapping[str, Sequence[str]]


def reachable(edges: Edges, starts: Iterable[str], *, stop: frozenset[str] = frozenset()) -> set[str]:
    """All nodes that can be reached from `starts` (which are included). Nodes of `stop` are reached, not passed."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        node = waiting.pop()
        if node in stop:
            continue
        for following in edges.get(node, ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def reversed_edges(edges: Edges) -> dict[str, list[str]]:
    """The same graph with every edge turned round."""
    turned: dict[str, list[str]] = {node: [] for node in edges}
    for node, targets in edges.items():
        for target in targets:
            turned.setdefault(target, []).append(node)
    return turned


def without(edges: Edges, removed: Iterable[str]) -> dict[str, list[str]]:
    """The graph without some nodes and the edges at them."""
    gone = set(removed)
    return {
        node: [target for target in targets if target not in gone]
        for node, targets in edges.items()
        if node not in gone
    }


def cycles(edges: Edges) -> list[frozenset[str]]:
    """The strongly connected parts that contain a cycle (a node with an edge to itself counts)."""
    finished = _finishing_order(edges)
    turned = reversed_edges(edges)
    taken: set[str] = set()
    parts = []
    for node in reversed(finished):
        if node in taken:
            continue
        part = reachable(turned, [node], stop=frozenset(taken)) - taken
        taken |= part
        if len(part) > 1 or node in edges.get(node, ()):
            parts.append(frozenset(part))
    return parts


def _finishing_order(edges: Edges) -> list[str]:
    seen: set[str] = set()
    order: list[str] = []
    for start in edges:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(edges[start]))]
        while path:
            node, targets = path[-1]
            following = next((one for one in targets if one not in seen), None)
            if following is None:
                path.pop()
                order.append(node)
            else:
                seen.add(following)
                path.append((following, iter(edges.get(following, ()))))
    return order


def immediate_dominators(edges: Edges, start: str) -> dict[str, str]:
    """For each node reachable from `start`: the nearest other node that every way from `start` to it passes.

    On the reversed graph this gives the nearest node that every way to the end passes (Cooper, Harvey and
    Kennedy's iteration over the reversed finishing order).
    """
    inside = reachable(edges, [start])
    local = {start: list(edges.get(start, ()))} | {node: list(edges.get(node, ())) for node in inside}
    order = list(reversed(_finishing_order(local)))
    number = {node: index for index, node in enumerate(order)}
    before = reversed_edges(local)
    nearest: dict[str, str] = {start: start}
    changed = True
    while changed:
        changed = False
        for node in order:
            if node == start:
                continue
            known = [one for one in before[node] if one in nearest]
            best = known[0]
            for other in known[1:]:
                best = _meet(best, other, nearest=nearest, number=number)
            if nearest.get(node) != best:
                nearest[node] = best
                changed = True
    del nearest[start]
    return nearest


def _meet(one: str, other: str, *, nearest: Mapping[str, str], number: Mapping[str, int]) -> str:
    while one != other:
        while number[one] > number[other]:
            one = nearest[one]
        while number[other] > number[one]:
            other = nearest[other]
    return one
