"""What changed between two versions is told in words people use, down to our own properties."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from processes.checks.words import BPMN
from processes.comparison import Change, ChangeKind, compare
from tests.processes.checks.seeded import (
    Change as Edit,
)
from tests.processes.checks.seeded import (
    also,
    at,
    attribute,
    condition,
    cut,
    flow,
    inside,
    new_flow,
    parameter,
    prop,
    without,
)

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "processes" / "bpmn").iterdir())
REVIEW = (ROOT / "processes" / "bpmn" / "review.bpmn").read_bytes()
TABLE = (ROOT / "processes" / "bpmn" / "review_level.dmn").read_bytes()
FORM = (ROOT / "forms" / "review" / "visit_site.form").read_bytes()


def _edited(content: bytes, edit: Edit) -> bytes:
    root = etree.fromstring(content)
    edit(root)
    return etree.tostring(root)


def _told(edit: Edit, name: str = "review", content: bytes = REVIEW) -> list[Change]:
    return list(compare(f"{name}.bpmn", content, _edited(content, edit)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_file_written_anew_without_change_has_no_difference(path: Path) -> None:
    if path.suffix in (".bpmn", ".dmn"):
        again = etree.tostring(etree.fromstring(path.read_bytes()), pretty_print=True)
    else:
        again = json.dumps(json.loads(path.read_bytes())).encode()
    assert compare(path.name, path.read_bytes(), again) == ()


SENTENCES: list[tuple[Edit, str]] = [
    (
        prop("review_first", "deadline", "DL13"),
        "人工任务“初审”：办理时限 20 个工作日（DL17 审查审批（承诺办结时限）） → 5 个工作日（DL13",
    ),
    (prop("review_second", "post", "approver@implementer_org"), "办理岗位 复审人（部门 implementer_org） → 审定人"),
    (condition("flow_16", '= review_result = "同意"'), '条件 = review_result = "通过" → = review_result = "同意"。'),
    (attribute("review_first", "name", "第一次审查"), "人工任务“第一次审查”：名称 初审 → 第一次审查。"),
    (flow("flow_14", target="visit_site"), "连线“退回初审”：终点 人工任务“初审” → 人工任务“现场核查”。"),
    (parameter("prepare_review_step", value="item_id"), "参数 application_id application_id → item_id"),
    (without("review_depth", "default"), "排他网关“审查层级？”：取消默认连线"),
    (inside("argue_application", "loopDataInputRef", "experts"), "多实例"),
    (new_flow("more", "depth_reached", "review_second"), "新增连线（排他网关 depth_reached → “复审”）。"),
    (cut("flow_14"), "删除连线“退回初审”。"),
]


@pytest.mark.parametrize(("edit", "sentence"), SENTENCES, ids=[sentence[:24] for _, sentence in SENTENCES])
def test_a_change_of_a_diagram_is_one_sentence(edit: Edit, sentence: str) -> None:
    changes = _told(edit)
    assert [one for one in changes if sentence in one.sentence], [one.sentence for one in changes]
    assert all(one.sentence.endswith("。") for one in changes)


def test_a_renamed_step_does_not_change_the_flows_at_it() -> None:
    assert [one.element_id for one in _told(attribute("visit_site", "name", "现场查看"))] == ["visit_site"]


def test_a_duration_is_told_in_days() -> None:
    application = (ROOT / "processes" / "bpmn" / "application.bpmn").read_bytes()
    (one,) = _told(inside("rating_period_over", "timeDuration", "P15D"), "application", application)
    assert (one.what, one.old, one.new) == ("时限", "30 天", "15 天")


def test_a_layout_change_is_kept_apart() -> None:
    def move(root: etree._Element) -> None:
        shape = next(one for one in root.iter() if isinstance(one.tag, str) and one.get("bpmnElement") == "visit_site")
        shape[0].set("x", "77")

    (one,) = _told(move)
    assert one.kind is ChangeKind.MOVED and one.element_id == "visit_site"


def test_a_changed_extension_of_another_tool_is_told() -> None:
    def mark(colour: str) -> Edit:
        def change(root: etree._Element) -> None:
            task = at(root, "visit_site")
            holder = task.find(f"{{{BPMN}}}extensionElements")
            assert holder is not None
            etree.SubElement(holder, "{http://example.org/x}note", colour=colour)

        return change

    marked = _edited(REVIEW, mark("red"))
    (added,) = compare("review.bpmn", REVIEW, marked)
    (changed,) = compare("review.bpmn", marked, _edited(REVIEW, mark("blue")))
    assert added.what == changed.what == "扩展 note" and added.old is None


def _form(edit: Callable[[dict[str, Any]], None]) -> list[Change]:
    form = json.loads(FORM)
    edit(form)
    return list(compare("review/visit_site.form", FORM, json.dumps(form).encode()))


def test_changes_of_a_form_are_told_by_field() -> None:
    def edit(form: dict[str, Any]) -> None:
        by_key = {one.get("key"): one for one in form["components"]}
        by_key["findings"]["validate"] = {"required": False}
        by_key["people"]["properties"]["min_rows"] = 3
        form["components"].append({"type": "textfield", "key": "weather", "label": "天气"})

    told = [one.sentence for one in _form(edit)]
    assert told == ["栏目“核查人员”：最少行数 2 → 3。", "栏目“核查情况”：必填 是 → 否。", "新增栏目“天气”。"]


def test_changes_of_a_table_are_told_by_row_and_column() -> None:
    def edit(root: etree._Element) -> None:
        at(root, "rule_large_amount")[0].text = ">= 30000000"
        rule = at(root, "rule_small")
        parent = rule.getparent()
        assert parent is not None
        parent.remove(rule)

    told = [one.sentence for one in compare("review_level.dmn", TABLE, _edited(TABLE, edit))]
    assert "第 2 行：申请金额（分） >= 50000000 → >= 30000000。" in told
    assert any(one.startswith("删除原第 3 行（申请金额（分） [0..1000000)") for one in told)


def test_several_edits_are_each_told_once() -> None:
    told = _told(also(prop("review_first", "deadline", "DL13"), prop("visit_site", "deadline", "DL13"), cut("flow_14")))
    assert sorted(one.element_id for one in told) == ["flow_14", "review_first", "visit_site"]
