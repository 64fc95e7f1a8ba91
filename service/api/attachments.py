"""Uploaded files: kept by digest, given only to people who may see the case they belong to."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from flask import Response
from marshmallow import fields

from processes.errors import BadRequest
from service import permissions
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.uploads import read_files
from service.entrance import allows, current_actor
from service.entrance.headers import FILE_POLICY
from service.orchestration import attachments as verbs
from service.wiring import runtime, session
from storage.attachments import get_attachment
from storage.models.records import Attachment

blueprint = Blueprint("attachments", __name__, url_prefix="/api/v1/attachments", description="Uploaded files")


class AttachmentAnswer(ApiSchema):
    """An uploaded file; its id goes into the answers of a form."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True, attribute="digest")


@blueprint.post("")
@allows("upload")
@multipart({"file": {"type": "string", "format": "binary"}}, ["file"])
@blueprint.response(201, AttachmentAnswer)
def upload() -> Attachment:
    """Keep one file of at most 20 MB whose content is what its ending says."""
    sent = read_files("file")
    if len(sent) != 1:
        raise BadRequest("请用 file 一栏提交一个文件。")
    [(name, content)] = sent.items()
    actor = current_actor()
    attachment_id = verbs.store(runtime(), name, content, by=actor)
    return _seen(attachment_id)


def _seen(attachment_id: UUID) -> Attachment:
    actor = current_actor()
    return get_attachment(session(), actor.district_id, attachment_id, visible=permissions.visible(actor, Attachment))


@blueprint.get("/<uuid:attachment_id>")
@allows("read_own")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download(attachment_id: UUID) -> Response:
    """The file itself, to be saved, never shown by the browser."""
    row = _seen(attachment_id)
    answer = Response(verbs.read_content(runtime().data_dir, row), mimetype=row.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.set_etag(row.digest)
    return answer
