"""FEEL while it is typed: the names and functions at hand, and what is wrong with a text. Nothing is stored."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from processes.checks import live
from processes.errors import BadRequest
from processes.feel.limits import MAX_SCRIPT
from processes.feel.meanings import list_functions
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.uploads import read_files
from service.entrance import allows, current_actor
from service.orchestration import designing
from service.wiring import runtime

blueprint = Blueprint("expressions", __name__, url_prefix="/api/v1/expressions", description="FEEL while it is typed")

_KINDS = ("expression", "script", "timeDuration", "timeDate", "timeCycle")
_MOST_NAMES = 2_000
_DIAGRAM = {"type": "string", "format": "binary", "description": "one .bpmn file, drawn to the end or not"}


class FunctionAnswer(ApiSchema):
    """A function an expression may call."""

    name = fields.String(required=True)
    parameters = fields.List(fields.String(), required=True)
    meaning = fields.String(required=True)


class FunctionPage(ApiSchema):
    """Every function, by name."""

    items = fields.List(fields.Nested(FunctionAnswer), required=True)
    total = fields.Integer(required=True)


class NameAnswer(ApiSchema):
    """A name of task data: its type (empty: not known), values offered for it, the elements that bring it."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    values = fields.List(fields.Raw(), required=True)
    sources = fields.List(fields.String(), required=True)


class NamesAnswer(ApiSchema):
    """All names of a diagram; `at` says for each element and flow which of them may be there by then."""

    names = fields.List(fields.Nested(NameAnswer), required=True)
    at = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class ExpressionBody(ApiSchema):
    """The text as it stands in the field, and the names at hand (null: names are not judged)."""

    text = fields.String(required=True, validate=validate.Length(max=MAX_SCRIPT, error="表达式太长，没有检查。"))
    kind = fields.String(load_default="expression", validate=validate.OneOf(_KINDS, error="种类不认识。"))
    names = fields.List(
        fields.String(validate=validate.Length(max=200)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=_MOST_NAMES, error="名称太多。"),
    )


class RemarkAnswer(ApiSchema):
    """One remark. An `error` stops a publication, a `warning` does not; line and column count from 1."""

    code = fields.String(required=True)
    severity = fields.String(required=True)
    message = fields.String(required=True)
    line = fields.Integer(required=True)
    column = fields.Integer(required=True)


class RemarksAnswer(ApiSchema):
    """Everything wrong with the text; empty when it is fit to run."""

    remarks = fields.List(fields.Nested(RemarkAnswer), required=True)


@blueprint.get("/functions")
@allows("read_definitions")
@blueprint.response(200, FunctionPage)
def functions() -> dict[str, Any]:
    """The functions of FEEL and of this house."""
    found = list_functions()
    return {"items": found, "total": len(found)}


@blueprint.post("/names")
@allows("check")
@multipart({"files": {"type": "array", "items": _DIAGRAM}}, ["files"])
@blueprint.response(200, NamesAnswer)
def names() -> Any:
    """The names an expression may use at each place of an unsaved diagram."""
    files = read_files("files")
    if len(files) != 1:
        raise BadRequest("请只提交一个流程图文件。")
    [(name, content)] = files.items()
    return designing.names_at_hand(runtime(), name, content, by=current_actor())


@blueprint.post("/checks")
@allows("check")
@blueprint.arguments(ExpressionBody)
@blueprint.response(200, RemarksAnswer)
def check(asked: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with one expression, script or timer text."""
    known = None if asked["names"] is None else frozenset(asked["names"])
    return {"remarks": live.remarks(asked["text"], asked["kind"], known=known)}
