"""A task that is opened again: who gets it, with what it was filled in, and where it goes when it is done again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from forms.display import input_text
from forms.model import Field
from processes import engine
from processes.engine import Definition, Outcome
from processes.errors import Conflict, NotFound, SeparationOfDuties
from processes.vocabulary import TaskState
from service import permissions
from service.approval_rules import approval_rule, check_approval
from service.orchestration.apply import definition_of, separated_from
from service.orchestration.forms import form_of
from service.orchestration.notices import tell
from service.orchestration.runtime import Unit
from service.orchestration.surroundings import Stepping
from storage.db import new_id
from storage.models.desk import TaskReturn
from storage.models.instances import Draft, ProcessInstance, Submission, Task
from storage.people import load_actor


def advance(
    unit: Unit,
    instance: ProcessInstance,
    definition: Definition,
    task: Task,
    outputs: Mapping[str, Any],
    back: TaskReturn | None,
) -> Outcome:
    """Complete the task in the engine: along its flow, or straight back to the element that returned it."""
    around = Stepping(unit, instance)
    if back is not None:
        try:
            return engine.complete_to(
                definition, instance.engine_state, task.token, back.from_element_id, outputs, around
            )
        except Conflict:
            pass  # the branches have moved on since: every step again is always right
    return engine.complete(definition, instance.engine_state, task.token, outputs, around)


def hand_back(unit: Unit, instance: ProcessInstance, back: TaskReturn) -> None:
    """The task that opened straight again belongs to the person who had returned it."""
    before = unit.session.get(Task, (unit.district_id, back.from_task_id))
    for task in opened_at(unit, instance, back.from_element_id):
        if before is not None and before.item == task.item and before.assignee_id is not None:
            hand_to(unit, instance, task, before.assignee_id)


def opened_at(unit: Unit, instance: ProcessInstance, element_id: str) -> list[Task]:
    """The tasks of an element that this unit has opened."""
    unit.write_rows()
    ids = [each["id"] for each in unit.opened if (each["instance_id"], each["element_id"]) == (instance.id, element_id)]
    found = [unit.session.get(Task, (unit.district_id, each)) for each in ids]
    return [each for each in found if each is not None]


def hand_to(unit: Unit, instance: ProcessInstance, task: Task, user_id: UUID) -> bool:
    """Give a task that just opened to this person, if allowed still; else it waits for its post."""
    definition = definition_of(unit, instance)
    separated = separated_from(definition.element(task.element_id).properties)
    try:
        person = load_actor(unit.session, unit.district_id, user_id, on=unit.today)
        permissions.check_separation(unit.session, task, (person,), separated)
        check_approval(unit.session, task, (person,), approval_rule(definition, task.element_id))
    except (NotFound, SeparationOfDuties):
        return False
    if task.role is None or not person.holds(task.role, task.organisation):
        return task.assignee_id == user_id
    task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, person.id, unit.now
    for values in unit.opened:
        if values["id"] == task.id:
            values.update(state=TaskState.CLAIMED, assignee_id=person.id, claimed_at=unit.now)
    return True


def give_again(unit: Unit, instance: ProcessInstance, task: Task, before: Task, *, title: str, reason: str) -> None:
    """A task opened again goes to who did it before, with what was filled in then, and that person is told."""
    person = before.completed_by
    if person is None or not hand_to(unit, instance, task, person):
        return
    _prefill(unit, instance, task, before, person)
    if person != unit.actor.id:
        tell(
            unit,
            [person],
            kind="task_returned",
            title=title,
            body=reason,
            key=f"returned:{task.id}",
            link=f"/tasks/{task.id}",
            instance=instance,
            task_id=task.id,
        )


def _prefill(unit: Unit, instance: ProcessInstance, task: Task, before: Task, person: UUID) -> None:
    submitted = unit.session.scalar(
        select(Submission).where(Submission.district_id == unit.district_id, Submission.task_id == before.id)
    )
    form = form_of(unit, task, definition_of(unit, instance).element(task.element_id).properties)
    if submitted is None or form is None:
        return
    unit.session.add(
        Draft(
            district_id=unit.district_id,
            id=new_id(),
            task_id=task.id,
            user_id=person,
            answers=_as_typed(form.fields, submitted.answers),
            saved_at=unit.now,
        )
    )


def _as_typed(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers as a person would type them: money in 元, without what the form fills in itself."""
    typed: dict[str, Any] = {}
    for each in fields:
        if each.type != "dynamiclist" and each.children:
            typed.update(_as_typed(each.children, answers))
        elif each.is_answered and answers.get(each.key) is not None:
            value = answers[each.key]
            if each.rows:
                value = [_as_typed(each.rows, row) for row in value]
            typed[each.key] = input_text(each, value) if each.kind == "money" else value
    return typed
