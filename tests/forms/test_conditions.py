"""What a condition hides is neither asked for nor kept, whatever the browser sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.compiler import CompiledForm, compile_form
from forms.model import Option
from processes.errors import AnswersRefused

MakeForm = Callable[..., CompiledForm]


def text(key: str, hide: str | None = None, **more: Any) -> dict[str, Any]:
    conditional = {"conditional": {"hide": hide}} if hide else {}
    return {"type": "textfield", "key": key, "label": f"栏{key}", **conditional, **more}


REQUIRED = {"validate": {"required": True}}


def test_a_hidden_answer_is_dropped_even_when_it_was_sent(make_form: MakeForm) -> None:
    form = make_form(text("kind"), text("rd", '=kind != "hightech"', properties={"output": "rd"}))

    values = form.load({"kind": "other", "rd": "99"})

    assert values == {"kind": "other"}
    assert form.outputs(values) == {"rd": None}
    assert form.load({"kind": "hightech", "rd": "99"}) == {"kind": "hightech", "rd": "99"}


def test_a_hidden_answer_is_not_even_validated(make_form: MakeForm) -> None:
    form = make_form(text("kind"), text("id", '=kind = "none"', properties={"kind": "id_number"}))

    assert form.load({"kind": "none", "id": "nonsense"}) == {"kind": "none"}


def test_a_conditional_field_is_required_exactly_while_it_shows(make_form: MakeForm) -> None:
    form = make_form(text("kind"), text("why", '=kind = "none"', **REQUIRED))

    assert form.load({"kind": "none"}) == {"kind": "none"}
    with pytest.raises(AnswersRefused) as caught:
        form.load({"kind": "some"})
    assert caught.value.fields == {"why": ["请填写“栏why”。"]}


def test_a_required_number_of_nothing_is_an_answer(make_form: MakeForm) -> None:
    form = make_form(text("kind"), {**text("n", '=kind = "none"', **REQUIRED), "type": "number"})

    assert form.load({"kind": "some", "n": 0})["n"] == 0


def test_a_conditional_tick_must_be_given_while_it_shows(make_form: MakeForm) -> None:
    form = make_form(text("kind"), {**text("ok", '=kind = "none"', **REQUIRED), "type": "checkbox"})

    assert form.load({"kind": "none"}) == {"kind": "none"}
    with pytest.raises(AnswersRefused) as caught:
        form.load({"kind": "some", "ok": False})
    assert caught.value.fields == {"ok": ["必须勾选后才能提交。"]}


def test_a_hidden_group_hides_all_its_members(make_form: MakeForm) -> None:
    group = {"type": "group", "label": "附加", "components": [text("a", **REQUIRED)], "conditional": {"hide": "=no"}}
    form = make_form({"type": "checkbox", "key": "no", "label": "无"}, group)

    assert form.load({"no": True, "a": "x"}) == {"no": True}
    with pytest.raises(AnswersRefused):
        form.load({"no": False})


def test_conditions_follow_each_other(make_form: MakeForm) -> None:
    form = make_form(text("a"), text("b", '=a = "hide"'), text("c", "=b = null"))

    assert form.load({"a": "hide", "b": "1", "c": "2"}) == {"a": "hide"}
    assert form.load({"a": "show", "b": "1", "c": "2"}) == {"a": "show", "b": "1", "c": "2"}


def test_rules_see_a_hidden_field_as_blank(make_form: MakeForm) -> None:
    form = make_form(text("a"), text("b", '=a = "hide"'))
    seen: list[dict[str, Any]] = []

    def rules(values: dict[str, Any]) -> dict[str, str]:
        seen.append(values)
        return {}

    assert form.load({"a": "hide", "b": "1"}, extra=rules) == {"a": "hide"}
    assert seen == [{"a": "hide", "b": None}]


def test_columns_are_hidden_row_by_row(make_form: MakeForm) -> None:
    columns = [
        {"type": "checkbox", "key": "present", "label": "已提交"},
        text("note", "=present", **REQUIRED),
    ]
    form = make_form({"type": "dynamiclist", "path": "lines", "label": "要件", "components": columns})

    with pytest.raises(AnswersRefused) as caught:
        form.load({"lines": [{"present": True, "note": "x"}, {"present": False}]})
    assert caught.value.fields == {"lines.1.note": ["请填写“栏note”。"]}
    assert form.load({"lines": [{"present": True, "note": "x"}, {"present": False, "note": "缺原件"}]}) == {
        "lines": [{"present": True}, {"present": False, "note": "缺原件"}]
    }


def test_conditions_see_money_in_yuan_dates_as_text_and_rows_as_lists(make_form: MakeForm) -> None:
    form = make_form(
        {"type": "number", "key": "amount", "label": "金额", "properties": {"kind": "money"}},
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "日期"},
        {"type": "dynamiclist", "path": "rows", "label": "行", "components": [{**text("n"), "type": "number"}]},
        text("big", "=not(amount > 1000.5)"),
        text("late", '=not(day > "2026-10-01")'),
        text("sum", "=not(sum(rows.n) > 10)"),
    )
    answers = {"amount": "1,000.51", "day": "2026-10-02", "rows": [{"n": "5"}, {"n": 6}]}

    assert form.hidden(answers) == frozenset()
    assert form.hidden({"amount": "1000.50", "day": "2026-10-01", "rows": [{"n": 5}]}) == {"big", "late", "sum"}


@pytest.mark.parametrize("broken", [{"amount": "abc"}, {"amount": {"a": 1}}, {"rows": "x"}, {"rows": [1]}, {"day": 5}])
def test_half_typed_answers_are_null_to_conditions(make_form: MakeForm, broken: dict[str, Any]) -> None:
    form = make_form(
        {"type": "number", "key": "amount", "label": "金额", "properties": {"kind": "money"}},
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "日期"},
        {"type": "dynamiclist", "path": "rows", "label": "行", "components": [text("n")]},
        text("x", "=amount = null and day = null"),
    )

    assert form.hidden(broken) == {"x"}


def test_given_values_drive_conditions_and_cannot_be_changed(make_form: MakeForm) -> None:
    form = make_form(
        {"type": "datetime", "subtype": "date", "key": "due", "dateLabel": "期限", "readonly": True},
        {"type": "number", "key": "left", "label": "余额", "properties": {"kind": "money", "readonly": "true"}},
        text("late", '=due > "2026-10-01"', **REQUIRED),
        text("over", "=left > 100"),
    )
    given_values = {"due": date(2026, 10, 2), "left": 10_001}

    assert form.load({}, given=given_values) == given_values
    assert form.hidden({}, given=given_values) == {"late", "over"}
    with pytest.raises(AnswersRefused) as caught:
        form.load({"due": "2026-12-31"}, given=given_values)
    assert caught.value.fields == {"due": ["本栏由系统填写，不能修改。"]}


def test_rows_that_were_given_keep_their_number_and_their_fixed_columns(make_form: MakeForm) -> None:
    columns = [text("material", readonly=True), {"type": "checkbox", "key": "present", "label": "已提交"}]
    form = make_form(
        {"type": "dynamiclist", "path": "lines", "label": "要件", "allowAddRemove": False, "components": columns}
    )
    given_lines = {"lines": [{"material": "营业执照"}, {"material": "审计报告"}]}

    loaded = form.load({"lines": [{"present": True}, {}]}, given=given_lines)

    assert loaded == {"lines": [{"material": "营业执照", "present": True}, {"material": "审计报告", "present": False}]}
    with pytest.raises(AnswersRefused) as caught:
        form.load({"lines": [{"present": True}]}, given=given_lines)
    assert caught.value.fields == {"lines": ["“要件”应为 2 行，不能增减。"]}


def test_the_number_of_rows_can_be_bounded(make_form: MakeForm) -> None:
    bounds = {"min_rows": 2, "max_rows": "3"}
    form = make_form(
        {"type": "dynamiclist", "path": "people", "label": "人员", "components": [text("n")], "properties": bounds}
    )

    for count, words in ((0, "至少填写 2 行"), (1, "至少填写 2 行"), (4, "最多填写 3 行")):
        with pytest.raises(AnswersRefused) as caught:
            form.load({"people": [{"n": "x"}] * count})
        assert words in caught.value.fields["people"][0]
    assert len(form.load({"people": [{"n": "x"}] * 3})["people"]) == 3


def test_options_inside_rows_are_checked_too(make_form: MakeForm) -> None:
    column = {"type": "select", "key": "org", "label": "部门", "valuesKey": "orgs"}
    form = make_form({"type": "dynamiclist", "path": "rows", "label": "行", "components": [column]})
    orgs = {"orgs": [Option("ORG-FIN", "财政局")]}

    assert form.load({"rows": [{"org": "ORG-FIN"}]}, options=orgs) == {"rows": [{"org": "ORG-FIN"}]}
    with pytest.raises(AnswersRefused) as caught:
        form.load({"rows": [{"org": "ORG-FIN"}, {"org": "ORG-X"}]}, options=orgs)
    assert caught.value.fields == {"rows.1.org": ["请从选项中选择。"]}


LETTERS = st.sampled_from("abcd")


@given(
    hides=st.lists(
        st.tuples(LETTERS, st.sampled_from(["=", "!="]), st.sampled_from(["1", "2"])), min_size=4, max_size=4
    ),
    answers=st.dictionaries(LETTERS, st.sampled_from(["1", "2"])),
)
def test_hidden_and_shown_fields_always_part_the_form(
    hides: list[tuple[str, str, str]], answers: dict[str, str]
) -> None:
    components = [
        text(key, f'={other} {sign} "{value}"') for key, (other, sign, value) in zip("abcd", hides, strict=True)
    ]
    source = {"type": "default", "id": "sample", "schemaVersion": 19, "components": components}
    form = compile_form(orjson.dumps(source))

    hidden = form.hidden(answers)
    values = form.load(answers)

    assert set(values) == set("abcd") - hidden
    assert {key: value for key, value in values.items() if value} == {
        key: value for key, value in answers.items() if key not in hidden
    }
