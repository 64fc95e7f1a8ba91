"""What an applicant has to do for an application, drawn on the page of that application.

The same tasks as on the task page, completed through the same door; a correction is answered fault by fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from handlers.stage import Fact
from processes.actors import Actor
from service.orchestration.reading import TaskView, read_task
from service.pages.filling import filling_of
from service.pages.form_view import Filling, Shown, as_id
from service.wiring import runtime, session
from storage import applications, worklists
from storage.db import new_id
from storage.models.applications import Application
from storage.models.instances import Task
from storage.models.records import Attachment

#: Elements that an applicant answers on the page of the application.
CORRECTION = "correct_application"
HERE = (CORRECTION, "fix_account", "rate_service", "accept_answer")
#: Of these, the ones whose facts say something that the page does not say already.
_WITH_FACTS = ("accept_answer",)
#: Columns of a fault that say what is wrong.
_GIVEN = ("material", "problem")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form as it was sent: which task, what was typed, and the messages by dotted path."""

    task_id: UUID
    answers: Mapping[str, Any]
    messages: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: the document with its standard, what is wrong with it, and the fields of the answer."""

    material: str
    standard: str
    problem: str
    files: Sequence[Attachment]
    fields: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task with its form. `faults` are drawn before the other `fields`; only a correction has some."""

    view: TaskView
    filling: Filling
    fields: tuple[Shown, ...]
    faults: tuple[Fault, ...] = ()
    facts: Sequence[Fact] = ()
    key: UUID = field(default_factory=new_id)


def cards_of(actor: Actor, application: Application, tasks: Sequence[Task], attempt: Attempt | None) -> list[TaskCard]:
    """A card for each task that the applicant answers here; a refused attempt keeps what was typed."""
    found = []
    for task in tasks:
        if task.element_id in HERE:
            view = read_task(runtime(), task.id, by=actor)
            if view.form is not None and "complete" in view.actions:
                found.append(card_of(application, view, attempt if attempt and attempt.task_id == task.id else None))
    return found


def card_of(application: Application, view: TaskView, attempt: Attempt | None = None) -> TaskCard:
    """The card of one task as it looks now."""
    kept = view.prepared.initial if view.draft is None else view.draft
    filling = filling_of(view, kept if attempt is None else attempt.answers)
    if attempt is not None:
        filling = filling.refused(attempt.messages)
    shown = filling.fields()
    facts = view.prepared.facts if view.task.element_id in _WITH_FACTS else ()
    if view.task.element_id != CORRECTION:
        return TaskCard(view, filling, shown, facts=facts)
    rest = tuple(each for each in shown if each.field.key != "missing")
    return TaskCard(view, filling, rest, _faults(application, shown))


def _faults(application: Application, shown: Sequence[Shown]) -> tuple[Fault, ...]:
    """What the newest formal check found missing, each beside the fields that answer it."""
    rows = next((each.rows for each in shown if each.field.key == "missing"), ())
    newest = next(iter(applications.list_acceptances(session(), application)), None)
    missing = [] if newest is None else newest.missing
    handed_in = {each["no"]: each["files"] for each in application.materials}
    return tuple(
        Fault(
            str(line["material"]),
            str(line["standard"]),
            str(line["note"]),
            _files(application, handed_in.get(line["no"], ())),
            tuple(cell for cell in row.cells if cell.field.key not in _GIVEN),
        )
        for row, line in zip(rows, missing, strict=False)
    )


def _files(application: Application, ids: Sequence[Any]) -> list[Attachment]:
    wanted = [found for each in ids if (found := as_id(each)) is not None]
    known = worklists.list_attachments(session(), application.district_id, wanted)
    return [known[str(each)] for each in wanted if str(each) in known]
