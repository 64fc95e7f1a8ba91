"""Rules of the forms of launching that span several fields (F12, F15, F16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import return_has_reason
from processes.item_words import Channels, DisbursementType, MaterialSource, OpenMode


def _item(values: dict[str, Any]) -> Mapping[str, str]:
    """Channels follow from the materials, and the way of opening from the way the benefit reaches people (R27)."""
    refused: dict[str, str] = {}
    applied_for = values["disbursement_type"] == DisbursementType.APPLY
    if applied_for and values["open_mode"] == OpenMode.NO_APPLICATION:
        refused["open_mode"] = "需要企业申报的事项不能选“不需申报”，请选常年、批次或窗口期。"
    if not applied_for and values["open_mode"] != OpenMode.NO_APPLICATION:
        refused["open_mode"] = "免申即享和定期汇总的事项请选“不需申报”。"
    materials = values.get("materials") or ()
    if any(row["paper_required"] for row in materials) and values.get("channels") == Channels.ONLINE:
        refused["channels"] = "有须交纸质的要件，受理渠道应包含窗口。"
    for number, row in enumerate(materials):
        if row["source"] == MaterialSource.SHARED and not row["share_source"]:
            refused[f"materials.{number}.share_source"] = "来源为数据共享的要件，请写明共享数据来源。"
    return refused | _names_once(materials) | _comparable(values["conditions"])


def _names_once(materials: Any) -> dict[str, str]:
    seen: set[str] = set()
    refused = {}
    for number, row in enumerate(materials):
        if row["name"] in seen:
            refused[f"materials.{number}.name"] = f"要件“{row['name']}”列了不止一次，请合并。"
        seen.add(row["name"])
    return refused


def _comparable(conditions: Any) -> dict[str, str]:
    """A condition that names a field to check says how and with what."""
    return {
        f"conditions.{number}.operator": "填了核验指标的条件，请同时填写比较方式和比较值。"
        for number, row in enumerate(conditions)
        if row["field"] and not (row["operator"] and row["value"])
    }


def _launch(values: dict[str, Any]) -> Mapping[str, str]:
    """A launch names the opening of every item; a return says why."""
    if values["launch_result"] != "上线":
        return {} if values["note"] else {"note": "退回时请说明理由，让经办人知道改什么。"}
    refused: dict[str, str] = {}
    for number, row in enumerate(values["items"]):
        if not row["test_passed"]:
            refused[f"items.{number}.test_passed"] = "试办通过后才能上线。"
        if row["open_date"] is None:
            refused[f"items.{number}.open_date"] = "请填写开放日期。"
        if not row["open_time"]:
            refused[f"items.{number}.open_time"] = "请填写开放时刻，例如 09:00。"
        if row["close_date"] and row["open_date"] and row["close_date"] < row["open_date"]:
            refused[f"items.{number}.close_date"] = "截止日期不能早于开放日期，请核对。"
    return refused


def evidenced(rows: str) -> CrossFieldRules:
    """A rule: every row of the list carries an address or a file as evidence."""

    def rule(values: dict[str, Any]) -> Mapping[str, str]:
        return {
            f"{rows}.{number}.url": "请填写链接，或上传截图作为证明。"
            for number, row in enumerate(values[rows])
            if not row["url"] and not row["evidence"]
        }

    return rule


RULES: Mapping[str, CrossFieldRules] = {
    "fill_item": _item,
    "confirm_guides": return_has_reason("guide_result"),
    "confirm_launch": _launch,
    "publish_by_hand": evidenced("items"),
}
