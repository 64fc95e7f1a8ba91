"""Diagrams of other tools: examined and treated. Nothing is stored."""

from __future__ import annotations

from typing import Any

import orjson
from marshmallow import fields

from processes.errors import BadRequest
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.uploads import read_files, read_text
from service.entrance import allows, current_actor
from service.orchestration import importing
from service.wiring import runtime

blueprint = Blueprint("imports", __name__, url_prefix="/api/v1/imports", description="Diagrams of other tools")

_FILE = {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "one BPMN 2.0 file"}


class ChoiceAnswer(ApiSchema):
    """What is picked with a fix; `options` are [value, Chinese name], empty for free text."""

    kind = fields.String(required=True)
    options = fields.List(fields.List(fields.String()), required=True)
    proposed = fields.String(required=True, allow_none=True)


class FixAnswer(ApiSchema):
    """One fix; `is_certain` when there is only one sensible way."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    is_certain = fields.Boolean(required=True)
    choice = fields.Nested(ChoiceAnswer, required=True, allow_none=True)


class SymptomAnswer(ApiSchema):
    """One thing that keeps the diagram from running (`error`) or from running as meant (`warning`)."""

    code = fields.String(required=True)
    severity = fields.String(required=True)
    element_id = fields.String(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True)
    message = fields.String(required=True)
    fixes = fields.List(fields.Nested(FixAnswer), required=True)


class AccountAnswer(ApiSchema):
    """What became of one element (`attribute` empty), attribute or text of the source."""

    element_id = fields.String(required=True)
    element = fields.String(required=True)
    attribute = fields.String(required=True)
    value = fields.String(required=True)
    fate = fields.String(required=True, metadata={"description": "kept, mapped, ignored, not_runnable or dropped"})
    words = fields.String(required=True)


class DiagnosisAnswer(ApiSchema):
    """`is_fit` is true when nothing keeps the diagram from being published."""

    is_fit = fields.Boolean(required=True)
    process_key = fields.String(required=True, allow_none=True)
    symptoms = fields.List(fields.Nested(SymptomAnswer), required=True)
    report = fields.List(fields.Nested(AccountAnswer), required=True)


class TreatedAnswer(ApiSchema):
    """The file after the fixes, as text, and what is still wrong with it."""

    content = fields.String(required=True)
    applied = fields.List(fields.String(), required=True)
    diagnosis = fields.Nested(DiagnosisAnswer, required=True)


@blueprint.post("/diagnosis")
@allows("draft")
@multipart({"files": _FILE}, ["files"])
@blueprint.response(200, DiagnosisAnswer)
def examine() -> Any:
    """What keeps the file from running here, the fixes there are, and the account of everything it holds."""
    return importing.examine(runtime(), _file(), by=current_actor())


@blueprint.post("/treatment")
@allows("draft")
@multipart(
    {
        "files": _FILE,
        "fixes": {"type": "string", "description": "JSON: fix id -> what was picked, or null"},
        "all_certain": {"type": "string", "description": "1: every certain fix too"},
    },
    ["files"],
)
@blueprint.response(200, TreatedAnswer)
def treat() -> dict[str, Any]:
    """The file after the named fixes."""
    asked = read_text("all_certain") in ("1", "true")
    treated = importing.treat(runtime(), _file(), _fixes(), all_certain=asked, by=current_actor())
    return {"content": treated.content.decode(), "applied": treated.applied, "diagnosis": treated.diagnosis}


def _file() -> bytes:
    files = list(read_files("files").values())
    if len(files) != 1:
        raise BadRequest("一次诊断一个流程图文件，请只提交一个。")
    return files[0]


def _fixes() -> dict[str, str | None]:
    text = read_text("fixes")
    try:
        asked = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError as error:
        raise BadRequest("fixes 不是合法的 JSON，请写成 {修复编号: 选择}。") from error
    if not isinstance(asked, dict) or not all(value is None or isinstance(value, str) for value in asked.values()):
        raise BadRequest("fixes 应写成 {修复编号: 选择}，没有选择的写 null。")
    return asked
