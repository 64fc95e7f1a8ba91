"""The token game: every run of a scope with free choices at gateways, to find one that stops, doubles or never ends.

Data is not looked at: a run counts as possible when the diagram alone allows it. Sub-processes are played first and
are then one step with the ends they really have; called processes are one step with the ends of their published
version; copies of a multi-instance activity are one token. The search is breadth first, so the path shown is a
shortest one. After `MOST_STATES` states of a scope the answer is "not decided".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from processes.checks.diagram import Diagram, Node, Scope
from processes.checks.finding import Finding
from processes.checks.interface import Interface, code_of, read_interface
from processes.checks.net import Net, Step, bits
from processes.checks.words import SUB_PROCESSES, WAITING_TASKS

#: States looked at per scope before the answer is "not decided" (some tenths of a second).
MOST_STATES = 20_000
_STEPS_SHOWN = 8
_WAITING = WAITING_TASKS | SUB_PROCESSES


def check(diagram: Diagram, *, called: Mapping[str, Interface] | None = None) -> Iterator[Finding]:
    """DEADLOCK, DOUBLE_TOKEN, ENDLESS_RUN, DEAD_ELEMENT, IMPROPER_COMPLETION, BOUNDARY_NEVER_FIRES, ERROR_NOT_CAUGHT
    or NOT_DECIDED for each scope; nothing for a sound one.

    `called` are the interfaces of the processes that call activities may name, by process key.
    """
    known = called or {}
    interfaces = {
        node.id: known[key]
        for node in diagram.nodes()
        if node.kind == "callActivity" and (key := node.element.get("calledElement", "")) in known
    }
    for scope in reversed(diagram.scopes):  # what lies inside first
        game = _Game(scope, interfaces)
        yield from game.play()
        yield from _calls(scope, interfaces)
        if scope.kind != "process":
            interfaces[scope.id] = _seen_from_outside(diagram, scope, game)


def _seen_from_outside(diagram: Diagram, scope: Scope, game: _Game) -> Interface:
    """What the sub-process does as far as the game tells; a faulty one is taken to do everything."""
    if game.told or not game.is_decided:
        return Interface()
    found = read_interface(diagram, scope, ended_at=frozenset(game.fired))
    return Interface(found.ends_normally, found.errors, None)


def _calls(scope: Scope, interfaces: Mapping[str, Interface]) -> Iterator[Finding]:
    """Boundary events on what cannot give them, and errors of a called process that nobody catches."""
    for node in scope.nodes.values():
        inside = interfaces.get(node.id)
        if inside is None:
            continue
        for event in scope.boundaries[node.id]:
            if not inside.can_give(event):
                text = f"等待的错误 {code_of(event) or ''} 在{node.label}里不会发生。请删除它，或在里面抛出这个错误。"
                yield event.says("BOUNDARY_NEVER_FIRES", text)
        if node.kind == "callActivity" and inside.errors:
            caught = {code_of(event) for event in scope.boundaries[node.id] if _catches_errors(event)}
            for code in sorted(inside.errors - {one for one in caught if one}) if None not in caught else ():
                text = f"调用的流程可能以错误 {code} 结束，这里没有同代码的错误边界事件。请添加错误边界事件。"
                yield node.says("ERROR_NOT_CAUGHT", text)


def _catches_errors(event: Node) -> bool:
    return event.definition == "errorEventDefinition"


@dataclass(eq=False)
class _Game:
    """One scope being played. `fired` are the ids some run shows, `told` what was found."""

    scope: Scope
    interfaces: Mapping[str, Interface]
    told: set[tuple[str, str]] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)
    is_decided: bool = True

    def __post_init__(self) -> None:
        self.net = Net(self.scope, self.interfaces)
        self.came_from: dict[int, tuple[int, Step] | None] = {}
        self.leads_to: dict[int, list[int]] = {}

    def play(self) -> Iterator[Finding]:
        """Explore breadth first; one finding per stuck join, doubled element, endless part or dead element."""
        first, shown = self.net.first
        self.fired.update(shown)
        self.came_from[first] = None
        waiting = deque([first])
        while waiting:
            marking = waiting.popleft()
            enabled = list(self._enabled(marking))
            if marking and not enabled:
                yield from self._stuck(marking)
            for step in enabled:
                yield from self._fire(marking, step, waiting)
            if len(self.came_from) > MOST_STATES:
                self.is_decided = False
                text = (
                    f"的走法太多，看过 {MOST_STATES} 种情形后仍未能全部验证是否会停住或重复办理。"
                    "请把一部分移到子流程或单独的流程，或先试运行。"
                )
                yield self.scope.says("NOT_DECIDED", text)
                return
        if not any(code in ("DEADLOCK", "DOUBLE_TOKEN") for code, _ in self.told):
            yield from self._endless()
            yield from self._dead()

    def _enabled(self, marking: int) -> Iterator[Step]:
        for step in self.net.steps:
            if step.takes & marking == step.takes:
                yield step
        for join in self.net.joins:
            if join.ahead and join.may_fire(marking):
                yield from self.net.selections(join, marking & join.all_ways)

    def _fire(self, marking: int, step: Step, waiting: deque[int]) -> Iterator[Finding]:
        after = 0 if step.stops else marking & ~step.takes
        self.fired.update(step.shows)
        if step.doubles or step.gives & after:
            yield from self._doubled(marking, step)
            return
        if step.stops and marking & ~step.takes:
            yield from self._cut_off(marking, step)
        reached = after | step.gives
        self.leads_to.setdefault(marking, []).append(reached)
        if reached not in self.came_from:
            self.came_from[reached] = (marking, step)
            waiting.append(reached)

    def _stuck(self, marking: int) -> Iterator[Finding]:
        for join in self.net.joins:
            if join.all_ways & marking and self._is_new("DEADLOCK", join.node):
                missing = "、".join(self.net.behind(bit) for bit in list(bits(join.all_ways & ~marking))[:3])
                text = (
                    f"会永远等待：有一种走法使来自{missing}的分支到不了这里。走法：{self._words(marking)}。"
                    "请让分出的每条分支都到达汇合处，或改用与分路相同类型的网关。"
                )
                yield join.node.says("DEADLOCK", text, path=(*self._path(marking), join.node.id))

    def _doubled(self, marking: int, step: Step) -> Iterator[Finding]:
        node = self.scope.nodes[step.node]
        if self._is_new("DOUBLE_TOKEN", node):
            text = (
                f"可能同时被走到两次，后面的环节会重复办理。走法：{self._words(marking)}。"
                "请先用并行网关汇合分支，再走到这里。"
            )
            yield node.says("DOUBLE_TOKEN", text, path=(*self._path(marking), *step.shows))

    def _cut_off(self, marking: int, step: Step) -> Iterator[Finding]:
        """An end that stops everything while people elsewhere still work: what they do is thrown away."""
        node = self.scope.nodes[step.node]
        if node.definition != "terminateEventDefinition":
            return
        open_work = [name for bit in bits(marking & ~step.takes) for name in self._work_behind(bit)]
        if open_work and self._is_new("IMPROPER_COMPLETION", node):
            names = "、".join(dict.fromkeys(open_work))
            text = (
                f"到达时，其他分支可能还没办完（{names}），会被一并取消。走法：{self._words(marking)}。"
                "请先汇合其他分支；确实要取消的，请在说明中写明。"
            )
            yield node.says("IMPROPER_COMPLETION", text, path=(*self._path(marking), *step.shows))

    def _work_behind(self, bit: int) -> list[str]:
        """The activities people or other processes do that a token of this place is at or comes to by itself."""
        target = next((one.target for one in reversed(self.scope.flows) if one.id in self.net.chained(bit)), "")
        nodes = [self.scope.nodes[key] for key in (*self.net.chained(bit), target) if key in self.scope.nodes]
        return [node.name or node.id for node in nodes if node.kind in _WAITING]

    def _endless(self) -> Iterator[Finding]:
        """A marking from which no run ends, though none is stuck: the rest goes round for ever."""
        backwards: dict[int, list[int]] = {}
        for marking, followers in self.leads_to.items():
            for follower in followers:
                backwards.setdefault(follower, []).append(marking)
        ending = {0}
        waiting = [0]
        while waiting:
            for marking in backwards.get(waiting.pop(), ()):
                if marking not in ending:
                    ending.add(marking)
                    waiting.append(marking)
        trap = next((marking for marking in self.came_from if marking not in ending), None)
        if trap is not None:
            step = self.came_from[trap]
            node = self.scope.nodes[step[1].node] if step is not None else None
            text = f"之后再也走不到结束。走法：{self._words(trap)}。请补上一条通向结束的路。"
            self.told.add(("ENDLESS_RUN", ""))
            where = node if node is not None else self.scope
            yield where.says("ENDLESS_RUN", text, path=self._path(trap))

    def _dead(self) -> Iterator[Finding]:
        """Elements no run comes to, where the runs stop short of them: what lies behind follows from it."""
        for flow in self.scope.flows:
            target = self.scope.nodes.get(flow.target)
            source = self.scope.nodes.get(flow.source)
            if target is None or source is None or flow.target in self.fired:
                continue
            begins = source.id in self.fired and flow.id not in self.fired
            if begins and source.kind != "boundaryEvent" and self._is_new("DEAD_ELEMENT", target):
                text = f"永远走不到：{source.label}不会从这条连线离开。请改正前面的条件或结束方式，或删除这一段。"
                yield target.says("DEAD_ELEMENT", text)

    def _is_new(self, code: str, node: Node) -> bool:
        is_new = (code, node.id) not in self.told
        self.told.add((code, node.id))
        return is_new

    def _steps_to(self, marking: int) -> list[Step]:
        steps: list[Step] = []
        at = self.came_from.get(marking)
        while at is not None:
            steps.append(at[1])
            at = self.came_from.get(at[0])
        return steps[::-1]

    def _path(self, marking: int) -> tuple[str, ...]:
        """The ids of elements and flows in the order a run shows them on its way to this marking."""
        return (*self.net.first[1], *(key for step in self._steps_to(marking) for key in step.shows))

    def _words(self, marking: int) -> str:
        names = [self.scope.nodes[step.node].name or step.node for step in self._steps_to(marking)]
        shown = names[-_STEPS_SHOWN:]
        return " → ".join(["开始", *(["…"] if len(names) > len(shown) else []), *shown])
