"""What those asked say: bodies outside, experts, and the departments that must give a definite answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.opinion_consultation.register import consultation_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, BusinessError
from processes.policy_words import SourceType
from storage import policies
from storage.db import new_id
from storage.models.policy_opinions import Opinion


def _item(task: TaskContext, name: str) -> str:
    """The member of a multi-instance collection this task is for."""
    value = task.item if task.item is not None else task.variables.get(name)
    if not value:
        raise BusinessError("CASE_INCOMPLETE", "流程数据没有指明这项任务对应哪个单位，请联系分析员核对。")
    return str(value)


@stage.prepare("reply_outside")
def prepare_outside_reply(task: TaskContext) -> Prepared:
    """Whose opinion this is, and what was asked."""
    opinion = policies.get(task.session, Opinion, task.district_id, _item(task, "respondent_id"))
    return Prepared(facts=(Fact("受邀单位", f"{opinion.source_type} {opinion.respondent}"), *_asked(task)))


@stage.user_task("登记受邀单位意见", errors=("ANSWERS_REFUSED",))
def reply_outside(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep what the invited body said; typing for somebody else is visible as such (10.4)."""
    opinion = policies.get(task.session, Opinion, task.district_id, _item(task, "respondent_id"))
    if answers["given_on"] > task.today:
        raise AnswersRefused({"given_on": ["意见日期不能晚于今天。"]})
    _receive(task, opinion, answers)
    opinion.basis = f"{answers['channel']}，{answers['given_on'].isoformat()}"
    opinion.typed_for_them = answers["typed_for_them"]
    return Result(changes={"typed_for_them": [None, opinion.typed_for_them]})


@stage.prepare("argue_policy", "reply_legal", "reply_finance", "reply_data_bureau")
def prepare_reply(task: TaskContext) -> Prepared:
    """The policy and what is asked."""
    return Prepared(facts=_asked(task))


@stage.user_task("论证政策", makes=("Opinion",))
def argue_policy(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep an expert's opinion (三(二)1: 专业性较强的组织专家论证)."""
    opinion = _opinion(task, SourceType.EXPERT, f"{answers['expert']}（{answers['unit']}，{answers['field']}）")
    _receive(task, opinion, {**answers, "files": answers.get("signature")})
    task.session.add(opinion)
    return Result()


@stage.user_task("答复合法性意见", outputs=("legal_result",), makes=("Opinion",))
def reply_legal(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """政法办's definite answer on legality and fair competition."""
    opinion = _department_reply(task, SourceType.LEGAL, answers)
    opinion.legal_result, opinion.fair_result = answers["legal_result"], answers["fair_result"]
    return Result(outputs={"legal_result": opinion.legal_result})


@stage.user_task("答复资金意见", outputs=("fund_result",), makes=("Opinion",))
def reply_finance(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """财政局's definite answer on the money. Amounts in 分."""
    opinion = _department_reply(task, SourceType.FINANCE, answers)
    opinion.fund_clear, opinion.fund_source = answers["fund_clear"], answers["fund_source"]
    opinion.year_amount_fen, opinion.fund_result = answers["year_amount"], answers["fund_result"]
    return Result(outputs={"fund_result": opinion.fund_result})


@stage.user_task("答复上线意见", outputs=("online_feasible",), makes=("Opinion",))
def reply_data_bureau(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """政数局's definite answer whether the policy can run online (三(一)2), and what stands in the way if not."""
    opinion = _department_reply(task, SourceType.DATA_BUREAU, answers)
    opinion.online_feasible = answers["online_feasible"]
    opinion.obstacles = list(answers.get("obstacle") or ())
    return Result(outputs={"online_feasible": opinion.online_feasible})


def _department_reply(task: TaskContext, source: SourceType, answers: Mapping[str, Any]) -> Opinion:
    opinion = _opinion(task, source, str(source))
    _receive(task, opinion, answers)
    opinion.basis = answers["basis"]
    task.session.add(opinion)
    return opinion


def _opinion(task: TaskContext, source: SourceType, respondent: str) -> Opinion:
    consultation, _ = consultation_of(task)
    return Opinion(
        district_id=task.district_id,
        id=new_id(),
        consultation_id=consultation.id,
        source_type=source,
        respondent=respondent,
    )


def _receive(task: TaskContext, opinion: Opinion, answers: Mapping[str, Any]) -> None:
    opinion.stance, opinion.text = answers["stance"], answers["opinion"]
    opinion.evidence = case.file_ids(answers, "files")
    opinion.received_by, opinion.received_at = task.actor.id, task.now


def _asked(task: TaskContext) -> tuple[Fact, ...]:
    consultation, policy = consultation_of(task)
    questions = "；".join(f"{number}. {text}" for number, text in enumerate(consultation.questions, 1))
    due = case.day_in_words(consultation.reply_due)
    return (Fact("政策", policy.title), Fact("征询问题", questions), Fact("请于此日前回复", due))
