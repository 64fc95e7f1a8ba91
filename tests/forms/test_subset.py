"""A form outside the subset is refused before anybody meets it, with a sentence per fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forms.checking import check_form
from forms.compiler import CompiledForm, compile_form, form_key
from forms.model import find_field
from forms.subset import MAX_BYTES
from processes.errors import BadRequest, DefinitionRefused

FormSource = Callable[..., bytes]


def field(**more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": "x", "label": "栏", **more}


def rows(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "dynamiclist", "path": "rows", "label": "行", "components": list(columns), **more}


FAULTS = [
    pytest.param(field(type="html"), "FORM_COMPONENT_UNKNOWN", id="unknown component"),
    pytest.param(field(type="datetime", subtype="datetime"), "FORM_COMPONENT_UNKNOWN", id="date with time"),
    pytest.param(rows(rows(field())), "FORM_COMPONENT_UNKNOWN", id="rows in rows"),
    pytest.param(field(valuesExpression="=a"), "FORM_SETTING_UNKNOWN", id="expression setting"),
    pytest.param(field(properties={"colour": "red"}), "FORM_SETTING_UNKNOWN", id="unknown property"),
    pytest.param(field(properties="kind"), "FORM_SETTING_UNKNOWN", id="properties are no map"),
    pytest.param(field(validate={"unique": True}), "FORM_SETTING_UNKNOWN", id="unknown rule"),
    pytest.param(field(key=None), "FORM_KEY_INVALID", id="no key"),
    pytest.param(field(key="a.b"), "FORM_KEY_INVALID", id="key with a dot"),
    pytest.param(field(key="a-b"), "FORM_KEY_INVALID", id="key with a hyphen"),
    pytest.param(field(key="typename"), "FORM_KEY_INVALID", id="the engine's own key"),
    pytest.param(field(label=""), "FORM_LABEL_MISSING", id="no label"),
    pytest.param(field(properties={"kind": "colour"}), "FORM_KIND_UNKNOWN", id="unknown kind"),
    pytest.param(field(type="checkbox", properties={"kind": "money"}), "FORM_KIND_UNKNOWN", id="money as a tick"),
    pytest.param(field(conditional={"hide": "=(1 +"}), "FORM_CONDITION_INVALID", id="condition does not parse"),
    pytest.param(field(conditional={"hide": "=nobody = 1"}), "FORM_CONDITION_INVALID", id="condition names nothing"),
    pytest.param(field(conditional={"show": "=x"}), "FORM_CONDITION_INVALID", id="condition of another kind"),
    pytest.param(field(validate={"min": "a"}), "FORM_BOUND_INVALID", id="bound is no number"),
    pytest.param(field(validate={"min": 1}), "FORM_BOUND_INVALID", id="size of a text"),
    pytest.param(field(validate={"minLength": 5, "maxLength": 2}), "FORM_BOUND_INVALID", id="least above most"),
    pytest.param(field(validate={"maxLength": 1.5}), "FORM_BOUND_INVALID", id="half a character"),
    pytest.param(field(type="number", decimalDigits=9), "FORM_BOUND_INVALID", id="nine decimals"),
    pytest.param(rows(field(), properties={"max_rows": 9999}), "FORM_BOUND_INVALID", id="too many rows"),
    pytest.param(field(validate={"pattern": "("}), "FORM_PATTERN_INVALID", id="pattern does not compile"),
    pytest.param(field(validate={"pattern": "(a+)+$"}), "FORM_PATTERN_INVALID", id="pattern that can hang"),
    pytest.param(field(validate={"pattern": "(a|aa)*$"}), "FORM_PATTERN_INVALID", id="alternatives that can hang"),
    pytest.param(field(validate={"pattern": "((a|aa){9}){9}"}), "FORM_PATTERN_INVALID", id="counts that can hang"),
    pytest.param(field(validate={"pattern": ".*.*.*x"}), "FORM_PATTERN_INVALID", id="too many stars"),
    pytest.param(field(validate={"pattern": "(?=a)"}), "FORM_PATTERN_INVALID", id="look-ahead"),
    pytest.param(
        field(validate={"pattern": "a", "maxLength": 900}), "FORM_PATTERN_INVALID", id="pattern on a long text"
    ),
    pytest.param(field(type="radio"), "FORM_OPTIONS_INVALID", id="no options"),
    pytest.param(field(type="radio", values=[]), "FORM_OPTIONS_INVALID", id="empty options"),
    pytest.param(field(type="radio", values=[{"label": "甲"}]), "FORM_OPTIONS_INVALID", id="option without value"),
    pytest.param(
        field(type="select", values=[{"label": "甲", "value": "true"}, {"label": "乙", "value": True}]),
        "FORM_OPTIONS_INVALID",
        id="options that look alike",
    ),
    pytest.param(
        field(type="select", values=[{"label": "甲", "value": "a"}], valuesKey="b"), "FORM_OPTIONS_INVALID", id="both"
    ),
    pytest.param(rows(), "FORM_SHAPE", id="rows without columns"),
    pytest.param(field(properties={"output": "a b"}), "FORM_OUTPUT_INVALID", id="output name"),
    pytest.param(field(properties={"output": "typename"}), "FORM_OUTPUT_INVALID", id="output with the engine's key"),
    pytest.param(field(type="textarea", properties={"output": "a"}), "FORM_OUTPUT_INVALID", id="long text as output"),
    pytest.param(field(properties={"output": "a", "personal": True}), "FORM_OUTPUT_INVALID", id="personal output"),
    pytest.param(field(properties={"output": "a", "kind": "id_number"}), "FORM_OUTPUT_INVALID", id="id as output"),
    pytest.param(rows(field(properties={"output": "a"})), "FORM_OUTPUT_INVALID", id="output of a column"),
]


@pytest.mark.parametrize(("component", "code"), FAULTS)
def test_a_fault_is_found_and_named(form_source: FormSource, component: dict[str, Any], code: str) -> None:
    with pytest.raises(DefinitionRefused) as caught:
        compile_form(form_source(component))

    findings = caught.value.findings
    assert [finding.code for finding in findings] == [code]
    assert findings[0].message.endswith(("。", "！"))


def test_all_faults_are_said_at_once(form_source: FormSource) -> None:
    with pytest.raises(DefinitionRefused) as caught:
        compile_form(form_source(field(), field(), field(key="y", label=""), field(key="z", type="html")))

    assert [finding.code for finding in caught.value.findings] == [
        "FORM_LABEL_MISSING", "FORM_COMPONENT_UNKNOWN", "FORM_KEY_REPEATED",
    ]  # fmt: skip


def test_a_key_in_a_group_may_not_repeat_one_outside_but_one_in_rows_may(form_source: FormSource) -> None:
    group = {"type": "group", "label": "组", "components": [field()]}

    with pytest.raises(DefinitionRefused):
        compile_form(form_source(field(), group))
    assert compile_form(form_source(field(), rows(field()))).fields[1].rows[0].key == "x"


def test_two_fields_may_not_share_an_output(form_source: FormSource) -> None:
    twice = [field(key=key, properties={"output": "same"}) for key in ("a", "b")]

    with pytest.raises(DefinitionRefused):
        compile_form(form_source(*twice))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param(b"<form/>", "FORM_NOT_JSON", id="XML"),
        pytest.param(b"[]", "FORM_NOT_JSON", id="list"),
        pytest.param(b'{"id": "a", "components": {}}', "FORM_NOT_JSON", id="components are no list"),
        pytest.param(b'{"id": "a b", "components": []}', "FORM_ID_INVALID", id="id with a blank"),
        pytest.param(b'{"components": []}', "FORM_ID_INVALID", id="no id"),
        pytest.param(b"[" * 100_000, "FORM_NOT_JSON", id="nested without end"),
        pytest.param(b" " * (MAX_BYTES + 1), "FORM_TOO_LARGE", id="too large"),
    ],
)
def test_what_is_no_form_is_refused(source: bytes, code: str) -> None:
    entry, findings = check_form("sample.form", source)

    assert entry is None
    assert [(finding.code, finding.file) for finding in findings] == [(code, "sample.form")]


def test_too_many_components_are_refused(form_source: FormSource) -> None:
    _, findings = check_form("big.form", form_source(*(field(key=f"k{n}") for n in range(301))))

    assert [finding.code for finding in findings] == ["FORM_TOO_LARGE"]


def test_an_unknown_setting_of_the_form_itself_is_refused(form_source: FormSource) -> None:
    _, findings = check_form("x.form", form_source(field(), script="x"))

    assert [finding.code for finding in findings] == ["FORM_SETTING_UNKNOWN"]


def test_the_check_tells_diagrams_what_a_form_brings(form_source: FormSource) -> None:
    source = form_source(field(properties={"output": "decision"}), properties={"title": "示例表"})

    entry, findings = check_form("forms/training/sample.form", source)

    assert findings == []
    assert entry is not None
    assert (entry.key, entry.title, entry.outputs) == ("training/sample", "示例表", ("decision",))


@pytest.mark.parametrize(
    ("form_id", "key"),
    [
        ("training_record_training", "training/record_training"),
        ("standardization_review_approve", "standardization_review/approve"),
        ("review_approve", "review/approve"),
        ("my_own_form", "my_own_form"),
    ],
)
def test_the_id_of_a_form_gives_its_key(form_id: str, key: str) -> None:
    assert form_key(form_id) == key


def test_the_same_bytes_are_compiled_once(form_source: FormSource) -> None:
    source = form_source(field())

    assert compile_form(source) is compile_form(bytes(bytearray(source)))
    assert len(compile_form(source).digest) == 64


def test_templates_find_what_they_need_in_the_fields(an_application_form: CompiledForm) -> None:
    kinds = [each.type for each in an_application_form.fields]

    assert kinds == [
        "text", "textfield", "group", "datetime", "radio", "textarea", "select", "checklist", "separator",
        "dynamiclist", "filepicker", "checkbox",
    ]  # fmt: skip
    assert an_application_form.fields[0].text == "请如实填写。"
    assert find_field(an_application_form.fields, "amount").label == "申请金额"
    assert find_field(an_application_form.fields, "rows.0.name").label == "姓名"
    with pytest.raises(BadRequest):
        find_field(an_application_form.fields, "nothing")
