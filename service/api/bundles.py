"""Definitions as a zip with a manifest: taken out as they are published, looked at and brought in elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields, validate

from processes.errors import BadRequest
from processes.vocabulary import DefinitionKind
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.findings import FindingAnswer
from service.api.places import asked_place
from service.api.uploads import read_files, read_text
from service.entrance import allows, current_actor
from service.orchestration import bundles
from service.orchestration.bundle_files import read_bundle
from service.orchestration.publication_requests import Wish
from service.wiring import runtime

blueprint = Blueprint(
    "definition-bundles", __name__, url_prefix="/api/v1/definition-bundles", description="Definitions as a zip"
)
_BUNDLE = {"type": "string", "format": "binary", "description": "a zip with manifest.json"}
DRAFTS, REQUEST = "drafts", "request"


class BundleQuery(ApiSchema):
    """One definition with all it needs; without it everything that is published."""

    kind = fields.String(validate=validate.OneOf(list(DefinitionKind), error="没有这一类定义。"))
    key = fields.String(validate=validate.Length(1, 120))


class IncomingAnswer(ApiSchema):
    """One file of a bundle against what is published; `version` is that in force."""

    file = fields.String(required=True)
    kind = fields.String(required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "new, changed or same"})
    version = fields.Integer(required=True, allow_none=True)


class PreviewAnswer(ApiSchema):
    """What importing would do; `ok` is false when an error stands against it."""

    ok = fields.Boolean(required=True)
    incoming = fields.List(fields.Nested(IncomingAnswer), required=True)
    findings = fields.List(fields.Nested(FindingAnswer), required=True)


class ImportedAnswer(ApiSchema):
    """The drafts that came in, or the request that was made."""

    drafts = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    request_id = fields.UUID(required=True, allow_none=True)


@blueprint.get("")
@allows("draft")
@blueprint.arguments(BundleQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def export(asked: dict[str, Any]) -> Response:
    """Everything published, or one definition with the forms, tables, processes and scenarios it needs."""
    of = asked_place(asked["kind"], asked["key"]) if "kind" in asked and "key" in asked else None
    return Response(bundles.export(runtime(), by=current_actor(), of=of), mimetype="application/zip")


@blueprint.post("/previews")
@allows("draft")
@multipart({"bundle": _BUNDLE}, ["bundle"])
@blueprint.response(200, PreviewAnswer)
def preview() -> bundles.Preview:
    """What importing a bundle would do. Nothing is stored."""
    return bundles.preview(runtime(), _files(), by=current_actor())


@blueprint.post("")
@allows("draft")
@multipart(
    {
        "bundle": _BUNDLE,
        "into": {
            "type": "string",
            "enum": [DRAFTS, REQUEST],
            "description": "one's own drafts (default), or a request",
        },
        "comment": {"type": "string", "description": "why, for a request"},
    },
    ["bundle"],
)
@blueprint.response(201, ImportedAnswer)
def bring_in() -> dict[str, Any]:
    """Keep what is new or changed as drafts, or ask for its publication; all of it or nothing."""
    files, into = _files(), request.form.get("into", DRAFTS)
    if into == REQUEST:
        wish = Wish(read_text("comment"))
        return {"drafts": [], "request_id": bundles.import_as_request(runtime(), files, wish, by=current_actor())}
    if into != DRAFTS:
        raise BadRequest("导入到哪里不对：请写 drafts 或 request。")
    made = bundles.import_as_drafts(runtime(), files, by=current_actor())
    return {"drafts": [{"kind": each.kind.value, "key": each.key} for each in made], "request_id": None}


def _files() -> dict[str, bytes]:
    given = list(read_files("bundle").values())
    if len(given) != 1:
        raise BadRequest("请上传一个导入包（zip）。")
    return read_bundle(given[0])
