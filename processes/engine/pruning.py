"""Forget what has finished: only the live frontier of a workflow is kept, so that a step costs the same after ten
rounds and after ten thousand, and so that old rounds of a loop cannot be mistaken for the present one (engine 4).

What happened is in the history table; nothing here is needed to go on.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.joins import EndOfBranches, changes, is_pending_arrival, upwards

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def prune(workflow: BpmnWorkflow) -> None:
    """Drop and splice out finished tasks of the workflow and its sub-processes."""
    _forget_finished_inner(workflow)
    for each in (workflow, *workflow.subprocesses.values()):
        _Tree(each).prune()


def _forget_finished_inner(workflow: BpmnWorkflow) -> None:
    """A sub-process whose activity has ended or is gone; its results are in the activity's data."""
    alive: dict[Any, Any] = {}
    for owner_id, inner in sorted(workflow.subprocesses.items(), key=lambda each: each[1].depth):
        place = workflow.tasks.get(owner_id)
        for other in alive.values():
            place = place or other.tasks.get(owner_id)
        if place is not None and not place.has_state(TaskState.FINISHED_MASK):
            alive[owner_id] = inner
    workflow.subprocesses.clear()
    workflow.subprocesses.update(alive)


class _Tree:
    """One workflow's task tree while it is pruned."""

    def __init__(self, workflow: Any) -> None:
        self.tasks: dict[Any, Task] = workflow.tasks
        self.root: Task = workflow.task_tree
        self.workflow = workflow
        self._drop_needless_joins()
        self._fold_ends()
        live = [task for task in self.tasks.values() if task._state & LIVE]
        #: Tasks that must stay where they are: the live ones, and arrivals at joins that have not fired yet.
        self.anchors: list[Task] = live + [task for task in self.tasks.values() if is_pending_arrival(task)]
        self.has_live = bool(live)

    def prune(self) -> None:
        if not self.has_live:
            return
        self._cut_above()
        needed = self._needed()
        self._drop_finished_branches(needed)
        self._splice()
        last = self.workflow.last_task
        if last is not None and last.id not in self.tasks:
            self.workflow.last_task = None

    def _drop_needless_joins(self) -> None:
        """A boundary event that does not interrupt has no part in ending the activity: the activity's own join does."""
        for task in list(self.tasks.values()):
            if task._state == TaskState.WAITING and isinstance(task.task_spec, BoundaryEventJoin):
                event = task.parent
                spec = event.task_spec
                if (
                    event._state == TaskState.COMPLETED
                    and isinstance(spec, BoundaryEventMixin)
                    and not spec.cancel_activity
                ):
                    self._drop(task)

    def _fold_ends(self) -> None:
        """Branches that came from one place and have ended become one that brings what all of them changed: a
        reminder that fires every day must not leave a branch for each day."""
        for task in list(self.tasks.values()):
            if len(task._children) < 2:
                continue
            ended = [(child, end) for child in task.children if (end := _ended(child)) is not None]
            if len(ended) < 2:
                continue
            ended.sort(key=lambda each: each[1].last_state_change)
            together: dict[str, Any] = dict(task.data)
            for _, end in ended:
                together.update(changes(task.data, end.parent.data))
            ended[-1][1].parent.data = together
            for child, _ in ended[:-1]:
                self._drop(child)

    def _cut_above(self) -> None:
        """Hang the lowest task that all anchors come from directly below the root; drop all the rest."""
        common = self._lowest_common()
        if common in self.anchors:
            common = common.parent or common
        if common is self.root:
            return
        keep = {self.root.id, common.id}
        waiting = [common]
        while waiting:
            children = waiting.pop().children
            keep.update(child.id for child in children)
            waiting.extend(children)
        for identifier in [each for each in self.tasks if each not in keep]:
            del self.tasks[identifier]
        self.root._children = [common.id]
        common._parent = self.root.id

    def _lowest_common(self) -> Task:
        lines = [upwards(task) for task in self.anchors]
        shared = set.intersection(*({task.id for task in line} for line in lines))
        return next(task for task in lines[0] if task.id in shared)

    def _needed(self) -> set[Any]:
        """Ids of tasks on the way from the root to an anchor or to anything still to come."""
        needed: set[Any] = set()
        unfinished = (task for task in self.tasks.values() if not task._state & TaskState.FINISHED_MASK)
        for task in (*self.anchors, *unfinished):
            for place in upwards(task):
                if place.id in needed:
                    break
                needed.add(place.id)
        return needed

    def _drop_finished_branches(self, needed: set[Any]) -> None:
        for task in list(self.tasks.values()):
            if task.id not in self.tasks or task._state != TaskState.COMPLETED or not task._children:
                continue
            if isinstance(task.task_spec, BoundaryEventSplit) and not self._is_resolved(task):
                continue
            for child in task.children:
                if child.id not in needed and self._may_go(task, child):
                    self._drop(child)

    def _may_go(self, parent: Task, child: Task) -> bool:
        """A finished branch beside others; never the last child, which tells where the token went."""
        if len(parent._children) > 1:
            return True
        return isinstance(child.task_spec, BoundaryEventJoin) or child.triggered

    def _is_resolved(self, split: Task) -> bool:
        """True when neither the activity nor a boundary event of it can still decide anything."""
        name = split.task_spec.name
        main = [task for task in split.children if not isinstance(task.task_spec, BoundaryEventMixin)]
        if any(not task._state & TaskState.FINISHED_MASK for task in main):
            return False
        waiting = [split]
        while waiting:
            for child in waiting.pop().children:
                spec = child.task_spec
                ours = isinstance(spec, BoundaryEventJoin) and spec.split_task == name
                if ours and not child._state & TaskState.FINISHED_MASK:
                    return False
                waiting.append(child)
        return not any(task._state & LIVE and isinstance(task.task_spec, BoundaryEventMixin) for task in split.children)

    def _drop(self, task: Task) -> None:
        parent = task.parent
        if parent is not None:
            parent._children.remove(task.id)
        waiting = [task]
        while waiting:
            gone = waiting.pop()
            waiting.extend(gone.children)
            del self.tasks[gone.id]

    def _splice(self) -> None:
        """Take out a finished task between its parent and its only, finished child."""
        for task in list(self.tasks.values()):
            if task is self.root or task._state != TaskState.COMPLETED or len(task._children) != 1:
                continue
            child = self.tasks[task._children[0]]
            parent = task.parent
            if parent is None or child._state != TaskState.COMPLETED or child.triggered or task.triggered:
                continue
            if isinstance(task.task_spec, BoundaryEventSplit) and not self._is_resolved(task):
                continue
            if isinstance(parent.task_spec, BoundaryEventSplit) and not self._is_resolved(parent):
                continue  # the split looks at its own children
            place = parent._children.index(task.id)
            parent._children[place] = child.id
            child._parent = parent.id
            del self.tasks[task.id]


def _ended(task: Task) -> Task | None:
    """The end at which a branch without forks has come and waits for the others; None for any other branch."""
    while task._state == TaskState.COMPLETED and len(task._children) == 1:
        task = task.children[0]
    return task if isinstance(task.task_spec, EndOfBranches) and is_pending_arrival(task) else None
