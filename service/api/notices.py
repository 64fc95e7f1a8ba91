"""The own inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from processes.notice_words import kind_word
from service.api.blueprint import ApiSchema, Blueprint, PageQuery
from service.entrance import allows, current_actor
from service.orchestration import inbox as verbs
from service.wiring import runtime, session
from storage.models.notices import Notice
from storage.notices import Inbox, count_notices, get_notice, list_notices
from storage.worklists import Page

blueprint = Blueprint("notices", __name__, url_prefix="/api/v1/notices", description="What a person is told")


class NoticeQuery(PageQuery):
    """Which notices: all, or the unread ones, of one kind or of any."""

    unread = fields.Boolean(load_default=False)
    kind = fields.String(load_default=None, allow_none=True)


class NoticeAnswer(ApiSchema):
    """One line of the inbox. `link` is an address of this site; `key` is the same however often it is told."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_title = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    link = fields.String(required=True, allow_none=True)
    instance_id = fields.UUID(required=True, allow_none=True)
    task_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class NoticePage(ApiSchema):
    """A part of the inbox, the newest first; `unread` counts all that is unread."""

    items = fields.List(fields.Nested(NoticeAnswer), required=True)
    total = fields.Integer(required=True)
    unread = fields.Integer(required=True)


@blueprint.get("")
@allows("read_own")
@blueprint.arguments(NoticeQuery, location="query")
@blueprint.response(200, NoticePage)
def list_own(query: dict[str, Any]) -> dict[str, Any]:
    """The notices of whoever asks."""
    actor = current_actor()
    asked = Inbox(actor.district_id, actor.id, unread_only=query["unread"], kind=query["kind"])
    rows = list_notices(session(), asked, Page(query["page"], query["page_size"]))
    return {
        "items": [_answer(row) for row in rows],
        "total": count_notices(session(), asked),
        "unread": count_notices(session(), Inbox(actor.district_id, actor.id, unread_only=True)),
    }


@blueprint.post("/<uuid:notice_id>/read")
@allows("read_own")
@blueprint.response(200, NoticeAnswer)
def read(notice_id: UUID) -> dict[str, Any]:
    """Mark one's own notice as read; a second time changes nothing."""
    actor = current_actor()
    verbs.mark_read(runtime(), notice_id, by=actor)
    return _answer(get_notice(session(), actor.district_id, actor.id, notice_id))


def _answer(row: Notice) -> dict[str, Any]:
    names = ("id", "kind", "title", "body", "link", "instance_id", "task_id", "created_at", "read_at")
    return {name: getattr(row, name) for name in names} | {"kind_title": kind_word(row.kind)}
