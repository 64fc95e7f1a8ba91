"""The library of diagrams, forms and tables: versions, files, upload with its findings, and the designer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.documentation import description
from processes.errors import BadRequest, DefinitionRefused, NotFound
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import deployments
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import runtime, session
from storage import definitions, worklists
from storage.models.definitions import Definition
from storage.people import names_of

KINDS: dict[DefinitionKind, str] = {
    DefinitionKind.PROCESS: to_translate("流程图"),
    DefinitionKind.FORM: to_translate("表单"),
    DefinitionKind.DECISION: to_translate("决策表"),
    DefinitionKind.SCENARIOS: to_translate("场景"),
}
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
    """Everything published, newest versions; with a place to upload files for those who may publish."""
    return _library()


def _library(*, findings: Sequence[Any] = (), comment: str = "", status: int = 200) -> Answer:
    actor = current_actor()
    groups = [
        (gettext(title), definitions.list_newest(session(), actor.district_id, kind)) for kind, title in KINDS.items()
    ]
    return page(
        "definitions.html",
        status,
        groups=groups,
        may_deploy=permissions.can(actor, "deploy"),
        findings=findings,
        comment=comment,
    )


@pages.post("/definitions")
@allows("deploy")
def deploy() -> Answer:
    """Publish uploaded files as a whole; with a finding nothing is stored and all of them are shown."""
    files = {each.filename or "": each.read() for each in request.files.getlist("files") if each.filename}
    comment = request.form.get("comment", "").strip()
    if not comment:
        raise BadRequest("请写明这次修改的原因，原因会写进版本记录。")
    try:
        done = deployments.deploy(runtime(), files, by=current_actor(), comment=comment)
    except DefinitionRefused as refused:
        flash(refused.message, "danger")
        return _library(findings=refused.findings, comment=comment, status=422)
    flash(_published(done), "success")
    return redirect(url_for("pages.definitions"), 303)


def _published(done: deployments.DeploymentResult) -> str:
    news = [
        gettext("%(key)s 第 %(version)d 版", key=each.key, version=each.version)
        for each in done.definitions
        if each.new
    ]
    if not news:
        return gettext("文件与已发布的版本相同，没有新版本。")
    return gettext("已发布：%(names)s。", names=gettext("，").join(news))


@pages.get("/definitions/process/<key>")
@allows("read_definitions")
def process(key: str) -> Answer:
    """One process with its versions, its diagram and how many cases run on each version."""
    actor = current_actor()
    asked = request.args.get("version", "")
    stored = definitions.get_definition(
        session(), actor.district_id, DefinitionKind.PROCESS, key, int(asked) if asked.isdecimal() else None
    )
    versions = _versions(actor, DefinitionKind.PROCESS, key)
    return page(
        "process.html",
        stored=stored,
        versions=versions,
        description=description(stored.content),
        publishers=names_of(session(), actor.district_id, {row.published_by for row in versions}),
        reasons=definitions.reasons_of(session(), actor.district_id, [row.deployment_id for row in versions]),
        alive=worklists.count_alive_by_version(session(), actor.district_id, key),
        settings={"xmlUrl": url_for("pages.diagram_file", key=key, version=stored.version)},
        may_try=permissions.can(actor, "try_out"),
        may_deploy=permissions.can(actor, "deploy"),
        may_read_migration=permissions.can(actor, "read_migration"),
    )


def _versions(actor: Actor, kind: DefinitionKind, key: str) -> list[Definition]:
    return [row for row in definitions.list_definitions(session(), actor.district_id, kind) if row.key == key]


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
        "deploymentsUrl": "/api/v1/deployments",
        "expressionsUrl": "/api/v1/expressions",
        "processKey": key,
    }
    if newest is not None:
        settings["xmlUrl"] = url_for("pages.diagram_file", key=key, version=newest.version)
    title = gettext("新流程") if newest is None else newest.title
    return page("designer.html", settings=settings, key=key, title=title, version=newest and newest.version)
