"""What is filed when an item produces amounts: list of AUTO, payments of APPLY, figures of PERIODIC (F28, F30)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.filing.duties import take_in
from handlers.filing.register import filing_facts, filing_of, stage
from handlers.item_case import label_of, moment_in_words
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, BusinessError
from processes.money import format_yuan, plain_yuan
from storage import disbursements
from storage.benefit_lists import find_report
from storage.models.disbursements import DisbursementBatch
from storage.models.filings import Filing


def _batch_of(task: TaskContext, filing: Filing) -> DisbursementBatch:
    return disbursements.get_batch(task.session, task.district_id, filing.batch_id)


@stage.prepare("file_auto_list", "file_amount")
def prepare_amount(task: TaskContext) -> Prepared:
    """The figures of the batch as they stand in its records."""
    filing, item, _ = filing_of(task)
    batch = _batch_of(task, filing)
    arisen = disbursements.arisen_amount(task.session, batch)
    earlier = arisen.cumulative_fen - arisen.amount_fen
    return Prepared(
        initial={
            "period_from": batch.period_from.isoformat(),
            "period_to": batch.period_to.isoformat(),
            "beneficiaries": arisen.beneficiaries,
            "amount": plain_yuan(arisen.amount_fen),
        },
        given={
            "item": label_of(item),
            "trigger": moment_in_words(filing.trigger_at),
            "cumulative": format_yuan(earlier),
        },
        facts=(*filing_facts(task), Fact("兑现批次", batch.number)),
    )


@stage.prepare("file_periodic")
def prepare_periodic(task: TaskContext) -> Prepared:
    """The figures the source unit reported for the period."""
    filing, item, _ = filing_of(task)
    batch = _batch_of(task, filing)
    report = find_report(task.session, batch)
    initial: dict[str, Any] = {
        "period_from": batch.period_from.isoformat(),
        "period_to": batch.period_to.isoformat(),
    }
    if report is not None:
        initial |= {
            "source_unit": report.source_unit,
            "no_occurrence": report.no_occurrence,
            "people_or_firms": report.beneficiaries,
            "times": report.times,
            "amount": plain_yuan(report.amount_fen),
        }
    return Prepared(
        initial=initial,
        given={"item": label_of(item), "trigger": moment_in_words(filing.trigger_at)},
        facts=(*filing_facts(task), Fact("兑现批次", batch.number)),
    )


@stage.user_task(
    "报备免申即享名单",
    errors=("ANSWERS_REFUSED", "CONFLICT"),
)
def file_auto_list(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The making department files the list, due on the very day it was confirmed (R38)."""
    return _file_amount(task, answers)


@stage.user_task(
    "报备兑现金额",
    errors=("ANSWERS_REFUSED", "CONFLICT"),
)
def file_amount(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The implementing department files what was paid."""
    return _file_amount(task, answers)


def _file_amount(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Raises AnswersRefused when the figures are not those of the batch."""
    filing, _, _ = filing_of(task)
    arisen = disbursements.arisen_amount(task.session, _batch_of(task, filing))
    refused: dict[str, list[str]] = {}
    if answers["amount"] != arisen.amount_fen:
        refused["amount"] = [f"与兑现批次的金额 {format_yuan(arisen.amount_fen)} 元不一致，请核对。"]
    if answers["beneficiaries"] != arisen.beneficiaries:
        refused["beneficiaries"] = [f"与兑现批次的户数或人数 {arisen.beneficiaries} 不一致，请核对。"]
    if refused:
        raise AnswersRefused(refused)
    return take_in(task, filing, answers, due_at=_due(filing), more={"cumulative_fen": arisen.cumulative_fen})


@stage.user_task(
    "报送定期汇总数据",
    errors=("ANSWERS_REFUSED", "CONFLICT"),
)
def file_periodic(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The figures of a period, due on the day they arose; nothing having happened is reported too (R39).

    Raises AnswersRefused when the figures are not those that were confirmed.
    """
    filing, _, _ = filing_of(task)
    batch = _batch_of(task, filing)
    report = find_report(task.session, batch)
    if report is not None and answers["no_occurrence"] != report.no_occurrence:
        said = "零报" if report.no_occurrence else "有发生"
        raise AnswersRefused({"no_occurrence": [f"与已确认的汇总数据（{said}）不一致，请核对。"]})
    if report is not None and not report.no_occurrence and answers["amount"] != report.amount_fen:
        raise AnswersRefused({"amount": [f"与已确认的金额 {format_yuan(report.amount_fen)} 元不一致，请核对。"]})
    return take_in(task, filing, answers, due_at=_due(filing), more={})


def _due(filing: Filing) -> datetime:
    if filing.due_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"报备 {filing.number} 还没有期限，请联系分析员核对。")
    return filing.due_at
