"""Downloads of uploaded files, for those who may see the case they belong to."""

from __future__ import annotations

from uuid import UUID

from flask import make_response
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.errors import NotFound
from service import permissions
from service.entrance import allows, current_actor
from service.entrance.headers import FILE_POLICY
from service.orchestration.attachments import read_content
from service.pages.site import pages
from service.wiring import runtime, session
from storage import instances, worklists
from storage.models.records import Attachment


@pages.get("/attachments/<uuid:attachment_id>")
@allows("read_own")
def attachment(attachment_id: UUID) -> Response:
    """The file, always as a download: nothing that somebody uploaded runs in this site."""
    actor = current_actor()
    found = worklists.list_attachments(session(), actor.district_id, [attachment_id]).get(str(attachment_id))
    if found is None or not _may_read(session(), actor, found):
        raise NotFound("没有找到这个附件。它可能不存在，或者您无权查看。")
    answer = make_response(read_content(runtime().data_dir, found))
    answer.headers["Content-Type"] = found.media_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer


def _may_read(reading: Session, actor: Actor, found: Attachment) -> bool:
    """Whoever uploaded it, and whoever may see the case it was handed in with."""
    if found.uploaded_by == actor.id:
        return True
    if found.root_id is None:
        return False
    root = instances.get_instance(reading, actor.district_id, found.root_id)
    return permissions.may_see_instance(reading, actor, root)
