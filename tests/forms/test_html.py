"""A posted HTML form means the same as the JSON answers of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forms.compiler import CompiledForm, quick_form
from forms.display import input_text
from forms.model import Option
from processes.errors import AnswersRefused, BadRequest, DefinitionRefused
from processes.money import MAX_FEN, format_yuan

MakeForm = Callable[..., CompiledForm]


def test_a_posted_form_loads_like_json(an_application_form: CompiledForm) -> None:
    files = [str(uuid4()), str(uuid4())]
    posted = MultiDict(
        [
            ("csrf_token", "x"),
            ("name", " 示例科技 "),
            ("code", ""),
            ("amount", "10,000.50"),
            ("scale", "large"),
            ("why", "甲\r\n乙"),
            ("item", "item-1"),
            ("tags", "tech"),
            ("tags", "make"),
            ("rows-0-name", "张示例"),
            ("rows-0-age", "30"),
            ("rows-2-name", "李示例"),
            ("rows-2-age", ""),
            ("rows-7-name", " "),
            ("files", files[0]),
            ("files", files[1]),
            ("files", ""),
            ("promise", "on"),
        ]
    )

    answers = an_application_form.from_html(posted)
    values = an_application_form.load(answers, options={"items": [Option("item-1", "高企认定奖补")]})

    assert answers["amount"] == "10,000.50"
    assert values == {
        "name": "示例科技",
        "code": None,
        "amount": 1000050,
        "since": None,
        "scale": "large",
        "why": "甲\n乙",
        "item": "item-1",
        "tags": ["tech", "make"],
        "rows": [{"name": "张示例", "age": 30}, {"name": "李示例", "age": None}],
        "files": files,
        "promise": True,
    }


def test_an_unticked_box_is_a_no(an_application_form: CompiledForm) -> None:
    assert an_application_form.from_html(MultiDict())["promise"] is False


def test_names_the_form_does_not_have_are_left_out(an_application_form: CompiledForm) -> None:
    answers = an_application_form.from_html(MultiDict({"typename": "x", "rows-0-typename": "x", "rows-x-name": "y"}))

    assert "typename" not in answers
    assert answers["rows"] == []


def test_fixed_rows_stay_even_when_nothing_in_them_was_ticked(make_form: MakeForm) -> None:
    columns = [
        {"type": "textfield", "key": "material", "label": "要件", "readonly": True},
        {"type": "checkbox", "key": "present", "label": "已提交"},
    ]
    form = make_form(
        {"type": "dynamiclist", "path": "lines", "label": "要件", "allowAddRemove": False, "components": columns}
    )
    lines = {"lines": [{"material": "甲"}, {"material": "乙"}, {"material": "丙"}]}

    answers = form.from_html(MultiDict({"lines-1-present": "on", "lines-1-material": "改"}), given=lines)

    assert form.load(answers, given=lines)["lines"] == [
        {"material": "甲", "present": False},
        {"material": "乙", "present": True},
        {"material": "丙", "present": False},
    ]


def test_an_absurd_number_of_rows_is_refused(an_application_form: CompiledForm) -> None:
    posted = MultiDict({f"rows-{number}-name": "x" for number in range(501)})

    with pytest.raises(BadRequest, match="行数太多"):
        an_application_form.from_html(posted)


@given(fen=st.integers(0, MAX_FEN), separators=st.booleans())
def test_money_survives_the_way_through_the_page(fen: int, separators: bool) -> None:
    form = quick_form("amount:money", "金额")
    shown = format_yuan(fen) if separators else input_text(form.fields[0], fen)

    values = form.load(form.from_html(MultiDict({"amount": shown})))

    assert values == {"amount": fen}
    assert form.outputs(values) == {"amount": fen}


def test_a_quick_form_asks_for_every_output_of_its_task() -> None:
    form = quick_form("decision:text, amount:integer, ok:boolean, when:date, 比例:number", "登记")

    values = form.load(
        form.from_html(MultiDict({"decision": "pass", "amount": "5", "when": "2026-10-12", "比例": "0.5"}))
    )

    assert form.title == "登记"
    assert form.outputs(values) == {"decision": "pass", "amount": 5, "ok": False, "when": "2026-10-12", "比例": 0.5}
    with pytest.raises(AnswersRefused) as caught:
        form.load({})
    assert set(caught.value.fields) == {"decision", "amount", "when", "比例"}


@pytest.mark.parametrize("outputs", ["", "decision", "decision:blob", "a b:text", "typename:text", "a:text,a:text"])
def test_outputs_nobody_can_read_are_refused(outputs: str) -> None:
    with pytest.raises(DefinitionRefused):
        quick_form(outputs, "登记")


def test_a_row_value_can_be_shown_again(make_form: MakeForm) -> None:
    form: Any = make_form({"type": "number", "key": "n", "label": "数", "decimalDigits": 2})

    assert input_text(form.fields[0], form.load({"n": "1,234.50"})["n"]) == "1234.5"
