"""Rules of the standardization review's forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import clause_numbers_once, return_has_reason
from processes.policy_words import LineResult, ReviewResult

#: The elements that guidance must word in standard terms (三(二)2).
GUIDED = ("实施主体", "办理时限", "申报要件", "兑现内容")


def _guidance(values: dict[str, Any]) -> Mapping[str, str]:
    given = {row["element"] for row in values["elements"]}
    missing = [name for name in GUIDED if name not in given]
    return {"elements": f"还没有给出意见：{'、'.join(missing)}。"} if missing else {}


def _review(values: dict[str, Any]) -> Mapping[str, str]:
    """A failed line and a rejected finding carry words; a text with a failed line does not pass."""
    refused = {
        f"checklist.{number}.remark": "不合格的要点请写明问题。"
        for number, row in enumerate(values["checklist"])
        if row["outcome"] == LineResult.FAILED and not row["remark"]
    }
    refused |= {
        f"term_findings.{number}.reason": "不采纳的用词提示请说明理由。"
        for number, row in enumerate(values["term_findings"])
        if row["decision"] == "不采纳" and not row["reason"]
    }
    failed = [number for number, row in enumerate(values["checklist"], 1) if row["outcome"] == LineResult.FAILED]
    if failed and values["result"] == ReviewResult.PASSED:
        lines = "、".join(str(number) for number in failed)
        refused["result"] = f"第 {lines} 项不合格，审查意见不能是“通过”。请选“退回修改”或“不通过”。"
    return refused


RULES: Mapping[str, CrossFieldRules] = {
    "apply_review": clause_numbers_once,
    "resubmit_review": clause_numbers_once,
    "give_guidance": _guidance,
    "review_text": _review,
    "approve_review": return_has_reason("approve_result"),
}
