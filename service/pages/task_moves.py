"""Going back on the page of a task: returning it to an earlier one (退回), taking one's own back (撤回)."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.desk_words import ReturnMode
from processes.errors import BadRequest, ProcessError
from service.entrance import allows, current_actor
from service.orchestration import moving, taking_back
from service.orchestration.reading import read_task
from service.pages.filling import start_filling
from service.pages.form_view import as_id
from service.pages.site import pages
from service.pages.task_page import Attempt, task_page
from service.pages.task_verbs import status_of_refusal
from service.pages.translation import gettext
from service.wiring import runtime

Answer = Response | tuple[str, int]


@pages.post("/tasks/<uuid:task_id>/return")
@allows("read_own")
def return_task(task_id: UUID) -> Answer:
    """Send the task back to an earlier element; the page is drawn again with what was typed when that is refused."""
    try:
        instance_id, element_id = _target()
        mode = _mode()
        reason = request.form.get("return-reason", "")
        moving.return_task(
            runtime(), task_id, element_id, by=current_actor(), reason=reason, mode=mode, instance_id=instance_id
        )
    except ProcessError as refused:
        return _again(task_id, "return", refused)
    flash(gettext("已退回。"), "success")
    return redirect(url_for("pages.work"), 303)


@pages.post("/tasks/<uuid:task_id>/withdrawal")
@allows("read_own")
def withdraw_task(task_id: UUID) -> Answer:
    """Take back a task one completed; leads to the task that is open again."""
    try:
        reason = request.form.get("withdraw-reason", "")
        opened = taking_back.withdraw_task(runtime(), task_id, by=current_actor(), reason=reason)
    except ProcessError as refused:
        return _again(task_id, "withdraw", refused)
    flash(gettext("已撤回，请重新办理。"), "success")
    return redirect(url_for("pages.task", task_id=opened), 303)


def _again(task_id: UUID, verb: str, refused: ProcessError) -> Answer:
    view = read_task(runtime(), task_id, by=current_actor())
    said = Attempt(verb, refused.message, request.form)
    return task_page(view, start_filling(view), status=status_of_refusal(refused), attempt=said)


def _target() -> tuple[UUID, str]:
    instance_id, _, element_id = request.form.get("return-to", "").partition(" ")
    found = as_id(instance_id)
    if found is None or not element_id:
        raise BadRequest("请选择退回到哪个环节。")
    return found, element_id


def _mode() -> ReturnMode:
    try:
        return ReturnMode(request.form.get("return-mode", ReturnMode.RERUN))
    except ValueError:
        raise BadRequest("没有这种退回方式，请重新选择。") from None
