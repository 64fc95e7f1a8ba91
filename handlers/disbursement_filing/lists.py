"""Lists of those who need not apply (免申即享, P15): checked by one, confirmed by another, filed the same day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.answers import plain
from forms.identifiers import mask_name
from handlers.disbursement_filing.register import batch_facts, batch_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes import deadlines
from processes.application_words import ApplicantKind
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.money import format_yuan, plain_yuan
from processes.payment_words import BatchStatus, LineState, ListDecision
from processes.policy_words import Signature
from storage.applications import find_applicant
from storage.benefit_lists import find_list, list_rows, list_unpaid_rows
from storage.db import new_id
from storage.models.applications import Applicant
from storage.models.disbursements import (
    BeneficiaryList,
    BeneficiaryRow,
    DisbursementBatch,
    DisbursementLine,
)


@stage.prepare("check_list")
def prepare_list(task: TaskContext) -> Prepared:
    """The list that was returned, or those of earlier lists whose money did not arrive."""
    batch, item = batch_of(task)
    last = find_list(task.session, batch)
    initial: dict[str, Any] = {}
    facts = [
        *batch_facts(batch, item),
        Fact("认定条件", _conditions(item.conditions)),
        Fact("兑现标准", item.calc_rule),
    ]
    if last is not None:
        initial = {"rule_version": last.rule_version, "data_sources": last.data_sources}
        if last.opinion:
            facts.insert(0, Fact("上次退回的理由", last.opinion))
    rows = list_rows(task.session, last) if last is not None else list_unpaid_rows(task.session, item)
    initial["beneficiaries"] = [_as_answers(row, applicant) for row, applicant in rows]
    return Prepared(initial=initial, facts=tuple(facts))


@stage.user_task(
    "核对免申名单",
    errors=("ANSWERS_REFUSED",),
    makes=("Applicant", "BeneficiaryList", "BeneficiaryRow"),
)
def check_list(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the list with the rules and the data it came from; a returned one is followed by another round (G5).

    Raises AnswersRefused when a code belongs to an applicant of another name or kind.
    """
    batch, _ = batch_of(task)
    applicants = _applicants(task, answers["beneficiaries"])
    last = find_list(task.session, batch)
    beneficiaries = BeneficiaryList(
        district_id=task.district_id,
        id=new_id(),
        batch_id=batch.id,
        round_no=1 if last is None else last.round_no + 1,
        rule_version=answers["rule_version"],
        data_sources=plain([dict(row) for row in answers["data_sources"]]),
        checked_by=task.actor.id,
        checked_at=task.now,
    )
    task.session.add(beneficiaries)
    task.session.flush()
    task.session.add_all(
        BeneficiaryRow(
            district_id=task.district_id,
            id=new_id(),
            list_id=beneficiaries.id,
            row_no=number,
            applicant_id=applicant.id,
            facts=row["facts"],
            account_name=row["account_name"],
            account=row["account"],
            amount_fen=row["amount"],
            decision=row["decision"],
            reason=row.get("reason"),
        )
        for number, (row, applicant) in enumerate(zip(answers["beneficiaries"], applicants, strict=True), 1)
    )
    return Result()


@stage.prepare("confirm_list")
def prepare_confirmation(task: TaskContext) -> Prepared:
    """The list as it stands, people masked, and until when it has to be filed once it is confirmed."""
    batch, item = batch_of(task)
    beneficiaries = _list_of(task, batch)
    rows = list_rows(task.session, beneficiaries)
    granted = [row for row, _ in rows if row.decision == ListDecision.GRANTED]
    due = deadlines.compute("DL5", anchor=task.today, calendar=task.calendar)
    sources = "；".join(f"{each['source']}（截至 {each['as_of']}）" for each in beneficiaries.data_sources)
    return Prepared(
        given={"beneficiaries": [_shown(row, applicant) for row, applicant in rows]},
        facts=(
            *batch_facts(batch, item),
            Fact("规则版本", beneficiaries.rule_version),
            Fact("数据来源", sources),
            Fact("享受", f"{len(granted)} 个，合计 {format_yuan(sum(row.amount_fen for row in granted))} 元"),
            Fact("报备期限", deadlines.explain(due, deadlines.rule("DL5"))),
        ),
    )


@stage.user_task(
    "确认免申名单",
    outputs=("list_result",),
    errors=("LIST_EMPTY", "SOD_VIOLATION"),
    makes=("DisbursementLine",),
)
def confirm_list(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Fix the list: from this instant its filing is due by the end of the same calendar day (DL5, 三(三)3).

    Raises SeparationOfDuties for the checker or the batch's maker, BusinessError when nobody gets anything.
    """
    batch, _ = batch_of(task)
    beneficiaries = _list_of(task, batch)
    if task.actor.id in (beneficiaries.checked_by, batch.created_by):
        raise SeparationOfDuties("名单不能由核对人或建立批次的人确认，请由审定人确认。")
    beneficiaries.opinion = answers["opinion"]
    if answers["list_result"] != Signature.AGREED:
        return Result(outputs={"list_result": answers["list_result"]})
    granted = [row for row, _ in list_rows(task.session, beneficiaries) if row.decision == ListDecision.GRANTED]
    if not granted:
        raise BusinessError(
            "LIST_EMPTY", "名单中没有享受的主体，请退回核对；本期确无享受主体的，请系统管理员终止本批次。"
        )
    _add_lines(task, batch, granted)
    beneficiaries.confirmed_by, beneficiaries.confirmed_at = task.actor.id, task.now
    batch.arose_on, batch.status = task.today, BatchStatus.CONFIRMED
    batch.total_fen = sum(row.amount_fen for row in granted)
    return Result(
        outputs={"list_result": answers["list_result"]}, changes={"list_confirmed_on": [None, task.today.isoformat()]}
    )


def _add_lines(task: TaskContext, batch: DisbursementBatch, granted: Sequence[BeneficiaryRow]) -> None:
    task.session.add_all(
        DisbursementLine(
            district_id=task.district_id,
            id=new_id(),
            batch_id=batch.id,
            line_no=number,
            row_id=row.id,
            applicant_id=row.applicant_id,
            payee=row.account_name,
            account=row.account,
            amount_fen=row.amount_fen,
            state=LineState.IN_BATCH,
        )
        for number, row in enumerate(granted, 1)
    )


def _list_of(task: TaskContext, batch: DisbursementBatch) -> BeneficiaryList:
    found = find_list(task.session, batch)
    if found is None:
        raise BusinessError("CASE_INCOMPLETE", f"批次 {batch.number} 还没有名单，请先核对名单。")
    return found


def _applicants(task: TaskContext, rows: Sequence[Mapping[str, Any]]) -> list[Applicant]:
    """Who each row is about, known or new. Raises AnswersRefused before anything is written."""
    known = [find_applicant(task.session, task.district_id, _code(row)) for row in rows]
    refused = {
        f"beneficiaries.{number}.name": [
            f"这个号码登记的是{applicant.kind}“{_public_name(applicant)}”，请核对名称和类别。"
        ]
        for number, (row, applicant) in enumerate(zip(rows, known, strict=True))
        if applicant is not None and (applicant.name, applicant.kind) != (row["name"], row["kind"])
    }
    if refused:
        raise AnswersRefused(refused)
    found = [applicant or _new(task, row) for row, applicant in zip(rows, known, strict=True)]
    task.session.add_all(found)
    task.session.flush()
    return found


def _new(task: TaskContext, row: Mapping[str, Any]) -> Applicant:
    resident = row["kind"] == ApplicantKind.RESIDENT
    return Applicant(
        district_id=task.district_id,
        id=new_id(),
        kind=row["kind"],
        name=row["name"],
        uscc=None if resident else _code(row),
        id_no=_code(row) if resident else None,
        account_name=row["account_name"],
        account_no=row["account"],
        created_at=task.now,
        updated_at=task.now,
    )


def _code(row: Mapping[str, Any]) -> str:
    return str(row["code"]).replace(" ", "").upper()


def _public_name(applicant: Applicant) -> str:
    return mask_name(applicant.name) if applicant.kind == ApplicantKind.RESIDENT else applicant.name


def _shown(row: BeneficiaryRow, applicant: Applicant) -> dict[str, Any]:
    return {
        "name": _public_name(applicant),
        "amount": format_yuan(row.amount_fen),
        "decision": row.decision,
        "reason": row.reason,
    }


def _as_answers(row: BeneficiaryRow, applicant: Applicant) -> dict[str, Any]:
    answers = {
        "name": applicant.name,
        "kind": applicant.kind,
        "code": applicant.uscc or applicant.id_no,
        "account_name": row.account_name,
        "account": row.account,
        "amount": plain_yuan(row.amount_fen),
        "facts": row.facts,
        "decision": row.decision,
        "reason": row.reason,
    }
    return {name: value for name, value in answers.items() if value is not None}


def _conditions(conditions: Sequence[Any]) -> str:
    return "；".join(str(each.get("text", "")) for each in conditions) or "未列明"
