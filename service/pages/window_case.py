"""The acceptance screen: one application at the desk, from typing it in to its letter, whatever item it is for.

It draws the same tasks as the task page and completes them through the same door; only the drawing differs: the
standard of every document (training T4) stands beside the document and the verdict on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.benefit import shown_identity, shown_name
from processes.actors import Actor
from processes.application_words import AcceptResult, ApplicationStatus
from processes.errors import AnswersRefused, BusinessError, NotFound
from processes.vocabulary import TaskState
from service import permissions
from service.entrance import allows, current_actor
from service.letters.content import list_letters
from service.orchestration import tasks
from service.orchestration.reading import TaskView, read_task
from service.pages.due import Due
from service.pages.filling import Posted, filling_of, read_posted
from service.pages.form_view import Filling, Row, Shown, as_id
from service.pages.personal_data import Masked, masked_values
from service.pages.site import page, pages, wants_part
from service.pages.translation import gettext
from service.pages.window import desk_of
from service.pages.work_list import with_deadlines
from service.wiring import runtime, session
from storage import applications, window_queue, worklists
from storage.db import new_id
from storage.models.applications import Acceptance, Application
from storage.models.records import Attachment
from storage.window_queue import FORMAL_CHECKS, Lying

Answer = Response | tuple[str, int]

#: What the head of the screen says already.
_ELSEWHERE = ("申报编号", "申报主体")
#: The columns of a formal check that say what is judged; the others are the verdict.
_GIVEN = ("material", "standard", "handed_in")


@dataclass(frozen=True, slots=True)
class Judged:
    """One document on the screen: what it is, its standard beside it, its files, and the fields of the verdict."""

    material: str
    standard: str
    handed_in: str
    files: tuple[Attachment, ...]
    verdict: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """The formal check as the screen draws it: the documents first, then the result."""

    lines: tuple[Judged, ...]
    lines_field: Shown | None
    rest: tuple[Shown, ...]


@pages.get("/window/applications/<uuid:application_id>")
@allows("work_at_desk")
def window_case(application_id: UUID) -> Answer:
    lying = _at_desk(application_id)
    view = _view(lying)
    return _page(lying, view, None if view is None else _start(view))


@pages.post("/window/applications/<uuid:application_id>/claim")
@allows("work_at_desk")
def claim_at_window(application_id: UUID) -> Response:
    """Take the formal check; it then waits for nobody else."""
    lying = _at_desk(application_id)
    tasks.claim_task(runtime(), _task_id(lying), by=current_actor())
    return redirect(url_for("pages.window_case", application_id=application_id), 303)


@pages.post("/window/applications/<uuid:application_id>/draft")
@allows("work_at_desk")
def save_at_window(application_id: UUID) -> Answer:
    """Keep what is typed so far. A script of the page gets the form back as it looks with these answers."""
    lying = _at_desk(application_id)
    view = read_task(runtime(), _task_id(lying), by=current_actor())
    posted = read_posted(view, request)
    tasks.save_draft(runtime(), view.task.id, posted.answers, by=current_actor())
    if wants_part():
        filling = filling_of(view, posted.answers, blank_rows=posted.blank_rows).refused(posted.messages)
        return page("parts/window_fields.html", **_form(lying, view, filling), saved_at=runtime().clock.now())
    for messages in posted.messages.values():
        flash("；".join(messages), "danger")
    flash(gettext("草稿已保存，只有您能看到。"), "success")
    return redirect(url_for("pages.window_case", application_id=application_id), 303)


@pages.post("/window/applications/<uuid:application_id>/complete")
@allows("work_at_desk")
def complete_at_window(application_id: UUID) -> Answer:
    """Complete the desk's task through the same door as everywhere; a refusal keeps everything that was typed."""
    lying, actor = _at_desk(application_id), current_actor()
    asked = as_id(request.form.get("task_id"))
    if lying.task is None or lying.task.id != asked:
        flash(gettext("这一环节已经办结，重复的提交没有另外保存。"), "info")
        return redirect(url_for("pages.window_case", application_id=application_id), 303)
    view = read_task(runtime(), lying.task.id, by=actor)
    posted = read_posted(view, request)
    if posted.messages:
        return _page(lying, view, filling_of(view, posted.answers).refused(posted.messages), status=422)
    return _completed(lying, view, posted)


def _completed(lying: Lying, view: TaskView, posted: Posted) -> Answer:
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    name, application_id = view.task.name, lying.application.id
    try:
        tasks.complete_task(
            runtime(), view.task.id, posted.answers, by=actor, idempotency_key=key if as_id(key) else None
        )
    except AnswersRefused as refused:
        view = read_task(runtime(), view.task.id, by=actor)
        filling = filling_of(view, posted.answers, blank_rows=posted.blank_rows).refused(refused.fields)
        return _page(_at_desk(application_id), view, filling, status=422)
    except BusinessError as refused:
        view = read_task(runtime(), view.task.id, by=actor)
        filling = filling_of(view, posted.answers, blank_rows=posted.blank_rows)
        return _page(_at_desk(application_id), view, filling, status=422, refusal=refused.message)
    flash(gettext("“%(name)s”已办结。", name=name), "success")
    return redirect(url_for("pages.window_case", application_id=application_id), 303)


def _at_desk(application_id: UUID) -> Lying:
    """The application at this person's desk. Raises NotFound for all others alike, another centre's included."""
    actor = current_actor()
    visible = permissions.visible(actor, Application)
    lying = window_queue.find_at_desk(session(), desk_of(actor), application_id, visible)
    if lying is None:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return lying


def _task_id(lying: Lying) -> UUID:
    if lying.task is None:
        raise NotFound(f"申报 {lying.application.number} 现在没有要在窗口办理的环节，请刷新页面查看。")
    return lying.task.id


def _view(lying: Lying) -> TaskView | None:
    """The desk's task as this person sees it; None when nothing is open or it is not theirs to see."""
    if lying.task is None:
        return None
    return read_task(runtime(), lying.task.id, by=current_actor())


def _start(view: TaskView) -> Filling | None:
    if view.form is None:
        return None
    return filling_of(view, view.prepared.initial if view.draft is None else view.draft)


def _page(
    lying: Lying, view: TaskView | None, filling: Filling | None, *, status: int = 200, refusal: str | None = None
) -> Answer:
    actor, application = current_actor(), lying.application
    rounds = applications.list_acceptances(session(), application)
    applicant = lying.applicant
    return page(
        "window_case.html",
        status,
        application=application,
        item=lying.item,
        applicant_words="" if applicant is None else f"{shown_name(applicant)}（{shown_identity(applicant)}）",
        steps=_steps(application, rounds),
        rounds=rounds,
        refusal=refusal or (view.refusal if view else None),
        due=_due(actor, view),
        facts=[each for each in (view.prepared.facts if view else ()) if each.label not in _ELSEWHERE],
        letters=list_letters(session(), application),
        personal=_personal(actor, lying),
        idempotency_key=new_id(),
        **_form(lying, view, filling),
    )


def _form(lying: Lying, view: TaskView | None, filling: Filling | None) -> dict[str, Any]:
    """What the part of the screen needs that scripts draw again."""
    checking = view is not None and view.task.element_id in FORMAL_CHECKS and filling is not None
    check = _check(lying.application, filling) if checking and filling is not None else None
    return {"view": view, "filling": filling, "check": check}


def _check(application: Application, filling: Filling) -> Check:
    shown = filling.fields()
    lines = next((each for each in shown if each.field.key == "lines"), None)
    rows = () if lines is None else lines.rows
    files = _files(application)
    return Check(
        tuple(_judged(row, files[number] if number < len(files) else ()) for number, row in enumerate(rows)),
        lines,
        tuple(each for each in shown if each is not lines),
    )


def _judged(row: Row, files: tuple[Attachment, ...]) -> Judged:
    said = {cell.field.key: cell.text for cell in row.cells}
    verdict = tuple(cell for cell in row.cells if cell.field.key not in _GIVEN)
    return Judged(said.get("material", ""), said.get("standard", ""), said.get("handed_in", ""), files, verdict)


def _files(application: Application) -> list[tuple[Attachment, ...]]:
    """The files of each document, as far as this person may open them."""
    ids = [as_id(each) for material in application.materials for each in material["files"]]
    known = worklists.list_attachments(session(), application.district_id, [each for each in ids if each is not None])
    return [tuple(known[each] for each in material["files"] if each in known) for material in application.materials]


def _due(actor: Actor, view: TaskView | None) -> Due | None:
    if view is None or view.task.state == TaskState.COMPLETED:
        return None
    return with_deadlines(actor, [view.task])[0].due


def _personal(actor: Actor, lying: Lying) -> list[Masked]:
    """The masked values while the desk may open them (10.5); in typing they stand in the form itself."""
    if lying.application.status == ApplicationStatus.DRAFT:
        return []
    values = masked_values(actor, lying.application, lying.applicant)
    return values if any(each.may_open for each in values) else []


def _steps(application: Application, rounds: Sequence[Acceptance]) -> list[Mapping[str, str]]:
    """Where the application stands at the desk: one mark per step, in words and by class."""
    status = ApplicationStatus(application.status)
    corrected = any(each.result == AcceptResult.CORRECTION for each in rounds)
    names = [gettext("录入申报表"), gettext("形式审查"), *([gettext("补正")] if corrected else []), gettext("受理结果")]
    place = len(names) - 1
    if status is ApplicationStatus.DRAFT:
        place = 0
    elif status is ApplicationStatus.SUBMITTED:
        place = 1
    elif status is ApplicationStatus.CORRECTING:
        place = 2
    finished = place == len(names) - 1
    return [
        {"name": name, "tone": "is-done" if at < place or finished else "is-current" if at == place else ""}
        for at, name in enumerate(names)
    ]
