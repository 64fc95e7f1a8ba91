"""What was answered is shown the way people write it, and personal values only in part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forms.display import BLANK, display, input_text
from forms.model import Field, Option

YES_NO = (Option(True, "是"), Option(False, "否"))
SIZES = (Option("large", "大型"), Option("small", "小微"))


def field(type_: str = "textfield", **more: Any) -> Field:
    return Field(type=type_, key="x", label="栏", **more)


@pytest.mark.parametrize(
    ("shape", "value", "shown"),
    [
        pytest.param(field(kind="money"), 1000050, "10,000.50 元", id="money"),
        pytest.param(field("datetime", kind="date"), date(2026, 10, 12), "2026年10月12日", id="date"),
        pytest.param(field("datetime", kind="date"), "2026-10-12", "2026年10月12日", id="stored date"),
        pytest.param(field("number"), 12345, "12,345", id="number"),
        pytest.param(field("number"), 0, "0", id="nothing is a number"),
        pytest.param(field("number", kind="percent"), Decimal("12.50"), "12.5%", id="percent"),
        pytest.param(field("radio", values=SIZES), "small", "小微", id="option"),
        pytest.param(field("radio", values=YES_NO), False, "否", id="no as an option"),
        pytest.param(field("checklist", values=SIZES), ["large", "small"], "大型、小微", id="several options"),
        pytest.param(field("select", values=SIZES), "gone", "gone", id="option that no longer exists"),
        pytest.param(field("checkbox"), True, "是", id="tick"),
        pytest.param(field("checkbox"), False, "否", id="no tick"),
        pytest.param(field("filepicker"), ["a", "b"], "2 个附件", id="files"),
        pytest.param(field("dynamiclist"), [{}], "共 1 行", id="rows"),
        pytest.param(field("textarea"), "两行\n文字", "两行\n文字", id="text"),
        pytest.param(field(), None, BLANK, id="nothing"),
        pytest.param(field("checklist", values=SIZES), [], BLANK, id="nothing chosen"),
    ],
)
def test_values_are_shown_for_people(shape: Field, value: Any, shown: str) -> None:
    assert display(shape, value) == shown


def test_labels_of_supplied_options_are_used() -> None:
    chosen = field("select", values_key="orgs")

    assert display(chosen, "ORG-FIN", options={"orgs": [Option("ORG-FIN", "财政局")]}) == "财政局"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("id_number", "11010519491231002X", "110105********002X"),
        ("phone", "13812345678", "138****5678"),
        ("account", "6222020200112233445", "***************3445"),
        (None, "张示例", "张**"),
    ],
)
def test_personal_values_are_masked_unless_revealed(kind: str | None, value: str, shown: str) -> None:
    personal = field(kind=kind, personal=True)

    assert display(personal, value) == shown
    assert display(personal, value, reveal=True) == value


@pytest.mark.parametrize(
    ("shape", "value", "text"),
    [
        (field(kind="money"), 1000050, "10000.50"),
        (field("datetime", kind="date"), date(2026, 1, 2), "2026-01-02"),
        (field("radio", values=YES_NO), True, "true"),
        (field("number"), 12345, "12345"),
        (field("number", decimal_digits=2), Decimal("1234.50"), "1234.5"),
        (field(), "文字", "文字"),
        (field(), None, ""),
        (field("checklist"), ["a"], ""),
    ],
)
def test_values_stand_in_inputs_the_way_they_are_typed(shape: Field, value: Any, text: str) -> None:
    assert input_text(shape, value) == text
