"""Approve a batch, confirm its money, and decide what happens when there is not enough (gates G3, G6, G7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.disbursement_filing.checking import require_publicity_over, withhold
from handlers.disbursement_filing.publishing import period_words
from handlers.disbursement_filing.register import batch_facts, batch_of, payable_lines, stage
from handlers.disbursement_filing.rules import LineRules, totals
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.application_words import ApplicationStatus
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.fund_split import split_fund
from processes.item_words import ACCEPTING, DisbursementType, ItemStatus
from processes.money import format_yuan
from processes.payment_words import BEFORE_PAYMENT, BatchStatus, BudgetChoice, LineState
from processes.policy_words import Signature
from storage import policies
from storage.applications import lock_item
from storage.budgets import BudgetUse, budget_use
from storage.db import new_id
from storage.disbursements import list_applications, list_lines
from storage.models.disbursements import BudgetTransfer, DisbursementBatch
from storage.models.items import PolicyItem
from storage.publicity import find_publicity


@stage.prepare("approve_batch")
def prepare_approval(task: TaskContext) -> Prepared:
    """Every line with its state, who pays how much, what the budget still has, and when the list was public."""
    batch, item = batch_of(task)
    applications = list_applications(task.session, batch)
    lines = [
        {
            "payee": line.payee,
            "source": applications[line.application_id].number if line.application_id else "免申名单",
            "amount": format_yuan(line.amount_fen),
            "state": line.state,
            "reason": line.reason,
        }
        for line in list_lines(task.session, batch)
    ]
    publicity = find_publicity(task.session, batch, BEFORE_PAYMENT)
    return Prepared(
        given={"lines": lines, "fund_split": _split_shown(_split(task, batch, item))},
        facts=(
            *batch_facts(batch, item),
            Fact("公示期", period_words(publicity)),
            *_budget_words(batch, budget_use(task.session, item, task.today.year)),
        ),
    )


@stage.user_task(
    "审批兑现批次",
    outputs=("batch_result",),
    errors=("NOTHING_PAYABLE", "PUBLICITY_OPEN", "SOD_VIOLATION"),
)
def approve_batch(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Approve what is left after publicity, or return it.

    Raises SeparationOfDuties for who made or published the batch, BusinessError PUBLICITY_OPEN or NOTHING_PAYABLE.
    """
    batch, item = batch_of(task)
    publicity = find_publicity(task.session, batch, BEFORE_PAYMENT)
    if task.actor.id == batch.created_by or (publicity is not None and task.actor.id == publicity.published_by):
        raise SeparationOfDuties("批次不能由建立或公示它的人审批，请由其他审定人办理。")
    batch.approval_opinion = answers["opinion"]
    before = str(batch.status)
    if answers["batch_result"] != Signature.AGREED:
        batch.status = BatchStatus.DRAFTED
        return Result(outputs={"batch_result": answers["batch_result"]}, changes={"status": [before, "退回"]})
    require_publicity_over(task, batch)
    if not payable_lines(task, batch):
        raise BusinessError("NOTHING_PAYABLE", f"批次 {batch.number} 没有可兑现的明细，请退回调整。")
    batch.approved_by, batch.approved_at = task.actor.id, task.now
    batch.fund_split = _split(task, batch, item)
    batch.status = BatchStatus.APPROVED
    return Result(outputs={"batch_result": answers["batch_result"]}, changes={"status": [before, str(batch.status)]})


@stage.prepare("confirm_fund")
def prepare_funding(task: TaskContext) -> Prepared:
    """Who pays how much, and what the item's budget of this year still has."""
    batch, item = batch_of(task)
    use = budget_use(task.session, item, task.today.year)
    facts = [*batch_facts(batch, item), *_budget_words(batch, use)]
    if batch.approval_opinion:
        facts.append(Fact("审批意见", batch.approval_opinion))
    return Prepared(given={"fund_split": _split_shown(_split(task, batch, item))}, facts=tuple(facts))


@stage.user_task(
    "确认资金",
    outputs=("fund_confirmed",),
    errors=("BUDGET_EXCEEDED", "OBJECTION_OPEN", "PUBLICITY_OPEN", "SOD_VIOLATION"),
)
def confirm_fund(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Promise the money of this year's budget to the batch; what is disputed since then stays out.

    Raises BusinessError BUDGET_EXCEEDED with the difference (gate G7), OBJECTION_OPEN when every line is disputed,
    PUBLICITY_OPEN; all before anything is written. The item is locked: two batches never promise the same money.
    """
    batch, item = batch_of(task)
    if task.actor.id in (batch.created_by, batch.approved_by):
        raise SeparationOfDuties("资金不能由建立或审批这个批次的人确认，请由其他人员办理。")
    before = str(batch.status)
    if not answers["fund_confirmed"]:
        batch.status, batch.funding_opinion = BatchStatus.SHORT, answers["opinion"]
        return Result(outputs={"fund_confirmed": False}, changes={"status": [before, str(batch.status)]})
    rules = LineRules(task, batch, item)
    _check_funding(task, batch, lock_item(task.session, task.district_id, item.id), rules)
    withhold(task, batch, rules)
    batch.funded_by, batch.funded_at, batch.funding_opinion = task.actor.id, task.now, answers["opinion"]
    batch.budget_year, batch.status = task.today.year, BatchStatus.FUNDED
    batch.fund_split = _split(task, batch, item)
    return Result(outputs={"fund_confirmed": True}, changes={"status": [before, str(batch.status)]})


def _check_funding(task: TaskContext, batch: DisbursementBatch, item: PolicyItem, rules: LineRules) -> None:
    require_publicity_over(task, batch)
    wanted = totals([line for line in payable_lines(task, batch) if not rules.is_disputed(line)])
    if not wanted:
        raise BusinessError(
            "OBJECTION_OPEN", f"批次 {batch.number} 的全部明细都有未决异议，不能兑现；请选择“没有落实”并说明原因。"
        )
    left = budget_use(task.session, item, task.today.year).left_fen
    if wanted > left:
        raise BusinessError(
            "BUDGET_EXCEEDED",
            f"批次 {batch.number} 需要 {format_yuan(wanted)} 元，事项“{item.name}”{task.today.year}年度额度"
            f"剩余 {format_yuan(left)} 元，差额 {format_yuan(wanted - left)} 元，请制定部门调剂、排队或停止申报。",
            shortage_fen=wanted - left,
        )


@stage.prepare("resolve_budget")
def prepare_shortage(task: TaskContext) -> Prepared:
    """How much is missing: the notice BudgetShort to the department that made the policy."""
    batch, item = batch_of(task)
    use = budget_use(task.session, item, task.today.year)
    facts = [Fact("额度不足", _shortage_words(batch, use)), *batch_facts(batch, item), *_budget_words(batch, use)]
    if batch.status == BatchStatus.SHORT and batch.funding_opinion:
        facts.append(Fact("财政局意见", batch.funding_opinion))
    return Prepared(facts=tuple(facts))


@stage.user_task("处理额度不足", outputs=("budget_choice",), errors=("ANSWERS_REFUSED",), makes=("BudgetTransfer",))
def resolve_budget(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Move money in, wait for money, or stop taking applications and let the batch go.

    Raises AnswersRefused when the money moved in does not close the gap.
    """
    batch, item = batch_of(task)
    choice, before = answers["budget_choice"], str(batch.status)
    if choice == BudgetChoice.TRANSFER:
        _move_in(task, batch, item, answers)
        batch.status = BatchStatus.APPROVED
    elif choice == BudgetChoice.QUEUE:
        batch.status = BatchStatus.SHORT
    else:
        _stop(task, batch, item, answers["reason"])
    return Result(
        outputs={"budget_choice": choice},
        changes={"status": [before, str(batch.status)], "reason": [None, answers["reason"]]},
    )


def _move_in(task: TaskContext, batch: DisbursementBatch, item: PolicyItem, answers: Mapping[str, Any]) -> None:
    gap = batch.total_fen - budget_use(task.session, item, task.today.year).left_fen
    if not answers["amount"] or answers["amount"] < gap:
        raise AnswersRefused({"amount": [f"调剂后仍然不足：至少需要 {format_yuan(max(gap, 1))} 元。"]})
    task.session.add(
        BudgetTransfer(
            district_id=task.district_id,
            id=new_id(),
            item_id=item.id,
            batch_id=batch.id,
            budget_year=task.today.year,
            amount_fen=answers["amount"],
            source=answers["source"],
            document_no=answers["document_no"],
            moved_by=task.actor.id,
            moved_at=task.now,
        )
    )


def _stop(task: TaskContext, batch: DisbursementBatch, item: PolicyItem, reason: str) -> None:
    """The batch ends unpaid; its applications go back to the pool, and the item takes no more of them."""
    applications = list_applications(task.session, batch)
    for line in payable_lines(task, batch):
        line.state, line.reason = LineState.DROPPED, f"额度不足，批次已停止：{reason}"
        if line.application_id is not None:
            applications[line.application_id].status = ApplicationStatus.AWAITING_PAYMENT
    batch.status, batch.stop_reason = BatchStatus.STOPPED, reason
    if item.disbursement_type == DisbursementType.APPLY and item.status in ACCEPTING:
        item.status, item.updated_at = ItemStatus.HELD, task.now


def _split(task: TaskContext, batch: DisbursementBatch, item: PolicyItem) -> list[dict[str, Any]]:
    policy = policies.get_policy(task.session, task.district_id, item.policy_id)
    return split_fund(totals(payable_lines(task, batch)), policy.fund_sources)


def _split_shown(shares: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "level": each["fund_level"],
            "ratio": str(each["ratio"]),
            "subject": each["subject"],
            "amount": format_yuan(each["amount_fen"]),
        }
        for each in shares
    ]


def _budget_words(batch: DisbursementBatch, use: BudgetUse) -> tuple[Fact, ...]:
    promised = "" if not use.committed_fen else f"，已确认待付 {format_yuan(use.committed_fen)} 元"
    moved = "" if not use.moved_in_fen else f"（另调剂 {format_yuan(use.moved_in_fen)} 元）"
    return (
        Fact(
            "年度额度",
            f"{format_yuan(use.planned_fen)} 元{moved}，已兑现 {format_yuan(use.paid_fen)} 元{promised}，"
            f"剩余 {format_yuan(use.left_fen)} 元",
        ),
    )


def _shortage_words(batch: DisbursementBatch, use: BudgetUse) -> str:
    gap = batch.total_fen - use.left_fen
    if gap <= 0:
        return "额度够用，但财政局确认资金没有落实，请看财政局意见。"
    return f"本批次还差 {format_yuan(gap)} 元。"
