"""Periodic reports (定期汇总, P16): figures of a source unit, due on the very day the amount arose (DL6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.disbursement_filing.register import BatchParameters, batch_facts, batch_named, batch_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes import deadlines
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.money import format_yuan, plain_yuan
from processes.payment_words import BatchStatus, PublicityKind
from processes.policy_words import Signature
from storage.benefit_lists import find_report, find_report_before
from storage.db import new_id
from storage.models.disbursements import DisbursementBatch, PeriodicReport, Publicity

#: The built-in hall, where what is published for good stands.
_HALL = "网上大厅"


@stage.prepare("report_periodic")
def prepare_report(task: TaskContext) -> Prepared:
    """When the report is due and why, what was reported last time, and the report that was returned."""
    batch, item = batch_of(task)
    last, before = find_report(task.session, batch), find_report_before(task.session, batch)
    facts = [*batch_facts(batch, item)]
    if batch.arose_on is not None:
        due = deadlines.compute("DL6", anchor=batch.arose_on, calendar=task.calendar)
        facts.append(Fact("报送期限", deadlines.explain(due, deadlines.rule("DL6"))))
        if task.now >= deadlines.due_at(due):
            facts.append(Fact("逾期", "已过报送期限，请立即报送并填写逾期原因。"))
    if before is not None:
        facts.append(Fact("上期数据", f"{before.beneficiaries} 户（人），{format_yuan(before.amount_fen)} 元"))
    initial: dict[str, Any] = {}
    if batch.arose_on is not None:
        initial["produced_on"] = batch.arose_on.isoformat()
    if last is not None:
        initial |= _as_answers(last)
        facts.insert(0, Fact("上次退回的理由", last.opinion or "未写明"))
    return Prepared(initial=initial, facts=tuple(facts))


@stage.user_task("填报定期汇总数据", errors=("ANSWERS_REFUSED",), makes=("PeriodicReport",))
def report_periodic(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the figures; nothing happened is a report too. A returned report is followed by another row (G5).

    Raises AnswersRefused when the day lies ahead, a late report has no reason, or a jump against the last period
    is not explained.
    """
    batch, _ = batch_of(task)
    zero = bool(answers["no_occurrence"])
    amount = 0 if zero else answers["amount"]
    _check_report(task, batch, answers, amount)
    last = find_report(task.session, batch)
    report = PeriodicReport(
        district_id=task.district_id,
        id=new_id(),
        batch_id=batch.id,
        round_no=1 if last is None else last.round_no + 1,
        source_unit=answers["source_unit"],
        no_occurrence=zero,
        beneficiaries=0 if zero else answers["beneficiaries"],
        times=0 if zero else answers["times"],
        amount_fen=amount,
        detail_id=case.single_file(answers, "detail"),
        explanation=answers["explanation"],
        late_reason=answers["late_reason"],
        reported_by=task.actor.id,
        reported_at=task.now,
    )
    task.session.add(report)
    before = batch.arose_on
    batch.arose_on, batch.total_fen = answers["produced_on"], amount
    moved = {"produced_on": [str(before), str(batch.arose_on)]} if before != batch.arose_on else {}
    return Result(changes=moved)


def _check_report(task: TaskContext, batch: DisbursementBatch, answers: Mapping[str, Any], amount: int) -> None:
    refused: dict[str, list[str]] = {}
    produced = answers["produced_on"]
    if produced > task.today:
        refused["produced_on"] = ["金额产生日不能晚于今天。"]
    elif produced < task.today and not answers["late_reason"]:
        refused["late_reason"] = [f"金额产生于{case.day_in_words(produced)}，已过当日报送的期限，请填写逾期原因。"]
    before = find_report_before(task.session, batch)
    if before is not None and _jumps(before.amount_fen, amount) and not answers["explanation"]:
        refused["explanation"] = [f"与上期（{format_yuan(before.amount_fen)} 元）相比增减超过一半，请说明原因。"]
    if refused:
        raise AnswersRefused(refused)


def _jumps(before: int, now: int) -> bool:
    """True when the amount changed by more than half of what it was."""
    return 2 * abs(now - before) > before


@stage.prepare("confirm_periodic")
def prepare_confirmation(task: TaskContext) -> Prepared:
    """The figures, for the person who vouches for them."""
    batch, item = batch_of(task)
    report = _report(task, batch)
    figures = f"{report.beneficiaries} 户（人），{report.times} 次，{format_yuan(report.amount_fen)} 元"
    facts = [
        *batch_facts(batch, item),
        Fact("数据来源单位", report.source_unit),
        Fact("汇总数据", "零报告：本期没有发生" if report.no_occurrence else figures),
        Fact("金额产生日", "未填" if batch.arose_on is None else case.day_in_words(batch.arose_on)),
    ]
    if report.explanation:
        facts.append(Fact("数据说明", report.explanation))
    if report.late_reason:
        facts.append(Fact("逾期原因", report.late_reason))
    return Prepared(facts=tuple(facts))


@stage.user_task("确认汇总数据", outputs=("periodic_result",), errors=("SOD_VIOLATION",))
def confirm_periodic(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Vouch for the figures or return them. Raises SeparationOfDuties for the person who typed them."""
    batch, _ = batch_of(task)
    report = _report(task, batch)
    if report.reported_by == task.actor.id:
        raise SeparationOfDuties("汇总数据不能由填报人自己确认，请由审定人确认。")
    report.opinion = answers["opinion"]
    if answers["periodic_result"] == Signature.AGREED:
        report.confirmed_by, report.confirmed_at = task.actor.id, task.now
        batch.status = BatchStatus.CONFIRMED
    return Result(outputs={"periodic_result": answers["periodic_result"]})


@stage.service("公布汇总数据", parameters=BatchParameters, irreversible=True, makes=("Publicity",))
def publish_statistics(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Put the confirmed figures before the public for good; a zero report too. Raises BusinessError before that."""
    batch, item = batch_named(task, parameters)
    report = _report(task, batch)
    if report.confirmed_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"批次 {batch.number} 的汇总数据还没有确认，不能公布。")
    words = f"{report.source_unit}：{report.beneficiaries} 户（人），{report.times} 次"
    task.session.add(
        Publicity(
            district_id=task.district_id,
            id=new_id(),
            batch_id=batch.id,
            item_id=item.id,
            kind=PublicityKind.STATISTICS,
            from_on=task.today,
            entries=[{"name": words, "amount_fen": report.amount_fen}],
            total_fen=report.amount_fen,
            channels=[_HALL],
            published_by=task.actor.id,
            published_at=task.now,
        )
    )
    batch.status = BatchStatus.REPORTED
    return Result(changes={"status": [str(BatchStatus.CONFIRMED), str(batch.status)]})


def _report(task: TaskContext, batch: DisbursementBatch) -> PeriodicReport:
    found = find_report(task.session, batch)
    if found is None:
        raise BusinessError("CASE_INCOMPLETE", f"批次 {batch.number} 还没有汇总数据，请先填报。")
    return found


def _as_answers(report: PeriodicReport) -> dict[str, Any]:
    answers: dict[str, Any] = {"source_unit": report.source_unit, "no_occurrence": report.no_occurrence}
    if not report.no_occurrence:
        answers |= {
            "beneficiaries": report.beneficiaries,
            "times": report.times,
            "amount": plain_yuan(report.amount_fen),
        }
    answers |= {"explanation": report.explanation, "late_reason": report.late_reason}
    return {name: value for name, value in answers.items() if value is not None}
