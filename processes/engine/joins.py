"""Gateways that split and join, and the end of a process, where branches that end by themselves meet.

The library decides by the shape of the task tree whether a join may fire, and miscounts in loops; it lets the last
branch win for every name, so that a value unchanged since the fork undoes another branch's decision (engine 1.2, trap
2.5). Here an arrival counts once, and a join keeps what each branch changed since the fork.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.scripting import checked, engine_of
from processes.errors import EngineFault

#: In the internal data of an arrival: a join has taken it, it counts no more.
TAKEN = "taken"
_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
_ABSENT = object()


def is_pending_arrival(task: Task) -> bool:
    """True for a token that came to a join which still counts it: the library lets only the newest one wait."""
    return task._state == TaskState.CANCELLED and isinstance(task.task_spec, Join) and not task.internal_data.get(TAKEN)


class Join(UnstructuredJoin):  # type: ignore[misc]
    """Where branches meet."""

    def arrivals(self, my_task: Task) -> list[Task]:
        """The tokens that have come and were not taken yet, oldest first; `my_task` is the newest."""
        others = [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self
            and task is not my_task
            and (task._state == TaskState.WAITING or is_pending_arrival(task))
        ]
        return [*sorted(others, key=lambda task: task.last_state_change), my_task]

    def taken(self, arrivals: list[Task]) -> list[Task]:
        """The arrivals that this firing consumes."""
        return arrivals

    def _run_hook(self, my_task: Task) -> bool:
        arrivals = self.arrivals(my_task)
        taken = self.taken(arrivals)
        branches = [arrival.parent for arrival in taken]
        base = _fork_data(branches)
        merged = dict(base)
        for branch in branches:
            merged.update(changes(base, branch.data))
        for arrival in taken:
            arrival.internal_data[TAKEN] = True
        left = [arrival for arrival in arrivals if arrival not in taken]
        if left:
            left[-1]._set_state(TaskState.WAITING)
        my_task.data = checked(merged, what="并行汇聚")
        return True


def _fork_data(branches: list[Task]) -> dict[str, Any]:
    """The data at the nearest task that all branches come from."""
    shared: set[Any] = set()
    for number, branch in enumerate(branches):
        line = {task.id for task in upwards(branch)}
        shared = line if number == 0 else shared & line
    return next((task.data for task in upwards(branches[0]) if task.id in shared), {})


def changes(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What a branch that began with `base` has set or changed."""
    return {name: value for name, value in data.items() if base.get(name, _ABSENT) != value}


def upwards(task: Task | None) -> list[Task]:
    """The task and all it came from, nearest first."""
    line: list[Task] = []
    while task is not None:
        line.append(task)
        task = task.parent
    return line


class EndOfBranches(Join, _EndJoin):  # type: ignore[misc]
    """The end of a process or sub-process, where the branches that end by themselves meet."""

    def _run_hook(self, my_task: Task) -> bool:
        Join._run_hook(self, my_task)
        my_task.workflow.data.update(my_task.data)
        return True


class Process(BpmnProcessSpec):  # type: ignore[misc]
    """A process or sub-process with our end."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        name = f"{self.name}.EndJoin"
        del self.task_specs[name], self.task_specs["End"]
        self.end: Any = EndOfBranches(self, name)
        self.end.connect(SimpleBpmnTask(self, "End"))


class ParallelBranches(Join, ParallelGateway):  # type: ignore[misc]
    """All ways at once; joined when a token has come on every way in."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        come = Counter(arrival.parent.task_spec.name for arrival in self.arrivals(my_task))
        return come >= Counter(self._inputs)

    def taken(self, arrivals: list[Task]) -> list[Task]:
        """One token of each way in, the oldest; on the way of the newest, that one."""
        wanted: Counter[str] = Counter(self._inputs)
        wanted[arrivals[-1].parent.task_spec.name] -= 1
        found = []
        for arrival in arrivals[:-1]:
            name = arrival.parent.task_spec.name
            if wanted[name] > 0:
                wanted[name] -= 1
                found.append(arrival)
        return [*found, arrivals[-1]]


class TrueCondition(_BpmnCondition):  # type: ignore[misc]
    """Only FEEL true lets a token pass."""

    def _matches(self, task: Task) -> bool:
        return engine_of(task).holds(task, self.args[0])


class _Conditions:
    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        if condition is None:
            self.connect(taskspec)  # type: ignore[attr-defined]
        else:
            self.connect_if(TrueCondition(condition), taskspec)  # type: ignore[attr-defined]


class ExclusiveChoice(_Conditions, ExclusiveGateway):  # type: ignore[misc]
    """One way, by the first condition that is true."""


class InclusiveBranches(_Conditions, Join, InclusiveGateway):  # type: ignore[misc]
    """Every way whose condition is true; joined when no token can still come on a way where none has come."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        come = {arrival.parent.task_spec.name for arrival in self.arrivals(my_task)}
        missing = set(self._inputs) - come
        if not missing:
            return True
        for task in my_task.workflow.tasks.values():
            if task.task_spec is not self and _is_token(task):
                ahead = self._ahead(task.task_spec)
                if ahead & missing and not ahead & come:
                    return False
        return True

    def _ahead(self, spec: Any) -> set[str]:
        """Names of the elements a token at this one may come to before this gateway."""
        found, waiting = {spec.name}, [spec]
        while waiting:
            for following in waiting.pop().outputs:
                if following is not self and following.name not in found:
                    found.add(following.name)
                    waiting.append(following)
        return found

    def _run_hook(self, my_task: Task) -> bool:
        Join._run_hook(self, my_task)
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            words = f"网关“{self.bpmn_name or self.bpmn_id}”没有一个条件成立，也没有默认路径。"
            raise EngineFault(words, element_id=self.bpmn_id)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def _is_token(task: Task) -> bool:
    """A token stands here, or is just being moved here."""
    if task._state & _LIVE:
        return True
    parent = task.parent
    return not task._state & TaskState.FINISHED_MASK and parent is not None and parent._state == TaskState.COMPLETED
