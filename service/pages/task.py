"""The page of one task: its form, what to know before deciding, and completing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.errors import AnswersRefused, BusinessError
from processes.vocabulary import TaskState
from service.entrance import allows, current_actor
from service.orchestration import seen, tasks
from service.orchestration.reading import TaskView, read_task
from service.pages.filling import filling_of, read_posted, start_filling
from service.pages.form_view import Filling, as_id
from service.pages.site import page, pages, wants_part
from service.pages.task_page import task_page
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import instances
from storage.models.instances import Task

Answer = Response | tuple[str, int]


@pages.get("/tasks/<uuid:task_id>")
@allows("read_own")
def task(task_id: UUID) -> Answer:
    view = read_task(runtime(), task_id, by=current_actor())
    seen.mark_seen(runtime(), task_id, by=current_actor())
    return task_page(view, start_filling(view))


@pages.post("/tasks/<uuid:task_id>/draft")
@allows("read_own")
def save_draft(task_id: UUID) -> Answer:
    """Keep what is typed so far. A script of the page gets the form back as it looks with these answers."""
    view = read_task(runtime(), task_id, by=current_actor())
    posted = read_posted(view, request)
    tasks.save_draft(runtime(), task_id, posted.answers, by=current_actor())
    if wants_part():
        filling = filling_of(view, posted.answers, blank_rows=posted.blank_rows).refused(posted.messages)
        return page("parts/form_fields.html", filling=filling, view=view, saved_at=runtime().clock.now())
    for messages in posted.messages.values():
        flash("；".join(messages), "danger")
    flash(gettext("草稿已保存，只有您能看到。"), "success")
    return redirect(url_for("pages.task", task_id=task_id), 303)


@pages.post("/tasks/<uuid:task_id>/complete")
@allows("read_own")
def complete(task_id: UUID) -> Answer:
    """Complete the task; a refusal keeps everything that was typed and says at each field what to change."""
    actor = current_actor()
    view = read_task(runtime(), task_id, by=actor)
    if view.task.state == TaskState.COMPLETED and view.task.completed_by == actor.id:
        flash(f"“{view.task.name}”您已经办结，重复的提交没有另外保存。", "info")
        return redirect(url_for("pages.work"), 303)
    posted = read_posted(view, request)
    if posted.messages:
        return task_page(view, filling_of(view, posted.answers).refused(posted.messages), status=422)
    key = request.form.get("idempotency_key", "")
    try:
        answer = tasks.complete_task(
            runtime(), task_id, posted.answers, by=actor, idempotency_key=key if as_id(key) else None
        )
    except AnswersRefused as refused:
        return task_page(read_task(runtime(), task_id, by=actor), _kept(view, posted.answers, refused), status=422)
    except BusinessError as refused:
        view = read_task(runtime(), task_id, by=actor)
        return task_page(view, filling_of(view, posted.answers), status=422, refusal=refused.message)
    flash(_done_words(view, answer), "success")
    return redirect(_next(answer, actor), 303)


@pages.post("/tasks/<uuid:task_id>/assign")
@allows("read_own")
def assign(task_id: UUID) -> Response:
    """Hand the task to a colleague who holds its post."""
    receiver = as_id(request.form.get("receiver"))
    if receiver is None:
        flash(gettext("请选择接收人。"), "danger")
        return redirect(url_for("pages.task", task_id=task_id), 303)
    tasks.assign_task(runtime(), task_id, receiver, by=current_actor(), reason=request.form.get("reason", ""))
    flash(gettext("已转办。"), "success")
    return redirect(url_for("pages.work"), 303)


def _kept(view: TaskView, answers: dict[str, Any], refused: AnswersRefused) -> Filling | None:
    return None if view.form is None else filling_of(view, answers).refused(refused.fields)


def _done_words(view: TaskView, answer: dict[str, Any]) -> str:
    if answer["instance_state"] == "completed" and view.instance.parent_id is None:
        return f"“{view.task.name}”已办结，“{view.instance.title}”全部办理完毕。"
    opened = [instances.get_task(session(), view.task.district_id, UUID(each)) for each in answer["opened"]]
    names = "、".join(dict.fromkeys(each.name for each in opened if each.state != TaskState.CANCELLED))
    return f"“{view.task.name}”已办结。" + (f"下一环节：{names}。" if names else "")


def _next(answer: dict[str, Any], actor: Actor) -> str:
    """Straight on to the next task when it already is in the same hands; else to the work list."""
    for each in answer["opened"]:
        opened: Task = instances.get_task(session(), actor.district_id, UUID(each))
        if opened.state == TaskState.CLAIMED and opened.assignee_id == actor.id:
            return url_for("pages.task", task_id=opened.id)
    return url_for("pages.work")
