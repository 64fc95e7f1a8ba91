"""Bodies and answers of requests for publication."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from processes.library_words import PublicationState
from processes.vocabulary import DefinitionKind
from service.api.blueprint import ApiSchema, PageQuery
from service.api.findings import AssessmentAnswer

MOST_FILES = 200


class FileBody(ApiSchema):
    """One file; a form's name carries its stage (review/review_first.form)."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    content = fields.String(required=True)


class PlaceBody(ApiSchema):
    """One of one's own drafts."""

    kind = fields.String(required=True, validate=validate.OneOf(list(DefinitionKind), error="没有这一类定义。"))
    key = fields.String(required=True, validate=validate.Length(1, 120))


class FilesBody(ApiSchema):
    """What is to be published: files, or one's own drafts, or both."""

    files = fields.List(fields.Nested(FileBody), load_default=list, validate=validate.Length(0, MOST_FILES))
    drafts = fields.List(fields.Nested(PlaceBody), load_default=list, validate=validate.Length(0, MOST_FILES))

    @validates_schema
    def _something(self, asked: dict[str, Any], **_: Any) -> None:
        names = [each["name"] for each in asked["files"]]
        if not names and not asked["drafts"]:
            raise ValidationError("请给出文件或草稿。")
        if len(set(names)) < len(names):
            raise ValidationError("有文件重复，请只保留一份。", "files")


class WishBody(ApiSchema):
    """Why, what people will notice, and from which day (null: as soon as it is approved).

    `override`: why it is published although a scenario fails, where nobody else has to agree.
    """

    comment = fields.String(required=True, validate=validate.Length(1, 500, error="请填写原因，最多 500 个字。"))
    release_note = fields.String(load_default="", validate=validate.Length(0, 2000))
    effective_on = fields.Date(load_default=None, allow_none=True)
    override = fields.String(load_default="", validate=validate.Length(0, 500))


class RequestBody(FilesBody, WishBody):
    """A request for publication."""


class GoingBackBody(PlaceBody, WishBody):
    """An earlier version that is to become the next one."""

    version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))


class NoteBody(ApiSchema):
    """What the second person says."""

    comment = fields.String(load_default="", validate=validate.Length(0, 2000))


class ApprovalBody(NoteBody):
    """What the second person says; `override`: why it is published although a scenario fails."""

    override = fields.String(load_default="", validate=validate.Length(0, 500))


class FileAnswer(ApiSchema):
    """One file of a request; `based_on` tells which version of each key was the newest when it was asked for."""

    name = fields.String(required=True)
    kind = fields.String(required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    hash = fields.String(required=True)
    based_on = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    origin_version = fields.Integer(required=True, allow_none=True)


class RequestAnswer(ApiSchema):
    """A request and where it stands. `failure` says why an approved one was not published on its day."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(PublicationState)))
    comment = fields.String(required=True)
    release_note = fields.String(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decision_note = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    deployment_id = fields.UUID(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)
    files = fields.List(fields.Nested(FileAnswer), required=True)


class AssessedRequestAnswer(RequestAnswer):
    """The same with what publishing it now would mean."""

    assessment = fields.Nested(AssessmentAnswer, required=True)


class RequestPage(ApiSchema):
    """A part of the list of requests, the latest first."""

    items = fields.List(fields.Nested(RequestAnswer), required=True)
    total = fields.Integer(required=True)


class RequestQuery(PageQuery):
    """Which requests to list; without a state all of them."""

    state = fields.String(validate=validate.OneOf(list(PublicationState), error="没有这种状态。"))
