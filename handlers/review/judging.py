"""First review, second review and decision (F23). Reasons for every no; money only within cap and budget (G3, G7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.benefit import application_of, begin_pause, check_apart, finding_facts, item_of, move_status
from handlers.review.preparing import duplicate_words, exclusive_words
from handlers.review.register import performers, review_facts, stage
from handlers.stage import Prepared, Result, TaskContext
from processes.application_words import (
    ApplicationStatus,
    CreditState,
    ExclusiveChoice,
    ReviewStage,
    Verdict,
)
from processes.errors import AnswersRefused, BusinessError
from processes.money import format_yuan, plain_yuan
from storage import applications
from storage.budgets import budget_use
from storage.db import new_id
from storage.models.applications import Applicant, Application, ReviewOpinion
from storage.models.items import PolicyItem

#: Levels of review_level.dmn that need no experts and no visit on site; the simple one needs no second review either.
_SIMPLE, _COMMON = "简易", "一般"


@stage.prepare("review_first", "review_second", "decide_application")
def prepare_opinion(task: TaskContext) -> Prepared:
    """One line per condition, the checks for duplicates and exclusions, and what was said before."""
    application = application_of(task)
    item = item_of(task, application)
    applicant = applications.get_applicant(task.session, application)
    return Prepared(
        initial=_first_values(task, application),
        given={
            "checks": [{"condition": each["text"]} for each in item.conditions],
            "duplicate_check": duplicate_words(task, application, applicant, item),
            "exclusive_found": exclusive_words(task, applicant, item),
        },
        facts=(*review_facts(task, application), *finding_facts(application)),
    )


def _first_values(task: TaskContext, application: Application) -> dict[str, Any]:
    """The newest amount somebody worked out, and his notes on the conditions."""
    judged = [
        each for each in applications.list_review_opinions(task.session, application) if each.amount_fen is not None
    ]
    if not judged:
        return {"amount": plain_yuan(application.requested_fen or 0)}
    evidence = [{"evidence": each["evidence"]} if each["evidence"] else {} for each in judged[-1].checks]
    return {"amount": plain_yuan(judged[-1].amount_fen or 0), "checks": evidence}


@stage.user_task(
    "初审",
    outputs=("first_result", "first_amount"),
    errors=("ANSWERS_REFUSED", "CAP_EXCEEDED", "DUPLICATE_BENEFIT", "SOD_VIOLATION"),
    makes=("ReviewOpinion",),
)
def review_first(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The first opinion on the substance. Raises SeparationOfDuties, and what `_opinion` raises."""
    application = application_of(task)
    check_apart(task, performers(task, application, ()), "初审")
    opinion = _opinion(task, application, ReviewStage.FIRST, answers)
    level = task.variables.get("review_level")
    changes: dict[str, Any] = {}
    if level != _SIMPLE:
        changes = move_status(task, application, ApplicationStatus.SECOND_REVIEW)
    if level not in (_SIMPLE, _COMMON):
        begin_pause(task, application, "专家论证和现场核查")
    return Result(outputs={"first_result": opinion.result, "first_amount": opinion.amount_fen or 0}, changes=changes)


@stage.user_task(
    "复审",
    outputs=("second_result", "second_amount"),
    errors=("ANSWERS_REFUSED", "CAP_EXCEEDED", "DUPLICATE_BENEFIT", "SOD_VIOLATION"),
    makes=("ReviewOpinion",),
)
def review_second(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The second opinion; it may go back to the first reviewer. Raises SeparationOfDuties, and what `_opinion` does."""
    application = application_of(task)
    check_apart(task, performers(task, application, (ReviewStage.FIRST,)), "复审")
    opinion = _opinion(task, application, ReviewStage.SECOND, answers)
    changes = _returned(task, application, opinion)
    return Result(outputs={"second_result": opinion.result, "second_amount": opinion.amount_fen or 0}, changes=changes)


@stage.user_task(
    "审定",
    outputs=("review_result", "approved_amount", "reason_code"),
    errors=("ANSWERS_REFUSED", "BUDGET_EXCEEDED", "CAP_EXCEEDED", "DUPLICATE_BENEFIT", "SOD_VIOLATION"),
    makes=("ReviewOpinion",),
)
def decide_application(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Grant an amount, refuse with a reason, or send back to the first reviewer.

    Raises SeparationOfDuties (G3), CAP_EXCEEDED, BUDGET_EXCEEDED or DUPLICATE_BENEFIT (G7) before anything is written.
    """
    application = application_of(task)
    others = performers(task, application, (ReviewStage.FIRST, ReviewStage.SECOND))
    check_apart(task, others, "审定")
    if answers["result"] == Verdict.PASSED:
        applications.lock_applicant(task.session, application)
        _check_budget(task, application, answers["amount"])
    opinion = _opinion(task, application, ReviewStage.DECISION, answers)
    changes = _returned(task, application, opinion)
    if opinion.result != Verdict.RETURNED:
        application.approver_id, application.decided_at = task.actor.id, task.now
        application.reason_code = opinion.reason_code
    if opinion.result == Verdict.PASSED:
        application.approved_fen = opinion.amount_fen
        changes = move_status(task, application, ApplicationStatus.APPROVED)
        changes["approved_fen"] = [None, opinion.amount_fen]
    outputs = {
        "review_result": opinion.result,
        "approved_amount": opinion.amount_fen or 0,
        "reason_code": opinion.reason_code,
    }
    return Result(outputs=outputs, changes=changes)


def _returned(task: TaskContext, application: Application, opinion: ReviewOpinion) -> dict[str, Any]:
    if opinion.result != Verdict.RETURNED:
        return {}
    return move_status(task, application, ApplicationStatus.FIRST_REVIEW)


def _opinion(task: TaskContext, application: Application, at: ReviewStage, answers: Mapping[str, Any]) -> ReviewOpinion:
    """Keep an opinion as a new row. The amount is within cap and exclusions at every level (G7)."""
    item = item_of(task, application)
    applicant = applications.get_applicant(task.session, application)
    amount = int(answers.get("amount") or 0)
    if answers["result"] == Verdict.PASSED:
        _check_cap(task, application, applicant, item, amount)
        _check_exclusive(task, application, applicant, item, answers)
    applicant.credit_state, applicant.credit_checked_at = CreditState(answers["credit"]), task.now
    opinion = ReviewOpinion(
        district_id=task.district_id,
        id=new_id(),
        application_id=application.id,
        stage=at,
        result=answers["result"],
        amount_fen=amount if answers["result"] == Verdict.PASSED else None,
        reason_code=answers.get("reason_code"),
        text=answers["opinion"],
        checks=[
            {"condition": condition["text"], "met": row["met"], "evidence": row["evidence"] or ""}
            for condition, row in zip(item.conditions, answers["checks"], strict=True)
        ],
        details={
            "duplicate_check": answers["duplicate_check"],
            "credit": answers["credit"],
            "exclusive_found": answers["exclusive_found"],
            "exclusive_choice": answers.get("exclusive_choice"),
        },
        organisation=task.actor.organisation,
        reviewer_id=task.actor.id,
        at=task.now,
    )
    task.session.add(opinion)
    return opinion


def _check_cap(
    task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem, amount: int
) -> None:
    """Raise AnswersRefused above the request, BusinessError CAP_EXCEEDED above the applicant's yearly cap."""
    requested = application.requested_fen or 0
    if amount > requested:
        raise AnswersRefused({"amount": [f"核定金额不能超过申请金额 {format_yuan(requested)} 元。"]})
    if item.cap_fen is None:
        return
    year = task.today.year
    had = applications.granted_fen(task.session, item, year=year, applicant=applicant, besides=application)
    over = had + amount - item.cap_fen
    if over > 0:
        raise BusinessError(
            "CAP_EXCEEDED",
            f"“{item.name}”每个申报主体年度最高 {format_yuan(item.cap_fen)} 元，本年已核定 {format_yuan(had)} 元，"
            f"本次超出 {format_yuan(over)} 元，请调减金额。",
            over_fen=over,
        )


def _check_exclusive(
    task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem, answers: Mapping[str, Any]
) -> None:
    """就高不重复: the reviewer has chosen this item, and both together stay within the higher of the two."""
    found = applications.list_exclusive(task.session, item, applicant)
    if not found:
        return
    if answers.get("exclusive_choice") != ExclusiveChoice.THIS:
        raise AnswersRefused({"exclusive_choice": ["申报主体已申报互斥事项，就高不重复，请选择享受哪一项。"]})
    had = sum(other.approved_fen or 0 for other, _ in found)
    left = max((application.requested_fen or 0) - had, 0)
    if answers["amount"] > left:
        raise BusinessError(
            "DUPLICATE_BENEFIT",
            f"就高不重复：申报主体已核定享受互斥事项 {format_yuan(had)} 元，本事项最多再核定 {format_yuan(left)} 元，"
            "请调减金额，或保留互斥事项、本件不予支持。",
            left_fen=left,
        )


def _check_budget(task: TaskContext, application: Application, amount: int) -> None:
    """Raise BusinessError BUDGET_EXCEEDED when the item's budget of the year does not hold the amount (G7).

    The item is locked first: two decisions at once never spend the same money.
    """
    item = applications.lock_item(task.session, task.district_id, application.item_id)
    year = task.today.year
    use = budget_use(task.session, item, year)
    granted = applications.granted_fen(task.session, item, year=year, besides=application)
    left = use.planned_fen + use.moved_in_fen - granted
    if amount > left:
        raise BusinessError(
            "BUDGET_EXCEEDED",
            f"“{item.name}”{year}年额度还剩 {format_yuan(max(left, 0))} 元，本次核定 {format_yuan(amount)} 元，"
            f"超出 {format_yuan(amount - max(left, 0))} 元。请调减金额，或请制定部门先调剂额度；"
            "额度用尽的可以不通过，理由选“Q6 额度用尽”。",
            over_fen=amount - left,
        )
