"""Loops and parallel branches: what the engine repeats without end, doubles, or waits for in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from processes.checks.diagram import Diagram, Node, Scope
from processes.checks.finding import Finding
from processes.checks.graph import cycles, immediate_dominators, reachable, reversed_edges, without
from processes.checks.words import SUB_PROCESSES, WAITING_TASKS

_WAITING = WAITING_TASKS | {"intermediateCatchEvent", "eventBasedGateway"}
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})
_JOINING = frozenset({"parallelGateway", "inclusiveGateway"})
_STOPPING = frozenset({"terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition"})
_FINAL = "\0end"


def check(diagram: Diagram) -> Iterator[Finding]:
    """All findings about loops and parallel branches of every scope."""
    for scope in diagram.scopes:
        yield from _loops(diagram, scope)
        yield from _regions(scope)
        yield from _merges(scope)


def _loops(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    waiting = {key for key, node in scope.nodes.items() if _waits(diagram, node)}
    for part in cycles(without(scope.after, waiting)):
        names = _names(scope, part)
        text = f"所在的循环（{names}）没有需要等待的环节，会一直空转。请在循环中加入人工任务或定时等待。"
        yield _first(scope, part).says("LOOP_WITHOUT_WAIT", text)
    choosing = {key for key, node in scope.nodes.items() if node.kind in _CHOOSING}
    for part in cycles(without(scope.after, choosing)):
        names = _names(scope, part)
        text = f"所在的循环（{names}）没有判断网关，引擎无法启动。请用排他网关决定是否返回。"
        yield _first(scope, part).says("LOOP_WITHOUT_GATEWAY", text)
    for part in cycles(scope.after):
        for node in (scope.nodes[key] for key in scope.nodes if key in part):
            if node.kind == "inclusiveGateway":
                yield node.says(
                    "INCLUSIVE_IN_LOOP", "在循环之内，第二轮以后会重复产生任务。请改用排他网关，或把它移出循环。"
                )


def _waits(diagram: Diagram, node: Node) -> bool:
    if node.kind not in SUB_PROCESSES:
        return node.kind in _WAITING
    inner = next((scope for scope in diagram.scopes if scope.element is node.element), None)
    if inner is None:
        return False
    starts = [one.id for one in inner.of_kind("startEvent")]
    ends = {one.id for one in inner.of_kind("endEvent")}
    waiting = [key for key, one in inner.nodes.items() if _waits(diagram, one)]
    return not reachable(without(inner.after, waiting), set(starts) - set(waiting)) & ends


def _first(scope: Scope, part: frozenset[str]) -> Node:
    return next(node for key, node in scope.nodes.items() if key in part)


def _names(scope: Scope, part: frozenset[str]) -> str:
    named = [node.name or node.id for key, node in scope.nodes.items() if key in part]
    return "、".join(named[:4]) + ("等" if len(named) > 4 else "")


def _steady(scope: Scope) -> dict[str, list[str]]:
    """The ways a token moves on: without side branches of non-interrupting events and ends that stop everything."""
    stopping = {key for key, node in scope.nodes.items() if _stops(node)}
    return without(scope.after, stopping)


def _stops(node: Node) -> bool:
    if node.kind == "endEvent":
        return node.definition in _STOPPING
    return node.kind == "boundaryEvent" and not node.interrupting


def _regions(scope: Scope) -> Iterator[Finding]:
    splits = [node for node in scope.of_kind("parallelGateway") if len(scope.leaving[node.id]) > 1]
    if not splits:
        return
    steady = _steady(scope)
    looping: frozenset[str] = frozenset().union(*cycles(steady))
    backwards = reversed_edges(steady)
    backwards[_FINAL] = [one.id for one in scope.of_kind("endEvent") if one.id in steady]
    nearest = immediate_dominators(backwards, _FINAL)
    for split in splits:
        join = scope.nodes.get(nearest.get(split.id, ""))
        closed = join is not None and join.kind == "parallelGateway" and len(scope.entering[join.id]) > 1
        if join is not None and closed:
            yield from _crossings(scope, split, join, steady=steady)
        elif split.id in looping:
            yield split.says(
                "SPLIT_WITHOUT_JOIN_IN_LOOP",
                "在循环之内分出多条分支，却没有并行网关把它们汇合，每一轮都会多出分支。请在返回之前用并行网关汇合。",
            )


def _crossings(scope: Scope, split: Node, join: Node, *, steady: dict[str, list[str]]) -> Iterator[Finding]:
    """A loop may hold the whole region; it may not leave or enter between the split and its join."""
    region = reachable(steady, steady[split.id], stop=frozenset({join.id})) - {join.id}
    if split.id in region:
        inner = [key for key in region if split.id in steady[key]]
        back = "、".join(scope.nodes[key].label for key in inner[:3])
        yield split.says(
            "LOOP_LEAVES_PARALLEL",
            f"与{join.label}之间的分支有连线返回到分路之前（经过{back}），其他分支会重复办理。请先汇合，再判断是否返回。",
        )
        return
    for flow in scope.flows:
        entered = flow.target in region and flow.source not in region and flow.source != split.id
        if entered and flow.source in scope.nodes and not _is_side_branch(scope, flow.source):
            yield flow.says(
                "ENTERS_PARALLEL",
                f"{flow.label} 从外面进入{split.label}与{join.label}之间的一条分支，汇合时会永远等待其他分支。"
                "请把连线接到分路之前。",
            )


def _is_side_branch(scope: Scope, key: str) -> bool:
    return key not in _steady(scope)


def _merges(scope: Scope) -> Iterator[Finding]:
    for node in scope.nodes.values():
        heads = _branch_heads(scope, node)
        if len(heads) > 1:
            yield from _meeting(scope, node, heads)


def _branch_heads(scope: Scope, node: Node) -> Sequence[str]:
    """Where tokens that live at the same time begin after this node."""
    if node.kind in _JOINING:
        return [flow.target for flow in scope.leaving[node.id] if flow.target in scope.nodes]
    side = [event.id for event in scope.boundaries[node.id] if not event.interrupting]
    main = [flow.target for flow in scope.leaving[node.id] if flow.target in scope.nodes]
    return [*main[:1], *side] if side else []


def _meeting(scope: Scope, split: Node, heads: Sequence[str]) -> Iterator[Finding]:
    branches = [_branch(scope, split, head) for head in heads]
    pairs = list(combinations(branches, 2))
    if split.kind not in _JOINING:  # two reminders may share their steps; only the main line may not be doubled
        pairs = pairs[: len(branches) - 1]
    for key, node in scope.nodes.items():
        if any(key in one and key in other and _doubles(scope, key, split, one, other) for one, other in pairs):
            yield _merge_finding(scope, split, node)


def _merge_finding(scope: Scope, split: Node, node: Node) -> Finding:
    sure = split.kind != "inclusiveGateway"
    word = "会" if sure else "可能会"
    instead = "并行网关" if split.kind == "parallelGateway" else "包容网关"
    if split.kind not in _JOINING:
        return node.says(
            "UNCONTROLLED_MERGE",
            f"会被执行两次：{split.label}上不中断的边界事件又并入主线。请让该分支走到自己的结束事件。",
        )
    return node.says(
        "UNCONTROLLED_MERGE",
        f"{word}被执行多次：{split.label}分出的分支没有汇合就都走到这里。请在它前面用{instead}汇合。",
    )


def _branch(scope: Scope, split: Node, head: str) -> set[str]:
    """The nodes one branch reaches on its own: a join is passed only when all its ways in are of this branch."""
    passed: set[str] = set()
    while True:
        closed = {key for key, node in scope.nodes.items() if _joins(scope, node) and key not in passed} | {split.id}
        inside = reachable(scope.after, [head], stop=frozenset(closed))
        local = {
            key
            for key in inside & closed - {split.id}
            if key != head and all(flow.source in inside for flow in scope.entering[key])
        }
        if not local:
            return inside - {split.id}
        passed |= local


def _joins(scope: Scope, node: Node) -> bool:
    return node.kind in _JOINING and len(scope.entering[node.id]) > 1


def _doubles(scope: Scope, key: str, split: Node, one: set[str], other: set[str]) -> bool:
    """True at the node where two live branches first meet without being joined."""
    node = scope.nodes[key]
    if node.kind == "endEvent" or _joins(scope, node):
        return False
    sources = {flow.source for flow in scope.entering[key]}
    shared = one & other
    here = sources - shared
    return bool(here & (one | {split.id})) and bool(here & (other | {split.id})) and len(here) > 1
