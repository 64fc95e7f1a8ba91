"""Hand out the payment list, take in the bank's receipts, and tell every application what became of its money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.identifiers import mask_account
from handlers.disbursement_filing.checking import account_message
from handlers.disbursement_filing.register import (
    BatchParameters,
    batch_facts,
    batch_named,
    batch_of,
    payable_lines,
    stage,
)
from handlers.stage import Fact, Message, Prepared, Result, TaskContext
from processes.application_words import ApplicationStatus, PaymentResult
from processes.clock import business_date
from processes.errors import AnswersRefused, SeparationOfDuties
from processes.item_words import DisbursementType
from processes.money import format_yuan
from processes.payment_words import BatchStatus, LineState, PaymentOutcome
from storage.disbursements import cases_judged_by, list_applications
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.payment_lists import digest_of, payment_rows


@stage.service("生成支付清单", parameters=BatchParameters, irreversible=True)
def export_payment_list(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Fix the list that goes to the treasury, by its digest: what is paid is what was confirmed (gate G6)."""
    batch, _ = batch_named(task, parameters)
    rows = payment_rows(task.session, batch)
    before, batch.status = str(batch.status), BatchStatus.SENT
    batch.sent_at, batch.sent_digest = task.now, digest_of(rows)
    for application in list_applications(task.session, batch, states=(LineState.IN_BATCH,)).values():
        application.status = ApplicationStatus.PAYING
    return Result(changes={"status": [before, str(batch.status)], "payment_list_sha256": [None, batch.sent_digest]})


@stage.prepare("register_payment")
def prepare_receipts(task: TaskContext) -> Prepared:
    """The payment list, accounts masked but for their last four digits."""
    batch, item = batch_of(task)
    lines = payable_lines(task, batch)
    return Prepared(
        initial={"lines": [{"outcome": str(PaymentOutcome.SUCCESS), "paid_on": task.today.isoformat()} for _ in lines]},
        given={
            "lines": [
                {"payee": line.payee, "account": mask_account(line.account), "amount": format_yuan(line.amount_fen)}
                for line in lines
            ]
        },
        facts=(*batch_facts(batch, item), Fact("支付清单校验值（SHA-256）", batch.sent_digest or "未生成")),
    )


@stage.user_task(
    "登记到账回执",
    irreversible=True,
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
)
def register_payment(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Write down what the bank says of every line; a failure goes back to the applicant, not out of sight.

    Raises SeparationOfDuties for who approved, confirmed or judged any case of the batch (gate G3), AnswersRefused
    when a line is missing or a day lies before the list went out or in the future.
    """
    batch, _ = batch_of(task)
    _check_payer(task, batch)
    lines = payable_lines(task, batch)
    _check_receipts(task, batch, lines, answers["lines"])
    for line, row in zip(lines, answers["lines"], strict=True):
        line.outcome = row["outcome"]
        line.paid_on, line.voucher_no = row.get("paid_on"), row.get("voucher_no")
        line.reason = row.get("reason")
    batch.paid_by = task.actor.id
    return Result(changes={"receipts": [None, len(lines)]})


def _check_payer(task: TaskContext, batch: DisbursementBatch) -> None:
    roots = [each.root_id for each in list_applications(task.session, batch).values()]
    judged = cases_judged_by(task.session, task.district_id, task.actor.id, roots)
    if task.actor.id in (batch.approved_by, batch.funded_by) or judged:
        raise SeparationOfDuties("审批、确认资金或办理过其中申报的人不能登记兑现，请由其他兑现经办人办理。")


def _check_receipts(
    task: TaskContext, batch: DisbursementBatch, lines: Sequence[DisbursementLine], rows: Sequence[Mapping[str, Any]]
) -> None:
    if len(rows) != len(lines):
        raise AnswersRefused({"lines": [f"支付清单共 {len(lines)} 笔，请逐笔登记结果。"]})
    sent_on = task.today if batch.sent_at is None else business_date(batch.sent_at)
    refused = {
        f"lines.{number}.paid_on": [f"到账日应在支付清单生成日（{sent_on.isoformat()}）至今天之间，请核对回单。"]
        for number, row in enumerate(rows)
        if row["outcome"] == PaymentOutcome.SUCCESS and not sent_on <= row["paid_on"] <= task.today
    }
    if refused:
        raise AnswersRefused(refused)


@stage.service(
    "结转支付结果",
    parameters=BatchParameters,
    outputs=("paid_count", "failed_count", "paid_amount"),
    messages=("PaymentResult",),
    irreversible=True,
)
def settle_payments(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Close the lines and tell each application; the first day on which money arrived starts DL7 (三(三)3).

    What did not arrive leaves the batch; its applicant corrects the account and a later batch pays (scenario 18).
    """
    batch, _ = batch_named(task, parameters)
    applications = list_applications(task.session, batch, states=(LineState.IN_BATCH,))
    paid: list[DisbursementLine] = []
    messages: list[Message] = []
    lines = payable_lines(task, batch)
    for line in lines:
        application = None if line.application_id is None else applications[line.application_id]
        if line.outcome == PaymentOutcome.SUCCESS:
            paid.append(line)
        line.state = LineState.PAID if line.outcome == PaymentOutcome.SUCCESS else LineState.FAILED
        if application is not None:
            messages.append(_settle(application, line))
    batch.paid_fen = sum(line.amount_fen for line in paid)
    batch.settled_at = task.now
    before, batch.status = str(batch.status), BatchStatus.PAID if paid else BatchStatus.BOUNCED
    first = min((line.paid_on for line in paid if line.paid_on is not None), default=None)
    if batch.disbursement_type == DisbursementType.APPLY:
        batch.arose_on = first
    return Result(
        outputs={"paid_count": len(paid), "failed_count": len(lines) - len(paid), "paid_amount": batch.paid_fen},
        messages=tuple(messages),
        changes={"status": [before, str(batch.status)], "first_paid_on": [None, str(first) if first else None]},
    )


def _settle(application: Application, line: DisbursementLine) -> Message:
    """The application's state and the message it waits for."""
    if line.state != LineState.PAID or line.paid_on is None:
        application.status, application.pooled_at = ApplicationStatus.AWAITING_PAYMENT, None
        return account_message(application, line)
    application.status, application.paid_on = ApplicationStatus.PAID, line.paid_on
    return Message(
        "PaymentResult",
        {"payment_result": str(PaymentResult.PAID), "paid_on": line.paid_on.isoformat()},
        instance_id=application.instance_id,
        key=f"payment:{line.id}",
    )
