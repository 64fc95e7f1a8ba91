"""What an applicant does on the page of an application: answer its tasks, take it back, object to its result."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.application_words import ObjectionTarget
from processes.errors import AnswersRefused, BadRequest, BusinessError, NotFound
from service.entrance import allows, current_actor
from service.orchestration import tasks
from service.orchestration.attachments import store
from service.orchestration.reading import TaskView, read_task
from service.orchestration.start import start_instance
from service.orchestration.tolerated import hand_in_tolerated
from service.orchestration.withdrawal import withdraw_application
from service.pages.filling import read_posted
from service.pages.form_view import as_id
from service.pages.my_application import application_page, progress_of
from service.pages.my_tasks import HERE, Attempt, card_of
from service.pages.own_applications import own_application
from service.pages.results import OBJECTION
from service.pages.site import page, pages, wants_part
from service.pages.starting import first_page
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import applications
from storage.instances import list_open_tasks
from storage.objections import list_objections_to

Answer = Response | tuple[str, int]


@pages.post("/my/applications/<uuid:application_id>/tasks/<uuid:task_id>/draft")
@allows("apply_for_oneself")
def save_my_answer(application_id: UUID, task_id: UUID) -> Answer:
    """Keep what is typed so far. A script of the page gets the fields back as they look with these answers."""
    view = _view(application_id, task_id)
    posted = read_posted(view, request)
    tasks.save_draft(runtime(), task_id, posted.answers, by=current_actor())
    if wants_part():
        application = own_application(current_actor(), application_id)
        card = card_of(application, view, Attempt(task_id, posted.answers, posted.messages))
        return page("parts/my_task_fields.html", card=card, saved_at=runtime().clock.now())
    if posted.messages:
        return application_page(application_id, attempt=Attempt(task_id, posted.answers, posted.messages), status=422)
    flash(gettext("草稿已保存，只有您能看到。"), "success")
    return _back(application_id)


@pages.post("/my/applications/<uuid:application_id>/tasks/<uuid:task_id>/complete")
@allows("apply_for_oneself")
def complete_my_task(application_id: UUID, task_id: UUID) -> Answer:
    """Answer a task; a refusal keeps everything that was typed and says at each field what to change."""
    view, actor = _view(application_id, task_id), current_actor()
    if "complete" not in view.actions:
        flash(gettext("这一环节已经办结，重复的提交没有另外保存。"), "info")
        return _back(application_id)
    posted, key = read_posted(view, request), request.form.get("idempotency_key", "")
    attempt = Attempt(task_id, posted.answers, posted.messages)
    if posted.messages:
        return application_page(application_id, attempt=attempt, status=422)
    try:
        tasks.complete_task(runtime(), task_id, posted.answers, by=actor, idempotency_key=key if as_id(key) else None)
    except AnswersRefused as refused:
        attempt = Attempt(task_id, posted.answers, refused.fields)
        return application_page(application_id, attempt=attempt, status=422)
    except BusinessError as refused:
        return application_page(application_id, attempt=attempt, refusal=refused.message, status=422)
    flash(gettext("“%(name)s”已提交。", name=gettext(view.task.name)), "success")
    return _back(application_id)


@pages.post("/my/applications/<uuid:application_id>/withdrawal")
@allows("apply_for_oneself")
def withdraw_mine(application_id: UUID) -> Answer:
    """Take the application back, with a reason."""
    actor = current_actor()
    own_application(actor, application_id)
    try:
        withdraw_application(runtime(), application_id, by=actor, reason=request.form.get("reason", ""))
    except BadRequest as refused:
        return application_page(application_id, refusal=refused.message, status=422)
    flash(gettext("申报已撤回。"), "success")
    return _back(application_id)


@pages.post("/my/applications/<uuid:application_id>/documents/<no>")
@allows("apply_for_oneself")
def hand_in_document(application_id: UUID, no: str) -> Answer:
    """Hand in a document that was allowed to follow (容缺)."""
    actor = current_actor()
    own_application(actor, application_id)
    uploads = [each for each in request.files.getlist("files") if each.filename]
    try:
        files = [store(runtime(), str(each.filename), each.read(), by=actor) for each in uploads]
        hand_in_tolerated(runtime(), application_id, no, files, by=actor)
    except BadRequest as refused:
        return application_page(application_id, refusal=refused.message, status=422)
    flash(gettext("材料已补交。"), "success")
    return _back(application_id)


@pages.post("/my/applications/<uuid:application_id>/objection")
@allows("apply_for_oneself")
def object_to_mine(application_id: UUID) -> Answer:
    """Begin an objection to the result of the own application, and go on to its form, filled in as far as known."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    application = own_application(actor, application_id)
    if not progress_of(actor, application).may_object:
        return application_page(
            application_id,
            refusal=gettext("现在不能登记异议：没有可以提出异议的结果，或者已有异议正在处理。"),
            status=409,
        )
    instance_id = start_instance(runtime(), OBJECTION, by=actor, idempotency_key=key if as_id(key) else None)
    applicant = applications.get_applicant(session(), application)
    known = {
        "target": str(ObjectionTarget.APPLICATION),
        "application_no": application.number,
        "objector_name": applicant.name,
        "objector_phone": applicant.phone,
    }
    for task in list_open_tasks(session(), actor.district_id, instance_id):
        tasks.save_draft(runtime(), task.id, known, by=actor)
    return redirect(first_page(actor, instance_id), 303)


def _view(application_id: UUID, task_id: UUID) -> TaskView:
    """The task, when it is one of the application's that applicants answer. Raises NotFound for all others alike."""
    actor = current_actor()
    application = own_application(actor, application_id)
    view = read_task(runtime(), task_id, by=actor)
    roots = {application.root_id, *(each.root_id for each in list_objections_to(session(), application))}
    if view.task.element_id not in HERE or view.task.root_id not in roots:
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    return view


def _back(application_id: UUID) -> Response:
    return redirect(url_for("pages.my_application", application_id=application_id), 303)
