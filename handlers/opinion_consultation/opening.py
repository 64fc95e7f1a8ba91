"""Open a consultation, publish the draft, gather what the public says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from handlers import case
from handlers.opinion_consultation.register import consultation_of, stage
from handlers.opinion_consultation.rules import earliest_comment_end, opening_refusals
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.clock import SHANGHAI, end_of_day
from processes.errors import AnswersRefused, BusinessError
from processes.policy_words import ConsultationKind, PolicyStatus, SourceType
from storage import policies
from storage.db import new_id
from storage.models.policies import Policy
from storage.models.policy_opinions import Consultation, Opinion


class ConsultationParameters(Schema):
    consultation_id = fields.String(required=True, metadata={"label": "意见征询"})


@stage.prepare("open_consultation")
def prepare_opening(task: TaskContext) -> Prepared:
    """Where experts may come from, and how long the public must be asked."""
    policy = case.policy_of(task)
    ends = earliest_comment_end(task, policy, task.today)
    last = policies.find_consultation(task.session, policy, kind=task.variables["kind"])
    facts = (
        Fact("征询类别和轮次", f"{task.variables['kind']}，第 {1 if last is None else last.round_no + 1} 轮"),
        Fact("公开征求意见", f"今天开始的，最早于{case.day_in_words(ends)}24时结束，不能提前结束。"),
    )
    return Prepared(
        initial={"public_comment": policy.major_decision, "comment_from": task.today.isoformat()},
        options={"expert_orgs": case.department_options(task)},
        facts=facts,
    )


@stage.user_task(
    "发起意见征询",
    outputs=("consultation_id", "respondents", "expert_orgs", "public_comment", "comment_to_at"),
    errors=("ANSWERS_REFUSED",),
    makes=("Consultation", "Opinion"),
)
def open_consultation(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Write down who is asked and until when. Raises AnswersRefused (rule DL14, experts, outside voices)."""
    policy = case.policy_of(task)
    refused = opening_refusals(task, policy, answers)
    if refused:
        raise AnswersRefused(refused)
    kind = ConsultationKind(task.variables["kind"])
    last = policies.find_consultation(task.session, policy, kind=kind)
    public = bool(answers["public_comment"])
    consultation = Consultation(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        kind=kind,
        round_no=1 if last is None else last.round_no + 1,
        draft_id=case.single_file(answers, "draft"),
        questions=[row["question"] for row in answers["questions"]],
        expert_orgs=list(answers["expert_orgs"]),
        no_outside_reason=answers["no_outside_reason"],
        public_comment=public,
        comment_from=answers["comment_from"] if public else None,
        comment_to=answers["comment_to"] if public else None,
        reply_due=answers["reply_due"],
        opened_by=task.actor.id,
        opened_at=task.now,
    )
    task.session.add(consultation)
    task.session.flush()
    invited = _invite(task, consultation, answers)
    if kind is ConsultationKind.FORMULATION:
        case.move_status(policy, PolicyStatus.CONSULTING, at=task.now)
    return Result(
        outputs={
            "consultation_id": str(consultation.id),
            "respondents": [str(each.id) for each in invited],
            "expert_orgs": consultation.expert_orgs,
            "public_comment": public,
            "comment_to_at": _closing_time(consultation),
        }
    )


def _invite(task: TaskContext, consultation: Consultation, answers: Mapping[str, Any]) -> list[Opinion]:
    """An opinion still to come for every body asked."""
    invited = [
        Opinion(
            district_id=task.district_id,
            id=new_id(),
            consultation_id=consultation.id,
            source_type=row["source_type"],
            respondent=row["respondent"],
        )
        for row in answers["invited"]
    ]
    task.session.add_all(invited)
    return invited


def _closing_time(consultation: Consultation) -> str | None:
    """24:00 of the last day of public comment, as an instant with its offset."""
    if consultation.comment_to is None:
        return None
    return end_of_day(consultation.comment_to).astimezone(SHANGHAI).isoformat()


@stage.service("公布征求意见稿", parameters=ConsultationParameters, irreversible=True)
def publish_draft(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Put the draft before the public: from now on it shows on the public pages."""
    consultation = policies.get(task.session, Consultation, task.district_id, parameters["consultation_id"])
    consultation.published_at = task.now
    return Result(changes={"published_at": [None, task.now.isoformat()]})


@stage.prepare("collect_public_comments")
def prepare_collection(task: TaskContext) -> Prepared:
    """The period that has passed."""
    consultation, policy = consultation_of(task)
    return Prepared(facts=(Fact("政策", policy.title), Fact("征求期", _period(consultation))))


@stage.user_task("汇集公众意见", outputs=("comment_count",), errors=("COMMENT_PERIOD_OPEN",), makes=("Opinion",))
def collect_public_comments(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep each comment as an opinion. Raises BusinessError COMMENT_PERIOD_OPEN before 24:00 of the last day (DL14)."""
    consultation, policy = consultation_of(task)
    check_period_over(task, consultation, policy)
    consultation.comment_closed_at = task.now
    for row in answers["comments"]:
        task.session.add(
            Opinion(
                district_id=task.district_id,
                id=new_id(),
                consultation_id=consultation.id,
                source_type=SourceType.PUBLIC,
                respondent=row["respondent"] or "未署名",
                stance=row["stance"],
                text=row["opinion"],
                evidence=case.file_ids(answers, "files"),
                typed_for_them=True,
                received_by=task.actor.id,
                received_at=task.now,
            )
        )
    return Result(outputs={"comment_count": len(answers["comments"])})


def check_period_over(task: TaskContext, consultation: Consultation, policy: Policy) -> None:
    """Raise BusinessError while the public may still comment, however the timer was moved."""
    if consultation.comment_to is not None and task.now < end_of_day(consultation.comment_to):
        raise BusinessError(
            "COMMENT_PERIOD_OPEN",
            f"“{policy.title}”公开征求意见到{case.day_in_words(consultation.comment_to)}24时结束，"
            "不能提前结束，请在期满后再汇集意见。",
        )


def _period(consultation: Consultation) -> str:
    if consultation.comment_from is None or consultation.comment_to is None:
        return "没有公开征求意见"
    return f"{case.day_in_words(consultation.comment_from)}至{case.day_in_words(consultation.comment_to)}"
