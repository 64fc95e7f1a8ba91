"""Uploaded files for those who may see the case they belong to: as downloads, and some of them shown in a page."""

from __future__ import annotations

from uuid import UUID

from flask import make_response
from werkzeug.wrappers import Response

from processes.errors import NotFound
from service import permissions
from service.entrance import allows, current_actor
from service.entrance.headers import FILE_POLICY, PDF_POLICY, SHOWN_POLICY
from service.orchestration.attachments import read_content
from service.pages.file_names import disposition
from service.pages.materials import SHOWN_TYPES
from service.pages.site import pages
from service.wiring import runtime, session
from storage.attachments import get_attachment
from storage.models.records import Attachment


@pages.get("/attachments/<uuid:attachment_id>")
@allows("read_own")
def attachment(attachment_id: UUID) -> Response:
    """The file, always as a download: nothing that somebody uploaded runs in this site."""
    found = _readable(attachment_id)
    answer = make_response(read_content(runtime().data_dir, found))
    answer.headers["Content-Type"] = found.media_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Content-Disposition"] = disposition("attachment", found.name)
    return answer


@pages.get("/attachments/<uuid:attachment_id>/preview")
@allows("read_own")
def attachment_preview(attachment_id: UUID) -> Response:
    """The file to be shown inside our own pages: only types that cannot act, never guessed, never framed elsewhere."""
    found = _readable(attachment_id)
    shown_as = SHOWN_TYPES.get(found.media_type)
    if shown_as is None:
        raise NotFound(f"“{found.name}”不能在页面里预览，请下载后查看。")
    answer = make_response(read_content(runtime().data_dir, found))
    answer.headers["Content-Type"] = shown_as
    answer.headers["Content-Security-Policy"] = PDF_POLICY if shown_as == "application/pdf" else SHOWN_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Content-Disposition"] = disposition("inline", found.name)
    return answer


def _readable(attachment_id: UUID) -> Attachment:
    actor = current_actor()
    visible = permissions.visible(actor, Attachment)
    return get_attachment(session(), actor.district_id, attachment_id, visible=visible)
