"""Downloads of uploaded files, for those who may see the case they belong to."""

from __future__ import annotations

from uuid import UUID

from flask import make_response
from werkzeug.wrappers import Response

from service import permissions
from service.entrance import allows, current_actor
from service.entrance.headers import FILE_POLICY
from service.orchestration.attachments import read_content
from service.pages.site import pages
from service.wiring import runtime, session
from storage.attachments import get_attachment
from storage.models.records import Attachment


@pages.get("/attachments/<uuid:attachment_id>")
@allows("read_own")
def attachment(attachment_id: UUID) -> Response:
    """The file, always as a download: nothing that somebody uploaded runs in this site."""
    actor = current_actor()
    visible = permissions.visible(actor, Attachment)
    found = get_attachment(session(), actor.district_id, attachment_id, visible=visible)
    answer = make_response(read_content(runtime().data_dir, found))
    answer.headers["Content-Type"] = found.media_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer
