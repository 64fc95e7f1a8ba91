"""What people do around a task beside completing it (更多操作): each verb a small form that works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.desk_words import SigningMode, SigningOrder
from processes.errors import AnswersRefused, BadRequest, ProcessError
from service.entrance import allows, current_actor
from service.entrance.refusals import status_of
from service.orchestration import commenting, copying, delegation, holding, signing, urging
from service.orchestration.reading import TaskView, read_task
from service.pages.filling import filling_of, read_posted, start_filling
from service.pages.form_view import as_id
from service.pages.site import pages
from service.pages.task_page import Attempt, task_page
from service.pages.translation import gettext
from service.wiring import runtime

Answer = Response | tuple[str, int]
Choice = TypeVar("Choice", SigningMode, SigningOrder)


@pages.post("/tasks/<uuid:task_id>/signers")
@allows("read_own")
def add_signers(task_id: UUID) -> Answer:
    """Ask colleagues to sign. With `after`, the form of the page goes along and is handed in when they agree."""
    view = read_task(runtime(), task_id, by=current_actor())
    posted = read_posted(view, request)
    placing = _one_of(SigningOrder, "signing-placing", SigningOrder.BEFORE)

    def work(actor: Actor) -> None:
        mode = _one_of(SigningMode, "signing-mode", SigningMode.ALL)
        signing.add_signers(
            runtime(),
            task_id,
            _chosen("signing-person"),
            by=actor,
            placing=placing,
            mode=mode,
            ratio=_ratio() if mode == SigningMode.RATIO else None,
            reason=request.form.get("signing-reason", ""),
            answers=posted.answers if placing == SigningOrder.AFTER else None,
        )

    attempted = Attempt("add_signers", "", request.form)
    try:
        work(current_actor())
    except AnswersRefused as refused:
        filling = None if view.form is None else filling_of(view, posted.answers).refused(refused.fields)
        return task_page(view, filling, status=422, attempt=attempted)
    except ProcessError as refused:
        filling = None if view.form is None else filling_of(view, posted.answers)
        said = Attempt("add_signers", refused.message, request.form)
        return task_page(view, filling, status=status_of_refusal(refused), attempt=said)
    return _done(task_id, gettext("已发出加签。"))


@pages.post("/tasks/<uuid:task_id>/signers/removal")
@allows("read_own")
def remove_signer(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        reason = request.form.get("removal-reason", "")
        signing.remove_signer(runtime(), task_id, _person("removal-person"), by=actor, reason=reason)

    return _attempt(task_id, "remove_signer", work, gettext("已减签。"))


@pages.post("/tasks/<uuid:task_id>/signature")
@allows("read_own")
def sign(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        if request.form.get("stance") not in ("agree", "refuse"):
            raise BadRequest("请选择同意或不同意。")
        opinion = request.form.get("sign-opinion", "")
        signing.sign(runtime(), task_id, by=actor, agree=request.form["stance"] == "agree", opinion=opinion)

    return _attempt(task_id, "sign", work, gettext("已签署。"))


@pages.post("/tasks/<uuid:task_id>/delegation")
@allows("read_own")
def delegate(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        reason = request.form.get("delegate-reason", "")
        delegation.delegate_task(runtime(), task_id, _person("delegate-person"), by=actor, reason=reason)

    return _attempt(task_id, "delegate", work, gettext("已委派，对方交回意见后由您办结。"))


@pages.post("/tasks/<uuid:task_id>/delegation/return")
@allows("read_own")
def return_delegated(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        opinion = request.form.get("delegated-opinion", "")
        delegation.return_delegated(runtime(), task_id, by=actor, opinion=opinion)

    return _attempt(task_id, "return_delegated", work, gettext("已交回委派人。"), to_work=True)


@pages.post("/tasks/<uuid:task_id>/delegation/recall")
@allows("read_own")
def recall(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        delegation.recall_delegated(runtime(), task_id, by=actor, reason=request.form.get("recall-reason", ""))

    return _attempt(task_id, "recall", work, gettext("已收回委派。"))


@pages.post("/tasks/<uuid:task_id>/hold")
@allows("read_own")
def hold(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        reason = request.form.get("hold-reason", "")
        holding.hold_task(runtime(), task_id, by=actor, reason=reason, until=_day("hold-until"))

    return _attempt(task_id, "hold", work, gettext("已挂起。期限照常计算。"))


@pages.post("/tasks/<uuid:task_id>/hold/end")
@allows("read_own")
def resume_held(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        holding.resume_task(runtime(), task_id, by=actor)

    return _attempt(task_id, "resume", work, gettext("已恢复，请继续办理。"))


@pages.post("/tasks/<uuid:task_id>/copies")
@allows("read_own")
def copy(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        note = request.form.get("copy-note", "")
        copying.copy_case(runtime(), task_id, _chosen("copy-person"), by=actor, note=note)

    return _attempt(task_id, "copy", work, gettext("已抄送。"))


@pages.post("/tasks/<uuid:task_id>/urging")
@allows("read_own")
def urge(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        urging.urge_task(runtime(), task_id, by=actor, words=request.form.get("urge-words", ""))

    return _attempt(task_id, "urge", work, gettext("已催办。"))


@pages.post("/tasks/<uuid:task_id>/comments")
@allows("read_own")
def comment(task_id: UUID) -> Answer:
    def work(actor: Actor) -> None:
        commenting.comment_task(runtime(), task_id, request.form.get("comment", ""), by=actor)

    return _attempt(task_id, "comment", work, gettext("批注已保存。"))


def _attempt(task_id: UUID, verb: str, work: Callable[[Actor], object], done: str, *, to_work: bool = False) -> Answer:
    """Do it and go on; a refusal draws the page again with what was typed, the verb's form open."""
    actor = current_actor()
    view: TaskView = read_task(runtime(), task_id, by=actor)
    try:
        work(actor)
    except ProcessError as refused:
        view = read_task(runtime(), task_id, by=actor)
        said = Attempt(verb, refused.message, request.form)
        return task_page(view, start_filling(view), status=status_of_refusal(refused), attempt=said)
    return _done(task_id, done, to_work=to_work)


def _done(task_id: UUID, sentence: str, *, to_work: bool = False) -> Response:
    flash(sentence, "success")
    return redirect(url_for("pages.work") if to_work else url_for("pages.task", task_id=task_id), 303)


def status_of_refusal(refused: ProcessError) -> int:
    """What the page answers: 422 for what was typed, else what the refusal means."""
    return 422 if isinstance(refused, BadRequest) else status_of(refused)


def _chosen(name: str) -> list[UUID]:
    """The people chosen in selects of one name, in their order; empty selects are passed over."""
    found = [as_id(each) for each in request.form.getlist(name) if each]
    return [each for each in found if each is not None]


def _person(name: str) -> UUID:
    found = as_id(request.form.get(name))
    if found is None:
        raise BadRequest("请选择人员。")
    return found


def _ratio() -> int | None:
    text = request.form.get("signing-ratio", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest("日期应写成 2026-11-24 的样子，请改正。") from None


def _one_of(kind: type[Choice], name: str, otherwise: Choice) -> Choice:
    try:
        return kind(request.form.get(name, otherwise))
    except ValueError:
        raise BadRequest("没有这种加签方式，请重新选择。") from None
