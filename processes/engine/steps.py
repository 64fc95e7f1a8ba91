"""The verbs of the engine: each takes a kept state, does one step to the next waits, and gives an Outcome.

Nothing of the library leaves here. A refused step leaves the caller's state as it was: a step works on a workflow of
its own that is thrown away when it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions import (
    MessageEventDefinition,
    MultipleEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine import codec
from processes.engine.definition import Definition
from processes.engine.elements import CalledProcess
from processes.engine.events import DUE, UncaughtError, raise_error
from processes.engine.outcome import Finished, Outcome, Passed, Surroundings, Variables
from processes.engine.pruning import LIVE, prune
from processes.engine.scripting import FeelScriptEngine, checked
from processes.engine.tokens import (
    Open,
    all_tasks,
    child_start,
    due_of,
    find,
    is_stuck,
    live_tasks,
    open_now,
    opened_task,
)
from processes.errors import EngineFault, ProcessError

#: Automatic elements one step may run; a diagram that spins becomes an incident, not a hung server (design 3).
MAX_AUTOMATIC = 400


def start(definition: Definition, variables: Variables, around: Surroundings) -> Outcome:
    """Begin an instance with these variables and run it to its first waits.

    Raises EngineFault when the diagram or its data cannot go on, BusinessError when a handler refuses and no
    boundary event catches it. So do all verbs here.
    """
    engine = FeelScriptEngine(around)
    first = checked(variables, what="启动数据")
    with faults():
        workflow = BpmnWorkflow(definition.spec, dict(definition.sub_specs), script_engine=engine)
        workflow.task_tree.data = first
        return Step(definition, engine, workflow, Open()).finish()


def complete(definition: Definition, state: bytes, token: str, data: Variables, around: Surroundings) -> Outcome:
    """Complete the user task or call activity of a token with what it brought.

    Raises EngineFault when the token is not open: a finished or future task is never run.
    """
    values = checked(data, what="办理结果")

    def act(step: Step) -> None:
        task = step.task(token)
        open_task = task._state == TaskState.READY and task.task_spec.manual
        open_call = task._state == TaskState.STARTED and isinstance(task.task_spec, CalledProcess)
        if not open_task and not open_call:
            raise not_open(task)
        task.data.update(values)
        if open_task:
            task.run()
        else:
            task.complete()
        step.note(task)

    return stepped(definition, state, around, act)


def throw_error(
    definition: Definition, state: bytes, token: str, code: str, message: str, around: Surroundings
) -> Outcome | None:
    """Take the error boundary event of the token's activity (or of one around it); None when nothing catches it."""
    caught = True

    def act(step: Step) -> None:
        nonlocal caught
        caught = raise_error(step.task(token), code, message)
        step.ended.add(token)

    outcome = stepped(definition, state, around, act)
    return outcome if caught else None


def deliver_message(
    definition: Definition, state: bytes, token: str, variables: Variables, around: Surroundings
) -> Outcome:
    """Hand a message's content to the waiting token; it goes into the data, or into the event's message variable."""
    content = checked(variables, what="消息内容")

    def act(step: Step) -> None:
        task = step.task(token)
        if task._state != TaskState.WAITING or not isinstance(task.task_spec, CatchingEvent):
            raise not_open(task)
        event = task.task_spec.event_definition
        if isinstance(event, MultipleEventDefinition):
            event = event.event_definitions[_branch(token, len(event.event_definitions))]
        if not isinstance(event, MessageEventDefinition | SignalEventDefinition):
            raise not_open(task)
        task.task_spec.catch(task, BpmnEvent(event, content))
        task.task_spec._update(task)

    return stepped(definition, state, around, act)


def _branch(token: str, count: int) -> int:
    """Which branch of an event-based gateway a token names. Raises EngineFault when it names none."""
    number = token.partition(".")[2]
    if not number.isdecimal() or int(number) >= count:
        raise EngineFault("这个环节已经不在等待中，没有办理。请刷新页面查看最新状态。", token=token)
    return int(number)


def fire_timers(definition: Definition, state: bytes, around: Surroundings) -> Outcome:
    """Fire every timer that is due by the surroundings' clock."""
    return stepped(definition, state, around, lambda step: step.workflow.refresh_timers())


def reschedule(definition: Definition, state: bytes, token: str, due_at: datetime, around: Surroundings) -> Outcome:
    """Give the waiting timer of a token another due time; fires at once when that is past."""

    def act(step: Step) -> None:
        task = step.task(token)
        value = task.internal_data.get(DUE)
        if task._state != TaskState.WAITING or value is None:
            raise not_open(task)
        text = due_at.astimezone(UTC).isoformat()
        task.internal_data[DUE] = {**value, "next": text} if isinstance(value, dict) else text
        step.workflow.refresh_timers()

    return stepped(definition, state, around, act)


def stepped(definition: Definition, state: bytes, around: Surroundings, act: Callable[[Step], None]) -> Outcome:
    engine = FeelScriptEngine(around)
    with faults():
        workflow = codec.load(state, definition, engine)
        step = Step(definition, engine, workflow, open_now(workflow, definition))
        act(step)
        return step.finish()


class Step:
    """One step: what was open before, what runs, what is open after."""

    def __init__(self, definition: Definition, engine: FeelScriptEngine, workflow: BpmnWorkflow, before: Open) -> None:
        self.definition = definition
        self.engine = engine
        self.workflow = workflow
        self.before = before
        self.seen = {task.id for task in live_tasks(workflow)} if before.tokens() else set()
        self.ended: set[str] = set()  # tokens whose end the caller knows of

    def task(self, token: str) -> Task:
        found = find(self.workflow, token)
        if found is None:
            raise EngineFault("这个环节已经不在等待中，没有办理。请刷新页面查看最新状态。", token=token)
        return found

    def finish(self) -> Outcome:
        """Run to the next waits and say what changed."""
        self._run()
        collected = self.engine.collected
        finished = self._finished()
        after = Open() if finished else open_now(self.workflow, self.definition)
        gone = self.before.tokens() - after.tokens()
        cancelled = self._cancelled(gone)
        self._note_arrivals()
        opened = [token for token in after.tasks if token not in self.before.tasks]
        tasks = tuple(opened_task(token, after.tasks[token], self.definition) for token in opened)
        calls = tuple(
            child_start(token, task, self.definition)
            for token, task in after.calls.items()
            if token not in self.before.calls
        )
        waits = tuple(wait for token, wait in after.waits.items() if token not in self.before.waits)
        prune(self.workflow)
        return Outcome(
            state=codec.dump(self.workflow),
            opened=tasks,
            waits=waits,
            started_children=calls,
            closed=tuple(sorted(gone - cancelled)),
            cancelled=tuple(sorted(cancelled)),
            passed=tuple(collected.passed),
            messages=tuple(collected.thrown),
            due_at=min((due for due in map(due_of, self._waiting_events()) if due is not None), default=None),
            finished=finished,
            variables=dict(collected.last_data or {}),
        )

    def _run(self) -> None:
        while True:
            try:
                self.workflow.do_engine_steps(did_complete_task=self.note)
            except UncaughtError as uncaught:
                self._end_with(uncaught)
                break
            refused = self.engine.collected.refused
            if not refused:
                if self._is_at_rest():
                    break
                continue  # a timer came due while the step ran: the library looks at timers last
            task, error = refused.pop(0)
            still_open = bool(task._state & LIVE)  # an error before it may have ended the sub-process around it
            if still_open and not raise_error(task, error.code, error.message):
                raise error
        self.workflow.get_events()  # events nobody inside catches have no meaning outside

    def _is_at_rest(self) -> bool:
        return not any(
            task._state == TaskState.READY and not task.task_spec.manual for task in all_tasks(self.workflow)
        )

    def _end_with(self, uncaught: UncaughtError) -> None:
        """An error nobody catches ends the whole instance where it was thrown; nothing beside it goes on."""
        task = uncaught.task
        task._set_state(TaskState.COMPLETED)
        self.note(task)
        for other in all_tasks(self.workflow):
            if not other._state & TaskState.FINISHED_MASK:
                other._set_state(TaskState.CANCELLED)
        self.workflow.completed = True
        self.workflow.last_task = task
        self.engine.collected.uncaught = uncaught.code
        self.engine.collected.end_element_id = task.task_spec.bpmn_id

    def note(self, task: Task) -> None:
        """An element has run: count it, remember it for the history."""
        collected = self.engine.collected
        collected.runs += 1
        spec = task.task_spec
        if collected.runs > MAX_AUTOMATIC:
            name = getattr(spec, "bpmn_name", None) or getattr(spec, "bpmn_id", None) or spec.name
            raise EngineFault(
                f"流程“{self.definition.name}”在环节“{name}”附近一直自动循环，已停下，没有保存。请流程负责人检查循环条件。",
                element_id=getattr(spec, "bpmn_id", None),
            )
        if task._state != TaskState.COMPLETED:
            return
        collected.last_data = task.data
        if getattr(spec, "bpmn_id", None) is None or isinstance(spec, LoopTask):
            return
        self._note_flow(task)
        element = self.definition.element(spec.bpmn_id)
        collected.passed.append(Passed(element.id, element.name, element.kind))
        if isinstance(spec, EndEventMixin) and task.workflow is self.workflow:
            collected.end_element_id = element.id

    def _note_flow(self, task: Task) -> None:
        """The sequence flow by which a token came, the first time the task is seen."""
        if task.id in self.seen:
            return
        self.seen.add(task.id)
        source = task.parent
        while source is not None and getattr(source.task_spec, "bpmn_id", None) is None:
            source = source.parent
        if source is None:
            around = task.workflow.parent_task_id  # the first element of a sub-process: the token came into that
            if around is not None:
                self._note_flow(self.workflow.get_task_from_id(around))
            return
        if task.triggered and isinstance(source.task_spec, LoopTask):
            self._note_flow(source)  # a copy: the token came to the activity as a whole
            return
        flow = self.definition.flows.get((source.task_spec.bpmn_id, task.task_spec.bpmn_id))
        if flow is not None:
            self.engine.collected.passed.append(Passed(flow, "", "sequenceFlow"))

    def _note_arrivals(self) -> None:
        """Tokens that came to an element and wait there, and those a join has swallowed."""
        for task in all_tasks(self.workflow):
            arrived = not task._state & TaskState.FINISHED_MASK and task._state >= TaskState.WAITING
            swallowed = task._state == TaskState.CANCELLED and isinstance(task.task_spec, UnstructuredJoin)
            if (arrived or swallowed) and getattr(task.task_spec, "bpmn_id", None) is not None:
                self._note_flow(task)

    def _waiting_events(self) -> Iterator[Task]:
        return (task for task in all_tasks(self.workflow) if task._state == TaskState.WAITING)

    def _cancelled(self, gone: set[str]) -> set[str]:
        """Of the tokens that are gone: user tasks and called processes that did not end by themselves."""
        done = {str(task.id) for task in all_tasks(self.workflow) if task._state == TaskState.COMPLETED}
        return {token for token in gone - done - self.ended if token in self.before.tasks or token in self.before.calls}

    def _finished(self) -> Finished | None:
        collected = self.engine.collected
        workflow = self.workflow
        if not workflow.completed:
            if is_stuck(workflow):
                raise EngineFault(
                    f"流程“{self.definition.name}”停住了：并行分支永远等不齐，没有保存。请流程负责人检查分支和汇聚。",
                    element_id=self._stuck_at(),
                )
            return None
        left = live_tasks(workflow)
        if left:
            raise EngineFault(
                f"流程“{self.definition.name}”已到终点，却还有没办完的环节，没有保存。请流程负责人检查图形。",
                element_id=getattr(left[0].task_spec, "bpmn_id", None),
            )
        last = workflow.last_task
        return Finished(
            end_element_id=collected.end_element_id or "",
            variables=dict(last.data if last is not None else workflow.data),
            error_code=collected.uncaught,
        )

    def _stuck_at(self) -> str | None:
        places = (getattr(task.task_spec, "bpmn_id", None) for task in live_tasks(self.workflow))
        return next((place for place in places if place is not None), None)


@contextmanager
def faults() -> Iterator[None]:
    """Whatever the library raises becomes an EngineFault that names the element."""
    try:
        yield
    except ProcessError:
        raise
    except SpiffWorkflowException as error:
        spec = getattr(getattr(error, "task", None), "task_spec", None) or getattr(error, "task_spec", None)
        element_id = getattr(spec, "bpmn_id", None)
        raise EngineFault(f"引擎无法继续：{error}", element_id=element_id) from error
    except (TypeError, ValueError, LookupError, AttributeError) as error:  # the library's own slips over odd data
        raise EngineFault(f"引擎无法继续（{type(error).__name__}：{error}），没有保存任何内容。") from error
    except RecursionError as error:
        raise EngineFault("流程的循环或嵌套太深，引擎无法继续。请流程负责人检查图形。") from error


def not_open(task: Task) -> EngineFault:
    spec = task.task_spec
    name, state = getattr(spec, "bpmn_name", None) or spec.name, TaskState.get_name(task._state)
    return EngineFault(f"环节“{name}”现在不能办理（状态：{state}）。", element_id=getattr(spec, "bpmn_id", None))
