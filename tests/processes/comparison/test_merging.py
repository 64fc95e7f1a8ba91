"""Three-way merge: what only one side changed is kept, what both changed is a conflict with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from processes.comparison import compare, merge
from processes.errors import BadRequest, DefinitionRefused
from tests.processes.checks.seeded import Change as Edit
from tests.processes.checks.seeded import (
    at,
    attribute,
    condition,
    cut,
    dropped,
    erased,
    flow,
    inside,
    new_flow,
    parameter,
    prop,
)

ROOT = Path(__file__).parents[3]
REVIEW = (ROOT / "processes" / "bpmn" / "review.bpmn").read_bytes()
TABLE = (ROOT / "processes" / "bpmn" / "review_level.dmn").read_bytes()
FORM = (ROOT / "forms" / "review" / "visit_site.form").read_bytes()

#: Edits that do not touch each other.
APART: list[Edit] = [
    prop("review_first", "deadline", "DL13"),
    prop("review_second", "post", "approver@implementer_org"),
    prop("review_second", "deadline", "DL13"),
    attribute("visit_site", "name", "现场查看"),
    condition("flow_16", '= review_result = "同意"'),
    condition("flow_5", '= review_level = "普通"'),
    flow("flow_14", target="visit_site"),
    parameter("prepare_review_step", value="item_id"),
    inside("argue_application", "loopDataInputRef", "experts"),
    new_flow("more", "depth_reached", "review_second"),
    dropped("give_joint_opinion", "multiInstanceLoopCharacteristics"),
    cut("flow_18"),
]


def _edited(edits: list[Edit], content: bytes = REVIEW) -> bytes:
    root = etree.fromstring(content)
    for edit in edits:
        edit(root)
    return etree.tostring(root)


@settings(max_examples=60, deadline=None)
@given(sides=st.lists(st.sampled_from(("mine", "theirs", "both", "none")), min_size=12, max_size=12))
def test_edits_that_lie_apart_are_all_kept_without_conflict(sides: list[str]) -> None:
    picked = list(zip(APART, sides, strict=True))
    mine = _edited([edit for edit, side in picked if side in ("mine", "both")])
    theirs = _edited([edit for edit, side in picked if side in ("theirs", "both")])
    every = _edited([edit for edit, side in picked if side != "none"])
    one, other = merge("review.bpmn", REVIEW, mine, theirs), merge("review.bpmn", REVIEW, theirs, mine)
    assert one.conflicts == other.conflicts == ()
    assert compare("review.bpmn", one.content, every) == compare("review.bpmn", other.content, every) == ()


@pytest.mark.parametrize("edit", APART)
def test_a_side_that_alone_changed_comes_out_byte_for_byte(edit: Edit) -> None:
    changed = _edited([edit])
    assert merge("review.bpmn", REVIEW, changed, REVIEW).content == changed
    assert merge("review.bpmn", REVIEW, REVIEW, changed).content == changed
    assert merge("review.bpmn", REVIEW, changed, changed).content == changed


def test_the_same_property_changed_differently_is_a_conflict_that_keeps_mine() -> None:
    mine = _edited([prop("review_first", "deadline", "DL13")])
    theirs = _edited([prop("review_first", "deadline", "DL14"), attribute("visit_site", "name", "查看")])
    merged = merge("review.bpmn", REVIEW, mine, theirs)
    (one,) = merged.conflicts
    assert (one.element_id, one.what, one.base, one.mine, one.theirs) == (
        "review_first",
        "办理时限",
        "DL17",
        "DL13",
        "DL14",
    )
    assert one.sentence == ("人工任务“初审”的办理时限：原来是“DL17”，您改成“DL13”，对方改成“DL14”。暂按您的，请核对。")
    root = etree.fromstring(merged.content)
    assert at(root, "visit_site").get("name") == "查看"


def test_a_step_deleted_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    mine = _edited([erased("visit_site"), cut("flow_8"), cut("flow_9")])
    theirs = _edited([prop("visit_site", "deadline", "DL13")])
    merged = merge("review.bpmn", REVIEW, mine, theirs)
    assert [one.element_id for one in merged.conflicts] == ["visit_site"]
    assert "您删除了它，对方却修改了它" in merged.conflicts[0].sentence
    assert b'id="visit_site"' not in merged.content


def test_a_flow_to_a_step_the_other_side_deleted_is_told() -> None:
    mine = _edited([flow("flow_14", target="visit_site")])
    theirs = _edited([erased("visit_site"), cut("flow_8"), cut("flow_9")])
    merged = merge("review.bpmn", REVIEW, mine, theirs)
    assert [one.element_id for one in merged.conflicts] == ["flow_14"]
    assert "已被另一方删除" in merged.conflicts[0].sentence


def test_rows_of_a_table_merge_by_row() -> None:
    def text(key: str, words: str) -> Edit:
        def change(root: etree._Element) -> None:
            at(root, key)[0].text = words

        return change

    mine = _edited([text("rule_large_amount", ">= 30000000")], TABLE)
    theirs = _edited([text("rule_small_amount", "[0..500000)")], TABLE)
    merged = merge("review_level.dmn", TABLE, mine, theirs)
    assert merged.conflicts == ()
    assert len(compare("review_level.dmn", TABLE, merged.content)) == 2


def test_fields_of_a_form_merge_by_field() -> None:
    mine, theirs = json.loads(FORM), json.loads(FORM)
    by_key = [{one.get("key"): one for one in form["components"]} for form in (mine, theirs)]
    by_key[0]["findings"]["label"] = "查看情况"
    mine["components"].append({"type": "textfield", "key": "weather", "label": "天气"})
    by_key[1]["people"]["properties"]["min_rows"] = 3
    by_key[1]["findings"]["description"] = "写明所见。"
    merged = merge("review/visit_site.form", FORM, json.dumps(mine).encode(), json.dumps(theirs).encode())
    assert merged.conflicts == ()
    assert [one.sentence for one in compare("review/visit_site.form", FORM, merged.content)] == [
        "栏目“核查人员”：最少行数 2 → 3。",
        "栏目“查看情况”：名称 核查情况 → 查看情况。",
        "栏目“查看情况”：新设说明“写明所见。”。",
        "新增栏目“天气”。",
    ]


def test_what_cannot_be_read_or_is_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRequest):
        merge("a.txt", b"1", b"2", b"3")
    with pytest.raises(DefinitionRefused):
        merge("a.bpmn", REVIEW, b"<a>", b"<b/>")
    with pytest.raises(DefinitionRefused):
        merge("a.form", FORM, b"[]", b"{}")
