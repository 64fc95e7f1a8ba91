"""Applying for an item in steps: begin or go on, one page per step, the own check, handing in, and the receipt.

Each page keeps what was typed as the draft of the application's first task; handing in completes that task through
the same door as everywhere. Everything works without scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.application.opening import check_open
from processes.actors import Actor
from processes.application_words import ApplicationStatus
from processes.errors import AnswersRefused, BusinessError, NotFound
from service.entrance import allows, current_actor
from service.orchestration import tasks
from service.orchestration.reading import TaskView, read_task
from service.orchestration.self_check import SelfCheck, check_application, form_problems
from service.orchestration.start import start_instance
from service.pages.agents import asked_principal, principals_for
from service.pages.apply_page import Draft, check_page, fields_part, step_page
from service.pages.apply_steps import CHECK, Place, merged, places_of, problems_at
from service.pages.filling import Posted, read_posted
from service.pages.form_view import as_id
from service.pages.guides import APPLICATION
from service.pages.own_applications import open_tasks_of, own_application, own_tasks
from service.pages.site import page, pages, wants_part
from service.pages.translation import gettext
from service.wiring import runtime, session, settings
from storage import applications, guides, items
from storage.db import new_id
from storage.models.applications import Application
from storage.models.guides import QrCode
from storage.models.items import PolicyItem

Answer = Response | tuple[str, int]

#: The task whose form is filled in here.
FORM_TASK = "submit_application"


@dataclass(frozen=True, slots=True)
class _Begun:
    """An application that is not handed in yet, its task, and everything typed so far."""

    application: Application
    view: TaskView
    answers: Mapping[str, Any]
    places: Sequence[Place]

    def place(self, name: str) -> Place:
        found = next((each for each in self.places if each.name == name), None)
        if found is None:
            raise NotFound("申报表没有这一步，请从申报首页继续填写。")
        return found

    def beside(self, place: Place, by: int) -> Place:
        """The page before (-1) or after (1), the first and the last are their own neighbours."""
        at = list(self.places).index(place) + by
        return self.places[min(max(at, 0), len(self.places) - 1)]


@pages.get("/my/apply/<code>")
@allows("apply_for_oneself")
def apply_in_steps(code: str) -> Answer:
    """What the item asks for before one begins, and the drafts to go on with."""
    known, item = _item(code)
    refusal = ""
    try:
        check_open(item, runtime().clock.now())
    except BusinessError as refused:
        refusal = refused.message
    actor = current_actor()
    return page(
        "apply_begin.html",
        code=known,
        item=item,
        refusal=refusal,
        drafts=applications.list_own_drafts(session(), item, actor),
        principals=principals_for(actor, item),
        key=new_id(),
    )


@pages.post("/my/apply/<code>")
@allows("apply_for_oneself")
def begin_to_apply(code: str) -> Response:
    """Begin an application, for oneself or for whom one is an agent, and go to its first step; a doubled click once."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    _, item = _item(code)
    variables = {"item_id": str(item.id), **asked_principal()}
    instance_id = start_instance(
        runtime(), APPLICATION, variables, by=actor, idempotency_key=key if as_id(key) else None
    )
    found = applications.find_application_of_instance(session(), actor.district_id, instance_id)
    if found is None:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return redirect(url_for("pages.apply_steps", application_id=found.id), 303)


@pages.get("/my/applications/<uuid:application_id>/steps")
@allows("apply_for_oneself")
def apply_steps(application_id: UUID) -> Response:
    """Go on where something is still missing: at the first page of a new draft, at the check of a complete one."""
    begun = _begun(application_id)
    if begun is None:
        return redirect(url_for("pages.my_application", application_id=application_id))
    place = begun.places[0]
    if begun.view.draft is not None:
        _, problems = form_problems(begun.view, begun.answers)
        place = next((each for each in begun.places if problems_at(each, problems)), begun.places[-1])
    return redirect(_address(application_id, place))


@pages.get("/my/applications/<uuid:application_id>/steps/<name>")
@allows("apply_for_oneself")
def apply_step(application_id: UUID, name: str) -> Answer:
    begun = _begun(application_id)
    if begun is None:
        return redirect(url_for("pages.my_application", application_id=application_id))
    place = begun.place(name)
    return _checked(begun) if place.name == CHECK else step_page(_draft(begun), place)


@pages.post("/my/applications/<uuid:application_id>/steps/<name>")
@allows("apply_for_oneself")
def save_step(application_id: UUID, name: str) -> Answer:
    """Keep what was typed on the page, whatever it is; going on asks for what is wrong on it first."""
    begun = _begun(application_id)
    if begun is None:
        flash(gettext("这件申报已经提交，修改没有保存。"), "warning")
        return redirect(url_for("pages.my_application", application_id=application_id), 303)
    place = begun.place(name)
    posted = read_posted(begun.view, request)
    kept = _keep(begun, place, posted)
    if wants_part():
        return fields_part(_draft(kept), place, posted.messages)
    return _onward(kept, place, posted)


@pages.post("/my/applications/<uuid:application_id>/submission")
@allows("apply_for_oneself")
def hand_in(application_id: UUID) -> Answer:
    """Hand the draft in. What stands in the way is shown beside its step; nothing is lost."""
    begun, actor = _begun(application_id), current_actor()
    if begun is None:
        return redirect(url_for("pages.submitted", application_id=application_id), 303)
    key = request.form.get("idempotency_key", "")
    try:
        tasks.complete_task(
            runtime(), begun.view.task.id, begun.answers, by=actor, idempotency_key=key if as_id(key) else None
        )
    except AnswersRefused as refused:
        found = check_application(runtime(), begun.view, begun.answers, by=actor)
        return check_page(_draft(begun), SelfCheck({**refused.fields, **found.problems}, found.findings), status=422)
    except BusinessError as refused:
        return _checked(_begun(application_id) or begun, refusal=refused.message, status=422)
    return redirect(url_for("pages.submitted", application_id=application_id), 303)


@pages.get("/my/applications/<uuid:application_id>/submitted")
@allows("apply_for_oneself")
def submitted(application_id: UUID) -> Answer:
    """The receipt of what was handed in: its number, the code that leads to its progress, and what comes next."""
    application = own_application(current_actor(), application_id)
    if application.submitted_at is None:
        return redirect(url_for("pages.apply_steps", application_id=application_id))
    item = items.get_item(session(), application.district_id, application.item_id)
    return page("apply_submitted.html", application=application, item=item)


def _item(code: str) -> tuple[QrCode, PolicyItem]:
    known = guides.get_code(session(), settings().district_id, code)
    return known, items.get_item(session(), known.district_id, known.item_id)


def _begun(application_id: UUID) -> _Begun | None:
    """The draft with its task; None once it was handed in. Raises NotFound for an application of somebody else."""
    actor = current_actor()
    application = own_application(actor, application_id)
    if application.status != ApplicationStatus.DRAFT:
        return None
    mine = own_tasks(actor, open_tasks_of(application))
    task = next((each for each in mine if each.element_id == FORM_TASK), None)
    if task is None:
        return None
    view = read_task(runtime(), task.id, by=actor)
    if view.form is None:
        return None
    answers = view.prepared.initial if view.draft is None else view.draft
    item = items.get_item(session(), application.district_id, application.item_id)
    return _Begun(application, view, answers, places_of(view.form, len(item.materials)))


def _draft(begun: _Begun) -> Draft:
    item = items.get_item(session(), begun.application.district_id, begun.application.item_id)
    return Draft(begun.application, item, begun.view, begun.answers, begun.places)


def _keep(begun: _Begun, place: Place, posted: Posted) -> _Begun:
    """The same with what was typed on the page, stored as the draft."""
    actor: Actor = current_actor()
    answers = merged(begun.answers, posted.answers, place)
    tasks.save_draft(runtime(), begun.view.task.id, answers, by=actor)
    view = read_task(runtime(), begun.view.task.id, by=actor)
    return _Begun(begun.application, view, answers, begun.places)


def _onward(begun: _Begun, place: Place, posted: Posted) -> Answer:
    """Where the pressed button leads: on, back, out, or to a step of the bar."""
    go, application_id = request.form.get("go", "next"), begun.application.id
    if posted.messages:
        return step_page(_draft(begun), place, messages=posted.messages, status=422)
    if go == "leave":
        flash(gettext("草稿已保存，可以随时回来继续填写。"), "success")
        return redirect(url_for("pages.my_application", application_id=application_id), 303)
    if go == "back":
        return redirect(_address(application_id, begun.beside(place, -1)), 303)
    if go != "next":
        return redirect(_address(application_id, begun.place(go)), 303)
    wrong = problems_at(place, form_problems(begun.view, begun.answers)[1])
    if wrong:
        return step_page(_draft(begun), place, messages=wrong, status=422)
    return redirect(_address(application_id, begun.beside(place, 1)), 303)


def _checked(begun: _Begun, *, refusal: str = "", status: int = 200) -> Answer:
    found = check_application(runtime(), begun.view, begun.answers, by=current_actor())
    return check_page(_draft(begun), found, refusal=refusal, status=status)


def _address(application_id: UUID, place: Place) -> str:
    return url_for("pages.apply_step", application_id=application_id, name=place.name)
