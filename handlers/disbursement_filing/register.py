"""The stage object, the batch a task belongs to, and when its amount arose: the anchors of DL5, DL6 and DL7."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from handlers import case
from handlers.stage import Fact, Stage, TaskContext
from processes.item_words import DisbursementType
from processes.money import format_yuan
from processes.payment_words import LineState
from storage.disbursements import get_batch, list_lines
from storage.items import get_item
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.items import PolicyItem

stage = Stage("disbursement_filing")


class BatchParameters(Schema):
    batch_id = fields.String(required=True, metadata={"label": "兑现批次"})


def batch_of(task: TaskContext) -> tuple[DisbursementBatch, PolicyItem]:
    """The batch the task data names, and its item. Raises NotFound or BusinessError."""
    return _with_item(task, case.required_id(task, "batch_id"))


def batch_named(task: TaskContext, parameters: Mapping[str, Any]) -> tuple[DisbursementBatch, PolicyItem]:
    """The batch a service parameter names, and its item. Raises NotFound."""
    return _with_item(task, str(parameters["batch_id"]))


def _with_item(task: TaskContext, batch_id: str) -> tuple[DisbursementBatch, PolicyItem]:
    batch = get_batch(task.session, task.district_id, batch_id)
    return batch, get_item(task.session, task.district_id, batch.item_id)


def payable_lines(task: TaskContext, batch: DisbursementBatch) -> list[DisbursementLine]:
    """The lines that are to be paid as things stand."""
    return list(list_lines(task.session, batch, states=(LineState.IN_BATCH,)))


def add_up(task: TaskContext, batch: DisbursementBatch) -> list[DisbursementLine]:
    """Write the batch's total from its payable lines, and give them."""
    task.session.flush()
    lines = payable_lines(task, batch)
    batch.total_fen = sum(line.amount_fen for line in lines)
    return lines


def batch_facts(batch: DisbursementBatch, item: PolicyItem) -> tuple[Fact, ...]:
    """Which batch it is, in words."""
    period = f"{case.day_in_words(batch.period_from)}至{case.day_in_words(batch.period_to)}"
    return (
        Fact("兑现批次", f"{batch.number}，{period}"),
        Fact("政策服务事项", f"{item.number} {item.name}"),
        Fact("批次金额", f"{format_yuan(batch.total_fen)} 元"),
    )


@stage.anchor("list_confirmed_on")
def list_confirmed_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day on which the beneficiary list was fixed (anchor of DL5, 三(三)3)."""
    return _arose_on(session, district_id, variables, DisbursementType.AUTO)


@stage.anchor("produced_on")
def produced_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day on which the amount arose at its source unit, whenever it was typed in (anchor of DL6)."""
    return _arose_on(session, district_id, variables, DisbursementType.PERIODIC)


@stage.anchor("paid_on")
def paid_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day of the batch's first successful payment (anchor of DL7)."""
    return _arose_on(session, district_id, variables, DisbursementType.APPLY)


def _arose_on(
    session: Session, district_id: str, variables: Mapping[str, Any], disbursement_type: DisbursementType
) -> date | None:
    if not variables.get("batch_id"):
        return None
    batch = get_batch(session, district_id, variables["batch_id"])
    return batch.arose_on if batch.disbursement_type == disbursement_type else None
