"""Pre-assessment (事前评估): is the policy needed, whom does it reach, what does it cost (三(二)3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from forms.answers import plain
from handlers import case
from handlers.stage import Fact, Prepared, Result, Stage, TaskContext
from processes.errors import SeparationOfDuties
from processes.money import format_wan
from processes.policy_words import AssessmentConclusion, PolicyStatus, Signature
from processes.similarity import ALIKE, similarity
from storage import policies
from storage.db import new_id
from storage.models.policies import Policy, PreAssessment

stage = Stage("pre_assessment")

_DETAILS = (
    "target_group",
    "target_group_size",
    "fund_source",
    "expected_effects",
    "precision_measures",
    "duplication_check",
    "duplicates",
    "lessons_used",
    "risks",
    "auto_possible",
    "auto_reason",
)


class PolicyParameters(Schema):
    policy_id = fields.String(required=True, metadata={"label": "政策"})


@stage.service("查找相似政策与以往经验", parameters=PolicyParameters, outputs=("similar_count", "lesson_count"))
def find_similar_policies(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Count policies with a similar title and lessons of earlier ones; the assessor sees both (R25)."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    case.move_status(policy, PolicyStatus.ASSESSING, at=task.now)
    lessons = policies.list_lessons(task.session, task.district_id)
    return Result(outputs={"similar_count": len(_similar(task, policy)), "lesson_count": len(lessons)})


@stage.prepare("write_assessment")
def prepare_assessment(task: TaskContext) -> Prepared:
    """Similar policies, lessons of earlier ones, and the report that was returned."""
    policy = case.policy_of(task)
    facts = [Fact("相似政策", words) for words in _similar_words(task, policy)]
    last = policies.find_assessment(task.session, policy)
    initial: dict[str, Any] = {}
    if last is not None:
        initial = {name: value for name, value in last.details.items() if value is not None}
        initial |= {"necessity": last.necessity, "est_beneficiaries": last.est_beneficiaries}
        if last.sign_result == Signature.RETURNED:
            facts.insert(0, Fact("上次退回的理由", last.sign_opinion or "未写明"))
    return Prepared(initial=initial, facts=(*facts, *case.lesson_facts(task)))


@stage.user_task(
    "编写事前评估报告", outputs=("pre_assessment_id", "est_amount", "conclusion"), makes=("PreAssessment",)
)
def write_assessment(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the report as a new row: a returned report stays as it was (G5)."""
    policy = case.policy_of(task)
    last = policies.find_assessment(task.session, policy)
    report = PreAssessment(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        round_no=1 if last is None else last.round_no + 1,
        conclusion=answers["conclusion"],
        necessity=answers["necessity"],
        est_beneficiaries=answers["est_beneficiaries"],
        est_amount_fen=answers["est_amount"],
        report_id=case.single_file(answers, "report"),
        details={name: plain(answers.get(name)) for name in _DETAILS},
        assessor_id=task.actor.id,
        assessed_at=task.now,
    )
    task.session.add(report)
    return Result(
        outputs={
            "pre_assessment_id": str(report.id),
            "est_amount": report.est_amount_fen,
            "conclusion": report.conclusion,
        }
    )


@stage.prepare("assess_fund_effect", "sign_assessment")
def prepare_judgement(task: TaskContext) -> Prepared:
    """The report in short, for those who judge it."""
    report = _report(task)
    facts = [
        Fact("评估结论", report.conclusion),
        Fact("预计资金", f"{format_wan(report.est_amount_fen)}万元"),
        Fact("预计受益数", str(report.est_beneficiaries)),
        Fact("必要性", report.necessity),
    ]
    if report.fund_result is not None:
        facts.append(Fact("财政局意见", f"{report.fund_result}：{report.fund_opinion}"))
    return Prepared(facts=tuple(facts))


@stage.user_task("会商资金效益", outputs=("fund_result",))
def assess_fund_effect(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Add the finance bureau's view of the money to the report."""
    report = _report(task)
    report.fund_result, report.fund_opinion = answers["fund_result"], answers["opinion"]
    report.fund_by, report.fund_at = task.actor.id, task.now
    return Result(outputs={"fund_result": report.fund_result})


@stage.user_task("审签评估报告", outputs=("sign_result",), errors=("SOD_VIOLATION",))
def sign_assessment(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The head signs or returns the report. A signed 不建议制定 ends the making of the policy."""
    report = _report(task)
    if report.assessor_id == task.actor.id:
        raise SeparationOfDuties("评估报告不能由编写人自己审签，请由主要负责人审签。")
    report.sign_result, report.sign_opinion = answers["sign_result"], answers["opinion"]
    report.signed_by, report.signed_at = task.actor.id, task.now
    if report.sign_result == Signature.AGREED and report.conclusion == AssessmentConclusion.DROP:
        case.move_status(case.policy_of(task), PolicyStatus.STOPPED, at=task.now)
    return Result(outputs={"sign_result": report.sign_result})


def _report(task: TaskContext) -> PreAssessment:
    return policies.get(task.session, PreAssessment, task.district_id, case.required_id(task, "pre_assessment_id"))


def _similar(task: TaskContext, policy: Policy) -> list[tuple[Policy, float]]:
    """Policies whose title is alike, the most alike first."""
    rated = [(other, similarity(policy.title, other.title)) for other in policies.list_comparable(task.session, policy)]
    return sorted((each for each in rated if each[1] >= ALIKE), key=lambda each: -each[1])


def _similar_words(task: TaskContext, policy: Policy) -> list[str]:
    found = _similar(task, policy)[:10]
    if not found:
        return ["没有找到标题相近的政策，仍请人工核对是否重复。"]
    return [f"{each.number}《{each.title}》（{each.status}，相近程度 {rate:.0%}）" for each, rate in found]
