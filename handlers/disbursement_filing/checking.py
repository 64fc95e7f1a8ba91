"""Check the lines of a batch, let the payer adjust it, and keep out what somebody objects to (gates G6, G7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from handlers.disbursement_filing.creating import add_entries, chosen_from_pool, link_cases, pool_options
from handlers.disbursement_filing.register import (
    BatchParameters,
    add_up,
    batch_facts,
    batch_named,
    batch_of,
    stage,
)
from handlers.disbursement_filing.rules import LineRules, Refusal
from handlers.stage import Fact, Message, Prepared, Result, TaskContext
from processes.application_words import UNPAID, ApplicationStatus, PaymentResult
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import DisbursementType
from processes.money import format_yuan
from processes.payment_words import BEFORE_PAYMENT, BatchStatus, LineState
from storage.applications import lock_item
from storage.disbursements import LARGEST_BATCH, list_lines
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.items import PolicyItem
from storage.publicity import find_publicity

#: Lines that are looked at again; those left out or dropped stay so.
_OPEN = (LineState.IN_BATCH, LineState.WAITING)


@stage.service(
    "检查兑现明细",
    parameters=BatchParameters,
    outputs=("payable_count", "excluded_count"),
    messages=("PaymentResult",),
)
def check_batch(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Move every line that may not be paid out of the batch, with the reason (gates G6, G7).

    An applicant whose account does not fit is asked to correct it. Without a payable line the batch is over.
    """
    batch, item = batch_named(task, parameters)
    lock_item(task.session, task.district_id, item.id)  # of two batches for one payee, the second sees the first
    rules = LineRules(task, batch, item)
    messages: list[Message] = []
    ahead: dict[UUID, int] = defaultdict(int)
    for line in list_lines(task.session, batch, states=_OPEN):
        application = rules.application(line)
        if application is not None:
            _renew(line, application)
        if rules.is_disputed(line):
            _wait(line, application)
            continue
        refusal = rules.refusal(line, ahead_fen=ahead[line.applicant_id])
        if refusal is not None:
            messages += _exclude(line, application, refusal)
            continue
        line.state, line.reason, line.disputed = LineState.IN_BATCH, None, False
        ahead[line.applicant_id] += line.amount_fen
    payable = add_up(task, batch)
    if not payable:
        batch.status = BatchStatus.EMPTY
    excluded = list_lines(task.session, batch, states=(LineState.EXCLUDED, LineState.WAITING))
    return Result(
        outputs={"payable_count": len(payable), "excluded_count": len(excluded)},
        messages=tuple(messages),
        changes={"excluded": [None, [f"{line.line_no}：{line.reason}" for line in excluded]]},
    )


def _renew(line: DisbursementLine, application: Application) -> None:
    """The amount and the account as they are now: an objection may have reduced the one, the applicant the other."""
    if application.approved_fen:
        line.amount_fen = application.approved_fen
    line.payee, line.account, line.bank = (
        application.account_name,
        application.account_no,
        application.account_bank,
    )


def _wait(line: DisbursementLine, application: Application | None) -> None:
    """Leave the line for a later batch: its objection is open; the others go on (scenario 15)."""
    line.state, line.disputed, line.reason = LineState.WAITING, True, "异议未决，办结后纳入下一批。"
    _back_to_pool(application)


def _exclude(line: DisbursementLine, application: Application | None, refusal: Refusal) -> list[Message]:
    line.state, line.reason, line.disputed = LineState.EXCLUDED, refusal.message, False
    if application is None:
        return []
    _back_to_pool(application)
    if refusal.code != "ACCOUNT_MISMATCH" or application.status not in UNPAID:
        return []
    application.pooled_at = None
    return [account_message(application, line)]


def _back_to_pool(application: Application | None) -> None:
    if application is not None and application.status in UNPAID:
        application.status = ApplicationStatus.AWAITING_PAYMENT


def account_message(application: Application, line: DisbursementLine) -> Message:
    """Tell the application that nothing arrived, so that the applicant corrects the account."""
    return Message(
        "PaymentResult",
        {"payment_result": str(PaymentResult.FAILED), "paid_on": None},
        instance_id=application.instance_id,
        key=f"payment:{line.id}",
    )


@stage.service("剔除异议未决的", parameters=BatchParameters, outputs=("payable_count",), errors=("PUBLICITY_OPEN",))
def exclude_disputed_lines(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """After publicity: lines somebody objects to wait, the others go on. Raises BusinessError PUBLICITY_OPEN."""
    batch, item = batch_named(task, parameters)
    require_publicity_over(task, batch)
    rules = LineRules(task, batch, item)
    withhold(task, batch, rules)
    for line in add_up(task, batch):
        application = rules.application(line)
        if application is not None:
            application.status = ApplicationStatus.AWAITING_PAYMENT
    payable = list_lines(task.session, batch, states=(LineState.IN_BATCH,))
    return Result(outputs={"payable_count": len(payable)})


def withhold(task: TaskContext, batch: DisbursementBatch, rules: LineRules) -> list[DisbursementLine]:
    """Take out lines that are disputed, revoked or changed since they were published; gives those left in."""
    for line in list_lines(task.session, batch, states=(LineState.IN_BATCH,)):
        application = rules.application(line)
        if rules.is_disputed(line):
            _wait(line, application)
        elif application is not None and application.status not in UNPAID:
            line.state, line.reason = (
                LineState.EXCLUDED,
                f"申报 {application.number} 已{application.status}，不再兑现。",
            )
        elif application is not None and application.approved_fen != line.amount_fen:
            line.state, line.reason = LineState.WAITING, "公示后核定金额有调整，纳入下一批重新公示。"
            _back_to_pool(application)
    return add_up(task, batch)


def require_publicity_over(task: TaskContext, batch: DisbursementBatch) -> None:
    """Gate G6: raise BusinessError unless the batch's list was public until the end of its period."""
    publicity = find_publicity(task.session, batch, BEFORE_PAYMENT)
    if publicity is None or publicity.to_on is None or publicity.to_at is None:
        raise BusinessError("PUBLICITY_OPEN", f"批次 {batch.number} 还没有公示，不能兑现，请先公示。")
    if task.now < publicity.to_at:
        end = f"{publicity.to_on.year}年{publicity.to_on.month}月{publicity.to_on.day}日"
        raise BusinessError(
            "PUBLICITY_OPEN", f"批次 {batch.number} 的公示到{end}24时才结束，期满前不能兑现，请期满后再办。"
        )


@stage.prepare("adjust_batch")
def prepare_adjustment(task: TaskContext) -> Prepared:
    """Why the batch came back, its lines, and what else waits in the pool."""
    batch, item = batch_of(task)
    rules = LineRules(task, batch, item)
    lines = list_lines(task.session, batch, states=_OPEN)
    facts = [*batch_facts(batch, item)]
    if batch.approval_opinion:
        facts.insert(0, Fact("退回的理由", batch.approval_opinion))
    return Prepared(
        initial={"lines": [{"keep": "保留"} for _ in lines]},
        given={"lines": [_shown(rules, line) for line in lines]},
        options={"applications": pool_options(task, item)},
        facts=tuple(facts),
    )


@stage.user_task(
    "调整兑现批次",
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
    makes=("DisbursementLine",),
)
def adjust_batch(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Drop lines with a reason, take in more of the pool; the whole batch is checked and published again.

    Raises AnswersRefused when the rows are not those of the batch, the batch grows too large, or nothing is left.
    """
    batch, item = batch_of(task)
    lock_item(task.session, task.district_id, item.id)
    lines = list_lines(task.session, batch, states=_OPEN)
    _check_adjustment(batch, item, lines, answers)
    entries = chosen_from_pool(task, item, answers["applications"]) if answers["applications"] else []
    rules = LineRules(task, batch, item)
    dropped = 0
    for line, row in zip(lines, answers["lines"], strict=True):
        if row["keep"] == "移出":
            line.state, line.reason, line.disputed = LineState.DROPPED, row["reason"], False
            _back_to_pool(rules.application(line))
            dropped += 1
    task.session.flush()
    add_entries(task, batch, entries)
    add_up(task, batch)
    return Result(
        linked_roots=link_cases(task, entries), changes={"lines": [len(lines), len(lines) - dropped + len(entries)]}
    )


def _check_adjustment(
    batch: DisbursementBatch, item: PolicyItem, lines: Sequence[DisbursementLine], answers: Mapping[str, Any]
) -> None:
    refused: dict[str, list[str]] = {}
    if len(answers["lines"]) != len(lines):
        refused["lines"] = [f"批次 {batch.number} 有 {len(lines)} 笔明细，请逐笔说明保留还是移出。"]
    if len(lines) + len(answers["applications"]) > LARGEST_BATCH:
        refused["applications"] = [f"一个批次最多 {LARGEST_BATCH} 笔，请分批兑现。"]
    if answers["applications"] and item.disbursement_type != DisbursementType.APPLY:
        refused["applications"] = [f"“{item.name}”不需申报，请不要选择申报。"]
    if refused:
        raise AnswersRefused(refused)


def _shown(rules: LineRules, line: DisbursementLine) -> dict[str, Any]:
    application = rules.application(line)
    return {
        "payee": line.payee,
        "source": "免申名单" if application is None else application.number,
        "amount": format_yuan(line.amount_fen),
    }
