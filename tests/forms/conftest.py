"""Small forms for the tests, written the way the form editor writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from forms.compiler import CompiledForm, compile_form

MakeForm = Callable[..., CompiledForm]


def source_of(*components: dict[str, Any], **top: Any) -> bytes:
    return orjson.dumps(
        {"type": "default", "id": "training_sample", "schemaVersion": 19, "components": list(components), **top}
    )


@pytest.fixture(scope="session")
def form_source() -> Callable[..., bytes]:
    return source_of


@pytest.fixture(scope="session")
def make_form() -> MakeForm:
    return lambda *components, **top: compile_form(source_of(*components, **top))


@pytest.fixture(scope="session")
def an_application_form(make_form: MakeForm) -> CompiledForm:
    """Every component once, as an applicant might meet them."""
    return make_form(
        {"type": "text", "text": "请如实填写。"},
        {"type": "textfield", "key": "name", "label": "单位名称", "validate": {"required": True, "maxLength": 20}},
        {
            "type": "group",
            "label": "基本情况",
            "components": [
                {"type": "textfield", "key": "code", "label": "信用代码", "properties": {"kind": "credit_code"}},
                {
                    "type": "number",
                    "key": "amount",
                    "label": "申请金额",
                    "properties": {"kind": "money", "output": "requested_fen"},
                    "validate": {"required": True, "max": 500000},
                },
            ],
        },
        {
            "type": "datetime",
            "subtype": "date",
            "key": "since",
            "dateLabel": "成立日期",
            "properties": {"output": "since"},
        },
        {
            "type": "radio",
            "key": "scale",
            "label": "规模",
            "values": [{"label": "大型", "value": "large"}, {"label": "小微", "value": "small"}],
            "properties": {"output": "scale"},
        },
        {
            "type": "textarea",
            "key": "why",
            "label": "说明",
            "validate": {"required": True},
            "conditional": {"hide": '=scale != "large"'},
        },
        {"type": "select", "key": "item", "label": "事项", "valuesKey": "items", "properties": {"output": "item_id"}},
        {
            "type": "checklist",
            "key": "tags",
            "label": "类别",
            "values": [{"label": "科技", "value": "tech"}, {"label": "制造", "value": "make"}],
        },
        {"type": "separator"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "人员",
            "components": [
                {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True}},
                {"type": "number", "key": "age", "label": "年龄", "validate": {"min": 16, "max": 120}},
            ],
        },
        {"type": "filepicker", "key": "files", "label": "附件", "multiple": True},
        {"type": "checkbox", "key": "promise", "label": "承诺属实", "validate": {"required": True}},
    )
