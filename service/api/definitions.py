"""Process definitions: checking files, publishing them, and reading what is published."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from processes.checks import has_errors
from processes.vocabulary import DefinitionKind
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.findings import FindingAnswer
from service.api.uploads import read_files, read_text
from service.entrance import allows, current_actor
from service.orchestration import deployments as verbs
from service.wiring import runtime, session
from storage.definitions import get_definition, list_definitions, list_newest
from storage.models.definitions import Definition
from storage.people import logins_of

blueprint = Blueprint(
    "process-definitions", __name__, url_prefix="/api/v1/process-definitions", description="Published diagrams"
)
deployments = Blueprint("deployments", __name__, url_prefix="/api/v1/deployments", description="Publishing files")

_FILES = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": ".bpmn, .dmn and .form files; a form's name carries its stage (training/record_training.form)",
}
_COMMENT = {"type": "string", "description": "why it is changed"}
_OVERRIDE = {"type": "string", "description": "why it is published although a scenario fails"}


class CheckAnswer(ApiSchema):
    """`ok` is true when nothing stops a publication; warnings may stand."""

    ok = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingAnswer), required=True)


class PublishedAnswer(ApiSchema):
    """One definition of a deployment; `new` is false when the same bytes were the newest version already."""

    kind = fields.String(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    hash = fields.String(required=True)
    new = fields.Boolean(required=True)


class DeploymentAnswer(ApiSchema):
    """A set of files published together, with the warnings that remain."""

    id = fields.UUID(required=True)
    definitions = fields.List(fields.Nested(PublishedAnswer), required=True)
    findings = fields.List(fields.Nested(FindingAnswer), required=True)


class VersionAnswer(ApiSchema):
    """One published version of a process."""

    key = fields.String(required=True)
    name = fields.String(required=True, attribute="title")
    version = fields.Integer(required=True)
    hash = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    published_by = fields.String(required=True, allow_none=True)


class DefinitionAnswer(VersionAnswer):
    """The newest version of a process, and all its versions, newest first."""

    versions = fields.List(fields.Nested(VersionAnswer), required=True)


class DefinitionPage(ApiSchema):
    """The newest version of each published process."""

    items = fields.List(fields.Nested(VersionAnswer), required=True)
    total = fields.Integer(required=True)


@blueprint.post("/checks")
@allows("check")
@multipart({"files": _FILES}, ["files"])
@blueprint.response(200, CheckAnswer)
def check() -> dict[str, Any]:
    """The findings for a set of files, against everything that is published now. Nothing is stored."""
    findings = verbs.check(runtime(), read_files("files"), by=current_actor())
    return {"ok": not has_errors(findings), "findings": findings}


@deployments.post("")
@allows("deploy")
@multipart(
    {
        "files": _FILES,
        "comment": {"type": "string", "description": "why it is changed"},
        "override": {"type": "string", "description": "why it is published although a scenario fails"},
    },
    ["files"],
)
@deployments.response(201, DeploymentAnswer)
def deploy() -> verbs.DeploymentResult:
    """Publish files as a whole; with an error in any of them nothing is stored (422 with the findings).

    A scenario that fails is such an error, unless `override` says why it is published all the same.
    """
    files, override = read_files("files"), read_text("override")
    return verbs.deploy(runtime(), files, by=current_actor(), comment=read_text("comment"), override=override)


@blueprint.get("")
@allows("read_definitions")
@blueprint.response(200, DefinitionPage)
def list_all() -> dict[str, Any]:
    """The newest version of each published process."""
    rows = list_newest(session(), current_actor().district_id, DefinitionKind.PROCESS)
    items = _versions(list(rows))
    return {"items": items, "total": len(items)}


@blueprint.get("/<string:key>")
@allows("read_definitions")
@blueprint.response(200, DefinitionAnswer)
def one(key: str) -> dict[str, Any]:
    """One process with all its versions."""
    district_id = current_actor().district_id
    get_definition(session(), district_id, DefinitionKind.PROCESS, key)
    rows = [row for row in list_definitions(session(), district_id, DefinitionKind.PROCESS) if row.key == key]
    versions = _versions(rows)
    return {**versions[0], "versions": versions}


def _versions(rows: list[Definition]) -> list[dict[str, Any]]:
    logins = logins_of(session(), current_actor().district_id, {row.published_by for row in rows})
    return [
        {
            "key": row.key,
            "title": row.title,
            "version": row.version,
            "hash": row.hash,
            "published_at": row.published_at,
            "published_by": logins.get(row.published_by),
        }
        for row in rows
    ]


@blueprint.get("/<string:key>/versions/<int:version>/bpmn")
@allows("read_definitions")
@blueprint.response(200, {"type": "string"}, content_type="application/xml")
def bpmn(key: str, version: int) -> Response:
    """The diagram byte for byte as it was deployed."""
    stored = get_definition(session(), current_actor().district_id, DefinitionKind.PROCESS, key, version)
    answer = Response(stored.content, mimetype="application/xml")
    answer.set_etag(stored.hash)
    return answer
