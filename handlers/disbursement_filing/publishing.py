"""Put results before the public: for a period before money is paid, and for good after it was (一, R03, DL19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.identifiers import mask_name
from handlers import case
from handlers.disbursement_filing.register import (
    BatchParameters,
    batch_facts,
    batch_named,
    batch_of,
    payable_lines,
    stage,
)
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes import deadlines
from processes.application_words import ApplicantKind, ApplicationStatus
from processes.calendar import Deadline
from processes.clock import SHANGHAI, end_of_day
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import DisbursementType
from processes.money import format_yuan
from processes.payment_words import BatchStatus, LineState, PublicityKind
from storage.db import new_id
from storage.disbursements import list_applications, list_lines, list_payees
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.items import PolicyItem

#: The built-in hall, where results stand for good.
_HALL = "网上大厅"


@stage.prepare("publish_results")
def prepare_publicity(task: TaskContext) -> Prepared:
    """The list as the public will see it, and why its period ends on which day."""
    batch, item = batch_of(task)
    entries = public_entries(task, batch, payable_lines(task, batch))
    earliest = _earliest_end(task, item, task.today)
    left_out = [
        f"{line.payee}：{line.reason}"
        for line in list_lines(task.session, batch, states=(LineState.EXCLUDED, LineState.WAITING))
    ]
    facts = [*batch_facts(batch, item), Fact("公示期", deadlines.explain(earliest, deadlines.rule("DL19")))]
    if left_out:
        facts.append(Fact("未纳入的", "；".join(left_out)))
    return Prepared(
        initial={
            "from_on": task.today.isoformat(),
            "to_on": earliest.date.isoformat(),
            "channels": [_HALL],
            "contact": item.supervise_phone,
        },
        given={"entries": [{"name": each["name"], "amount": format_yuan(each["amount_fen"])} for each in entries]},
        facts=tuple(facts),
    )


@stage.user_task(
    "公示兑现结果",
    outputs=("publicity_id", "publicity_to_at"),
    irreversible=True,
    errors=("ANSWERS_REFUSED", "NOTHING_PAYABLE"),
    makes=("Publicity",),
)
def publish_results(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Begin the publicity: people masked, no numbers of papers, accounts or phones (10.5).

    Raises AnswersRefused when it begins in the past or ends before the item's period of working days is over,
    BusinessError when no line is left.
    """
    batch, item = batch_of(task)
    lines = payable_lines(task, batch)
    if not lines:
        raise BusinessError("NOTHING_PAYABLE", f"批次 {batch.number} 没有可兑现的明细，不能公示。")
    _check_period(task, item, answers)
    to_at = end_of_day(answers["to_on"])
    auto = batch.disbursement_type == DisbursementType.AUTO
    publicity = Publicity(
        district_id=task.district_id,
        id=new_id(),
        batch_id=batch.id,
        item_id=item.id,
        kind=PublicityKind.AUTO_LIST if auto else PublicityKind.RESULTS,
        from_on=answers["from_on"],
        to_on=answers["to_on"],
        to_at=to_at,
        entries=public_entries(task, batch, lines),
        total_fen=batch.total_fen,
        channels=list(answers["channels"]),
        contact=answers["contact"],
        published_by=task.actor.id,
        published_at=task.now,
    )
    task.session.add(publicity)
    before, batch.status = str(batch.status), BatchStatus.PUBLISHED
    for application in list_applications(task.session, batch, states=(LineState.IN_BATCH,)).values():
        application.status = ApplicationStatus.IN_PUBLICITY
    return Result(
        outputs={"publicity_id": str(publicity.id), "publicity_to_at": to_at.astimezone(SHANGHAI).isoformat()},
        changes={"status": [before, str(batch.status)]},
    )


@stage.service("公开兑现结果", parameters=BatchParameters, irreversible=True, makes=("Publicity",))
def publish_payment_results(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Put what was paid before the public for good; nothing when no money arrived (R03)."""
    batch, item = batch_named(task, parameters)
    paid = list_lines(task.session, batch, states=(LineState.PAID,))
    if not paid:
        return Result()
    task.session.add(
        Publicity(
            district_id=task.district_id,
            id=new_id(),
            batch_id=batch.id,
            item_id=item.id,
            kind=PublicityKind.PAID,
            from_on=task.today,
            entries=public_entries(task, batch, paid),
            total_fen=batch.paid_fen,
            channels=[_HALL],
            contact=item.supervise_phone,
            published_by=task.actor.id,
            published_at=task.now,
        )
    )
    return Result(changes={"published": [None, len(paid)]})


def public_entries(
    task: TaskContext, batch: DisbursementBatch, lines: Sequence[DisbursementLine]
) -> list[dict[str, Any]]:
    """What the public reads of each line: the name, of residents only its first character, and the amount in 分."""
    payees = list_payees(task.session, batch)
    residents = {key for key, each in payees.items() if each.kind == ApplicantKind.RESIDENT}
    return [
        {
            "name": mask_name(line.payee) if line.applicant_id in residents else line.payee,
            "amount_fen": line.amount_fen,
        }
        for line in lines
    ]


def _check_period(task: TaskContext, item: PolicyItem, answers: Mapping[str, Any]) -> None:
    if answers["from_on"] < task.today:
        raise AnswersRefused({"from_on": ["公示不能从过去的日期开始，请从今天或以后的日期开始。"]})
    earliest = _earliest_end(task, item, answers["from_on"])
    if answers["to_on"] < earliest.date:
        words = deadlines.explain(earliest, deadlines.rule("DL19"))
        raise AnswersRefused({"to_on": [f"最早于 {earliest.date.isoformat()} 截止：{words}"]})


def _earliest_end(task: TaskContext, item: PolicyItem, begin: Any) -> Deadline:
    """The last day of the shortest publicity: the item's working days, or those of the rule when it names none."""
    return deadlines.compute("DL19", anchor=begin, calendar=task.calendar, days=item.publicity_days or None)


def period_words(publicity: Publicity | None) -> str:
    """The period of a publicity for the people who approve."""
    if publicity is None or publicity.to_on is None:
        return "没有公示"
    return f"{case.day_in_words(publicity.from_on)}至{case.day_in_words(publicity.to_on)}"
