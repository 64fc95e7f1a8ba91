"""Sum the opinions up, say what became of each, and conclude; the head confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from forms.model import Option
from handlers import case
from handlers.opinion_consultation.register import consultation_of, stage
from handlers.opinion_consultation.rules import allowed_conclusions, forbidden_reasons
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, SeparationOfDuties
from processes.policy_words import CONCLUSIONS, POSITIVE, Conclusion, ConsultationKind, PolicyStatus, Signature
from storage import policies
from storage.models.policies import PolicyVersion
from storage.models.policy_opinions import Consultation, Opinion


class ConclusionParameters(Schema):
    consultation_id = fields.String(required=True, metadata={"label": "意见征询"})
    conclusion = fields.String(required=True, metadata={"label": "征询结论"})


def _answered(task: TaskContext, consultation: Consultation) -> Sequence[Opinion]:
    return [each for each in policies.list_opinions(task.session, consultation) if each.stance is not None]


@stage.prepare("summarise_opinions")
def prepare_summary(task: TaskContext) -> Prepared:
    """Every opinion as a line to be answered; the good conclusion is offered only when nothing forbids it."""
    consultation, policy = consultation_of(task)
    opinions = _answered(task, consultation)
    reasons = forbidden_reasons(task, consultation, policy)
    offered = allowed_conclusions(consultation, reasons)
    facts = [Fact("不能选择“可行”的原因", reason) for reason in reasons]
    return Prepared(
        initial={"rows": [_said_before(each) for each in opinions]},
        given={
            "rows": [
                {"source": f"{each.source_type} {each.respondent}", "said": f"{each.stance}：{each.text}"}
                for each in opinions
            ]
        },
        options={"conclusions": tuple(Option(each, each) for each in offered)},
        facts=(Fact("政策", policy.title), *facts),
    )


def _said_before(opinion: Opinion) -> dict[str, str]:
    """What an earlier summary, returned by the head, said of the opinion."""
    before = {"adopted": opinion.adoption, "reason": opinion.reason}
    return {name: value for name, value in before.items() if value}


@stage.user_task(
    "汇总意见及采纳情况",
    outputs=("conclusion", "text_version_id"),
    errors=("ANSWERS_REFUSED",),
    makes=("PolicyVersion",),
)
def summarise_opinions(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Say of every opinion what became of it, and conclude (gate G11).

    Raises AnswersRefused when an opinion is left out or the conclusion is forbidden by an answer or a missing one.
    """
    consultation, policy = consultation_of(task)
    opinions = _answered(task, consultation)
    reasons = forbidden_reasons(task, consultation, policy)
    _check_summary(consultation, answers, opinions, reasons)
    version_id = task.variables.get("text_version_id")
    if case.single_file(answers, "text_after") is not None:
        version_id = str(_take_changed_text(task, consultation, answers).id)
    for opinion, row in zip(opinions, answers["rows"], strict=True):
        opinion.adoption, opinion.reason = row["adopted"], row["reason"]
    consultation.conclusion, consultation.summary_published = answers["conclusion"], answers["published"]
    consultation.summarised_by, consultation.summarised_at = task.actor.id, task.now
    return Result(outputs={"conclusion": consultation.conclusion, "text_version_id": version_id})


def _check_summary(
    consultation: Consultation, answers: Mapping[str, Any], opinions: Sequence[Opinion], reasons: Sequence[str]
) -> None:
    if len(answers["rows"]) != len(opinions):
        raise AnswersRefused({"rows": [f"共收到 {len(opinions)} 条意见，每条都要说明采纳情况。"]})
    if answers["conclusion"] not in allowed_conclusions(consultation, reasons):
        because = "；".join(reasons) or "不是这类征询的结论"
        raise AnswersRefused({"conclusion": [f"不能选择“{answers['conclusion']}”：{because}。"]})


def _take_changed_text(task: TaskContext, consultation: Consultation, answers: Mapping[str, Any]) -> PolicyVersion:
    """The text changed by the opinions; its clauses are those of the version before until review asks for them."""
    policy = policies.get_policy(task.session, task.district_id, consultation.policy_id)
    versions = policies.list_versions(task.session, policy)
    if not versions:
        raise AnswersRefused({"text_after": ["本政策还没有登记过文本，不能在这里上传修改稿。"]})
    changed = {**answers, "clauses": versions[0].clauses, "change_note": "按征询意见修改"}
    version = case.take_text(task, policy, changed, field="text_after")
    consultation.text_version_id = version.id
    return version


@stage.service("核对结论", parameters=ConclusionParameters, outputs=("conclusion_allowed", "forbidden_reason"))
def check_conclusion(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """The same rule once more, by the service: no good end with an answer missing or against (gates G1b, G11)."""
    consultation = policies.get(task.session, Consultation, task.district_id, parameters["consultation_id"])
    policy = policies.get_policy(task.session, task.district_id, consultation.policy_id)
    conclusion = parameters["conclusion"]
    reasons = forbidden_reasons(task, consultation, policy) if conclusion in POSITIVE else ()
    if conclusion not in CONCLUSIONS[ConsultationKind(consultation.kind)]:
        reasons = (f"“{conclusion}”不是{consultation.kind}的结论", *reasons)
    return Result(outputs={"conclusion_allowed": not reasons, "forbidden_reason": "；".join(reasons) or None})


@stage.prepare("confirm_summary")
def prepare_confirmation(task: TaskContext) -> Prepared:
    """The conclusion and what became of each opinion."""
    consultation, policy = consultation_of(task)
    lines = tuple(
        Fact(
            f"{each.source_type} {each.respondent}",
            f"{each.stance}；{each.adoption or '未说明'}{f'（{each.reason}）' if each.reason else ''}",
        )
        for each in _answered(task, consultation)
    )
    return Prepared(facts=(Fact("政策", policy.title), Fact("征询结论", consultation.conclusion or "未填写"), *lines))


@stage.user_task("确认征询结论", outputs=("confirm_result",), errors=("SOD_VIOLATION",))
def confirm_summary(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The head confirms or returns the summary. A confirmed 不可行 ends the making of the policy."""
    consultation, policy = consultation_of(task)
    if consultation.summarised_by == task.actor.id:
        raise SeparationOfDuties("意见汇总不能由汇总人自己确认，请由主要负责人确认。")
    if answers["confirm_result"] == Signature.AGREED:
        consultation.confirmed_by, consultation.confirmed_at = task.actor.id, task.now
        if consultation.conclusion == Conclusion.INFEASIBLE:
            case.move_status(policy, PolicyStatus.STOPPED, at=task.now)
    return Result(outputs={"confirm_result": answers["confirm_result"]})
