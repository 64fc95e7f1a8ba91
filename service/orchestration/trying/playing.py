"""Play one scenario in an isolated transaction: step by step, through the same verbs as real people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

from processes import engine
from processes.actors import Actor, Post, system_actor
from processes.errors import BadRequest, EngineFault, ProcessError
from processes.scenarios import Scenario, Snapshot, Step, StepKind, Trace, clock_move
from processes.vocabulary import ROLES, DefinitionKind, InstanceState, TaskState, WaitKind
from service.orchestration import tasks
from service.orchestration.apply import begin
from service.orchestration.messages import deliver_kept_in, deliver_or_keep
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.timers import fire_timers_in
from service.orchestration.trying.answering import loader_of
from service.orchestration.trying.isolation import Trial, isolated
from service.orchestration.trying.looking import case_of, look, names_in
from service.orchestration.trying.overlay import lay_over, put_in_place
from service.orchestration.trying.stand_ins import (
    CHILD_ENDS,
    CHILD_ERROR,
    Cast,
    stand_in_diagram,
    stand_in_registry,
)
from storage.db import new_id
from storage.definitions import find_definition, get_definition
from storage.instances import OPEN_TASK, list_open_elements_of
from storage.jobs import NewJob
from storage.models.instances import ProcessInstance, Task, Wait

#: A scenario may take so long and let so many background jobs run; then it is stopped with a sentence.
MAX_SECONDS = 15.0
MAX_JOBS = 3000


def play(
    runtime: Runtime,
    files: Mapping[str, bytes],
    process_key: str,
    scenario: Scenario,
    *,
    by: Actor,
    version: int | None = None,
) -> Trace:
    """What happens in this scenario with these files laid over what is published. Nothing of it is stored.

    Raises NotFound when there is no such process. Whatever else goes wrong is told by the trace.
    """
    with isolated(runtime, at=scenario.at) as trial:
        return _Player(trial, process_key, scenario, by=by, version=version).play(files)


class _Player:
    """One run: the trial, the people, and where the scenario stands."""

    def __init__(self, trial: Trial, key: str, scenario: Scenario, *, by: Actor, version: int | None) -> None:
        self.trial, self.key, self.scenario, self.by, self.version = trial, key, scenario, by, version
        self.district_id = by.district_id
        self.cast = Cast(trial.session, self.district_id, since=scenario.at.date())
        self.system = system_actor(self.district_id)
        self.step: Step | None = None
        self.root_id = new_id()
        self.stood_in: frozenset[str] = frozenset()
        self.snapshots: list[Snapshot] = []
        self.sent: list[str] = []
        self.started: list[str] = []
        self.ends_at = monotonic() + MAX_SECONDS
        self.jobs_done = 0

    def play(self, files: Mapping[str, bytes]) -> Trace:
        lay_over(self.trial, files, district_id=self.district_id, by=self.by)
        stored = get_definition(self.trial.session, self.district_id, DefinitionKind.PROCESS, self.key, self.version)
        self.definition = engine.parse(stored.content)
        if not self.scenario.real_handlers:
            registry = stand_in_registry(self.trial.runtime.handlers, self.scenario, lambda: self.step)
            self.trial.runtime = replace(self.trial.runtime, handlers=registry)
        if not self.scenario.real_children:
            self._stand_in_for_children()
        stopped = self._do(0, "开始", self._start)
        for number, step in enumerate(self.scenario.steps, 1):
            if stopped is not None:
                break
            self.step = step
            stopped = self._do(number, _words(step, self.definition), lambda: self._take(step))  # noqa: B023  # called at once
        return self._trace(stopped)

    def _stand_in_for_children(self) -> None:
        called = {each.called_process for each in self.definition.elements if each.called_process} - {self.key}
        errors = {step.error for step in self.scenario.steps if step.kind is StepKind.CHILD and step.error}
        for key in sorted(each for each in called if each is not None):
            title = f"{key}（替身）"
            found = find_definition(self.trial.session, self.district_id, DefinitionKind.PROCESS, key)
            content = stand_in_diagram(key, title if found is None else found.title, errors)
            if found is None:
                lay_over(self.trial, {f"{key}.bpmn": content}, district_id=self.district_id, by=self.by)
            else:
                put_in_place(self.trial.session, self.district_id, key, content)
        self.stood_in = frozenset(each for each in called if each is not None)

    def _do(self, number: int, words: str, act: Callable[[], str | None]) -> tuple[str, int, str | None] | None:
        """Do a step and what follows of itself; (sentence, step, element) when it did not go as written."""
        self.trial.step = number
        expected = self.step.refused if self.step is not None else None
        refused: ProcessError | None = None
        note = ""
        try:
            note = act() or ""
            self._settle()
        except ProcessError as error:
            refused = error
        except Exception as error:  # a real handler may fail in any way; the scenario then failed, not the page
            refused = EngineFault(f"办理动作执行出错（{type(error).__name__}）。")
        self._snap(number, words, refused, note)
        place = f"第 {number} 步（{words}）" if number else "开始时"
        element = getattr(refused, "element_id", None) or (self.step.target if self.step is not None else None)
        if refused is not None and refused.code != expected:
            return f"{place}没有办成：{_said(refused)}", number, element
        if refused is None and expected is not None:
            return f"{place}应被拒绝（{expected}），实际办成了。", number, element
        return None

    def _start(self) -> None:
        starter = self.cast.person(self.scenario.by)

        def work(unit: Unit) -> None:
            stored = get_definition(unit.session, unit.district_id, DefinitionKind.PROCESS, self.key, self.version)
            instance = ProcessInstance(id=self.root_id, root_id=self.root_id, title=stored.title, started_by=starter.id)
            begin(unit, instance, stored, variables=dict(self.scenario.variables))

        self.trial.act(starter, work)

    def _take(self, step: Step) -> str | None:
        takers = {
            StepKind.TASK: self._task,
            StepKind.MESSAGE: self._message,
            StepKind.CLOCK: self._clock,
            StepKind.CHILD: self._child,
        }
        return takers[step.kind](step)

    def _task(self, step: Step) -> None:
        task = self._open_task(step)
        actor = self._performer(step, task)
        load = loader_of(self.trial, step, real=self.scenario.real_handlers)
        answers = step.answers if step.answers is not None else {}

        def work(unit: Unit) -> None:
            tasks.complete(unit, task.id, answers, load=load)

        self.trial.act(actor, work)

    def _open_task(self, step: Step) -> Task:
        open_tasks = self._open()[0]
        for task in open_tasks:
            if task.element_id == step.target and step.item in (None, task.item):
                return task
        have = "、".join(dict.fromkeys(f"“{task.name}”（{task.element_id}）" for task in open_tasks)) or "没有"
        of_item = "" if step.item is None else f"（{step.item}）"
        raise BadRequest(f"任务“{self._name(step.target)}”{of_item}没有打开；打开的任务：{have}。")

    def _performer(self, step: Step, task: Task) -> Actor:
        """Who does it: the named person, or one who stands for the post; a task without a post is its assignee's."""
        if task.role is None:
            return self.cast.person(step.by or self.scenario.by)
        post = Post(task.role, task.organisation or "*")
        default = ROLES.get(task.role, task.role) + ("" if task.organisation is None else f"（{task.organisation}）")
        return self.cast.person(step.by or default, post)

    def _message(self, step: Step) -> str | None:
        waits = [wait for wait in self._open()[1] if wait.message == step.target]
        address = waits[0].instance_id if waits else self.root_id
        actor = self.cast.person(step.by) if step.by is not None else self.system
        self.trial.act(actor, lambda unit: deliver_or_keep(unit, step.target, dict(step.outputs), instance_id=address))
        return None if waits else f"没有环节在等消息“{step.target}”，消息已留存。"

    def _clock(self, step: Step) -> None:
        move = clock_move(step.target)
        now = self.trial.clock.now()
        if move.to_timer:
            target = self._next_timer(move.timer)
        else:
            target = move.target(now, self.trial.unit(self.system).calendar)
        self._settle(until=max(target, now))
        if target > self.trial.clock.now():
            self.trial.clock.set(target)

    def _next_timer(self, element: str | None) -> datetime:
        timers = [wait for wait in self._open()[1] if wait.due_at is not None and element in (None, wait.element_id)]
        if not timers:
            which = "" if element is None else f"“{self._name(element)}”"
            raise BadRequest(f"没有定时{which}在等，时钟没有拨动。")
        return min(wait.due_at for wait in timers if wait.due_at is not None)

    def _child(self, step: Step) -> None:
        child_id = self._open_child(step)
        declared = names_in(self.definition.element(step.target).properties.get("outputs", ""))
        for name in step.outputs:
            if name not in declared:
                known = "、".join(declared) or "没有"
                raise BadRequest(
                    f"子流程“{self._name(step.target)}”不会带回结果“{name}”（声明的结果：{known}），请改场景。"
                )
        content = {**step.outputs, CHILD_ERROR: step.error}
        self.trial.act(self.system, lambda unit: deliver_or_keep(unit, CHILD_ENDS, content, instance_id=child_id))

    def _open_child(self, step: Step) -> UUID:
        if self.scenario.real_children:
            raise BadRequest("这个场景让子流程真实运行，不能直接给出子流程的结果。")
        children = {each.id: each for each in case_of(self.trial, self.district_id, self.root_id)}
        for wait in self._open()[1]:
            if wait.kind == WaitKind.CALL_ACTIVITY and wait.element_id == step.target and wait.child_id is not None:
                given = children[wait.child_id].variables.values()
                if step.item is None or step.item in given:
                    return wait.child_id
        raise BadRequest(f"子流程“{self._name(step.target)}”没有在运行。")

    def _settle(self, until: datetime | None = None) -> None:
        """Do the background jobs of the case that are due; the clock goes with them, never backwards."""
        limit = until or self.trial.clock.now()
        while (job := self.trial.jobs.take(limit)) is not None:
            self.jobs_done += 1
            if self.jobs_done > MAX_JOBS or monotonic() > self.ends_at:
                raise BadRequest("场景运行太久，已停下；请检查是否一直循环。")
            if job.run_at is not None and job.run_at > self.trial.clock.now():
                self.trial.clock.set(job.run_at)
            self._job(job)

    def _job(self, job: NewJob) -> None:
        """Timers and messages of the case; whatever would leave it is only noted."""
        if job.job == "fire_timers":
            self.trial.act(self.system, lambda unit: fire_timers_in(unit, UUID(job.args["instance_id"])))
        elif job.job == "deliver_kept":
            self.trial.act(self.system, lambda unit: deliver_kept_in(unit, UUID(job.args["instance_id"])))
        elif job.job == "send_message":
            self.sent.append(job.args["name"])
            self._deliver_inside(job.args["name"], job.args["variables"])
        elif job.job == "start_process":
            self.started.append(job.args["process_key"])

    def _deliver_inside(self, name: str, variables: Mapping[str, Any]) -> None:
        """A message thrown in the case reaches only who listens in the case."""
        address = next((wait.instance_id for wait in self._open()[1] if wait.message == name), None)
        if address is not None:
            self.trial.act(self.system, lambda unit: deliver_or_keep(unit, name, variables, instance_id=address))

    def _open(self) -> tuple[list[Task], list[Wait]]:
        ids = [each.id for each in case_of(self.trial, self.district_id, self.root_id)]
        found, waits = list_open_elements_of(self.trial.session, self.district_id, ids)
        return [task for task in found if task.state in OPEN_TASK and task.state != TaskState.CANCELLED], list(waits)

    def _name(self, element: str) -> str:
        found = self.definition.by_id.get(element)
        return element if found is None or found.name == element else f"{found.name}（{element}）"

    def _snap(self, number: int, words: str, refused: ProcessError | None, note: str) -> None:
        root = self.trial.session.get(ProcessInstance, (self.district_id, self.root_id))
        opened = look(self.trial, self.root_id, by=self.by, stood_in=self.stood_in) if root is not None else ()
        self.snapshots.append(
            Snapshot(
                step=number,
                words=words,
                at=self.trial.clock.now(),
                open=opened,
                variables={} if root is None else dict(root.variables),
                refused=None if refused is None else _said(refused),
                note=note,
            )
        )

    def _trace(self, stopped: tuple[str, int, str | None] | None) -> Trace:
        root = self.trial.session.get(ProcessInstance, (self.district_id, self.root_id))
        ended = root is not None and root.state == InstanceState.COMPLETED
        names = {each.id: each.name for each in self.definition.elements}
        names.update({visit.element: visit.name for visit in self.trial.visits if visit.name})
        return Trace(
            process=self.key,
            visits=tuple(visit for visit in self.trial.visits if visit.process not in self.stood_in),
            snapshots=tuple(self.snapshots),
            state="refused" if root is None else str(root.state),
            end=root.end_element_id if root is not None and ended else None,
            variables={} if root is None else dict(root.variables),
            sent=tuple(self.sent),
            started=tuple(self.started),
            stopped=None if stopped is None else stopped[0],
            stopped_at=None if stopped is None else stopped[1],
            stopped_element=None if stopped is None else stopped[2],
            names=names,
        )


def _said(error: ProcessError) -> str:
    """The sentence of a refusal; a form's with the messages of its fields."""
    fields = error.facts.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        return error.message
    return "；".join(f"{name or '表单'}：{'、'.join(words)}" for name, words in list(fields.items())[:5])


def _words(step: Step, definition: engine.Definition) -> str:
    element = definition.by_id.get(step.target)
    name = step.target if element is None else element.name
    doing = {
        StepKind.TASK: f"办理“{name}”",
        StepKind.MESSAGE: f"收到消息“{step.target}”",
        StepKind.CLOCK: f"时钟 {step.target}",
        StepKind.CHILD: f"子流程“{name}”结束",
    }
    return doing[step.kind]
