"""Make a scenario of a real case: what was answered, when, and where it led. Personal data stay behind.

Only what a task declares as outputs is kept, never whole answers; outputs that a form marks as personal, and
whatever has the same name, are left out. People become 甲, 乙, 丙: the same person stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from forms.compiler import CompiledForm, compile_form, quick_form
from forms.model import PERSONAL_KINDS, keyed
from processes import engine
from processes.actors import SYSTEM_ID, Actor
from processes.clock import SHANGHAI
from processes.engine import Definition
from processes.errors import Conflict, NotFound
from processes.scenarios import Expectation, Scenario, ServiceAnswer, Step, StepKind
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.runtime import Runtime
from service.orchestration.trying.looking import names_in
from storage.instances import get_instance, list_children
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow

_PEOPLE = "甲乙丙丁戊己庚辛壬癸"
#: Verbs that change where a token stands in a way no scenario step can say.
_UNTOLD = frozenset(("task_returned", "task_withdrawn", "instance_moved", "instance_terminated", "timer_moved"))
_MOST_STEPS = 150
#: What a recorded path names: enough to tell the way, and no more.
_ON_THE_PATH = frozenset(("userTask", "callActivity", "endEvent"))


def record_scenario(runtime: Runtime, key: str, instance_id: UUID, *, name: str, by: Actor) -> Scenario:
    """The scenario that takes the way this case took. Raises NotFound, and Conflict for a case that no steps can tell.

    Needs no part in the case: nothing personal and no business record is in the answer.
    """
    permissions.require(by, "try_out")
    instance = get_instance(runtime.session(), by.district_id, instance_id)
    if instance.process_key != key:
        raise NotFound("这个办件不属于本流程，请核对。")
    return _Recorder(runtime, instance, by=by).record(name)


class _Recorder:
    """One case, read row by row."""

    def __init__(self, runtime: Runtime, instance: ProcessInstance, *, by: Actor) -> None:
        self.runtime, self.instance = runtime, instance
        self.session, self.district_id = runtime.session(), by.district_id
        stored = self._stored(DefinitionKind.PROCESS, instance.process_key, instance.version)
        self.definition: Definition = engine.parse(stored)
        self.rows = self._history()
        self.tasks = self._tasks()
        self.personal = self._personal_names()
        self.people: dict[UUID, str] = {}
        self.services: dict[str, list[ServiceAnswer]] = {}
        self.children = list(list_children(self.session, self.district_id, instance.id))
        self.steps: list[Step] = []
        self.path: list[str] = []
        self.clock = instance.started_at

    def record(self, name: str) -> Scenario:
        self._refuse_what_cannot_be_told()
        starter = self._person(self.instance.started_by)
        for number, row in enumerate(self.rows):
            self._row(row)
            self._service_answers(row, self.rows[number:])
        if len(self.steps) > _MOST_STEPS:
            raise Conflict(f"这一件有 {len(self.steps)} 步，太长，没有生成场景。请选较短的一件。")
        return Scenario(
            name=name,
            note="由实际办件生成，已去除个人信息。",
            at=self.instance.started_at,
            by=starter,
            variables=self._kept(self._start_variables()),
            services={element: tuple(answers) for element, answers in self.services.items()},
            steps=tuple(self.steps),
            expect=Expectation(path=tuple(self.path) or None, end=self.instance.end_element_id),
        )

    def _refuse_what_cannot_be_told(self) -> None:
        for row in self.rows:
            if row.kind in _UNTOLD:
                raise Conflict("这一件中途被退回、撤回、跳转或移动过，不能逐步重演。请选一件按图办理的。")

    def _row(self, row: HistoryRow) -> None:
        passed = [
            each[0] for each in row.changes.get("passed", ()) if each[1] in ("userTask", "callActivity", "endEvent")
        ]
        if row.kind == "task_completed" and row.element_id is not None:
            self._step(row.at, self._task_step(row))
        elif row.kind == "message_received":
            self._step(row.at, self._message_step(row))
        elif row.kind == "timer_fired":
            self._move_clock(row.at)
        elif row.kind == "elements_passed":
            for element in (each[0] for each in row.changes["passed"] if each[1] == "callActivity"):
                self._step(row.at, self._child_step(element, row.at))
        self.path += passed

    def _step(self, at: datetime, step: Step) -> None:
        self._move_clock(at)
        self.steps.append(step)

    def _move_clock(self, at: datetime) -> None:
        """Scenarios know minutes; a case that went on within one needs no move."""
        moment = at.astimezone(SHANGHAI).replace(second=0, microsecond=0, tzinfo=None)
        if at.second or at.microsecond:
            moment += timedelta(minutes=1)  # never before the instant itself: what was due then is due now
        if moment.replace(tzinfo=SHANGHAI) <= self.clock:
            return
        self.clock = moment.replace(tzinfo=SHANGHAI)
        text = moment.isoformat(timespec="minutes")
        if self.steps and self.steps[-1].kind is StepKind.CLOCK:
            self.steps[-1] = replace(self.steps[-1], target=text)
        else:
            self.steps.append(Step(StepKind.CLOCK, text))

    def _task_step(self, row: HistoryRow) -> Step:
        assert row.element_id is not None
        task = self.tasks.get(row.task_id) if row.task_id is not None else None
        form = None if task is None else self._form(task)
        answers = row.changes.get("answers", {})
        outputs: dict[str, Any] = {}
        if form is not None:
            outputs = {each.output: answers.get(each.key) for each in keyed(form.fields) if each.output}
        outputs.update(row.changes.get("outputs", {}))
        refused = row.changes.get("refused")
        return Step(
            StepKind.TASK,
            row.element_id,
            outputs={} if refused else self._kept(outputs),
            by=None if row.actor_id == SYSTEM_ID else self._person(row.actor_id),
            item=None if task is None else task.item,
            error=refused[0] if refused else None,
        )

    def _message_step(self, row: HistoryRow) -> Step:
        element = self.definition.by_id.get(row.element_id or "")
        declared = names_in(element.properties.get("outputs", "")) if element is not None else ()
        given = row.changes.get("variables", {})
        content = {name: value for name, value in given.items() if name in declared}
        return Step(StepKind.MESSAGE, row.changes["message"], outputs=self._kept(content))

    def _child_step(self, element: str, at: datetime) -> Step:
        called = self.definition.element(element)
        declared = names_in(called.properties.get("outputs", ""))
        child = next(
            (each for each in self.children if each.process_key == called.called_process and each.ended_at == at), None
        )
        if child is None:
            return Step(StepKind.CHILD, element)
        self.children.remove(child)
        return Step(StepKind.CHILD, element, outputs=self._kept({name: child.variables.get(name) for name in declared}))

    def _service_answers(self, row: HistoryRow, later: Sequence[HistoryRow]) -> None:
        """What each service task gave: its declared names, as the data had them when the case next stood still."""
        ran = [each[0] for each in row.changes.get("passed", ()) if each[1] == "serviceTask"]
        if not ran:
            return
        data = self._data_after(later)
        for element in ran:
            handler = self.definition.handler_of(element)
            declared = self.runtime.handlers.handlers.get(handler or "")
            names = declared.outputs if declared is not None else ()
            given = self._kept({name: data[name] for name in names if name in data})
            self.services.setdefault(element, []).append(ServiceAnswer(given))

    def _data_after(self, later: Sequence[HistoryRow]) -> Mapping[str, Any]:
        moments = [row.at for row in later]
        for moment in moments:
            opened = next((task for task in self.tasks.values() if task.created_at == moment), None)
            if opened is not None:
                return opened.variables
        return self.instance.variables

    def _person(self, user_id: UUID) -> str:
        number = len(self.people)
        fallback = _PEOPLE[number] if number < len(_PEOPLE) else f"第{number + 1}人"
        return self.people.setdefault(user_id, fallback)

    def _kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.personal and value is not None}

    def _start_variables(self) -> Mapping[str, Any]:
        first = next((row for row in self.rows if row.kind == "instance_started"), None)
        return {} if first is None else first.changes.get("variables", {})

    def _personal_names(self) -> frozenset[str]:
        """Outputs and keys of fields that the forms of this case mark as personal."""
        return frozenset(
            name
            for task in self.tasks.values()
            for form in (self._form(task),)
            if form is not None
            for field in keyed(form.fields)
            if field.personal or field.kind in PERSONAL_KINDS
            for name in (field.key, field.output)
            if name
        )

    def _form(self, task: Task) -> CompiledForm | None:
        if task.form_key is not None and task.form_version is not None:
            return compile_form(self._stored(DefinitionKind.FORM, task.form_key, task.form_version))
        outputs = self.definition.element(task.element_id).properties.get("outputs", "").strip()
        return quick_form(outputs, task.name) if outputs and task.form_key is None else None

    def _stored(self, kind: DefinitionKind, key: str, version: int) -> bytes:
        return self.runtime.definitions.get(self.session, self.district_id, kind, key, version).content

    def _history(self) -> list[HistoryRow]:
        query = select(HistoryRow).where(
            HistoryRow.district_id == self.district_id, HistoryRow.instance_id == self.instance.id
        )
        return list(self.session.scalars(query.order_by(HistoryRow.seq)))

    def _tasks(self) -> dict[UUID, Task]:
        query = select(Task).where(Task.district_id == self.district_id, Task.instance_id == self.instance.id)
        return {task.id: task for task in self.session.scalars(query.order_by(Task.created_at, Task.id))}


def recordable(runtime: Runtime, key: str, *, by: Actor, limit: int = 20) -> Iterator[ProcessInstance]:
    """The latest ended cases of a process, for choosing one."""
    permissions.require(by, "try_out")
    query = (
        select(ProcessInstance)
        .where(
            ProcessInstance.district_id == by.district_id,
            ProcessInstance.process_key == key,
            ProcessInstance.state == "completed",
        )
        .order_by(ProcessInstance.ended_at.desc(), ProcessInstance.id.desc())
    )
    return iter(runtime.session().scalars(query.limit(limit)))
