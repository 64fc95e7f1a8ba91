"""Answers become typed values, or are refused field by field in Chinese."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from forms.compiler import CompiledForm
from forms.fields import make_credit_code
from forms.model import Option
from processes.errors import AnswersRefused

ITEMS = {"items": [Option("item-1", "高企认定奖补"), Option("item-2", "贷款贴息")]}
GOOD = {"name": "示例科技有限公司", "amount": "10,000.50", "promise": True}


def refusal(form: CompiledForm, answers: Any, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(AnswersRefused) as caught:
        form.load(answers, **{"options": ITEMS, **more})
    return {key: list(value) for key, value in caught.value.fields.items()}


def test_answers_become_typed_values(an_application_form: CompiledForm) -> None:
    file_id = str(uuid4())
    code = make_credit_code("91220101MA00000AB")

    values = an_application_form.load(
        {
            **GOOD,
            "code": code.lower(),
            "since": "2020-02-29",
            "scale": "large",
            "why": " 第一行\r\n第二行 ",
            "item": "item-2",
            "tags": ["tech", "tech"],
            "rows": [{"name": "张示例", "age": "30"}],
            "files": [file_id],
        },
        options=ITEMS,
    )

    assert values == {
        "name": "示例科技有限公司",
        "code": code,
        "amount": 1000050,
        "since": date(2020, 2, 29),
        "scale": "large",
        "why": "第一行\n第二行",
        "item": "item-2",
        "tags": ["tech"],
        "rows": [{"name": "张示例", "age": 30}],
        "files": [file_id],
        "promise": True,
    }


def test_blank_and_absent_mean_the_same(an_application_form: CompiledForm) -> None:
    blank = {"code": " ", "since": "", "scale": None, "item": "", "tags": [], "rows": [], "files": []}

    absent = an_application_form.load(GOOD, options=ITEMS)

    assert an_application_form.load({**GOOD, **blank}, options=ITEMS) == absent
    assert absent["code"] is None
    assert absent["rows"] == []


def test_required_fields_are_named_in_their_messages(an_application_form: CompiledForm) -> None:
    assert refusal(an_application_form, {}) == {
        "name": ["请填写“单位名称”。"],
        "amount": ["请填写“申请金额”。"],
        "promise": ["必须勾选后才能提交。"],
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"name": "长" * 21}, "最多 20 个字", id="too long"),
        pytest.param({"name": "换\x00行"}, "不能保存的字符", id="control character"),
        pytest.param({"name": "一行\n两行"}, "不能保存的字符", id="line end in one line"),
        pytest.param({"name": 5}, "请填写文字", id="number where text belongs"),
        pytest.param({"code": "91350100M000100Y44"}, "统一社会信用代码不正确", id="check character"),
        pytest.param({"amount": "1.005"}, "最多两位小数", id="three decimals"),
        pytest.param({"amount": True}, "最多两位小数", id="truth value as money"),
        pytest.param({"amount": float("nan")}, "最多两位小数", id="not a number"),
        pytest.param({"amount": "-1"}, "不能小于 0.00 元", id="negative money"),
        pytest.param({"amount": "500000.01"}, "不能大于 500,000.00 元", id="over the bound"),
        pytest.param({"since": "2026-02-30"}, "请填写日期", id="no such day"),
        pytest.param({"since": "20260201"}, "请填写日期", id="other date format"),
        pytest.param({"scale": "huge"}, "请从选项中选择", id="not an option"),
        pytest.param({"tags": "tech"}, "请从选项中选择", id="text where a list belongs"),
        pytest.param({"item": "item-9"}, "请从选项中选择", id="not a supplied option"),
        pytest.param({"item": {"$ne": 1}}, "请从选项中选择", id="object where an option belongs"),
        pytest.param({"files": ["../etc/passwd"]}, "附件无效", id="not an attachment id"),
        pytest.param({"promise": "maybe"}, "请勾选或不勾选", id="neither ticked nor not"),
        pytest.param({"promise": False}, "必须勾选", id="required tick missing"),
        pytest.param({"rows": "x"}, "应为若干行", id="text where rows belong"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    an_application_form: CompiledForm, wrong: dict[str, Any], words: str
) -> None:
    fields = refusal(an_application_form, {**GOOD, **wrong})

    assert list(fields) == list(wrong)
    assert words in fields[next(iter(wrong))][0]


@pytest.mark.parametrize("key", ["typename", "approved", "name.x", ""])
def test_a_field_the_form_does_not_have_is_refused(an_application_form: CompiledForm, key: str) -> None:
    assert refusal(an_application_form, {**GOOD, key: "x"}) == {key: ["表单里没有这一栏，请删除。"]}


def test_typename_is_refused_inside_rows_too(an_application_form: CompiledForm) -> None:
    answers = {**GOOD, "rows": [{"name": "甲", "typename": "x"}]}

    assert refusal(an_application_form, answers) == {"rows.0.typename": ["表单里没有这一栏，请删除。"]}


@pytest.mark.parametrize("answers", [None, [], "text", {1: "x"}])
def test_what_is_no_set_of_answers_is_refused(an_application_form: CompiledForm, answers: Any) -> None:
    assert refusal(an_application_form, answers) == {"": ["提交的内容应为各栏目的值。"]}


def test_errors_in_rows_name_the_row(an_application_form: CompiledForm) -> None:
    rows = [{"name": "甲", "age": 20}, {"age": 15}, {"name": "丙", "age": "二十"}, "x"]

    fields = refusal(an_application_form, {**GOOD, "rows": rows})

    assert fields == {
        "rows.1.name": ["请填写“姓名”。"],
        "rows.1.age": ["不能小于 16。"],
        "rows.2.age": ["请填写数字。"],
        "rows.3": ["内容的形式不对，应为各栏目的值。"],
    }


def test_options_that_nobody_supplied_say_whom_to_ask(an_application_form: CompiledForm) -> None:
    fields = refusal(an_application_form, {**GOOD, "item": "item-1"}, options={})

    assert fields == {"item": ["“事项”的选项尚未提供，请联系流程负责人。"]}


def test_rules_across_fields_run_when_every_field_is_right(an_application_form: CompiledForm) -> None:
    asked: list[dict[str, Any]] = []

    def rules(values: dict[str, Any]) -> dict[str, str]:
        asked.append(values)
        return {"amount": "小微企业最多申请 5,000 元。"} if values["amount"] > 500000 else {}

    assert refusal(an_application_form, GOOD, extra=rules) == {"amount": ["小微企业最多申请 5,000 元。"]}
    assert refusal(an_application_form, {}, extra=rules).keys() == {"name", "amount", "promise"}
    assert len(asked) == 1
    assert an_application_form.load({**GOOD, "amount": 100}, options=ITEMS, extra=rules)["amount"] == 10000


def test_only_declared_outputs_reach_task_data(an_application_form: CompiledForm) -> None:
    values = an_application_form.load({**GOOD, "since": "2020-01-02"}, options=ITEMS)

    assert an_application_form.outputs(values) == {
        "requested_fen": 1000050,
        "since": "2020-01-02",
        "scale": None,
        "item_id": None,
    }


def test_values_can_be_kept_as_json(an_application_form: CompiledForm) -> None:
    values = an_application_form.load({**GOOD, "since": "2020-01-02"}, options=ITEMS)

    assert an_application_form.as_json(values)["since"] == "2020-01-02"


@pytest.mark.parametrize(
    ("shape", "answer", "value"),
    [
        pytest.param({}, "12", 12, id="whole number"),
        pytest.param({}, 12.0, 12, id="whole JSON number"),
        pytest.param({"decimalDigits": 2}, "12.25", Decimal("12.25"), id="decimals"),
        pytest.param({"properties": {"kind": "percent"}}, "12.5%", Decimal("12.5"), id="percent"),
        pytest.param({}, "１，２３４", 1234, id="full-width digits"),
    ],
)
def test_numbers_are_read_exactly(make_form: Any, shape: dict[str, Any], answer: Any, value: Any) -> None:
    form = make_form({"type": "number", "key": "n", "label": "数", **shape})

    loaded = form.load({"n": answer})["n"]

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize("answer", ["1.5", "1e3", "inf", "9" * 30, "x", [1], True])
def test_what_is_no_whole_number_is_refused(make_form: Any, answer: Any) -> None:
    form = make_form({"type": "number", "key": "n", "label": "数"})

    with pytest.raises(AnswersRefused):
        form.load({"n": answer})


def test_a_percentage_stays_between_nothing_and_everything(make_form: Any) -> None:
    form = make_form({"type": "number", "key": "n", "label": "率", "properties": {"kind": "percent"}})

    with pytest.raises(AnswersRefused, match="修改"):
        form.load({"n": "100.01"})


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("id_number", "11010519491231002x", "110105194912310021"),
        ("phone", "138 1234 5678", "1381234"),
        ("account", "6222 0202 0011 2233", "62-22"),
        ("date", "2026-10-12", "十月"),
        ("money", "1.20", "壹元"),
    ],
)
def test_kinds_check_what_was_typed(make_form: Any, kind: str, right: str, wrong: str) -> None:
    form = make_form({"type": "textfield", "key": "x", "label": "栏", "properties": {"kind": kind}})

    assert form.load({"x": right})["x"] is not None
    with pytest.raises(AnswersRefused):
        form.load({"x": wrong})


def test_a_pattern_is_looked_for_in_the_text(make_form: Any) -> None:
    form = make_form(
        {
            "type": "textfield",
            "key": "no",
            "label": "文号",
            "validate": {"pattern": "〔[0-9]{4}〕[0-9]+号$", "minLength": 6},
        }
    )

    assert form.load({"no": "长新党政办发〔2022〕24号"})["no"] == "长新党政办发〔2022〕24号"
    with pytest.raises(AnswersRefused) as caught:
        form.load({"no": "24号"})
    assert caught.value.fields["no"] == ["至少 6 个字。", "格式不符合要求，请按说明填写。"]


def test_a_truth_value_can_be_an_option(make_form: Any) -> None:
    form = make_form(
        {
            "type": "radio",
            "key": "ok",
            "label": "是否",
            "values": [{"label": "是", "value": True}, {"label": "否", "value": False}],
            "validate": {"required": True},
            "properties": {"output": "ok"},
        }
    )

    assert form.load({"ok": "false"}) == {"ok": False}
    assert form.outputs(form.load({"ok": True})) == {"ok": True}
