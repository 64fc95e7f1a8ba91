"""Whether a token of one version of a diagram may stand at an element of another, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MessageEventDefinition,
    MultipleEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from processes.engine.definition import Definition
from processes.engine.elements import CalledProcess
from processes.engine.joins import Join
from processes.engine.outcome import ElementInfo
from processes.engine.regions import scope_of

_EVENTS: tuple[tuple[type[Any], str], ...] = (
    (TimerEventDefinition, "定时"),
    (MessageEventDefinition, "消息"),
    (SignalEventDefinition, "信号"),
    (ConditionalEventDefinition, "条件"),
    (MultipleEventDefinition, "多事件"),
)


def kind_of(spec: Any) -> str:
    """The kind of place in words: two places fit only when the words are the same."""
    if isinstance(spec, LoopTask):
        return "多人或逐项办理的环节"
    if isinstance(spec, CalledProcess):
        return "调用流程"
    if isinstance(spec, SubWorkflowTask):
        return "子流程"
    if isinstance(spec, Join):
        return "汇聚"
    if isinstance(spec, CatchingEvent):
        event = next((words for known, words in _EVENTS if isinstance(spec.event_definition, known)), "其他")
        return f"{event}{'边界事件' if isinstance(spec, BoundaryEventMixin) else '等待'}"
    return "人工环节" if spec.manual else "自动环节"


def why_not_fit(old: Any, new: Any, *, old_name: str, new_name: str) -> str | None:
    """Why a token at the element `old` cannot stand at `new`; None when it can."""
    before, after = kind_of(old), kind_of(new)
    if before != after:
        return f"“{old_name}”是{before}，“{new_name}”是{after}，种类不同，不能对应。"
    if isinstance(old, LoopTask):
        return _why_not_same_copies(old, new, old_name, new_name)
    if isinstance(old, CalledProcess) and old.process_key != new.process_key:
        return (
            f"“{old_name}”正在等待子流程“{old.process_key}”，“{new_name}”调用的是“{new.process_key}”，"
            "在办的子流程不能改换。请等子流程办结后再迁移。"
        )
    if isinstance(old, Join) and type(old) is not type(new):
        return f"汇聚“{old_name}”换成了另一种网关，已到达的分支不能迁移。"
    return None


def _why_not_same_copies(old: Any, new: Any, old_name: str, new_name: str) -> str | None:
    if _copies(old) != _copies(new):
        return (
            f"“{old_name}”由多人或逐项办理，已经开始，而“{new_name}”的清单、次序或完成条件与原来不同，"
            "不能中途迁移。请等这一环节全部办完后再迁移。"
        )
    one = old._wf_spec.task_specs[old.task_spec]
    other = new._wf_spec.task_specs[new.task_spec]
    return why_not_fit(one, other, old_name=old_name, new_name=new_name)


def _copies(spec: Any) -> tuple[Any, ...]:
    """What decides how an activity is repeated, as plain values."""
    if not isinstance(spec, MultiInstanceTask):
        return (type(spec), spec.maximum, spec.condition, spec.test_before)
    places = (spec.data_input, spec.data_output, spec.input_item, spec.output_item)
    names = tuple(None if each is None else each.bpmn_id for each in places)
    return (type(spec), spec.cardinality, spec.condition, *names)


def event_of(spec: Any) -> tuple[Any, ...]:
    """What an event waits for, as plain values: the same values, the same wait."""
    event = getattr(spec, "event_definition", None)
    if isinstance(event, MultipleEventDefinition):
        return tuple(_plain(each) for each in event.event_definitions)
    return (_plain(event),)


def _plain(event: Any) -> tuple[Any, ...]:
    return (type(event), getattr(event, "expression", None), getattr(event, "name", None), getattr(event, "code", None))


def boundary_events(scope: Any, host: str) -> list[Any]:
    """The boundary events of an activity."""
    split = scope.task_specs.get(f"{host}.BoundaryEventSplit")
    return [] if split is None else [each for each in split.outputs if isinstance(each, BoundaryEventMixin)]


def same_content(old: Definition, new: Definition, element_id: str) -> bool:
    """True when nothing has changed at an element: its properties, its waits, its boundary events."""
    if old.by_id.get(element_id) != new.by_id.get(element_id):
        return False
    one, other = scope_of(old, element_id), scope_of(new, element_id)
    return _content(one, element_id) == _content(other, element_id)


def _content(scope: Any, element_id: str) -> tuple[Any, ...]:
    spec = scope.task_specs[element_id]
    events = [(each.name, each.cancel_activity, *event_of(each)) for each in boundary_events(scope, element_id)]
    copies = _copies(spec) if isinstance(spec, LoopTask) else ()
    called = getattr(spec, "process_key", None)
    return (kind_of(spec), called, copies, event_of(spec), events)


def targets(
    old: Definition, new: Definition, element_id: str, mapping: Mapping[str, str] | None = None
) -> list[ElementInfo]:
    """The elements of the new version at which a token of an old element may stand, in the order of the diagram."""
    spec = scope_of(old, element_id).task_specs[element_id]
    scope = scope_for(old, new, element_id, mapping or {})
    if scope is None:
        return []
    return [
        each
        for each in new.elements
        if each.id in scope.task_specs
        and why_not_fit(spec, scope.task_specs[each.id], old_name=element_id, new_name=each.id) is None
    ]


def scope_for(old: Definition, new: Definition, element_id: str, mapping: Mapping[str, str]) -> Any:
    """The process or sub-process of the new version that answers to the one around an old element; None if gone."""
    own = scope_of(old, element_id)
    if own is old.spec:
        return new.spec
    owner = next((name for name, spec in old.sub_specs.items() if spec is own), "")
    return new.sub_specs.get(mapping.get(owner, owner))


def same_graph(one: Any, other: Any) -> bool:
    """True when two scopes have the same elements of the same kinds, joined by the same flows."""
    return _graph(one) == _graph(other)


def _graph(scope: Any) -> dict[str, tuple[Any, ...]]:
    return {
        name: (type(spec), tuple(each.name for each in spec.outputs), getattr(spec, "cancel_activity", None))
        for name, spec in scope.task_specs.items()
    }
