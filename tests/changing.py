"""Answers with which people change or abolish an open item: valid as they stand, changed by keyword."""

from __future__ import annotations

from typing import Any

MATERIAL = {
    "name": "纳税证明",
    "kind": "电子件",
    "paper_required": False,
    "tolerable": False,
    "formal_check_standard": "上年度纳税证明，名称与申报主体一致。",
}


def abolition(effective_on: str, **changes: Any) -> dict[str, Any]:
    """F39: the item ends on this day."""
    return {
        "kind": "废止下线",
        "effective_on": effective_on,
        "reason": "上位政策已经废止。",
        "transition": "按旧政策办结",
        "notice_text": "本事项自生效日起不再受理，已受理的照常办结。",
        **changes,
    }


def adjustment(effective_on: str, **changes: Any) -> dict[str, Any]:
    """F39: one more document, and a longer promise."""
    return {
        "kind": "调整",
        "effective_on": effective_on,
        "material": True,
        "changes": [{"element": "handling_days", "new": "20"}],
        "added_materials": [MATERIAL],
        "reason": "须核对纳税情况。",
        "transition": "按旧政策办结",
        "notice_text": "自生效日起增加纳税证明。",
        **changes,
    }


def correction(effective_on: str, **changes: Any) -> dict[str, Any]:
    """F39: another telephone number, nothing that a claim depends on."""
    answers = adjustment(effective_on, material=False, changes=[{"element": "contact", "new": "0431-81190001"}])
    answers.pop("added_materials")
    return {**answers, **changes}


def late_decision(result: str = "同意") -> dict[str, Any]:
    """F44."""
    return {"late_result": result, "opinion": "上级通知较晚，情况属实。"}


def plan() -> dict[str, Any]:
    """What the channels will show."""
    return {"channels": [{}, {"note": "当日零时替换页面"}, {"note": "当日零时替换栏目"}]}


def confirmation(done_on: str, **changes: Any) -> dict[str, Any]:
    """F16: the hall updates itself."""
    rows = [{}, {"url": "https://portal.example/changed"}, {"url": "https://openness.example/changed"}]
    return {"done_on": done_on, "channels": rows, **changes}
