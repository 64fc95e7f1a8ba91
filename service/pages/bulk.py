"""Several tasks at once: claim them, or give simple reviews the same opinion; each in a transaction of its own.

A review is simple when its form asks for nothing that differs from case to case: choices with fixed options and an
opinion, and no rows to go through. That is read from the compiled form, never from a list of names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from forms.compiler import CompiledForm
from forms.model import Field, keyed
from processes.actors import Actor
from processes.errors import AnswersRefused, ProcessError
from processes.vocabulary import TaskState
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import tasks
from service.orchestration.reading import find_form
from service.pages.form_view import Filling, as_id
from service.pages.site import inside, page, pages, wants_part
from service.wiring import runtime, session
from storage.db import new_id
from storage.models.instances import Task
from storage.work_filters import list_tasks_by_id

MOST_AT_ONCE = 50
_OPINIONS = frozenset({"textarea", "textfield"})
_DECISIONS = frozenset({"radio", "select"})

Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of the tasks: `words` say why it was not done."""

    task: Task
    done: bool
    words: str


def is_simple(form: CompiledForm) -> bool:
    """True when everything the form requires is one decision among fixed options and at most one opinion."""
    asked = [each for each in keyed(form.fields) if each.is_answered]
    required = [each for each in asked if each.required]
    decisions = [each for each in required if each.type in _DECISIONS and each.values]
    opinions = [each for each in required if _is_opinion(each)]
    no_rows = not any(each.type in ("dynamiclist", "filepicker") for each in asked)
    return no_rows and len(decisions) == 1 and len(opinions) <= 1 and len(required) == len(decisions) + len(opinions)


def _is_opinion(each: Field) -> bool:
    return each.type in _OPINIONS and each.kind is None and not each.personal


def simple_tasks(actor: Actor, found: Sequence[Task]) -> frozenset[UUID]:
    """Which of these tasks the actor may decide together with others of the same kind."""
    return frozenset(
        task.id
        for task in found
        if task.state == TaskState.CLAIMED and task.assignee_id == actor.id and _simple_form(actor, task) is not None
    )


def _simple_form(actor: Actor, task: Task) -> CompiledForm | None:
    form = find_form(runtime(), task, by=actor)
    return form if form is not None and is_simple(form) else None


@pages.post("/work/claim")
@allows("read_own")
def claim_many() -> Answer:
    """Claim the chosen tasks; what cannot be claimed says why and holds up nothing else."""
    actor = current_actor()
    chosen = _chosen(actor)
    if not chosen:
        return _back(gettext("请先勾选要认领的任务。"))
    outcomes = [
        _tried(task, partial(tasks.claim_task, runtime(), task.id, by=actor), gettext("已认领")) for task in chosen
    ]
    return page("work_outcomes.html", title=gettext("批量认领结果"), outcomes=outcomes, back=_list_address())


@pages.post("/work/decision")
@allows("read_own")
def decide_many() -> Answer:
    """Show one form for the chosen reviews of the same kind, then give each of them its answers."""
    actor = current_actor()
    chosen = _chosen(actor)
    form = _shared_form(actor, chosen)
    if form is None:
        return _back(gettext("请勾选同一环节、可以批量办理的任务（只需填写结论和意见的审查）。"))
    answers = form.from_html(request.form)
    shown = Filling(replace(form, fields=tuple(each for each in form.fields if not each.readonly)), answers)
    if wants_part():
        return page("parts/form_fields.html", filling=shown)
    if request.form.get("step") != "decide":
        return _form_page(chosen, Filling(shown.form))
    outcomes, messages = _decide(actor, chosen, answers)
    if messages and not any(each.done for each in outcomes):
        return _form_page(chosen, shown.refused(messages), status=422)
    return page("work_outcomes.html", title=gettext("批量办理结果"), outcomes=outcomes, back=_list_address())


def _decide(
    actor: Actor, chosen: Sequence[Task], answers: dict[str, Any]
) -> tuple[list[Outcome], Mapping[str, Sequence[str]]]:
    """What became of each task, and what the form refused when it refused the answers for all of them."""
    key = as_id(request.form.get("idempotency_key"))
    refused: list[AnswersRefused] = []

    def complete(task_id: UUID) -> None:
        own_key = None if key is None else str(uuid5(key, str(task_id)))
        try:
            tasks.complete_task(runtime(), task_id, answers, by=actor, idempotency_key=own_key)
        except AnswersRefused as error:
            refused.append(error)
            raise

    outcomes = [_tried(task, partial(complete, task.id), gettext("已办结")) for task in chosen]
    return outcomes, refused[0].fields if len(refused) == len(chosen) else {}


def _tried(task: Task, verb: Callable[[], None], done: str) -> Outcome:
    """Do it; a refusal is an outcome like another, in the words the person would have read on the task's page."""
    try:
        verb()
    except AnswersRefused as refused:
        reasons = "；".join(message for messages in refused.fields.values() for message in messages)
        return Outcome(task, False, reasons or refused.message)
    except ProcessError as refused:
        return Outcome(task, False, refused.message)
    return Outcome(task, True, done)


def _chosen(actor: Actor) -> list[Task]:
    """The tasks that were ticked and that the actor may see, in the order of the list."""
    ids = [found for found in map(as_id, request.form.getlist("task")) if found is not None][:MOST_AT_ONCE]
    known = list_tasks_by_id(session(), actor.district_id, ids)
    found = [known[each] for each in dict.fromkeys(ids) if each in known]
    return [task for task in found if permissions.may_see_task(session(), actor, task)]


def _shared_form(actor: Actor, chosen: Sequence[Task]) -> CompiledForm | None:
    kinds = {(task.process_key, task.element_id, task.form_key, task.form_version) for task in chosen}
    return _simple_form(actor, chosen[0]) if len(kinds) == 1 else None


def _form_page(chosen: Sequence[Task], filling: Filling, *, status: int = 200) -> tuple[str, int]:
    return page(
        "work_decision.html", status, chosen=chosen, filling=filling, idempotency_key=new_id(), back=_list_address()
    )


def _list_address() -> str:
    return inside(request.form.get("back", ""), url_for("pages.work"))


def _back(sentence: str) -> Response:
    flash(sentence, "warning")
    return redirect(_list_address(), 303)
