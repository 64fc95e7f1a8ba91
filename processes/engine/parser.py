"""The library's parser with our elements and events in it."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import first, full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    StartEvent,
)
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser import event_parsers as spiff_events
from SpiffWorkflow.spiff.parser import task_spec as spiff_tasks
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser
from SpiffWorkflow.spiff.specs.defaults import (
    ManualTask,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    SubWorkflowTask,
    TransactionSubprocess,
    UserTask,
)

from processes.engine.elements import CalledProcess, DecisionTask, HandlerTask, ParallelCopies, SequentialCopies
from processes.engine.events import CycleTimer, DateTimer, DurationTimer, Error, Message
from processes.engine.joins import ExclusiveChoice, InclusiveBranches, ParallelBranches, Process


class _Repeated:
    """Which classes repeat an activity."""

    PARALLEL_MI_CLASS = ParallelCopies
    SEQUENTIAL_MI_CLASS = SequentialCopies


class _TaskParser(_Repeated, spiff_tasks.SpiffTaskParser):  # type: ignore[misc]
    pass


class _UserTaskParser(_Repeated, spiff_tasks.UserTaskParser):  # type: ignore[misc]
    pass


class _ScriptTaskParser(_Repeated, spiff_tasks.ScriptTaskParser):  # type: ignore[misc]
    pass


class _ServiceTaskParser(_Repeated, spiff_tasks.ServiceTaskParser):  # type: ignore[misc]
    pass


class _SubProcessParser(_Repeated, spiff_tasks.SubWorkflowParser):  # type: ignore[misc]
    pass


class _CallActivityParser(_TaskParser):
    def create_task(self) -> Any:
        called = self.node.get("calledElement")
        if not called:
            raise ValidationException("调用流程没有写明被调用的流程", node=self.node, file_name=self.filename)
        return self.spec_class(self.spec, self.bpmn_id, process_key=called, **self.bpmn_attributes)


class _DecisionParser(_Repeated, spiff_tasks.BusinessRuleTaskParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        decision = self.parse_extensions().get("calledDecisionId")
        if not decision:
            raise ValidationException("决策任务没有写明决策表", node=self.node, file_name=self.filename)
        return self.spec_class(self.spec, self.bpmn_id, decision_id=decision.strip(), **self.bpmn_attributes)


class _Events:
    """Timers, messages and errors of our own for every event parser."""

    def parse_timer_event(self, event: Any) -> Any:
        kinds = (("timeDate", DateTimer), ("timeDuration", DurationTimer), ("timeCycle", CycleTimer))
        for tag, kind in kinds:
            found = first(self.xpath(f".//bpmn:{tag}"))  # type: ignore[attr-defined]
            if found is not None:
                return kind(self.bpmn_id, found.text)  # type: ignore[attr-defined]
        raise ValidationException("定时事件没有时间", node=event, file_name=self.filename)  # type: ignore[attr-defined]

    def parse_message_event(self, message_event: Any) -> Any:
        read = super().parse_message_event(message_event)  # type: ignore[misc]
        return Message(read.name, expression=read.expression, message_var=read.message_var)

    def parse_error_event(self, error_event: Any) -> Any:
        read = super().parse_error_event(error_event)  # type: ignore[misc]
        return Error(read.name, expression=read.expression, variable=read.variable, code=read.code)


class _StartParser(_Events, spiff_events.SpiffStartEventParser):  # type: ignore[misc]
    pass


class _EndParser(_Events, spiff_events.SpiffEndEventParser):  # type: ignore[misc]
    pass


class _CatchParser(_Events, spiff_events.SpiffIntermediateCatchEventParser):  # type: ignore[misc]
    pass


class _ThrowParser(_Events, spiff_events.SpiffIntermediateThrowEventParser):  # type: ignore[misc]
    pass


class _BoundaryParser(_Events, spiff_events.SpiffBoundaryEventParser):  # type: ignore[misc]
    pass


class _SendParser(_Events, spiff_events.SpiffSendTaskParser):  # type: ignore[misc]
    pass


class _ReceiveParser(_Events, spiff_events.SpiffReceiveTaskParser):  # type: ignore[misc]
    pass


class _ProcessParser(SpiffProcessParser):  # type: ignore[misc]
    def create_spec(self) -> Process:
        super().create_spec()  # refuses what is not executable
        return Process(name=self.bpmn_id, description=self.get_name(), filename=self.filename)


class DiagramParser(SpiffBpmnParser):  # type: ignore[misc]
    """Reads one diagram into the library's specs. Called processes are not needed: they are child instances."""

    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  (the library's declarative interface)
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("task"): (_TaskParser, NoneTask),
        full_tag("manualTask"): (_TaskParser, ManualTask),
        full_tag("userTask"): (_UserTaskParser, UserTask),
        full_tag("scriptTask"): (_ScriptTaskParser, ScriptTask),
        full_tag("serviceTask"): (_ServiceTaskParser, HandlerTask),
        full_tag("businessRuleTask"): (_DecisionParser, DecisionTask),
        full_tag("callActivity"): (_CallActivityParser, CalledProcess),
        full_tag("subProcess"): (_SubProcessParser, SubWorkflowTask),
        full_tag("transaction"): (_SubProcessParser, TransactionSubprocess),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, ExclusiveChoice),
        full_tag("parallelGateway"): (GatewayParser, ParallelBranches),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveBranches),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, EventBasedGateway),
        full_tag("startEvent"): (_StartParser, StartEvent),
        full_tag("endEvent"): (_EndParser, EndEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_ThrowParser, IntermediateThrowEvent),
        full_tag("sendTask"): (_SendParser, SendTask),
        full_tag("receiveTask"): (_ReceiveParser, ReceiveTask),
    }
