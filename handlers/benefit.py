"""What the stages of granting a benefit share: the application of a task, what to show of it, and its pauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from forms.identifiers import mask_id_number, mask_name
from handlers import case
from handlers.stage import Fact, TaskContext
from processes.application_words import ApplicantKind, ApplicationStatus
from processes.clock import business_date
from processes.deadlines import Pause, compute
from processes.errors import BusinessError, SeparationOfDuties
from processes.money import format_yuan
from storage import applications, items
from storage.agencies import find_authorisation
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem


def application_of(task: TaskContext, application_id: Any = None) -> Application:
    """The application that the parameter, or else the task data, names. Raises NotFound or BusinessError."""
    named = application_id or case.required_id(task, "application_id")
    return applications.get_application(task.session, task.district_id, named)


def item_of(task: TaskContext, application: Application) -> PolicyItem:
    """The item that is applied for."""
    return items.get_item(task.session, task.district_id, application.item_id)


def shown_name(applicant: Applicant) -> str:
    """The applicant's name as it stands in titles and lists: residents only by their first character."""
    return mask_name(applicant.name) if applicant.kind == ApplicantKind.RESIDENT else applicant.name


def shown_identity(applicant: Applicant) -> str:
    """The credit code, or a masked id number."""
    return applicant.uscc or mask_id_number(applicant.id_no or "")


def check_account(application: Application, applicant: Applicant) -> None:
    """Raise BusinessError ACCOUNT_MISMATCH unless the account is the applicant's own (gate G6)."""
    if application.account_name.strip() != applicant.name.strip():
        raise BusinessError(
            "ACCOUNT_MISMATCH",
            f"收款账户户名与申报主体“{shown_name(applicant)}”不一致，不能兑现到他人账户，请更正户名和账号。",
        )


def check_apart(task: TaskContext, performers: Iterable[UUID | None], duty: str) -> None:
    """Gate G3 again, from the records: raise SeparationOfDuties when the actor is one of the performers."""
    if task.actor.id in performers:
        raise SeparationOfDuties(f"受审分离：您已办理过本件的其他环节，不能再办理“{duty}”，请由其他人员办理。")


def move_status(task: TaskContext, application: Application, status: ApplicationStatus) -> dict[str, Any]:
    """Move the application to a state; answers the change for the history."""
    before = str(application.status)
    application.status, application.updated_at = status, task.now
    return {"status": [before, str(status)]}


def facts_about(task: TaskContext, application: Application) -> tuple[Fact, ...]:
    """The application in short, for those who judge it."""
    applicant = applications.get_applicant(task.session, application)
    item = item_of(task, application)
    facts = [
        Fact("申报编号", application.number),
        Fact("事项", f"{item.number} {item.name}"),
        Fact("申报主体", f"{shown_name(applicant)}（{applicant.kind}，{shown_identity(applicant)}）"),
        Fact("申报渠道", f"{application.channel}{'，窗口代录' if application.typed_for_them else ''}"),
        *_agent_facts(task, application),
        Fact("申请金额", f"{format_yuan(application.requested_fen or 0)} 元"),
        Fact("申报情况", application.statement),
    ]
    if application.receipt_no is not None and application.promised_due_on is not None:
        due = case.day_in_words(application.promised_due_on)
        facts.append(
            Fact("受理", f"{application.receipt_no}，{case.in_words(application.accepted_at)}受理，{due}前办结")
        )
    if application.tolerated:
        names = "、".join(str(each["name"]) for each in application.tolerated)
        until = case.day_in_words(application.tolerated_due_on) if application.tolerated_due_on else "未定"
        facts.append(Fact("容缺待补", f"{names}，{until}前补交"))
    return tuple(facts)


def _agent_facts(task: TaskContext, application: Application) -> tuple[Fact, ...]:
    """Who acts for the applicant, until when and for what (代办); nothing when the applicant filed itself."""
    found = None if application.agent_name is None else find_authorisation(task.session, application)
    if found is None:
        return ()
    scope = "全部事项" if found.all_items else f"{len(found.items)} 个事项"
    until = case.day_in_words(found.valid_to)
    return (Fact("代办", f"由{application.agent_name}代办，授权至{until}，范围：{scope}"),)


def finding_facts(application: Application) -> tuple[Fact, ...]:
    """What the checks of shared data and of the applicant's own words found."""
    return tuple(
        Fact(f"{'注意：' if each['serious'] else ''}{each['kind']}", each["text"]) for each in application.findings
    )


def pauses_of(application: Application) -> tuple[Pause, ...]:
    """The times that the promised time does not count."""
    return tuple(
        Pause(
            date.fromisoformat(each["start"]),
            None if each["end"] is None else date.fromisoformat(each["end"]),
            each["reason"],
        )
        for each in application.pauses
    )


def begin_pause(task: TaskContext, application: Application, reason: str) -> None:
    """From tomorrow on the promised time does not count, until `end_pauses` (暂停计时)."""
    running = {"start": task.today.isoformat(), "end": None, "reason": reason}
    application.pauses = [*application.pauses, running]


def end_pauses(task: TaskContext, application: Application) -> None:
    """Count again from tomorrow on; the promised day moves by the time that did not count."""
    ended = [{**each, "end": each["end"] or task.today.isoformat()} for each in application.pauses]
    if ended == application.pauses:
        return
    application.pauses = ended
    if application.accepted_at is not None:
        application.promised_due_on = promised_day(task, application, pauses_of(application))


def promised_day(task: TaskContext, application: Application, pauses: Sequence[Pause] = ()) -> date:
    """The day until which the item promises a decision: its handling days from acceptance (DL17)."""
    days = item_of(task, application).handling_days or None
    accepted_on = task.today if application.accepted_at is None else business_date(application.accepted_at)
    closed = [pause if pause.end is not None else replace(pause, end=task.today) for pause in pauses]
    return compute("DL17", anchor=accepted_on, calendar=task.calendar, days=days, pauses=closed).date
