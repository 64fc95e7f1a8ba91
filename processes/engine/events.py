"""Event definitions with the injected clock, FEEL texts, messages that leave the instance, and errors that find
the boundary event of the activity they happened in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.specs.event_definitions import ErrorEventDefinition, MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.clock import SHANGHAI
from processes.engine.outcome import ThrownMessage
from processes.engine.scripting import checked, engine_of
from processes.errors import EngineFault
from processes.feel import YearsMonthsDuration
from processes.feel.temporal import add_months

DUE = "event_value"
#: Missed rounds of cycle timers that one step makes up for; the due time stays past, so that a next step follows.
MAX_ROUNDS = 20


def _text_or_value(task: Task, text: str | None) -> Any:
    """A timer text: FEEL after `=`, else a literal ISO 8601 value."""
    literal = (text or "").strip()
    value = engine_of(task).value(task, literal) if literal.startswith("=") else literal
    if value is None or value == "":
        raise _unusable(task, text)
    return value


def _unusable(task: Task, text: str | None) -> EngineFault:
    spec = task.task_spec
    return EngineFault(
        f"定时环节“{spec.bpmn_name or spec.bpmn_id}”的时间“{(text or '').strip()}”没有取到可用的值，请核对流程数据。",
        element_id=spec.bpmn_id,
    )


def _instant(value: object) -> datetime:
    """A date or date-time of FEEL or ISO text as an instant; without a zone it is meant in Shanghai."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        if not isinstance(value, date):
            raise TypeError(value)
        value = datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)
    return (value if value.tzinfo is not None else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _later(value: Any, start: datetime) -> datetime:
    """`start` plus a duration of FEEL or ISO text; months by the calendar in Shanghai, as in FEEL."""
    if isinstance(value, timedelta):
        return start + value
    months, rest = _parts(value)
    moved = add_months(start.astimezone(SHANGHAI), months)
    if not isinstance(moved, datetime):
        raise ValueError(value)
    return moved.astimezone(UTC) + rest


def _parts(value: Any) -> tuple[int, timedelta]:
    """A duration as whole months and the rest. Raises TypeError or ValueError for anything else."""
    if isinstance(value, YearsMonthsDuration):
        return value.months, timedelta()
    if not isinstance(value, str) or not value.upper().startswith("P"):
        raise TypeError(value)
    parts = TimerEventDefinition.parse_iso_duration(value)
    months = parts.pop("years", 0) * 12 + parts.pop("months", 0)
    if months != int(months) or not (months or parts):
        raise ValueError(value)
    return int(months), timedelta(**parts)


class _Due:
    """A timer that fires once, at a due time fixed when it starts to wait."""

    expression: str

    def due(self, task: Task) -> datetime:
        raise NotImplementedError

    def begin(self, task: Task) -> None:
        """Fix the due time as of the engine's moment, whether it is past or not."""
        try:
            due = self.due(task)
        except EngineFault:
            raise
        except Exception as error:
            raise _unusable(task, self.expression) from error
        task._set_internal_data(**{DUE: due.isoformat()})

    def has_fired(self, my_task: Task) -> bool:
        if my_task._get_internal_data(DUE) is None:
            self.begin(my_task)
        if datetime.fromisoformat(my_task._get_internal_data(DUE)) <= engine_of(my_task).now():
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def reset(self, my_task: Task) -> None:
        my_task.internal_data.pop(DUE, None)
        my_task._set_internal_data(event_fired=False)


class DateTimer(_Due, TimeDateEventDefinition):  # type: ignore[misc]
    """Fires at a date-time."""

    def due(self, task: Task) -> datetime:
        return _instant(_text_or_value(task, self.expression))


class DurationTimer(_Due, DurationTimerEventDefinition):  # type: ignore[misc]
    """Fires a duration after it began to wait."""

    def due(self, task: Task) -> datetime:
        return _later(_text_or_value(task, self.expression), engine_of(task).now())


class CycleTimer(_Due, TimerEventDefinition):  # type: ignore[misc]
    """Fires again and again. A boundary event that does not interrupt arms its next round beside it when it fires, so
    that what a round has begun outlives the activity; the library would drop it. Elsewhere only one round counts."""

    def begin(self, task: Task) -> None:
        """Fix the first round as of the engine's moment."""
        task._set_internal_data(**{DUE: self._first(task, engine_of(task).now())})

    def has_fired(self, my_task: Task) -> bool:
        now = engine_of(my_task).now()
        if my_task._get_internal_data(DUE) is None:
            self.begin(my_task)
        value = my_task._get_internal_data(DUE)
        collected = engine_of(my_task).collected
        fired = bool(my_task._get_internal_data("event_fired", False))
        due = datetime.fromisoformat(value["next"])
        if fired or due > now or collected.rounds >= MAX_ROUNDS:
            return fired
        collected.rounds += 1
        my_task._set_internal_data(event_fired=True)
        spec = my_task.task_spec
        if value["cycles"] != 1 and isinstance(spec, BoundaryEventMixin) and not spec.cancel_activity:
            following = {**value, "next": _later(value["every"], due).isoformat(), "cycles": value["cycles"] - 1}
            _arm(my_task, following)
        return True

    def _first(self, task: Task, now: datetime) -> dict[str, Any]:
        text = _text_or_value(task, self.expression)
        try:
            repeat, _, interval = str(text).upper().partition("/")
            if not repeat.startswith("R"):
                raise ValueError(text)
            start, _, length = interval.rpartition("/")
            if _later(length, now) <= now:
                raise ValueError(length)
            first = _instant(start) if start else _later(length, now)
            rounds = int(repeat[1:]) if repeat[1:] else -1
            if rounds == 0:
                raise ValueError(text)
            return {"cycles": rounds, "next": first.isoformat(), "every": length}
        except Exception as error:
            raise _unusable(task, self.expression) from error


def _arm(task: Task, due: dict[str, Any]) -> None:
    """A boundary event of its own for the next round of a cycle."""
    following = task.parent._add_child(task.task_spec, TaskState.FUTURE)
    following.internal_data[DUE] = due
    task.task_spec._predict(following, mask=TaskState.NOT_FINISHED_MASK)
    task.task_spec._update(following)


class Message(MessageEventDefinition):  # type: ignore[misc]
    """A message: thrown out of the instance, caught when the orchestration delivers it to one token."""

    def throw(self, my_task: Task) -> None:
        engine = engine_of(my_task)
        content = engine.plain(my_task, self.expression) if self.expression else {}
        if not isinstance(content, dict):
            content = {"value": content}
        element = my_task.task_spec.bpmn_id
        engine.collected.thrown.append(ThrownMessage(self.name, checked(content, what="消息内容"), element))

    def update_task(self, my_task: Task) -> None:
        """No correlation by data: the orchestration addresses an instance."""

    def update_task_data(self, my_task: Task) -> None:
        content = my_task.internal_data.pop(self.name, None) or {}
        if self.message_var:
            my_task.data[self.message_var] = content
        else:
            my_task.data.update(content)


class UncaughtError(Exception):
    """An error end event that no boundary event catches: it ends the instance at once."""

    def __init__(self, task: Task, code: str | None) -> None:
        super().__init__(code)
        self.task = task
        self.code = code


class Error(ErrorEventDefinition):  # type: ignore[misc]
    """An error end event: goes to the boundary event of the sub-process it ends, or of the ones around it."""

    def throw(self, my_task: Task) -> None:
        owner_id = my_task.workflow.parent_task_id
        owner = None if owner_id is None else my_task.workflow.top_workflow.get_task_from_id(owner_id)
        if owner is None or not raise_error(owner, self.code, self.name or ""):
            raise UncaughtError(my_task, self.code)


def raise_error(task: Task, code: str | None, message: str) -> bool:
    """Fire the error boundary event of the activity, or of the nearest one around it; False when nobody catches."""
    place: Task | None = task
    while place is not None:
        boundary = _boundary(place, code)
        if boundary is not None:
            payload = {"code": code, "message": message}
            boundary.task_spec.catch(boundary, BpmnEvent(boundary.task_spec.event_definition, payload))
            boundary.task_spec._update(boundary)
            return True
        owner_id = place.workflow.parent_task_id
        place = None if owner_id is None else place.workflow.top_workflow.get_task_from_id(owner_id)
    return False


def _boundary(task: Task, code: str | None) -> Task | None:
    split = task.parent
    while split is not None and isinstance(split.task_spec, LoopTask):
        split = split.parent  # one copy of a multi-instance: the boundary event sits on the whole
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    waiting = [
        child
        for child in split.children
        if child.state == TaskState.WAITING
        and isinstance(child.task_spec, BoundaryEventMixin)
        and isinstance(child.task_spec.event_definition, ErrorEventDefinition)
    ]
    for wanted in (code, None):  # the event for this very code comes before one for every code
        for child in waiting:
            if child.task_spec.event_definition.code == wanted:
                return child
    return None
