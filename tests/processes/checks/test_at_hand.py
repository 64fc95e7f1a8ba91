"""Which names are at hand at each place of a diagram, and what is said about a text while it is typed."""

from __future__ import annotations

from lxml import etree

from processes.checks import Catalogue, FormInfo, HandlerInfo
from processes.checks.at_hand import NamesAtHand, names_at_hand
from processes.checks.diagram import build
from processes.checks.live import remarks
from tests.processes.checks.drawing import diagram, properties

CATALOGUE = Catalogue(
    forms={"ask": FormInfo("ask", "询问", ("answer", "grade"), {"grade": ("A", "B")})},
    handlers={"look_up": HandlerInfo("look_up", "查询", "service_task", (), ("found",))},
)
FLOW = "S:begun U:first X:which U:second E:done E:other begun>first>which which>second>done which>other"
PLAIN = diagram(
    FLOW,
    key="sample",
    inner={
        "first": properties(form="ask"),
        "second": properties(outputs="ok:boolean, amount:integer"),
    },
    process=properties(inputs="item_id"),
)


def at_hand(content: bytes) -> NamesAtHand:
    return names_at_hand(build(etree.fromstring(content), file="sample.bpmn"), catalogue=CATALOGUE, tables={})


def test_a_name_is_at_hand_from_the_element_on_that_brings_it() -> None:
    found = at_hand(PLAIN)

    assert found.at["begun"] == ("item_id",)
    assert found.at["which"] == ("answer", "grade", "item_id")
    assert found.at["done"] == ("amount", "answer", "grade", "item_id", "ok")
    assert found.at["other"] == ("answer", "grade", "item_id")


def test_a_flow_sees_what_is_at_hand_when_its_source_is_left() -> None:
    found = at_hand(PLAIN)
    root = etree.fromstring(PLAIN)
    flows = {one.get("sourceRef"): one.get("id") for one in root.iter("{*}sequenceFlow")}

    assert found.at[flows["first"]] == ("answer", "grade", "item_id")
    assert found.at[flows["begun"]] == ("item_id",)


def test_a_name_carries_its_source_its_type_and_the_values_offered_for_it() -> None:
    names = {one.name: one for one in at_hand(PLAIN).names}

    assert names["item_id"].sources == ("sample",)
    assert names["grade"].sources == ("first",)
    assert names["grade"].values == ("A", "B")
    assert (names["amount"].type, names["ok"].values) == ("integer", (True, False))


def test_a_diagram_in_the_middle_of_drawing_has_names_too() -> None:
    loose = diagram("S:begun U:first U:alone begun>first", key="sample", inner={"first": properties(form="ask")})

    assert at_hand(loose).at["alone"] == ("decision",)  # its own outcome only
    assert at_hand(loose).at["first"] == ("answer", "grade")


def test_a_misspelt_name_is_answered_with_the_near_one() -> None:
    [remark] = remarks("= amuont > 5", "expression", known=frozenset({"amount"}))

    assert (remark.code, remark.severity) == ("UNKNOWN_NAME", "warning")
    assert "是否想写 amount？" in remark.message


def test_a_fault_in_an_expression_is_told_with_its_place() -> None:
    [remark] = remarks('decision = "通过', "expression", known=None)

    assert (remark.code, remark.severity, remark.line) == ("EXPRESSION_INVALID", "error", 1)


def test_a_line_of_a_script_may_use_what_a_line_above_it_set() -> None:
    script = "total = a + 1\nshare = total / 2\nwrong = missing"

    found = remarks(script, "script", known=frozenset({"a"}))

    assert [(one.code, one.line) for one in found] == [("UNKNOWN_NAME", 3)]


def test_a_script_line_that_is_no_assignment_is_told_with_its_line() -> None:
    [remark] = remarks("a = 1\nif a then b", "script", known=None)

    assert (remark.code, remark.line) == ("SCRIPT_LINE", 2)


def test_a_timer_text_is_judged_by_its_kind() -> None:
    assert remarks("P5D", "timeDuration", known=None) == []
    assert remarks("", "timeDuration", known=None) == []
    [remark] = remarks("5天", "timeDuration", known=None)
    assert remark.code == "TIMER_INVALID"
    assert remarks("= working days after(today(), 5)", "timeDate", known=frozenset()) == []
