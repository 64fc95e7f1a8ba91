"""Open a filing with its due instant, take it in, and judge at the server's instant whether it was in time (G12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from forms.answers import plain
from handlers.filing.register import stage
from handlers.item_case import due_in_words
from handlers.opening_gate import opening_day
from handlers.stage import Result, TaskContext
from processes import deadlines
from processes.clock import SHANGHAI, start_of_day
from processes.errors import AnswersRefused, BusinessError, Conflict
from processes.item_words import DisbursementType
from processes.opening_words import FILING_TITLES, FilingKind, FilingStatus
from storage import disbursements, filings, items
from storage.db import new_id
from storage.models.filings import Filing
from storage.models.items import PolicyItem
from storage.numbers import next_number

#: From which rule the filing of an amount is due, by the way the benefit reaches people.
_AMOUNT_RULES = {
    DisbursementType.AUTO: "DL5",
    DisbursementType.PERIODIC: "DL6",
    DisbursementType.APPLY: "DL7",
}


class PreparationParameters(Schema):
    kind = fields.String(
        required=True, validate=lambda value: value in tuple(FilingKind), metadata={"label": "报备种类"}
    )
    item_id = fields.String(required=True, metadata={"label": "事项"})
    batch_id = fields.String(allow_none=True, load_default=None, metadata={"label": "兑现批次"})


class FilingParameters(Schema):
    filing_id = fields.String(required=True, metadata={"label": "报备"})


@stage.service(
    "建立报备并推算期限",
    parameters=PreparationParameters,
    outputs=("filing_id", "filing_due_at"),
    errors=("FILING_WITHOUT_BATCH",),
    makes=("Filing",),
)
def prepare_filing(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Number the filing and say until when it is due; the due instant of a change follows with its effective day.

    Raises BusinessError FILING_WITHOUT_BATCH for an amount that comes from no batch.
    """
    kind = FilingKind(parameters["kind"])
    item = items.get_item(task.session, task.district_id, parameters["item_id"])
    batch_id, arose_on = _batch(task, item, kind, parameters["batch_id"])
    filing = Filing(
        district_id=task.district_id,
        id=new_id(),
        number=next_number(task.session, task.district_id, "BB", on=task.today),
        kind=kind,
        status=FilingStatus.DUE,
        policy_id=item.policy_id,
        item_id=item.id,
        disbursement_type=item.disbursement_type,
        batch_id=batch_id,
        trigger_at=task.now if arose_on in (None, task.today) else start_of_day(arose_on),
        due_at=_due_at(task, item, kind, arose_on),
        instance_id=task.instance_id,
        created_at=task.now,
    )
    task.session.add(filing)
    return Result(
        outputs={"filing_id": str(filing.id), "filing_due_at": in_data(filing.due_at)},
        business_key=filing.number,
        title=f"{FILING_TITLES[kind]}：{item.name}",
    )


def _batch(
    task: TaskContext, item: PolicyItem, kind: FilingKind, batch_id: str | None
) -> tuple[UUID | None, date | None]:
    """The batch an amount comes from, and the day it arose."""
    if kind is not FilingKind.AMOUNT:
        return None, None
    if batch_id is None:
        raise BusinessError(
            "FILING_WITHOUT_BATCH", f"事项“{item.name}”的兑现金额报备没有对应的兑现批次，请从兑现批次发起报备。"
        )
    batch = disbursements.get_batch(task.session, task.district_id, batch_id)
    return batch.id, batch.arose_on or task.today


def _due_at(task: TaskContext, item: PolicyItem, kind: FilingKind, arose_on: date | None) -> datetime | None:
    if kind is FilingKind.OPENING:
        return opening_due_at(task, item)
    if kind is FilingKind.CHANGE or arose_on is None:
        return None
    rule = _AMOUNT_RULES[DisbursementType(item.disbursement_type)]
    return deadlines.due_at(deadlines.compute(rule, anchor=arose_on, calendar=task.calendar))


def opening_due_at(task: TaskContext, item: PolicyItem) -> datetime:
    """24:00 of the third working day before the opening the item has now (R37)."""
    opens_on = opening_day(item)
    if opens_on is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”还没有开放时间，请先确认上线。")
    return deadlines.due_at(deadlines.compute("DL3", anchor=opens_on, calendar=task.calendar))


def change_due_at(task: TaskContext, effective_on: date) -> datetime:
    """24:00 of the fifth working day before a change takes effect (R40)."""
    return deadlines.due_at(deadlines.compute("DL8", anchor=effective_on, calendar=task.calendar))


def in_data(instant: datetime | None) -> str | None:
    """An instant as task data carries it: ISO 8601 with Shanghai's offset."""
    return None if instant is None else instant.astimezone(SHANGHAI).isoformat()


def take_in(
    task: TaskContext, filing: Filing, answers: Mapping[str, Any], *, due_at: datetime, more: Mapping[str, Any]
) -> Result:
    """Keep what was filed. What a return made to be completed is kept too; the first filing decides on time.

    Raises Conflict when it was filed already, AnswersRefused when it is late and the reason is missing.
    """
    if filing.status not in (FilingStatus.DUE, FilingStatus.RETURNED):
        raise Conflict(f"报备 {filing.number} 已经报出（{filing.status}），不需要再报。请刷新页面。")
    first = filing.filed_at is None
    if first and task.now > due_at and not answers["late_reason"]:
        raise AnswersRefused({"late_reason": [f"报备期限{due_in_words(due_at)}已过，本次报备计为逾期，请填写原因。"]})
    if not first:
        filing.rounds = [*filing.rounds, _round(filing)]
    filing.content = {**plain(dict(answers)), **more}
    if first:
        filing.due_at, filing.filed_at = due_at, task.now
        filing.late_reason = answers["late_reason"] if task.now > due_at else None
    filing.filed_by, filing.completed_at = task.actor.id, task.now
    filing.status = FilingStatus.FILED
    return Result(changes={"filing": [None, filing.number], "filed_at": [None, in_data(task.now)]})


def _round(filing: Filing) -> dict[str, Any]:
    return {
        "content": filing.content,
        "filed_by": str(filing.filed_by),
        "filed_at": in_data(filing.completed_at),
        "opinion": filing.receive_opinion,
        "returned_at": in_data(filing.received_at),
    }


@stage.service("判定是否按时", parameters=FilingParameters, outputs=("filing_on_time",))
def check_on_time(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Compare the instant of the first filing with the due instant; nothing typed by a person counts (G12)."""
    filing = filings.get_filing(task.session, task.district_id, parameters["filing_id"])
    if filing.filed_at is None or filing.due_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"报备 {filing.number} 还没有报出，不能判定是否按时。")
    filing.on_time = filing.filed_at <= filing.due_at
    return Result(
        outputs={"filing_on_time": filing.on_time},
        changes={"on_time": [None, filing.on_time], "due_at": [None, in_data(filing.due_at)]},
    )
