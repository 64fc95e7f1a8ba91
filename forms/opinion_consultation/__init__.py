"""Rules of the consultation's forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import clause_numbers_once, return_has_reason
from processes.policy_words import Adoption, FairResult, FundResult, LegalResult, Stance

#: The four groups of standards every fair-competition review goes through.
STANDARDS = ("市场准入和退出", "商品和要素自由流动", "影响生产经营成本", "影响生产经营行为")


def _opening(values: dict[str, Any]) -> Mapping[str, str]:
    begins, ends = values.get("comment_from"), values.get("comment_to")
    if begins is not None and ends is not None and ends <= begins:
        return {"comment_to": "公开征求意见截止日应晚于开始日，请核对。"}
    return {}


def _outside_reply(values: dict[str, Any]) -> Mapping[str, str]:
    if values["typed_for_them"] and not values["files"]:
        return {"files": "代为录入的意见必须附原件、记录或照片。"}
    return {}


def _fair_review(values: dict[str, Any]) -> Mapping[str, str]:
    """All four standards judged, and a conclusion that follows from the findings."""
    findings = {row["finding"] for row in values["findings"]}
    missing = [name for name in STANDARDS if name not in {row["standard"] for row in values["findings"]}]
    if missing:
        return {"findings": f"还没有对照：{'、'.join(missing)}。四类标准都要逐类审查。"}
    if "违反" in findings and values["conclusion"] != FairResult.FAILED:
        return {"conclusion": "有“违反”的情形，结论只能是“不符合”。请修改政策措施后重新审查。"}
    if "适用例外" in findings and values["conclusion"] == FairResult.NO_EFFECT:
        return {"conclusion": "有“适用例外”的情形，结论应为“适用例外”，并写明例外规定和期限。"}
    return {}


def _legal_reply(values: dict[str, Any]) -> Mapping[str, str]:
    if values["legal_result"] == LegalResult.FAILED and values["stance"] == Stance.AGREE:
        return {"stance": "合法性审核不通过，总体意见不能是“同意”。"}
    return {}


def _finance_reply(values: dict[str, Any]) -> Mapping[str, str]:
    if values["fund_result"] == FundResult.SECURED and not values["fund_clear"]:
        return {"fund_result": "资金来源尚不明确，不能认定为“有保障”。请勾选资金来源已明确，或改选结论。"}
    if values["fund_result"] == FundResult.NOT_SECURED and values["stance"] == Stance.AGREE:
        return {"stance": "资金无保障，总体意见不能是“同意”。"}
    return {}


def _summary(values: dict[str, Any]) -> Mapping[str, str]:
    return {
        f"rows.{number}.reason": "未采纳或部分采纳的意见，请说明理由。"
        for number, row in enumerate(values["rows"])
        if row["adopted"] != Adoption.ADOPTED and not row["reason"]
    }


RULES: Mapping[str, CrossFieldRules] = {
    "open_consultation": _opening,
    "reply_outside": _outside_reply,
    "draft_text": clause_numbers_once,
    "review_fair_competition": _fair_review,
    "reply_legal": _legal_reply,
    "reply_finance": _finance_reply,
    "summarise_opinions": _summary,
    "confirm_summary": return_has_reason("confirm_result"),
}
