"""What is open in a tried case, as plain values for reports, expectations and the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from forms.compiler import CompiledForm
from forms.model import Field, keyed
from processes.actors import Actor
from processes.engine import Definition
from processes.scenarios import OpenElement
from processes.vocabulary import ROLES
from service.orchestration.apply import definition_of
from service.orchestration.forms import form_of
from service.orchestration.trying.isolation import Trial
from storage.instances import list_case, list_open_elements_of
from storage.models.instances import ProcessInstance, Task, Wait
from storage.models.records import Deadline


def case_of(trial: Trial, district_id: str, root_id: UUID) -> Sequence[ProcessInstance]:
    return list_case(trial.session, district_id, root_id)


def look(trial: Trial, root_id: UUID, *, by: Actor, stood_in: Collection[str]) -> tuple[OpenElement, ...]:
    """Everything that waits in the case, stand-ins left out."""
    instances = {
        each.id: each
        for each in case_of(trial, by.district_id, root_id)
        if each.process_key not in stood_in or each.id == root_id
    }
    tasks, waits = list_open_elements_of(trial.session, by.district_id, list(instances))
    due = {
        row.task_id: row.due_on
        for row in trial.session.execute(
            select(Deadline.task_id, Deadline.due_on).where(
                Deadline.district_id == by.district_id, Deadline.task_id.in_([task.id for task in tasks])
            )
        )
    }
    found = []
    for task in tasks:
        instance = instances[task.instance_id]
        definition = definition_of(trial.unit(by), instance)
        found.append(
            OpenElement(
                process=task.process_key,
                element=task.element_id,
                name=task.name,
                kind="task",
                post=_post(task),
                item=task.item,
                form=task.form_key,
                due_on=due.get(task.id),
                outputs=task_outputs(trial, task, definition, by=by),
            )
        )
    return (*found, *(_wait(trial, each, instances[each.instance_id], by=by) for each in waits))


def _post(task: Task) -> str | None:
    if task.role is None:
        return None
    role = ROLES.get(task.role, task.role)
    return role if task.organisation is None else f"{role}（{task.organisation}）"


def _wait(trial: Trial, wait: Wait, instance: ProcessInstance, *, by: Actor) -> OpenElement:
    element = definition_of(trial.unit(by), instance).by_id.get(wait.element_id)
    outputs = () if element is None else names_in(element.properties.get("outputs", ""))
    return OpenElement(
        process=instance.process_key,
        element=wait.element_id,
        name=wait.name,
        kind=wait.kind,
        message=wait.message,
        attached_to=wait.attached_to,
        due_at=wait.due_at,
        outputs=outputs,
        calls=None if element is None else element.called_process,
    )


def names_in(text: str) -> tuple[str, ...]:
    """The names of a list such as `policy_id, item_id` or `decision:text, ok:boolean`."""
    names = (part.partition(":")[0].strip() for part in text.split(","))
    return tuple(name for name in names if name)


def form_fields(trial: Trial, task: Task, definition: Definition, *, by: Actor) -> tuple[Field, ...]:
    form = compiled(trial, task, definition, by=by)
    return () if form is None else tuple(keyed(form.fields))


def compiled(trial: Trial, task: Task, definition: Definition, *, by: Actor) -> CompiledForm | None:
    return form_of(trial.unit(by), task, definition.element(task.element_id).properties)


def task_outputs(trial: Trial, task: Task, definition: Definition, *, by: Actor) -> tuple[str, ...]:
    """The names the task may leave in the data: of its form, and of its handler."""
    own = [field.output for field in form_fields(trial, task, definition, by=by) if field.output]
    handler = definition.handler_of(task.element_id)
    declared = trial.runtime.handlers.handlers.get(handler or "")
    return tuple(dict.fromkeys([*own, *(declared.outputs if declared is not None else ())]))
