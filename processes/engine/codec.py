"""A workflow's state as bytes and back: tasks only, never the specs. One format byte, orjson, zstd (design 3).

A task is a row `[id, parent's place, spec, state, triggered, internal data, data, order]`; its data is what differs
from its parent's, since most tasks carry what they inherited. Tasks stand parents first, children in order.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.definition import Definition
from processes.engine.scripting import FeelScriptEngine
from processes.errors import StateRefused

FORMAT = b"\x01"
_MAX_STATE = 32 * 1024 * 1024
_SAME, _EMPTY = 0, 1
_local = threading.local()


def dump(workflow: BpmnWorkflow) -> bytes:
    """The state to keep. Raises StateRefused for data that is not JSON."""
    inner = sorted(workflow.subprocesses.items(), key=lambda each: each[1].depth)
    state = {
        "w": [_workflow(None, workflow), *(_workflow(str(owner), each) for owner, each in inner)],
        "r": workflow.correlations,
    }
    try:
        content = orjson.dumps(state)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise StateRefused("流程数据里有不能保存的内容，本次操作没有保存。请核对填写的内容。") from error
    return FORMAT + bytes(_compressor().compress(content))


def load(state: bytes, definition: Definition, engine: FeelScriptEngine) -> BpmnWorkflow:
    """The live workflow of a kept state. Raises StateRefused when the bytes are not such a state."""
    if state[:1] != FORMAT:
        raise StateRefused("流程状态的格式不认识，请联系系统管理员核对数据库版本。")
    try:
        content = orjson.loads(_decompressor().decompress(state[1:], max_output_size=_MAX_STATE))
        top, *inner = content["w"]
        workflow = BpmnWorkflow(definition.spec, dict(definition.sub_specs), script_engine=engine, deserializing=True)
        workflow.correlations = content["r"]
        _restore(top, workflow)
        for each in inner:
            _restore_inner(each, workflow)
    except (zstandard.ZstdError, orjson.JSONDecodeError, KeyError, ValueError, TypeError, IndexError) as error:
        raise StateRefused("流程状态读不出来，可能已经损坏。请从备份恢复后再办理。") from error
    return workflow


def _workflow(owner: str | None, workflow: Any) -> dict[str, Any]:
    order = {
        task.id: number
        for number, task in enumerate(sorted(workflow.tasks.values(), key=lambda each: each.last_state_change))
    }
    places: dict[Any, int] = {}
    rows: list[list[Any]] = []
    for task in _parents_first(workflow):
        places[task.id] = len(rows)
        rows.append(_row(task, places, order[task.id]))
    last = workflow.last_task
    return {
        "o": owner,
        "t": rows,
        "l": None if last is None else places.get(last.id),
        "d": workflow.data,
        "c": workflow.completed,
        "s": workflow.success,
    }


def _parents_first(workflow: Any) -> Iterator[Task]:
    waiting = [workflow.task_tree]
    while waiting:
        task = waiting.pop()
        yield task
        waiting.extend(reversed(task.children))


def _row(task: Task, places: dict[Any, int], order: int) -> list[Any]:
    parent = task.parent
    # What an event gateway has seen is used up within the step, and is no plain value.
    internal = {name: value for name, value in task.internal_data.items() if name != "seen_events"}
    return [
        str(task.id),
        None if parent is None else places[parent.id],
        task.task_spec.name,
        task.state,
        task.triggered,
        internal,
        _data(task, parent),
        order,
    ]


def _data(task: Task, parent: Task | None) -> Any:
    if not task.data:
        return _EMPTY
    if parent is None:
        return [task.data, []]
    inherited = parent.data
    changed = {name: value for name, value in task.data.items() if name not in inherited or inherited[name] != value}
    gone = [name for name in inherited if name not in task.data]
    return [changed, gone] if changed or gone else _SAME


def _restore(kept: dict[str, Any], workflow: Any) -> None:
    tasks: list[Task] = []
    manager = workflow.top_workflow.event_manager
    for row in kept["t"]:
        identifier, place, name, state, triggered, internal, data, order = row
        spec = workflow.spec.task_specs[name]
        task = Task(workflow, spec, state=state, id=identifier)
        if place is not None:
            parent = tasks[place]
            task._parent = parent.id
            parent._children.append(identifier)
        task.triggered = triggered
        task.internal_data = internal
        task.last_state_change = float(order)
        task.data = _inherited(data, None if place is None else parent)
        if state == TaskState.WAITING and isinstance(spec, CatchingEvent):
            manager.add_task(task)
        tasks.append(task)
    workflow.task_tree = tasks[0]
    workflow.last_task = None if kept["l"] is None else tasks[kept["l"]]
    workflow.data = kept["d"]
    workflow.completed = kept["c"]
    workflow.success = kept["s"]


def _inherited(data: Any, parent: Task | None) -> dict[str, Any]:
    """The task's own data; lists are copied, because the library changes them in place."""
    if data == _EMPTY:
        return {}
    if parent is None:
        return dict(data[0])
    own = {name: _copied(value) for name, value in parent.data.items()}
    if data != _SAME:
        changed, gone = data
        own.update(changed)
        for name in gone:
            own.pop(name, None)
    return own


def _copied(value: Any) -> Any:
    if value.__class__ is list:
        return [_copied(each) for each in value]
    if value.__class__ is dict:
        return {name: _copied(each) for name, each in value.items()}
    return value


def _restore_inner(kept: dict[str, Any], top: BpmnWorkflow) -> None:
    owner = top.get_task_from_id(kept["o"])
    inner = BpmnSubWorkflow(top.subprocess_specs[owner.task_spec.spec], owner.id, top, deserializing=True)
    _restore(kept, inner)
    top.subprocesses[owner.id] = inner
    inner.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)


def _compressor() -> zstandard.ZstdCompressor:
    """One per thread: a compressor is not safe to share."""
    found = getattr(_local, "compressor", None)
    if found is None:
        found = _local.compressor = zstandard.ZstdCompressor(level=3)
    return found


def _decompressor() -> zstandard.ZstdDecompressor:
    found = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found
