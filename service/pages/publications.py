"""Requests for publication: the list, what one of them would mean, asking for one, and the second person's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.errors import BadRequest, DefinitionRefused, NotFound
from processes.library_words import OPEN_REQUESTS, PUBLICATION_STATES, PublicationState
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import publication, publication_requests
from service.orchestration.drafts import Place
from service.orchestration.publication_requests import Wish
from service.pages.site import Paging, asked_page, page, pages
from service.pages.translation import gettext
from service.pages.words import DEFINITION_KINDS
from service.wiring import runtime, session
from storage.drafts import list_drafts
from storage.models.publication_requests import PublicationRequest
from storage.people import names_of
from storage.publication_requests import get_request, list_files, list_requests

TONES: Mapping[str, str] = {
    PublicationState.WAITING: "is-info",
    PublicationState.RETURNED: "is-warning",
    PublicationState.WITHDRAWN: "is-neutral",
    PublicationState.APPROVED: "is-info",
    PublicationState.PUBLISHED: "is-good",
}
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this person may do with a request now; `why_not` says in words why approving is not offered."""

    approve: bool
    take_back: bool
    try_again: bool
    why_not: str


@pages.get("/publications")
@allows("read_requests")
def publications() -> Answer:
    """Requests on which something is to be done, or with `?show=done` the others."""
    actor, place = current_actor(), asked_page()
    show = "done" if request.args.get("show") == "done" else "open"
    states = [state for state in PublicationState if (state in OPEN_REQUESTS) == (show == "open")]
    rows, total = list_requests(session(), actor.district_id, states, place)
    files = list_files(session(), actor.district_id, [row.id for row in rows])
    return page(
        "publications.html",
        rows=rows,
        place=Paging(place, total),
        show=show,
        titles={row.id: [file for file in files if file.request_id == row.id] for row in rows},
        people=names_of(session(), actor.district_id, {row.asked_by for row in rows}),
        states=PUBLICATION_STATES,
        tones=TONES,
        may_ask=permissions.can(actor, "ask_publication"),
    )


@pages.get("/publications/new")
@allows("ask_publication")
def new_publication() -> Answer:
    """Choose from one's drafts; `?draft=process:review` has chosen already."""
    return _asking()


def _asking(*, findings: Sequence[Any] = (), status: int = 200) -> Answer:
    actor = current_actor()
    own = [row for row in list_drafts(session(), actor.district_id) if row.owner_id == actor.id]
    return page(
        "new_publication.html",
        status,
        drafts=own,
        chosen=request.values.getlist("draft"),
        kinds=DEFINITION_KINDS,
        given=request.form,
        findings=findings,
        second_person=runtime().second_person,
        today=runtime().clock.now(),
    )


@pages.post("/publications")
@allows("ask_publication")
def ask_publication() -> Answer:
    """Ask for the chosen drafts; with an error in them nothing is stored and all findings are shown."""
    places = [_place(text) for text in request.form.getlist("draft")]
    if not places:
        raise BadRequest("请至少选择一份草稿。没有草稿时，请先在设计器中修改，或在流程库上传文件。")
    try:
        made = publication_requests.ask_for_drafts(runtime(), places, asked_wish(), by=current_actor())
    except DefinitionRefused as refused:
        flash(refused.message, "danger")
        return _asking(findings=refused.findings, status=422)
    return to_request(made)


def to_request(request_id: UUID) -> Response:
    """To the page of a request just made, saying how far it came."""
    row = get_request(session(), current_actor().district_id, request_id)
    words = {
        PublicationState.WAITING: gettext("已提交发布申请，等待流程发布人审批。"),
        PublicationState.APPROVED: gettext("已登记，到生效日期自动检查并发布。"),
        PublicationState.PUBLISHED: gettext("已发布。正在办的件仍按原来的版本办理。"),
    }
    flash(words.get(PublicationState(row.state), gettext("已提交。")), "success")
    return redirect(url_for("pages.publication", request_id=request_id), 303)


def asked_wish() -> Wish:
    """Reason, release note and day as the form of the page gives them. Raises BadRequest for what is no day."""
    text = request.form.get("effective_on", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRequest("生效日期不对，请写成 2026-10-12 这样的日期，或留空。") from error
    override = request.form.get("override", "")[:500]
    return Wish(request.form.get("comment", ""), request.form.get("release_note", ""), day, override=override)


def _place(text: str) -> Place:
    kind, _, key = text.partition(":")
    try:
        return Place(DefinitionKind(kind), key)
    except ValueError as error:
        raise NotFound("没有找到这份草稿，请刷新页面后重新选择。") from error


@pages.get("/publications/<uuid:request_id>", endpoint="publication")
@allows("read_requests")
def one_publication(request_id: UUID) -> Answer:
    """One request: why, what publishing it now would mean, and what can be done."""
    actor = current_actor()
    row = get_request(session(), actor.district_id, request_id)
    files = list_files(session(), actor.district_id, [request_id], contents=True)
    is_open = row.state in OPEN_REQUESTS
    contents = {file.name: file.content for file in files}
    people = {row.asked_by} | ({row.decided_by} if row.decided_by is not None else set())
    return page(
        "publication.html",
        row=row,
        files=files,
        kinds=DEFINITION_KINDS,
        people=names_of(session(), actor.district_id, people),
        states=PUBLICATION_STATES,
        tones=TONES,
        assessment=publication.assess(runtime(), contents, by=actor) if is_open else None,
        allowed=_allowed(actor, row),
        may_read_migration=permissions.can(actor, "read_migration"),
    )


def _allowed(actor: Actor, row: PublicationRequest) -> Allowed:
    waiting = row.state == PublicationState.WAITING
    may = permissions.can(actor, "approve_publication")
    own = runtime().second_person and row.asked_by == actor.id
    why = gettext("您是申请人，须由另一位流程发布人审批。") if own else gettext("等待流程发布人审批。")
    return Allowed(
        approve=waiting and may and not own,
        take_back=row.asked_by == actor.id and row.state in OPEN_REQUESTS,
        try_again=may and row.state == PublicationState.APPROVED and row.failure is not None,
        why_not=why if waiting and (own or not may) else "",
    )


@pages.post("/publications/<uuid:request_id>/approval")
@allows("approve_publication")
def approve_publication(request_id: UUID) -> Answer:
    note, override = request.form.get("note", ""), request.form.get("override", "")
    publication_requests.approve(runtime(), request_id, by=current_actor(), note=note, override=override[:500])
    return to_request(request_id)


@pages.post("/publications/<uuid:request_id>/return")
@allows("approve_publication")
def return_publication(request_id: UUID) -> Answer:
    publication_requests.send_back(runtime(), request_id, by=current_actor(), note=request.form.get("note", ""))
    return _done(request_id, gettext("已退回，申请人会收到通知。"))


@pages.post("/publications/<uuid:request_id>/withdrawal")
@allows("ask_publication")
def withdraw_publication(request_id: UUID) -> Answer:
    publication_requests.take_back(runtime(), request_id, by=current_actor(), reason=request.form.get("note", ""))
    return _done(request_id, gettext("已撤回，草稿仍然保留。"))


@pages.post("/publications/<uuid:request_id>/retry")
@allows("approve_publication")
def retry_publication(request_id: UUID) -> Answer:
    publication_requests.try_again(runtime(), request_id, by=current_actor())
    return to_request(request_id)


@pages.post("/definitions/<string:kind>/<path:key>/versions/<int:version>/return")
@allows("ask_publication")
def go_back_to_version(kind: str, key: str, version: int) -> Answer:
    """Ask for an earlier version to become the next one."""
    place = _place(f"{kind}:{key}")
    made = publication_requests.ask_to_go_back(runtime(), place, version, asked_wish(), by=current_actor())
    return to_request(made)


def _done(request_id: UUID, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("pages.publication", request_id=request_id), 303)
