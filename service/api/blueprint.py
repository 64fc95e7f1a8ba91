"""What every part of the API is made of: blueprints that read JSON strictly, schemas that answer in Chinese, paging."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import flask_smorest
import orjson
from flask import Request, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from processes.errors import BadRequest

MOST_PAGES = 100_000
PAGE_SIZE, LARGEST_PAGE = 50, 200
LONGEST_KEY = 160
#: How deep and how long data for a process may be: task data is flat, business records live in their own tables.
DEEPEST, LONGEST_TEXT, MOST_MEMBERS = 6, 10_000, 1_000
_LARGEST_INTEGER = 2**63 - 1
_RESERVED = frozenset(("typename",))


class StrictParser(FlaskParser):
    """Reads a JSON body as UTF-8 JSON proper: no NaN, no lone surrogates, no text that a database cannot keep."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not req.is_json:
            return missing
        body = req.get_data(cache=True)
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadRequest("请求正文不是合法的 JSON，没有执行。请核对后重试。") from error
        if b"\\u0000" in body:
            raise BadRequest("请求正文中含有不能保存的字符（\\u0000），没有执行。请删除后重试。")
        return value


class Blueprint(flask_smorest.Blueprint):
    """A part of the API: one noun."""

    ARGUMENTS_PARSER = StrictParser()


#: English defaults of marshmallow that a caller may meet, by field type, in Chinese.
_MESSAGES: Mapping[type[fields.Field[Any]], Mapping[str, str]] = {
    fields.Field: {"required": "缺少这一栏。", "null": "不能为空。", "validator_failed": "内容不符合要求。"},
    fields.String: {"invalid": "应为文字。", "invalid_utf8": "应为 UTF-8 文字。"},
    fields.UUID: {"invalid_uuid": "应为 UUID。"},
    fields.Integer: {"invalid": "应为整数。", "too_large": "数字太大。"},
    fields.Boolean: {"invalid": "应为 true 或 false。"},
    fields.Date: {"invalid": "应为日期，例如 2026-10-12。", "format": "应为日期，例如 2026-10-12。"},
    fields.AwareDateTime: {"invalid": "应为带时区的时刻，例如 2026-10-12T01:00:00+00:00。"},
    fields.Mapping: {"invalid": "应为对象。"},
    fields.List: {"invalid": "应为列表。"},
    fields.Nested: {"type": "应为对象。"},
}

_SCHEMA_MESSAGES = {"unknown": "没有这一栏，请删除。", "type": "应为 JSON 对象。"}


class ApiSchema(Schema):
    """The base of bodies, queries and answers: unknown members of a body are refused, messages are Chinese."""

    class Meta:
        unknown = RAISE

    error_messages = _SCHEMA_MESSAGES

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give a field its Chinese messages; those it was given itself stay."""
        for kind, messages in _MESSAGES.items():
            if isinstance(field_obj, kind):
                field_obj.error_messages = {**field_obj.error_messages, **messages}


def variables_field() -> fields.Dict:
    """Data for a process: a small JSON object, empty by default. Refuses what `check_plain` refuses."""
    return fields.Dict(keys=fields.String(), load_default=dict, validate=check_plain)


def check_plain(value: Any, depth: int = 0) -> None:
    """Raise ValidationError for what task data may not hold: reserved names, too deep, too long, too large."""
    if depth > DEEPEST:
        raise ValidationError(f"嵌套太深，最多 {DEEPEST} 层。")
    if isinstance(value, Mapping):
        for name in _RESERVED.union(("",)).intersection(value):
            raise ValidationError(f"“{name}”不能用作变量名。")
    members = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if len(members) > MOST_MEMBERS:
        raise ValidationError(f"内容太多，最多 {MOST_MEMBERS} 项。")
    for inner in members:
        check_plain(inner, depth + 1)
    _check_single(value)


def _check_single(value: Any) -> None:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValidationError(f"文字太长，最多 {LONGEST_TEXT} 个字。")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("应为有限的数字。")
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise ValidationError("数字太大。")


class PageQuery(ApiSchema):
    """Which part of a list: `page` counts from 1."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, MOST_PAGES, error="页码应从 1 开始。"))
    page_size = fields.Integer(
        load_default=PAGE_SIZE, validate=validate.Range(1, LARGEST_PAGE, error=f"每页 1 至 {LARGEST_PAGE} 条。")
    )


class Reason(ApiSchema):
    """Why something is done; it goes into the history."""

    reason = fields.String(required=True, validate=validate.Length(1, 500, error="请填写原因，最多 500 个字。"))


class Problem(ApiSchema):
    """A refusal (RFC 9457). `code` is stable; `detail` is a Chinese sentence: what happened, and what to do next."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        metadata={"description": "messages per field, by dotted path"},
    )
    findings = fields.List(fields.Dict(keys=fields.String()))


def idempotency_key() -> str | None:
    """The request's Idempotency-Key; None without one. Raises BadRequest when it is empty or too long."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key.strip()) <= LONGEST_KEY:
        raise BadRequest(f"Idempotency-Key 应为 1 至 {LONGEST_KEY} 个字符，请换一个。")
    return None if key is None else key.strip()


#: How the header is documented on calls that take it.
IDEMPOTENCY_HEADER: Mapping[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "the same key again answers the same and does nothing a second time",
}


def multipart(properties: Mapping[str, Any], required: list[str]) -> Callable[[Any], Any]:
    """Document a multipart body by hand: flask-smorest can describe only one part of it."""
    schema = {"type": "object", "properties": dict(properties), "required": required}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    documented: Callable[[Any], Any] = flask_smorest.Blueprint.doc(requestBody=body)
    return documented
