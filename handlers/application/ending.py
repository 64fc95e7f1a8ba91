"""How an application ends: refused, or in the pool, paid, rated and closed (F43)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.application.desk import appeal_words
from handlers.application.register import ApplicationParameters, stage
from handlers.benefit import application_of, check_account, facts_about, item_of, move_status
from handlers.stage import Fact, Message, Prepared, Result, TaskContext
from processes.application_words import REASONS, ApplicationStatus, PaymentResult, ReasonCode
from processes.errors import Conflict
from processes.money import format_yuan
from storage import applications, objections
from storage.db import new_id
from storage.models.applications import Application
from storage.models.objections import Rating


@stage.service("告知不予支持", parameters=ApplicationParameters, irreversible=True)
def notify_refusal(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Tell the applicant the reason in words, and where to turn. One not accepted has been told already."""
    application = application_of(task, parameters["application_id"])
    if application.status == ApplicationStatus.NOT_ACCEPTED:
        return Result()
    opinions = applications.list_review_opinions(task.session, application)
    reason = "" if application.reason_code is None else REASONS[ReasonCode(application.reason_code)]
    text = opinions[-1].text if opinions else ""
    application.refusal_text = f"不予支持（{reason}）：{text} {appeal_words(item_of(task, application))}"
    application.closed_at = task.now
    return Result(changes=move_status(task, application, ApplicationStatus.REJECTED))


@stage.service("列入兑现池", parameters=ApplicationParameters, messages=("PaymentResult",), irreversible=True)
def join_payment_pool(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Let batches take the application: publicity and payment follow there.

    A benefit without money (a right, a qualification) is given with the decision: the application is told so itself.
    """
    application = application_of(task, parameters["application_id"])
    application.pooled_at = task.now
    if application.approved_fen:
        return Result(changes=move_status(task, application, ApplicationStatus.AWAITING_PAYMENT))
    application.paid_on = task.today
    changes = move_status(task, application, ApplicationStatus.PAID)
    given = {"payment_result": str(PaymentResult.PAID), "paid_on": task.today.isoformat()}
    message = Message("PaymentResult", given, instance_id=application.instance_id, key=f"given:{application.id}")
    return Result(messages=(message,), changes=changes)


@stage.prepare("fix_account")
def prepare_account(task: TaskContext) -> Prepared:
    """The account to which nothing could be paid; its number is typed anew."""
    application = application_of(task)
    applicant = applications.get_applicant(task.session, application)
    return Prepared(
        initial={"account_name": applicant.name, "account_bank": application.account_bank},
        facts=(Fact("兑现结果", "支付未成功，请更正收款账户，更正后随下一批兑现。"), *facts_about(task, application)),
    )


@stage.user_task("更正收款账户", errors=("ACCOUNT_MISMATCH",))
def fix_account(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Put the account right. Raises BusinessError ACCOUNT_MISMATCH for an account of somebody else."""
    application = application_of(task)
    applicant = applications.get_applicant(task.session, application)
    for name in ("account_name", "account_bank", "account_no"):
        setattr(application, name, answers[name])
    check_account(application, applicant)
    for name in ("account_name", "account_bank", "account_no"):
        setattr(applicant, name, answers[name])
    applicant.updated_at = application.updated_at = task.now
    return Result(changes={"account": ["更正前", "已更正"]})


@stage.prepare("rate_service")
def prepare_rating(task: TaskContext) -> Prepared:
    """What was paid, and when."""
    application = application_of(task)
    paid = Fact("兑现金额", f"{format_yuan(application.approved_fen or 0)} 元")
    return Prepared(facts=(paid, *facts_about(task, application)))


@stage.user_task("评价服务", outputs=("rating_level",), errors=("CONFLICT",), makes=("Rating",))
def rate_service(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep how content the applicant is; 不满意 and worse is followed up by people who did not handle the case."""
    application = application_of(task)
    if objections.find_rating(task.session, application) is not None:
        raise Conflict(f"申报 {application.number} 已经评价过，不能重复评价。")
    rating = Rating(
        district_id=task.district_id,
        id=new_id(),
        application_id=application.id,
        level=answers["rating_level"],
        text=answers["text"] or "",
        rated_by=task.actor.id,
        rated_at=task.now,
    )
    task.session.add(rating)
    return Result(outputs={"rating_level": rating.level})


@stage.service("办结归档", parameters=ApplicationParameters, irreversible=True)
def close_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Close a paid application. One that an objection has revoked meanwhile stays revoked."""
    application = application_of(task, parameters["application_id"])
    _note_payment(task, application)
    application.closed_at = task.now
    if application.status == ApplicationStatus.REVOKED:
        return Result()
    return Result(changes=move_status(task, application, ApplicationStatus.FINISHED))


def _note_payment(task: TaskContext, application: Application) -> None:
    paid_on = task.variables.get("paid_on")
    if task.variables.get("payment_result") == PaymentResult.PAID and paid_on and application.paid_on is None:
        application.paid_on = date.fromisoformat(str(paid_on)[:10])
