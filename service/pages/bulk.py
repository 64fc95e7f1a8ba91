"""Several tasks at once: claim them, or give reviews of the same kind one opinion; each in a transaction of its own.

What can be said for all of them and what each case brings itself is told in `shared_form`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from forms.model import keyed
from processes.actors import Actor
from processes.errors import AnswersRefused, ProcessError
from processes.vocabulary import TaskState
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import tasks
from service.orchestration.reading import find_form, read_task
from service.pages.form_view import Filling, as_id
from service.pages.shared_form import SharedForm, shared_form
from service.pages.site import inside, page, pages, wants_part
from service.wiring import runtime, session
from storage.db import new_id
from storage.models.instances import Task
from storage.work_filters import list_tasks_by_id

MOST_AT_ONCE = 50

Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of the tasks: `words` say why it was not done."""

    task: Task
    done: bool
    words: str


def simple_tasks(actor: Actor, found: Sequence[Task]) -> frozenset[UUID]:
    """Which of these tasks the actor may decide together with others of the same kind."""
    return frozenset(
        task.id
        for task in found
        if task.state == TaskState.CLAIMED and task.assignee_id == actor.id and _simple_form(actor, task) is not None
    )


def _simple_form(actor: Actor, task: Task) -> SharedForm | None:
    form = find_form(runtime(), task, by=actor)
    return None if form is None else shared_form(form)


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
        return _back(gettext("请勾选同一环节、可以批量办理的任务（结论和意见相同的审查）。"))
    answers = form.read(request.form)
    shown = Filling(form.shown, answers)
    if wants_part():
        return page("parts/form_fields.html", filling=shown)
    if request.form.get("step") != "decide":
        return _form_page(chosen, form, Filling(form.shown))
    outcomes, messages = _decide(actor, chosen, form, answers)
    if messages and not any(each.done for each in outcomes):
        return _form_page(chosen, form, shown.refused(messages), status=422)
    return page("work_outcomes.html", title=gettext("批量办理结果"), outcomes=outcomes, back=_list_address())


def _decide(
    actor: Actor, chosen: Sequence[Task], form: SharedForm, answers: dict[str, Any]
) -> tuple[list[Outcome], Mapping[str, Sequence[str]]]:
    """What became of each task, and what the form refused when it refused the same answers for all of them."""
    key = as_id(request.form.get("idempotency_key"))
    refused: list[AnswersRefused] = []

    def complete(task_id: UUID) -> None:
        own_key = None if key is None else str(uuid5(key, str(task_id)))
        own = form.answers_for(read_task(runtime(), task_id, by=actor), answers)
        try:
            tasks.complete_task(runtime(), task_id, own, by=actor, idempotency_key=own_key)
        except AnswersRefused as error:
            refused.append(error)
            raise

    outcomes = [_tried(task, partial(complete, task.id), gettext("已办结"), form.words) for task in chosen]
    asked = {each.key for each in keyed(form.shown.fields)}
    in_common = len(refused) == len(chosen) and all(set(each.fields) <= asked for each in refused)
    return outcomes, refused[0].fields if in_common else {}


def _said(refused: AnswersRefused) -> str:
    return "；".join(message for messages in refused.fields.values() for message in messages)


def _tried(task: Task, verb: Callable[[], None], done: str, words: Callable[[AnswersRefused], str] = _said) -> Outcome:
    """Do it; a refusal is an outcome like another, in the words the person would have read on the task's page."""
    try:
        verb()
    except AnswersRefused as refused:
        return Outcome(task, False, words(refused) or refused.message)
    except ProcessError as refused:
        return Outcome(task, False, refused.message)
    return Outcome(task, True, done)


def _chosen(actor: Actor) -> list[Task]:
    """The tasks that were ticked and that the actor may see, in the order of the list."""
    ids = [found for found in map(as_id, request.form.getlist("task")) if found is not None][:MOST_AT_ONCE]
    known = list_tasks_by_id(session(), actor.district_id, ids)
    found = [known[each] for each in dict.fromkeys(ids) if each in known]
    return [task for task in found if permissions.may_see_task(session(), actor, task)]


def _shared_form(actor: Actor, chosen: Sequence[Task]) -> SharedForm | None:
    kinds = {(task.process_key, task.element_id, task.form_key, task.form_version) for task in chosen}
    return _simple_form(actor, chosen[0]) if len(kinds) == 1 else None


def _form_page(chosen: Sequence[Task], form: SharedForm, filling: Filling, *, status: int = 200) -> tuple[str, int]:
    return page(
        "work_decision.html",
        status,
        chosen=chosen,
        filling=filling,
        own=form.own,
        idempotency_key=new_id(),
        back=_list_address(),
    )


def _list_address() -> str:
    return inside(request.form.get("back", ""), url_for("pages.work"))


def _back(sentence: str) -> Response:
    flash(sentence, "warning")
    return redirect(_list_address(), 303)
