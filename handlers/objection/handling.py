"""Handle an objection, confirm, answer, look a second time at most, and carry out what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from handlers.benefit import check_apart, move_status
from handlers.objection.register import application_behind, objection_facts, objection_of, stage
from handlers.objection.registering import ObjectionParameters
from handlers.stage import Message, Prepared, Result, TaskContext
from processes.application_words import UNPAID, ApplicationStatus, Effect, PaymentResult
from processes.errors import AnswersRefused, Conflict
from processes.money import format_yuan
from processes.policy_words import Signature
from storage import applications
from storage.models.applications import Application
from storage.models.objections import Objection


class ClosingParameters(Schema):
    objection_id = fields.String(required=True, metadata={"label": "异议"})
    effect = fields.String(
        required=True, validate=validate.OneOf([str(each) for each in Effect]), metadata={"label": "对兑现的影响"}
    )


@stage.prepare("handle_objection", "confirm_objection", "accept_answer", "recheck_objection")
def prepare_objection(task: TaskContext) -> Prepared:
    """The objection, and what was said to it so far."""
    return Prepared(facts=objection_facts(task, objection_of(task)))


@stage.user_task(
    "处理异议",
    outputs=("objection_result", "effect"),
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
)
def handle_objection(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Find out what is true and propose an answer. Raises SeparationOfDuties for those who handled the case (G3)."""
    objection = objection_of(task)
    application = application_behind(task, objection)
    if application is not None:
        check_apart(task, _performers(task, application), "处理异议")
    _check_adjustment(application, answers)
    objection.findings, objection.answer = answers["findings"], answers["answer"]
    objection.rectification = answers["rectification"] or ""
    objection.result, objection.handled_effect = answers["result"], answers["effect"]
    objection.adjusted_fen = answers.get("adjusted_amount")
    objection.handled_by, objection.handled_at = task.actor.id, task.now
    return Result(outputs={"objection_result": answers["result"], "effect": answers["effect"]})


def _performers(task: TaskContext, application: Application) -> set[UUID | None]:
    """Who accepted, reviewed or decided the application."""
    accepted = {each.acceptor_id for each in applications.list_acceptances(task.session, application)}
    reviewed = {each.reviewer_id for each in applications.list_review_opinions(task.session, application)}
    return {*accepted, *reviewed, application.approver_id}


def _check_adjustment(application: Application | None, answers: Mapping[str, Any]) -> None:
    """Only what was granted can be taken back, and a reduced amount is less than it. Raises AnswersRefused."""
    if answers["effect"] != Effect.REDUCE:
        return
    granted = 0 if application is None else application.approved_fen or 0
    if not granted:
        raise AnswersRefused({"effect": ["涉及的对象没有核定金额，不能调减。请选“维持”或“撤销”。"]})
    if answers["adjusted_amount"] >= granted:
        raise AnswersRefused({"adjusted_amount": [f"调减后的金额应小于原核定的 {format_yuan(granted)} 元。"]})


@stage.user_task("确认处理意见", outputs=("confirm_result",), errors=("SOD_VIOLATION",))
def confirm_objection(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The head agrees or returns the proposal. Raises SeparationOfDuties for who made it or decided the case."""
    objection = objection_of(task)
    application = application_behind(task, objection)
    decided_by = None if application is None else application.approver_id
    check_apart(task, (objection.handled_by, decided_by), "确认处理意见")
    objection.confirm_opinion = answers["opinion"] or ""
    agreed = answers["confirm_result"] == Signature.AGREED
    objection.confirmed_by = task.actor.id if agreed else None
    objection.confirmed_at = task.now if agreed else None
    return Result(outputs={"confirm_result": answers["confirm_result"]})


@stage.service("答复异议人", parameters=ObjectionParameters, irreversible=True)
def answer_objection(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Give the answer; from now on it may be accepted or a second look asked for."""
    objection = objection_of(task, parameters["objection_id"])
    objection.answered_at = task.now
    return Result(changes={"answered_at": [None, task.now.isoformat()]})


@stage.user_task("确认答复", outputs=("answer_accepted",))
def accept_answer(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The objector accepts the answer, or says why not and has it looked at once more."""
    objection = objection_of(task)
    objection.answer_accepted = answers["answer_accepted"]
    objection.not_accepted_reason = answers.get("reason") or ""
    return Result(outputs={"answer_accepted": objection.answer_accepted})


@stage.user_task(
    "复核异议",
    outputs=("effect",),
    errors=("ANSWERS_REFUSED", "CONFLICT", "SOD_VIOLATION"),
)
def recheck_objection(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Look once more, by other people; there is no third look. Raises Conflict for a second recheck."""
    objection = objection_of(task)
    check_apart(task, (objection.handled_by, objection.confirmed_by), "复核异议")
    if objection.rechecked_at is not None:
        raise Conflict(f"异议 {objection.number} 已经复核过，复核只进行一次。")
    _check_adjustment(application_behind(task, objection), answers)
    objection.adjusted_fen = answers.get("adjusted_amount")
    objection.recheck_opinion = answers["opinion"]
    objection.rechecked_by, objection.rechecked_at = task.actor.id, task.now
    return Result(
        outputs={"effect": answers["effect"]}, changes={"effect": [objection.handled_effect, answers["effect"]]}
    )


@stage.service("落实处理结果", parameters=ClosingParameters, messages=("PaymentResult",), irreversible=True)
def close_objection(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Let what was decided take effect, and free the application for payment again.

    Revoked before payment: the application is told so (message PaymentResult). What was paid already is noted as
    money to be returned.
    """
    objection = objection_of(task, parameters["objection_id"])
    application = application_behind(task, objection)
    objection.effect, objection.closed_at = parameters["effect"], task.now
    changes: dict[str, Any] = {"effect": [None, objection.effect]}
    if application is None or application.approved_fen is None or objection.effect == Effect.KEEP:
        return Result(changes=changes)
    kept = objection.adjusted_fen or 0 if objection.effect == Effect.REDUCE else 0
    if application.status not in UNPAID:
        objection.clawback_fen = application.approved_fen - kept
        return Result(changes={**changes, "clawback_fen": [0, objection.clawback_fen]})
    if objection.effect == Effect.REDUCE:
        changes["approved_fen"] = [application.approved_fen, kept]
        application.approved_fen, application.updated_at = kept, task.now
        return Result(changes=changes)
    changes |= move_status(task, application, ApplicationStatus.REVOKED)
    application.closed_at = task.now
    return Result(messages=(_revocation(objection, application),), changes=changes)


def _revocation(objection: Objection, application: Application) -> Message:
    return Message(
        "PaymentResult",
        {"payment_result": str(PaymentResult.REVOKED), "paid_on": None},
        instance_id=application.instance_id,
        key=f"objection:{objection.id}",
    )
