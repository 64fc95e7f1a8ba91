"""Read a `.scenarios` file: bounded JSON, checked by marshmallow schemas, into the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from processes.errors import BadRequest, DefinitionRefused
from processes.scenarios.model import (
    Case,
    Expectation,
    ExpectedTask,
    Scenario,
    ScenarioFile,
    ServiceAnswer,
    Step,
    StepKind,
)
from processes.scenarios.moments import clock_move, instant

#: Larger files, longer lists and deeper data are refused.
MAX_BYTES = 1_000_000
MAX_SCENARIOS = 200
MAX_STEPS = 200

_ID = validate.Length(min=1, max=120, error="应有 1 至 120 个字。")

_DAYS = validate.Range(0, 3650, error="应为 0 至 3650 天。")
_STAND_IN = validate.OneOf(("stubbed", "real"), error="应为 stubbed 或 real。")


def _names(**more: Any) -> fields.List[Any]:
    return fields.List(fields.String(validate=_ID), validate=validate.Length(max=400, error="最多 400 项。"), **more)


#: English defaults of marshmallow that an author may meet, in Chinese.
_MESSAGES: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": "必须填写。", "null": "不能为空。", "validator_failed": "内容不符合要求。"},
    fields.String: {"invalid": "应为文字。"},
    fields.Integer: {"invalid": "应为整数。"},
    fields.Date: {"invalid": "应为日期，例如 2026-10-12。", "format": "应为日期，例如 2026-10-12。"},
    fields.Mapping: {"invalid": "应为对象。"},
    fields.List: {"invalid": "应为列表。"},
    fields.Nested: {"type": "应为对象。"},
}


class _Strict(Schema):
    """Unknown names are refused; messages are Chinese."""

    error_messages = {"unknown": "没有这一项，请核对名称。", "type": "格式不对。"}  # noqa: RUF012  # marshmallow's way

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        for kind, messages in _MESSAGES.items():
            if isinstance(field_obj, kind):
                field_obj.error_messages = {**field_obj.error_messages, **messages}


class _OpenTask(fields.Field[ExpectedTask]):
    """`"element"` or `{"task": "element", "due_on": "2026-08-17"}`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ExpectedTask:
        if isinstance(value, str) and value:
            return ExpectedTask(value)
        loaded = _OpenTaskSchema().load(value)
        return ExpectedTask(loaded["task"], loaded.get("due_on"))


class _OpenTaskSchema(_Strict):
    task = fields.String(required=True, validate=_ID)
    due_on = fields.Date(allow_none=True)


class _Point(_Strict):
    """What may be expected after a step."""

    open = fields.List(_OpenTask(), validate=validate.Length(max=200, error="最多 200 项。"))
    variables = fields.Dict(keys=fields.String())


class _Whole(_Point):
    """What may be expected at the end."""

    path = _names()
    elements = _names()
    never = _names()
    end = fields.String(validate=_ID, allow_none=True)
    sent = _names()


def _expectation(loaded: Mapping[str, Any]) -> Expectation:
    lists = {name: tuple(value) for name, value in loaded.items() if isinstance(value, list)}
    return Expectation(**{**loaded, **lists})


class _Service(_Strict):
    outputs = fields.Dict(keys=fields.String())
    error = fields.String(validate=_ID)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> ServiceAnswer:
        return ServiceAnswer(loaded.get("outputs", {}), loaded.get("error"))


class _Services(fields.Field[tuple[ServiceAnswer, ...]]):
    """One answer, or a list of answers, one per run."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[ServiceAnswer, ...]:
        several = value if isinstance(value, list) else [value]
        if not 1 <= len(several) <= MAX_STEPS:
            raise ValidationError("至少要有一个结果。")
        return tuple(_Service().load(each) for each in several)


class _Step(_Strict):
    task = fields.String(validate=_ID)
    message = fields.String(validate=_ID)
    clock = fields.String(validate=_ID)
    child = fields.String(validate=_ID)
    outputs = fields.Dict(keys=fields.String())
    variables = fields.Dict(keys=fields.String())
    answers = fields.Dict(keys=fields.String())
    by = fields.String(validate=_ID)
    item = fields.Raw()
    error = fields.String(validate=_ID)
    refused = fields.String(validate=_ID)
    expect = fields.Nested(_Point)

    @validates_schema
    def one_kind(self, loaded: dict[str, Any], **_: Any) -> None:
        named = [kind for kind in StepKind if kind in loaded]
        if len(named) != 1:
            raise ValidationError("每一步要写明 task、message、clock、child 中的一个。")
        if named[0] is StepKind.CLOCK:
            _readable(loaded["clock"])

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Step:
        kind = next(kind for kind in StepKind if kind in loaded)
        return Step(
            kind=kind,
            target=loaded[kind],
            outputs=loaded.get("outputs") or loaded.get("variables") or {},
            answers=loaded.get("answers"),
            by=loaded.get("by"),
            item=loaded.get("item"),
            error=loaded.get("error"),
            refused=loaded.get("refused"),
            expect=_expectation(loaded["expect"]) if "expect" in loaded else None,
        )


def _readable(text: str) -> None:
    try:
        clock_move(text)
    except BadRequest as refused:
        raise ValidationError(refused.message) from refused


class _Start(fields.Field[datetime]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return instant(str(value))
        except BadRequest as refused:
            raise ValidationError(refused.message) from refused


class _Scenario(_Strict):
    name = fields.String(required=True, validate=validate.Length(min=1, max=120, error="应有 1 至 120 个字。"))
    note = fields.String(validate=validate.Length(max=1000, error="最多 1000 个字。"))
    at = _Start(required=True)
    by = fields.String(validate=_ID)
    variables = fields.Dict(keys=fields.String())
    services = fields.Dict(keys=fields.String(), values=_Services())
    anchors = fields.Dict(keys=fields.String(), values=fields.Date(error_messages={**_MESSAGES[fields.Date]}))
    limits = fields.Dict(
        keys=fields.String(), values=fields.Integer(validate=_DAYS, error_messages={**_MESSAGES[fields.Integer]})
    )
    handlers = fields.String(validate=_STAND_IN)
    children = fields.String(validate=_STAND_IN)
    steps = fields.List(fields.Nested(_Step), validate=validate.Length(max=MAX_STEPS, error=f"最多 {MAX_STEPS} 步。"))
    expect = fields.Nested(_Whole)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Scenario:
        real = {name: loaded.pop(name, "stubbed") == "real" for name in ("handlers", "children")}
        steps = tuple(loaded.pop("steps", ()))
        expect = _expectation(loaded.pop("expect", {}))
        return Scenario(
            **loaded, steps=steps, expect=expect, real_handlers=real["handlers"], real_children=real["children"]
        )


class _Case(_Strict):
    name = fields.String(required=True, validate=validate.Length(min=1, max=120, error="应有 1 至 120 个字。"))
    inputs = fields.Dict(keys=fields.String(), required=True)
    expect = fields.Raw(required=True, allow_none=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Case:
        return Case(**loaded)


class _File(_Strict):
    process = fields.String(validate=_ID)
    decision = fields.String(validate=_ID)
    scenarios = fields.List(
        fields.Nested(_Scenario), validate=validate.Length(max=MAX_SCENARIOS, error=f"最多 {MAX_SCENARIOS} 个场景。")
    )
    cases = fields.List(fields.Nested(_Case), validate=validate.Length(min=1, max=2000, error="应有 1 至 2000 行。"))

    @validates_schema
    def names_fit(self, loaded: dict[str, Any], **_: Any) -> None:
        of_process = "process" in loaded and "decision" not in loaded and "cases" not in loaded
        of_decision = "decision" in loaded and "process" not in loaded and "scenarios" not in loaded
        if not of_process and not of_decision:
            raise ValidationError("文件要写明 process 和 scenarios，或者 decision 和 cases。")
        names = [each.name for each in loaded.get("scenarios", loaded.get("cases", ()))]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValidationError(f"名称“{twice[0]}”用了两次，请各用各的名称。")


def read_scenarios(content: bytes) -> ScenarioFile:
    """The scenarios in a file. Raises DefinitionRefused whose findings are sentences naming place and fault."""
    if len(content) > MAX_BYTES:
        raise DefinitionRefused((f"文件有 {len(content)} 字节，上限是 {MAX_BYTES} 字节。",))
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise DefinitionRefused((f"不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列）。",)) from error
    try:
        loaded = _File().load(raw)
    except ValidationError as refused:
        raise DefinitionRefused(tuple(_sentences(refused.messages))) from refused
    except RecursionError as refused:
        raise DefinitionRefused(("数据嵌套太深。",)) from refused
    return ScenarioFile(
        key=loaded.get("process") or loaded["decision"],
        scenarios=tuple(loaded.get("scenarios", ())),
        cases=tuple(loaded.get("cases", ())),
    )


def _sentences(messages: Any, place: str = "") -> list[str]:
    """marshmallow's nested messages as lines `scenarios.0.steps.2.clock：…`, the first twenty of them."""
    if isinstance(messages, Mapping):
        return [
            line
            for key, inner in messages.items()
            for line in _sentences(inner, place if key == "_schema" else f"{place}.{key}".lstrip("."))
        ][:20]
    return [f"{place}：{message}" if place else str(message) for message in messages][:20]
