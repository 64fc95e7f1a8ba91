"""The front desk: the checks before it, the formal check (形式审查), the receipt and the refusal (F21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.application.register import ApplicationParameters, stage
from handlers.benefit import application_of, facts_about, finding_facts, item_of, move_status, promised_day
from handlers.benefit_checks import findings_on
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.application_words import AcceptResult, ApplicationStatus, Formal
from processes.clock import SHANGHAI
from processes.deadlines import compute, due_at
from processes.errors import AnswersRefused, BusinessError
from storage import applications
from storage.db import new_id
from storage.models.applications import Acceptance, Application
from storage.models.items import PolicyItem
from storage.numbers import next_number


@stage.service("核验共享数据", parameters=ApplicationParameters, outputs=("finding_count",))
def prefill_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Check what can be checked without a person. `finding_count` counts what the front desk should look at."""
    application = application_of(task, parameters["application_id"])
    applicant = applications.get_applicant(task.session, application)
    application.findings = findings_on(task, application, applicant, item_of(task, application))
    return Result(outputs={"finding_count": sum(1 for each in application.findings if each["serious"])})


@stage.prepare("accept_at_window", "accept_online")
def prepare_acceptance(task: TaskContext) -> Prepared:
    """One line per document with the standard of its form (training T4), and what the checks found."""
    application = application_of(task)
    item = item_of(task, application)
    facts = [*facts_about(task, application), *finding_facts(application)]
    for earlier in applications.list_acceptances(task.session, application):
        facts.append(Fact(f"第 {earlier.round_no} 次形式审查", f"{earlier.result}：{earlier.reason}"))
        if earlier.explanation:
            facts.append(Fact("补正说明", earlier.explanation))
        if earlier.second_allowed is False:
            facts.append(Fact("审批部门不同意再次补正", earlier.second_opinion))
    return Prepared(given={"lines": _lines(application, item)}, facts=tuple(facts))


def _lines(application: Application, item: PolicyItem) -> list[dict[str, str]]:
    standards = {each["no"]: each["formal_check_standard"] for each in item.materials}
    return [
        {
            "material": each["name"],
            "standard": standards.get(each["no"], ""),
            "handed_in": "，".join(_way(each)),
        }
        for each in application.materials
    ]


def _way(material: Mapping[str, Any]) -> Iterator[str]:
    """How a document was handed in, in words."""
    yield str(material["handed_in"])
    if material["files"]:
        yield f"{len(material['files'])} 个文件"
    if material["place"]:
        yield material["place"]


_ACCEPTANCE = ("accept_result", "correction_round", "correction_due_at")


@stage.user_task("窗口形式审查", outputs=_ACCEPTANCE, errors=("ANSWERS_REFUSED",), makes=("Acceptance",))
def accept_at_window(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Decide at the window whether the application is in form. See `accept_online`."""
    return _accept(task, answers)


@stage.user_task("线上形式审查", outputs=_ACCEPTANCE, errors=("ANSWERS_REFUSED",), makes=("Acceptance",))
def accept_online(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Accept, ask once for everything that is missing, or refuse; the form only, never the substance (受审分离).

    Raises AnswersRefused when a document is left open that the item does not let follow later.
    """
    return _accept(task, answers)


def _accept(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    application = application_of(task)
    item = item_of(task, application)
    result = AcceptResult(answers["accept_result"])
    lines = _judged(application, item, answers["lines"])
    _check_tolerance(item, application, answers)
    before = applications.list_acceptances(task.session, application)
    correction_round = int(task.variables.get("correction_round") or 0)
    acceptance = Acceptance(
        district_id=task.district_id,
        id=new_id(),
        application_id=application.id,
        round_no=len(before) + 1,
        result=result,
        lines=lines,
        missing=[line for line in lines if line["outcome"] != Formal.PASSED],
        reason=answers.get("reason") or "",
        paper_place=answers["paper_place"] or "",
        acceptor_id=task.actor.id,
        decided_at=task.now,
    )
    changes: dict[str, Any] = {"accept_result": [None, str(result)]}
    if result is AcceptResult.CORRECTION:
        correction_round += 1
        acceptance.correction_due_at = correction_end(task)
        if correction_round == 1:
            changes |= move_status(task, application, ApplicationStatus.CORRECTING)
    elif result is AcceptResult.ACCEPTED:
        application.acceptor_id = task.actor.id
        application.tolerated = [
            {"no": line["no"], "name": line["material"]} for line in lines if line["outcome"] == Formal.TOLERATED
        ]
        application.tolerated_due_on = answers.get("tolerated_due") if application.tolerated else None
    task.session.add(acceptance)
    outputs = {
        "accept_result": str(result),
        "correction_round": correction_round,
        "correction_due_at": in_shanghai(acceptance.correction_due_at),
    }
    return Result(outputs=outputs, changes=changes)


def _judged(application: Application, item: PolicyItem, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    standards = {each["no"]: each["formal_check_standard"] for each in item.materials}
    return [
        {
            "no": material["no"],
            "material": material["name"],
            "standard": standards.get(material["no"], ""),
            "outcome": row["outcome"],
            "note": row["note"] or "",
        }
        for material, row in zip(application.materials, rows, strict=True)
    ]


def _check_tolerance(item: PolicyItem, application: Application, answers: Mapping[str, Any]) -> None:
    """Only documents the item lets follow later may be tolerated (容缺)."""
    tolerable = {each["no"] for each in item.materials if each["tolerable"]}
    refused = {
        f"lines.{number}.outcome": ["办事指南没有规定本要件可以容缺，请选“合格”或“不合格”。"]
        for number, (material, row) in enumerate(zip(application.materials, answers["lines"], strict=True))
        if row["outcome"] == Formal.TOLERATED and material["no"] not in tolerable
    }
    if refused:
        raise AnswersRefused(refused)


def correction_end(task: TaskContext) -> datetime:
    """When a correction asked for today is overdue (DL16): 24:00 of its last working day."""
    return due_at(compute("DL16", anchor=task.today, calendar=task.calendar))


def in_shanghai(instant: datetime | None) -> str | None:
    """An instant as task data holds it: ISO 8601 with the offset of Shanghai."""
    return None if instant is None else instant.astimezone(SHANGHAI).isoformat()


@stage.service(
    "出具受理回执", parameters=ApplicationParameters, outputs=("receipt_no", "promised_due_on"), irreversible=True
)
def issue_receipt(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Number the receipt and promise a day: the item's handling days from today (DL17)."""
    application = application_of(task, parameters["application_id"])
    application.receipt_no = next_number(task.session, task.district_id, "SL", on=task.today, width=5, per="day")
    application.accepted_at = task.now
    application.promised_due_on = promised_day(task, application)
    changes = move_status(task, application, ApplicationStatus.ACCEPTED)
    promised = application.promised_due_on.isoformat()
    return Result(
        outputs={"receipt_no": application.receipt_no, "promised_due_on": promised},
        changes={**changes, "receipt_no": [None, application.receipt_no], "promised_due_on": [None, promised]},
    )


@stage.service("告知不予受理", parameters=ApplicationParameters, irreversible=True)
def refuse_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Tell the applicant why the application is not accepted, and where to turn."""
    application = application_of(task, parameters["application_id"])
    newest = last_acceptance(task, application)
    application.refusal_text = f"不予受理：{newest.reason} {appeal_words(item_of(task, application))}"
    application.decided_at = application.closed_at = task.now
    return Result(changes=move_status(task, application, ApplicationStatus.NOT_ACCEPTED))


def last_acceptance(task: TaskContext, application: Application) -> Acceptance:
    """The newest formal check. Raises BusinessError when there is none."""
    known = applications.list_acceptances(task.session, application)
    if not known:
        raise BusinessError("CASE_INCOMPLETE", f"申报 {application.number} 还没有形式审查记录，请联系分析员核对。")
    return known[0]


def appeal_words(item: PolicyItem) -> str:
    """Where an applicant who does not agree may turn."""
    phone = f"，或拨打监督投诉电话 {item.supervise_phone}" if item.supervise_phone else ""
    return f"如有不同意见，可在系统中登记异议{phone}。"
