"""The library of diagrams, forms and tables: what there is, files, upload with its findings, and the designer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from processes.errors import DefinitionRefused, NotFound
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import publication_requests
from service.pages.publications import asked_wish, to_request
from service.pages.shelves import sees_inside, shelves
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import definitions

_ENDINGS = {
    DefinitionKind.PROCESS: "bpmn",
    DefinitionKind.FORM: "form",
    DefinitionKind.DECISION: "dmn",
    DefinitionKind.SCENARIOS: "scenarios",
}
Answer = Response | tuple[str, int]


@pages.get("/definitions", endpoint="definitions")
@allows("read_definitions")
def list_definitions() -> Answer:
    """What is published or drafted, by stage: one kind (`?kind=form`), or what `?q=` finds among all."""
    return _library()


def _library(*, findings: Sequence[Any] = (), status: int = 200) -> Answer:
    actor, text = current_actor(), request.args.get("q", "").strip()[:60]
    kind = request.args.get("kind", DefinitionKind.PROCESS.value)
    found = shelves(actor, text=text)
    return page(
        "definitions.html",
        status,
        shelves=found,
        shown=[each for each in found if each.count and (text or each.kind == kind)],
        kind=kind,
        asked=text,
        inside=sees_inside(actor),
        may_draft=permissions.can(actor, "draft"),
        may_ask=permissions.can(actor, "ask_publication"),
        second_person=runtime().second_person,
        findings=findings,
        given=request.form,
    )


@pages.post("/definitions")
@allows("ask_publication")
def upload_definitions() -> Answer:
    """Ask for the publication of uploaded files; with an error nothing is stored and all findings are shown."""
    files = {each.filename or "": each.read() for each in request.files.getlist("files") if each.filename}
    try:
        made = publication_requests.ask(runtime(), files, asked_wish(), by=current_actor())
    except DefinitionRefused as refused:
        flash(refused.message, "danger")
        return _library(findings=refused.findings, status=422)
    return to_request(made)


@pages.get("/definitions/process/<key>/versions/<int:version>.bpmn")
@allows("read_definitions")
def diagram_file(key: str, version: int) -> Response:
    """The diagram, byte for byte as deployed."""
    return _file(DefinitionKind.PROCESS, key, version, media_type="application/xml")


@pages.get("/definitions/<any(form, decision, scenarios):kind>/<path:key>/versions/<int:version>")
@allows("read_definitions")
def definition_file(kind: str, key: str, version: int) -> Response:
    """A form or decision table, byte for byte as deployed."""
    media_type = "application/json" if kind in (DefinitionKind.FORM, DefinitionKind.SCENARIOS) else "application/xml"
    return _file(DefinitionKind(kind), key, version, media_type=media_type)


def _file(kind: DefinitionKind, key: str, version: int, *, media_type: str) -> Response:
    stored = runtime().definitions.get(session(), current_actor().district_id, kind, key, version)
    answer = Response(stored.content, mimetype=media_type)
    if request.args.get("download"):
        name = f"{key.replace('/', '_')}.{_ENDINGS[kind]}"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@pages.get("/designer/<key>")
@allows("deploy")
def designer(key: str) -> Answer:
    """The designer on the newest version of a process, or on a new diagram when there is none of that key."""
    actor = current_actor()
    if not key.isidentifier() or not key.isascii():
        raise NotFound("流程标识只能用英文字母、数字和下划线，且以字母开头。")
    newest = definitions.find_definition(session(), actor.district_id, DefinitionKind.PROCESS, key)
    settings: dict[str, Any] = {
        "catalogueUrl": "/api/v1/catalogue",
        "checksUrl": "/api/v1/process-definitions/checks",
        "publicationUrl": "/api/v1/publication-requests",
        "draftUrl": f"/api/v1/drafts/process/{key}",
        "version": newest and newest.version,
        "expressionsUrl": "/api/v1/expressions",
        "processKey": key,
    }
    if newest is not None:
        settings["xmlUrl"] = url_for("pages.diagram_file", key=key, version=newest.version)
    title = gettext("新流程") if newest is None else newest.title
    return page("designer.html", settings=settings, key=key, title=title, version=newest and newest.version)
