"""Corrections (补正): everything told at once, a second one only with leave, none after the period is over (F22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers import case
from handlers.application.desk import correction_end, in_shanghai, last_acceptance
from handlers.application.register import ApplicationParameters, stage
from handlers.benefit import application_of, check_apart, facts_about, move_status
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.application_words import ApplicationStatus, HandedIn
from processes.errors import BusinessError
from processes.policy_words import Signature
from storage import applications
from storage.models.applications import Acceptance


@stage.prepare("approve_second_correction")
def prepare_second_correction(task: TaskContext) -> Prepared:
    """What was asked for so far, and what is asked for now."""
    application = application_of(task)
    rounds = [
        Fact(f"第 {each.round_no} 次形式审查", f"{each.reason}（{_missing_words(each)}）")
        for each in applications.list_acceptances(task.session, application)
    ]
    return Prepared(facts=(*facts_about(task, application), *rounds))


@stage.user_task("审批再次补正", outputs=("second_correction", "correction_due_at"), errors=("SOD_VIOLATION",))
def approve_second_correction(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Allow a further correction or not; the applicant's time runs from this day. Raises SeparationOfDuties."""
    application = application_of(task)
    check_apart(
        task, [each.acceptor_id for each in applications.list_acceptances(task.session, application)], "审批再次补正"
    )
    newest = last_acceptance(task, application)
    newest.second_allowed = answers["second_correction"] == Signature.AGREED
    newest.second_opinion = answers["opinion"] or ""
    newest.second_by, newest.second_at = task.actor.id, task.now
    changes: dict[str, Any] = {}
    if newest.second_allowed:
        newest.correction_due_at = correction_end(task)
        changes = move_status(task, application, ApplicationStatus.CORRECTING)
    return Result(
        outputs={
            "second_correction": answers["second_correction"],
            "correction_due_at": in_shanghai(newest.correction_due_at),
        },
        changes=changes,
    )


@stage.prepare("correct_application")
def prepare_correction(task: TaskContext) -> Prepared:
    """The full list of what is missing, and until when it must be here."""
    application = application_of(task)
    newest = last_acceptance(task, application)
    return Prepared(
        given={"missing": [{"material": each["material"], "problem": each["note"]} for each in newest.missing]},
        facts=(
            Fact("补正告知", newest.reason),
            Fact("补正期限", f"{_until(newest)}，逾期将退回申报，开放期内可以重新申报"),
            *facts_about(task, application),
        ),
    )


@stage.user_task("补正材料", errors=("CORRECTION_OVERDUE",))
def correct_application(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Add what was missing; the application goes back to the front desk.

    Raises BusinessError CORRECTION_OVERDUE after the last day, whatever the timer does (G12).
    """
    application = application_of(task)
    newest = last_acceptance(task, application)
    if newest.correction_due_at is not None and task.now >= newest.correction_due_at:
        raise BusinessError(
            "CORRECTION_OVERDUE", f"申报 {application.number} 的补正期已满（{_until(newest)}），请在申报期内重新申报。"
        )
    added = {
        line["no"]: [str(each) for each in row["files"]]
        for line, row in zip(newest.missing, answers["missing"], strict=True)
    }
    application.materials = [_with_files(each, added.get(each["no"], [])) for each in application.materials]
    words = [
        f"{line['material']}：{row['explain']}"
        for line, row in zip(newest.missing, answers["missing"], strict=True)
        if row["explain"]
    ]
    newest.explanation = "；".join([*words, *([answers["explanation"]] if answers["explanation"] else [])])
    newest.corrected_at = application.resubmitted_at = task.now
    return Result(changes=move_status(task, application, ApplicationStatus.SUBMITTED))


def _with_files(material: Mapping[str, Any], files: list[str]) -> dict[str, Any]:
    if not files:
        return dict(material)
    return {**material, "handed_in": str(HandedIn.FILE), "files": [*material["files"], *files]}


@stage.service("退回逾期申报", parameters=ApplicationParameters, outputs=("correction_overdue",))
def return_overdue_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Send an application back that was not corrected in time; the applicant may apply again while the item is open."""
    application = application_of(task, parameters["application_id"])
    newest = last_acceptance(task, application)
    application.refusal_text = f"到{_until(newest)}未补正，申报已退回；开放期内可以重新申报。"
    application.closed_at = task.now
    changes = move_status(task, application, ApplicationStatus.RETURNED)
    return Result(outputs={"correction_overdue": True}, changes=changes)


@stage.service("登记撤回", parameters=ApplicationParameters)
def withdraw_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Close an application its applicant took back; who and why stand in the record already."""
    application = application_of(task, parameters["application_id"])
    application.closed_at = task.now
    changes = move_status(task, application, ApplicationStatus.WITHDRAWN)
    return Result(changes={**changes, "withdraw_reason": [None, application.withdraw_reason]})


def _missing_words(acceptance: Acceptance) -> str:
    return "；".join(f"{each['material']}：{each['note']}" for each in acceptance.missing)


def _until(acceptance: Acceptance) -> str:
    """The last day of a correction, which ends at 24:00."""
    if acceptance.correction_due_at is None:
        return "未定日期"
    return f"{case.in_words(acceptance.correction_due_at - timedelta(days=1))}24时"
