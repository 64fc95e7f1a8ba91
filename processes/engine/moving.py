"""A token leaves its place against the flow (退回, 撤回), or a finished one goes straight to a later task.

The tree is left as if the token had come by a flow: what must go with it is taken out as if it had never been, so
that a join counts only those that come again, and the new task hangs where the tokens it replaces had come from.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.definition import Definition
from processes.engine.elements import CalledProcess
from processes.engine.joins import Join, is_pending_arrival, upwards
from processes.engine.outcome import Outcome, Passed, Surroundings, Variables
from processes.engine.pruning import LIVE
from processes.engine.regions import Scope, why_not_move
from processes.engine.scripting import checked
from processes.engine.steps import Step, not_open, stepped
from processes.errors import Conflict


def move(
    definition: Definition, state: bytes, token: str, target_id: str, data: Variables, around: Surroundings
) -> Outcome:
    """Cancel an open task, call activity or wait and open the earlier task `target_id` with its data and `data`.

    The copies of a repeated activity go together. When the target lies before a split, everything that came from the
    split goes too. Raises Conflict, with the reason in words, when `why_not_move` has one.
    """
    values = checked(data, what="退回时的数据")

    def act(step: Step) -> None:
        task = step.task(token)
        if not _is_open(task) and not (task._state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent)):
            raise not_open(task)
        root = _root(task)
        _require(why_not_move(definition, root.task_spec.bpmn_id, target_id))
        _jump(step, root, target_id, {**_given(root), **values})

    return stepped(definition, state, around, act)


def complete_to(
    definition: Definition, state: bytes, token: str, target_id: str, data: Variables, around: Surroundings
) -> Outcome:
    """Complete the user task of a token and open the later task `target_id`, whatever lies between.

    Raises Conflict when the token may not go there (`why_not_move` with `onward`), EngineFault when it is not open.
    """
    values = checked(data, what="办理结果")

    def act(step: Step) -> None:
        task = step.task(token)
        if not _is_open(task):
            raise not_open(task)
        root = _root(task)
        _require(why_not_move(definition, root.task_spec.bpmn_id, target_id, onward=True))
        if root is not task:
            raise Conflict("这个环节由多人分别办理，办完后不能直接送回。请按流程逐级办理。")
        task.data.update(values)
        task.task_spec._on_complete_hook(task)  # what the diagram lets happen at the end of the task
        after = dict(task.data)
        element = definition.element(task.task_spec.bpmn_id)
        step.ended.add(token)
        step.engine.collected.last_data = after
        step.engine.collected.passed.append(Passed(element.id, element.name, element.kind))
        _jump(step, root, target_id, after)

    return stepped(definition, state, around, act)


def _require(refusal: str | None) -> None:
    if refusal is not None:
        raise Conflict(refusal)


def _is_open(task: Task) -> bool:
    open_task = task._state == TaskState.READY and task.task_spec.manual
    return open_task or (task._state == TaskState.STARTED and isinstance(task.task_spec, CalledProcess))


def _root(task: Task) -> Task:
    """The activity of a token: of a copy, the repeated activity as a whole."""
    owner = task.parent
    return owner if owner is not None and task.triggered and isinstance(owner.task_spec, LoopTask) else task


def _given(root: Task) -> dict[str, Any]:
    """The data with which a token came to an activity; of a repeated one without what single copies brought."""
    return dict(root.parent.data if isinstance(root.task_spec, LoopTask) else root.data)


def _jump(step: Step, root: Task, target_id: str, data: dict[str, Any]) -> None:
    workflow = root.workflow
    scope = Scope(workflow.spec)
    entry = scope.entry(target_id)
    leaving = scope.left(root.task_spec.name, entry)
    gone = {root.id: root}
    for task in workflow.tasks.values():
        if (task._state & LIVE or is_pending_arrival(task)) and not isinstance(task.task_spec, BoundaryEventJoin):
            each = task if isinstance(task.task_spec, Join) else _root(task)
            if any(split.holds(_stands(each)) for split in leaving):
                gone[each.id] = each
    if any(scope.crossed(_stands(each), entry) for each in gone.values()):
        raise Conflict("同一环节的后续办理已经越过并行汇聚，不能再退回到汇聚之前。请退回到并行开始之前的环节。")
    ground = _common([_place(each) for each in gone.values()])
    for each in gone.values():
        if each.id in workflow.tasks:  # a boundary event goes with its activity
            _take_out(step.workflow, each, ground)
    _open_target(workflow, ground, root, entry, _without_results(scope, target_id, data))


def _stands(root: Task) -> str:
    """The element at which a token stands; of one that came to a join, the one it came from."""
    place = root.parent if isinstance(root.task_spec, Join) else root
    assert isinstance(place, Task)
    return str(place.task_spec.name)


def _open_target(workflow: Any, ground: Task, root: Task, entry: str, data: dict[str, Any]) -> None:
    """Hang the target below a finished task that carries the data it begins with."""
    left = Task(workflow, root.task_spec, ground, state=TaskState.COMPLETED)
    left.data = data
    spec = workflow.spec.task_specs[entry]
    opened = left._add_child(spec, TaskState.FUTURE)
    spec._predict(opened, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    spec._update(opened)


def _without_results(scope: Scope, target_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """A repeated activity begins anew: the library wants no results of an earlier round (engine 2.4)."""
    results = getattr(scope.specs[target_id], "data_output", None)
    return data if results is None else {name: value for name, value in data.items() if name != results.bpmn_id}


def _place(root: Task) -> Task:
    """The finished task from which a token came to its activity."""
    parent = root.parent
    if isinstance(parent.task_spec, BoundaryEventSplit) and not isinstance(root.task_spec, BoundaryEventMixin):
        parent = parent.parent
    assert isinstance(parent, Task)
    return parent


def _common(places: list[Task]) -> Task:
    """The nearest task from which all of these come."""
    shared = set.intersection(*({task.id for task in upwards(place)} for place in places))
    return next(task for task in upwards(places[0]) if task.id in shared)


def _take_out(top: Any, root: Task, ground: Task) -> None:
    """Remove an activity with its boundary events that still wait, and what is left empty above it."""
    above = root.parent
    _erase(top, root)
    if isinstance(above.task_spec, BoundaryEventSplit):
        for event in above.children:
            if not event._state & TaskState.FINISHED_MASK:
                _erase(top, event)
                continue
            for child in event.children:
                if isinstance(child.task_spec, BoundaryEventJoin) and not child._state & TaskState.FINISHED_MASK:
                    _erase(top, child)
    while above is not ground and not above._children and above.parent is not None:
        empty, above = above, above.parent
        _erase(top, empty)


def _erase(top: Any, task: Task) -> None:
    """Remove a task with all below it, its sub-process included, and what listens there."""
    parent = task.parent
    if parent is not None:
        parent._children.remove(task.id)
    waiting = [task]
    while waiting:
        gone = waiting.pop()
        waiting.extend(gone.children)
        top.event_manager.tasks.pop(gone.id, None)
        inner = top.subprocesses.pop(gone.id, None)
        if inner is not None:
            _erase(top, inner.task_tree)
        del gone.workflow.tasks[gone.id]
