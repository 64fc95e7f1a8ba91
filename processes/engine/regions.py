"""Where a token may jump: what the graph of one scope says about branches that run side by side.

Ways back are left out, so that "before" and "after" have a meaning in loops. A split is a parallel or inclusive
gateway with several ways out, or an activity with boundary events that do not interrupt it. A split's region ends where
all its branches have met again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin

from processes.engine.definition import Definition
from processes.engine.joins import InclusiveBranches, ParallelBranches
from processes.errors import EngineFault

_WORK = ("userTask", "manualTask", "task")


@dataclass(frozen=True, slots=True)
class Split:
    """A place where one token becomes several: per branch the elements of which tokens stand before they meet."""

    name: str
    branches: tuple[frozenset[str], ...]

    def of(self, element: str) -> frozenset[int]:
        """The numbers of the branches in which an element lies."""
        return frozenset(number for number, branch in enumerate(self.branches) if element in branch)

    def holds(self, element: str) -> bool:
        return element == self.name or any(element in branch for branch in self.branches)


class Scope:
    """The graph of a process or sub-process without its ways back."""

    def __init__(self, spec: Any) -> None:
        self.specs: dict[str, Any] = spec.task_specs
        self.after: dict[str, list[str]] = {}
        self.order: list[str] = []  # every element after those it leads to
        self._walk(spec.start)
        self.meeting = self._meetings()
        self.splits = tuple(self._split(name) for name in self.order if _branches_of(self.specs[name]))

    def entry(self, element_id: str) -> str:
        """Where a token comes in that reaches the element: its boundary events wait from there on."""
        name = f"{element_id}.BoundaryEventSplit"
        return name if name in self.specs else element_id

    def leads(self, source: str, target: str) -> bool:
        """True when a token at `source` can come to `target` without going back."""
        return target in self._reach([source])

    def left(self, source: str, target: str) -> list[Split]:
        """The splits whose branches a token leaves that jumps from one element to the other."""
        return [split for split in self.splits if split.of(source) and not split.of(target)]

    def crossed(self, source: str, target: str) -> bool:
        """True when the jump would land inside branches in which the token is not: a join would wait forever."""
        return any(split.of(target) not in (frozenset(), split.of(source)) for split in self.splits)

    def _walk(self, start: Any) -> None:
        state: dict[str, int] = {start.name: 1}
        line = [(start.name, iter(_outputs(start)))]
        self.after[start.name] = []
        while line:
            name, following = line[-1]
            found = next(following, None)
            if found is None:
                state[name] = 2
                self.order.append(name)
                line.pop()
            elif state.get(found.name) != 1:  # 1: on the line itself, a way back
                self.after[name].append(found.name)
                if found.name not in state:
                    state[found.name] = 1
                    self.after[found.name] = []
                    line.append((found.name, iter(_outputs(found))))

    def _meetings(self) -> dict[str, frozenset[str]]:
        """Per element what every token passes that comes there, reminders of boundary events left aside."""
        everything = frozenset(self.order)
        found: dict[str, frozenset[str]] = {}
        for name in self.order:
            spec = self.specs[name]
            aside = {each.name for each in spec.outputs if _is_reminder(each)}
            following = [found[each] for each in self.after[name] if each not in aside]
            if following:
                found[name] = frozenset.intersection(*following) | {name}
            else:  # the end, or only ways back: those come here again and decide nothing
                found[name] = frozenset((name,)) if not _outputs(spec) else everything
        return found

    def _split(self, name: str) -> Split:
        groups = [[each for each in group if each in self.after[name]] for group in _branches_of(self.specs[name])]
        met = frozenset.intersection(*(self.meeting[each] for group in groups for each in group))
        return Split(name, tuple(self._reach(group) - met for group in groups))

    def _reach(self, names: list[str]) -> frozenset[str]:
        found, waiting = set(names), list(names)
        while waiting:
            new = [each for each in self.after[waiting.pop()] if each not in found]
            found.update(new)
            waiting.extend(new)
        return frozenset(found)


def _outputs(spec: Any) -> list[Any]:
    return [each for each in spec.outputs if not isinstance(each, BoundaryEventJoin)]


def _is_reminder(spec: Any) -> bool:
    return isinstance(spec, BoundaryEventMixin) and not spec.cancel_activity


def _branches_of(spec: Any) -> list[list[str]]:
    """The ways on which tokens run side by side from here; empty when there is only one token."""
    outputs = _outputs(spec)
    if isinstance(spec, ParallelBranches | InclusiveBranches):
        return [[each.name] for each in outputs] if len(outputs) > 1 else []
    if isinstance(spec, BoundaryEventSplit):
        reminders = [[each.name] for each in outputs if _is_reminder(each)]
        return [[each.name for each in outputs if not _is_reminder(each)], *reminders] if reminders else []
    return []


def scope_of(definition: Definition, element_id: str) -> Any:
    """The library's spec of the process or sub-process in which an element is drawn."""
    for spec in (definition.spec, *definition.sub_specs.values()):
        if element_id in spec.task_specs:
            return spec
    raise EngineFault(f"流程“{definition.name}”里没有环节“{element_id}”。", element_id=element_id)


def why_not_move(definition: Definition, source_id: str, target_id: str, *, onward: bool = False) -> str | None:
    """Why the token of `source_id` may not jump to the task `target_id`; None when it may.

    Without `onward` the target must lie before the source, with it after: straight back to who returned a task.
    """
    source, target = definition.element(source_id), definition.element(target_id)
    if target.kind not in _WORK:
        return f"“{target.name}”不是人工办理的环节，不能退回到那里。"
    spec = scope_of(definition, source_id)
    if target_id not in spec.task_specs:
        return f"“{target.name}”和“{source.name}”不在同一个子流程里，不能直接退回。请退回到同一子流程内的环节。"
    scope = Scope(spec)
    entry = scope.entry(target_id)
    if scope.crossed(source_id, entry):
        return (
            f"“{target.name}”在另一个并行分支里，或者在已经汇聚的并行分支里，不能从“{source.name}”退回过去。"
            "请退回到本分支内或并行开始之前的环节。"
        )
    ordered = scope.leads(source_id, entry) if onward else scope.leads(entry, source_id)
    if source_id == target_id or not ordered:
        words = "之后" if onward else "之前"
        return f"“{target.name}”在流程图上不在“{source.name}”{words}，不能直接到那里。请选择其他环节。"
    return None
