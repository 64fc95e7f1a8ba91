"""Post-evaluation (实施效果评估): what a policy achieved, and what the next one learns from it (三(二)3, R25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from forms.answers import plain
from handlers import case
from handlers.stage import Fact, Prepared, Result, Stage, StartProcess, TaskContext
from processes.clock import business_date
from processes.errors import BusinessError, SeparationOfDuties
from processes.money import format_wan
from processes.payment_words import CONTINUING
from processes.policy_words import PolicyStatus, Signature
from storage import evaluations, indicators, policies
from storage.db import new_id
from storage.models.evaluations import PostEvaluation
from storage.models.policies import Policy

stage = Stage("post_evaluation")

#: Fields of the report that are columns of the evaluation under the same name.
_SAME = ("satisfaction", "problems", "conclusion", "recommend", "reason", "summary")


class PolicyParameters(Schema):
    policy_id = fields.String(required=True, metadata={"label": "政策"})


class EvaluationParameters(Schema):
    evaluation_id = fields.String(required=True, metadata={"label": "实施效果评估"})


class SuccessorParameters(PolicyParameters):
    evaluation_id = fields.String(required=True, metadata={"label": "实施效果评估"})


@stage.service("采集评估指标", parameters=PolicyParameters, outputs=("evaluation_id",), makes=("PostEvaluation",))
def collect_indicators(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Open an evaluation with the indicators as the records give them now; the snapshot is not changed later."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    last = evaluations.find_evaluation(task.session, policy)
    ended = evaluations.execution_ended_on(task.session, policy) or task.today
    began = policy.effective_from or business_date(policy.created_at)
    effect = indicators.effect_of(task.session, policy)
    evaluation = PostEvaluation(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        round_no=1 if last is None else last.round_no + 1,
        period_from=min(began, ended),
        period_to=ended,
        indicators=[each.as_data() for each in indicators.collect(task.session, policy, task.calendar)],
        money_planned_fen=policy.budget_total_fen,
        money_used_fen=effect.used_fen,
        beneficiaries=effect.beneficiaries,
        collected_at=task.now,
    )
    task.session.add(evaluation)
    return Result(outputs={"evaluation_id": str(evaluation.id)})


@stage.prepare("write_evaluation")
def prepare_report(task: TaskContext) -> Prepared:
    """The indicators and the money, and the report that was returned."""
    evaluation, policy = _evaluation(task)
    initial: dict[str, Any] = {}
    facts = list(_money_words(evaluation))
    if evaluation.written_by is not None:
        initial = {name: getattr(evaluation, name) for name in _SAME}
        initial |= {"targets": evaluation.targets, "experience": [{"lesson": each} for each in evaluation.experience]}
    else:
        initial = {"targets": _expected(task, policy)}
    if evaluation.sign_result == Signature.RETURNED:
        facts.insert(0, Fact("上次退回的理由", evaluation.sign_opinion or "未写明"))
    return Prepared(
        initial=initial,
        given={"indicators": [_row(each) for each in evaluation.indicators]},
        facts=(Fact("政策", f"{policy.number}《{policy.title}》"), Fact("评估期间", _period(evaluation)), *facts),
    )


@stage.user_task("编写效果评估报告", outputs=("recommend",))
def write_evaluation(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the department's judgement beside the snapshot; a returned report is written over, its form stays (G5)."""
    evaluation, _ = _evaluation(task)
    before = evaluation.recommend
    for name in _SAME:
        setattr(evaluation, name, answers[name])
    evaluation.targets = [plain(dict(row)) for row in answers["targets"]]
    evaluation.experience = [row["lesson"] for row in answers["experience"]]
    evaluation.report_id = case.single_file(answers, "report")
    evaluation.written_by, evaluation.written_at = task.actor.id, task.now
    evaluation.sign_result = evaluation.sign_opinion = evaluation.signed_by = evaluation.signed_at = None
    return Result(
        outputs={"recommend": evaluation.recommend}, changes={"recommend": [before, str(evaluation.recommend)]}
    )


@stage.prepare("sign_evaluation", "comment_evaluation")
def prepare_judgement(task: TaskContext) -> Prepared:
    """The report in short, for those who judge it."""
    evaluation, policy = _evaluation(task)
    measured = "；".join(f"{each['code']} {each['name']} {each['shown']}" for each in evaluation.indicators)
    facts = [
        Fact("政策", f"{policy.number}《{policy.title}》"),
        Fact("评估结论", f"{evaluation.conclusion}，建议{evaluation.recommend}：{evaluation.reason}"),
        *_money_words(evaluation),
        Fact("指标", measured or "没有可计算的指标"),
        Fact("存在的问题", evaluation.problems or "未写明"),
        Fact("经验教训", "；".join(evaluation.experience)),
    ]
    if evaluation.sign_opinion:
        facts.append(Fact("主要负责人意见", evaluation.sign_opinion))
    return Prepared(facts=tuple(facts))


@stage.user_task("审签评估报告", outputs=("sign_result",), errors=("SOD_VIOLATION",))
def sign_evaluation(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The head signs or returns the report. Raises SeparationOfDuties for its writer."""
    evaluation, _ = _evaluation(task)
    if evaluation.written_by == task.actor.id:
        raise SeparationOfDuties("评估报告不能由编写人自己审签，请由主要负责人审签。")
    evaluation.sign_result, evaluation.sign_opinion = answers["sign_result"], answers["opinion"]
    evaluation.signed_by, evaluation.signed_at = task.actor.id, task.now
    return Result(outputs={"sign_result": evaluation.sign_result})


@stage.user_task("提出评估意见", errors=("SOD_VIOLATION",))
def comment_evaluation(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """政数局's comment, beside the report. Raises SeparationOfDuties for people of the department (G4)."""
    evaluation, policy = _evaluation(task)
    case.check_not_of_maker(task, policy)
    evaluation.comment_stance, evaluation.comment = answers["stance"], answers["comment"]
    evaluation.commented_by, evaluation.commented_at = task.actor.id, task.now
    return Result()


@stage.service(
    "归集经验教训", parameters=EvaluationParameters, errors=("EVALUATION_NOT_SIGNED",), makes=("PolicyLesson",)
)
def record_lessons(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Every lesson of a signed report goes where the next policy's start finds it (R25), once."""
    evaluation, policy = _signed(task, parameters["evaluation_id"])
    if evaluation.lessons_at is not None or evaluation.written_by is None:
        return Result()
    for lesson in evaluation.experience:
        policies.add_lesson(task.session, policy, lesson, by=evaluation.written_by, at=task.now)
    evaluation.lessons_at = task.now
    return Result(changes={"lessons": [0, len(evaluation.experience)]})


@stage.service(
    "启动后续政策",
    parameters=SuccessorParameters,
    irreversible=True,
    errors=("EVALUATION_NOT_SIGNED", "NOT_RECOMMENDED"),
    starts=("policy_lifecycle",),
)
def start_successor_policy(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Start a policy's life with this one as its predecessor, in the name of the report's writer, once.

    Raises BusinessError when the signed report does not recommend to go on.
    """
    evaluation, policy = _signed(task, parameters["evaluation_id"])
    if evaluation.recommend not in CONTINUING:
        raise BusinessError(
            "NOT_RECOMMENDED", f"《{policy.title}》的评估建议为“{evaluation.recommend}”，不启动后续政策。"
        )
    successor = StartProcess(
        "policy_lifecycle",
        {"predecessor_policy_id": str(policy.id)},
        key=f"successor:{evaluation.id}",
        by=evaluation.written_by,
    )
    return Result(starts=(successor,), changes={"successor": [None, "已启动"]})


@stage.service("公布评估摘要", parameters=EvaluationParameters, irreversible=True, errors=("EVALUATION_NOT_SIGNED",))
def publish_evaluation(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Make the summary public, and close the policy's execution: it counts as evaluated."""
    evaluation, policy = _signed(task, parameters["evaluation_id"])
    evaluation.published_at = task.now
    before = str(policy.status)
    policy.status, policy.updated_at = PolicyStatus.EVALUATED, task.now
    return Result(changes={"status": [before, str(policy.status)]})


@stage.anchor("execution_ended_on")
def execution_ended_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day the policy's last item closed (anchor of DL24)."""
    if not variables.get("policy_id"):
        return None
    return evaluations.execution_ended_on(session, policies.get_policy(session, district_id, variables["policy_id"]))


def _evaluation(task: TaskContext) -> tuple[PostEvaluation, Policy]:
    evaluation_id = case.required_id(task, "evaluation_id")
    evaluation = policies.get(task.session, PostEvaluation, task.district_id, evaluation_id)
    return evaluation, policies.get_policy(task.session, task.district_id, evaluation.policy_id)


def _signed(task: TaskContext, evaluation_id: str) -> tuple[PostEvaluation, Policy]:
    """The evaluation once its report is signed; nothing follows from an unsigned one. Raises BusinessError."""
    evaluation = policies.get(task.session, PostEvaluation, task.district_id, evaluation_id)
    policy = policies.get_policy(task.session, task.district_id, evaluation.policy_id)
    if evaluation.sign_result != Signature.AGREED:
        raise BusinessError("EVALUATION_NOT_SIGNED", f"《{policy.title}》的评估报告还没有审签，请先由主要负责人审签。")
    return evaluation, policy


def _expected(task: TaskContext, policy: Policy) -> list[dict[str, Any]]:
    """The effects the pre-assessment promised, as first rows of the targets."""
    assessment = policies.find_assessment(task.session, policy)
    effects = [] if assessment is None else assessment.details.get("expected_effects") or []
    return [{"indicator": each["indicator"], "goal": each["goal"]} for each in effects]


def _row(indicator: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": indicator["code"],
        "name": indicator["name"],
        "value": indicator["shown"],
        "goal": indicator["target"],
        "basis": indicator["basis"],
    }


def _money_words(evaluation: PostEvaluation) -> tuple[Fact, ...]:
    planned = evaluation.money_planned_fen
    plan = "未列预算总额" if planned is None else f"预算总额 {format_wan(planned)} 万元"
    return (
        Fact("资金使用", f"已兑现 {format_wan(evaluation.money_used_fen)} 万元，{plan}"),
        Fact("受益主体", f"{evaluation.beneficiaries} 个"),
    )


def _period(evaluation: PostEvaluation) -> str:
    return f"{case.day_in_words(evaluation.period_from)}至{case.day_in_words(evaluation.period_to)}"
