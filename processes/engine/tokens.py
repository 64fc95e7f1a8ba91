"""Where the tokens of a workflow stand, as the plain values of an Outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MessageEventDefinition,
    MultipleEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.definition import Definition
from processes.engine.elements import CalledProcess, item_of
from processes.engine.events import DUE
from processes.engine.outcome import ChildStart, OpenedTask, OpenedWait
from processes.engine.pruning import LIVE
from processes.engine.scripting import engine_of
from processes.errors import EngineFault
from processes.vocabulary import WaitKind

_KINDS: tuple[tuple[type[Any], WaitKind], ...] = (
    (TimerEventDefinition, WaitKind.TIMER),
    (MessageEventDefinition, WaitKind.MESSAGE),
    (SignalEventDefinition, WaitKind.SIGNAL),
    (ConditionalEventDefinition, WaitKind.CONDITION),
)


@dataclass(slots=True)
class Open:
    """Everything that is open now, by token. A branch of an event-based gateway is `<token of the gateway>.<n>`."""

    tasks: dict[str, Task] = field(default_factory=dict)
    calls: dict[str, Task] = field(default_factory=dict)
    waits: dict[str, OpenedWait] = field(default_factory=dict)

    def tokens(self) -> set[str]:
        return {*self.tasks, *self.calls, *self.waits}


def all_tasks(workflow: BpmnWorkflow) -> Iterator[Task]:
    yield from workflow.tasks.values()
    for inner in workflow.subprocesses.values():
        yield from inner.tasks.values()


def live_tasks(workflow: BpmnWorkflow) -> list[Task]:
    return [task for task in all_tasks(workflow) if task._state & LIVE]


def find(workflow: BpmnWorkflow, token: str) -> Task | None:
    """The task of a token, wherever it is; the gateway's task for a branch of an event-based gateway."""
    wanted = token.partition(".")[0]
    return next((task for task in all_tasks(workflow) if str(task.id) == wanted), None)


def open_now(workflow: BpmnWorkflow, definition: Definition) -> Open:
    """What waits for a person, a child instance, a message or a moment."""
    found = Open()
    for task in all_tasks(workflow):
        spec, state = task.task_spec, task._state
        if state == TaskState.READY and spec.manual:
            found.tasks[str(task.id)] = task
        elif state == TaskState.STARTED and isinstance(spec, CalledProcess):
            found.calls[str(task.id)] = task
        elif state == TaskState.WAITING and isinstance(spec, CatchingEvent):
            found.waits.update({wait.token: wait for wait in _waits(task, definition)})
    return found


def _waits(task: Task, definition: Definition) -> Iterator[OpenedWait]:
    spec = task.task_spec
    if isinstance(spec.event_definition, MultipleEventDefinition):
        for number, (event, target) in enumerate(
            zip(spec.event_definition.event_definitions, spec.outputs, strict=True)
        ):
            wait = _wait(task, event, f"{task.id}.{number}", target.bpmn_id, definition)
            if wait is not None:
                yield wait
        return
    wait = _wait(task, spec.event_definition, str(task.id), spec.bpmn_id, definition)
    if wait is not None:
        yield wait


def _wait(task: Task, event: Any, token: str, element_id: str, definition: Definition) -> OpenedWait | None:
    kind = next((kind for known, kind in _KINDS if isinstance(event, known)), None)
    if kind is None:
        return None  # an error or escalation boundary event waits for nothing outside
    named = kind in (WaitKind.MESSAGE, WaitKind.SIGNAL)
    return OpenedWait(
        token=token,
        element_id=element_id,
        name=definition.element(element_id).name,
        kind=kind,
        message=event.name if named else None,
        due_at=due_of(task) if kind is WaitKind.TIMER else None,
        attached_to=_host(task),
    )


def due_of(task: Task) -> datetime | None:
    """When the task's timer fires next; None when it has none or is through."""
    value = task.internal_data.get(DUE)
    if isinstance(value, Mapping):
        value = value["next"] if value["cycles"] != 0 else None
    return None if value is None else datetime.fromisoformat(value)


def _host(task: Task) -> str | None:
    split = task.parent
    if not isinstance(task.task_spec, BoundaryEventMixin) or split is None:
        return None
    assert isinstance(split.task_spec, BoundaryEventSplit)
    return str(split.task_spec.name.removesuffix(".BoundaryEventSplit"))


def opened_task(token: str, task: Task, definition: Definition) -> OpenedTask:
    element = definition.element(task.task_spec.bpmn_id)
    return OpenedTask(
        token=token,
        element_id=element.id,
        name=element.name,
        lane=element.lane,
        properties=element.properties,
        variables=dict(task.data),
        item=item_of(task),
    )


def child_start(token: str, task: Task, definition: Definition) -> ChildStart:
    """What the call activity passes in: its `inputs` lines, or all of the token's data without them."""
    element = definition.element(task.task_spec.bpmn_id)
    inputs = element.properties.get("inputs", "").strip()
    variables: dict[str, Any] = dict(task.data)
    if inputs:
        scope = dict(task.data)
        engine_of(task).execute_in(task, inputs, scope)
        names = [line.partition("=")[0].strip() for line in inputs.splitlines() if "=" in line]
        variables = {name: scope[name] for name in names if name in scope}
    return ChildStart(
        token=token,
        element_id=element.id,
        name=element.name,
        process_key=task.task_spec.process_key,
        version=_version(element.id, element.properties.get("version", "")),
        variables=variables,
        item=item_of(task),
    )


def _version(element_id: str, text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit():
        raise EngineFault(f"调用环节“{element_id}”固定的版本“{text}”不是数字。", element_id=element_id)
    return int(text)


def is_stuck(workflow: BpmnWorkflow) -> bool:
    """True when every live task only waits for others of the same workflow: nothing outside can move it."""
    return all(_waits_for_inside(task) for task in live_tasks(workflow))


def _waits_for_inside(task: Task) -> bool:
    spec, state = task.task_spec, task._state
    if state == TaskState.READY:
        return False
    if state == TaskState.STARTED:
        inner = task.workflow.top_workflow.subprocesses.get(task.id)
        return inner is not None or isinstance(spec, LoopTask)
    if not isinstance(spec, CatchingEvent):
        return True
    event = spec.event_definition
    events = event.event_definitions if isinstance(event, MultipleEventDefinition) else [event]
    return not any(isinstance(each, known) for each in events for known, _ in _KINDS)
