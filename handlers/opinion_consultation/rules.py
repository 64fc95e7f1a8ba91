"""What a consultation must hold to: the comment period, the answers nobody may leave out, what forbids a good end.

Source: 长新党政办发〔2022〕24号, 三(一)2、三(二)1; gates G1b and G11; deadline rule DL14.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handlers.stage import TaskContext
from processes.deadlines import compute
from processes.policy_words import (
    CONCLUSIONS,
    MUST_REPLY,
    POSITIVE,
    ConsultationKind,
    FairReply,
    FairResult,
    FundResult,
    LegalResult,
    SourceType,
)
from storage import policies
from storage.models.policies import Policy
from storage.models.policy_opinions import Consultation, Opinion


def earliest_comment_end(task: TaskContext, policy: Policy, begins: date) -> date:
    """The first day on which public comment that begins on `begins` may end (by 24:00).

    DL14: seven working days; thirty calendar days when the policy touches business operation or is a major decision.
    """
    ends = compute("DL14", anchor=begins, calendar=task.calendar).date
    if policy.economic_activity or policy.major_decision:
        ends = max(ends, compute("DL14B", anchor=begins, calendar=task.calendar).date)
    return ends


def opening_refusals(task: TaskContext, policy: Policy, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with how a consultation is to be opened, by field."""
    refused: dict[str, list[str]] = {}
    if task.variables.get("kind") == ConsultationKind.FORMULATION:
        if not answers["invited"] and not answers["no_outside_reason"]:
            refused["invited"] = ["请至少邀请一家企业、行业协会或商会；确无对象的，请在下栏说明理由。"]
        if policy.specialised and not answers["expert_orgs"]:
            refused["expert_orgs"] = ["本政策专业性较强，请至少邀请一家单位的专家论证。"]
        if policy.major_decision and not answers["public_comment"]:
            refused["public_comment"] = ["本政策属于重大行政决策，必须公开征求社会公众意见。"]
    if answers["reply_due"] < task.today:
        refused["reply_due"] = ["回复日期不能早于今天。"]
    return refused | _period_refusals(task, policy, answers)


def _period_refusals(task: TaskContext, policy: Policy, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    if not answers["public_comment"]:
        return {}
    begins, ends = answers["comment_from"], answers["comment_to"]
    if begins < task.today:
        return {"comment_from": ["公开征求意见不能从过去的日期开始。"]}
    earliest = earliest_comment_end(task, policy, begins)
    if ends >= earliest:
        return {}
    long = policy.economic_activity or policy.major_decision
    least = "30 日（涉及经营者经济活动或重大行政决策）" if long else "7 个工作日"
    return {"comment_to": [f"公开征求意见不得少于 {least}，截止日最早为 {earliest.isoformat()}。"]}


def forbidden_reasons(task: TaskContext, consultation: Consultation, policy: Policy) -> tuple[str, ...]:
    """Why the consultation may not end in 可行 or 可上线: a missing answer, or one that says no. Empty: it may."""
    opinions = policies.list_opinions(task.session, consultation)
    kind = ConsultationKind(consultation.kind)
    answered = {each.source_type for each in opinions if each.stance is not None}
    reasons = [f"{source}还没有答复（不以沉默视为同意）" for source in MUST_REPLY[kind] if source not in answered]
    for opinion in opinions:
        reasons += _refusals_of(opinion)
    if policy.economic_activity and kind is ConsultationKind.FORMULATION:
        reasons += _fair_refusals(task, consultation, policy)
    return tuple(reasons)


def _refusals_of(opinion: Opinion) -> list[str]:
    reasons = []
    if opinion.legal_result == LegalResult.FAILED:
        reasons.append("政法办合法性审核不通过")
    if opinion.fair_result == FairReply.FAILED:
        reasons.append("政法办认为不符合公平竞争要求")
    if opinion.fund_result == FundResult.NOT_SECURED:
        reasons.append("财政局认为资金无保障")
    if opinion.source_type == SourceType.DATA_BUREAU and opinion.online_feasible is False:
        reasons.append("政数局认为不能上线运行")
    return reasons


def _fair_refusals(task: TaskContext, consultation: Consultation, policy: Policy) -> list[str]:
    review = policies.find_fair_review(task.session, policy)
    if review is None or review.consultation_id != consultation.id:
        return ["还没有公平竞争审查结论"]
    return ["公平竞争审查不符合"] if review.conclusion == FairResult.FAILED else []


def allowed_conclusions(consultation: Consultation, reasons: Sequence[str]) -> tuple[str, ...]:
    """The conclusions that may be chosen: definite ones of the kind only, the good one only without reasons (G11)."""
    kind = ConsultationKind(consultation.kind)
    return tuple(str(each) for each in CONCLUSIONS[kind] if not (reasons and each in POSITIVE))
