"""Make a batch: choose the item and the period; an application item takes its payees from the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from forms.model import Option
from handlers.disbursement_filing.register import stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.clock import business_date
from processes.errors import AnswersRefused, Forbidden, SeparationOfDuties
from processes.item_words import DisbursementType, ItemStatus
from processes.money import format_yuan
from processes.payment_words import BatchStatus, LineState
from processes.policy_elements import DISBURSEMENT_TYPES
from storage import policies
from storage.applications import lock_item
from storage.db import new_id
from storage.disbursements import cases_judged_by, find_overlapping_batch, list_lines, list_pool, unlinked_roots
from storage.items import get_item, list_items
from storage.models.applications import Applicant, Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.items import PolicyItem
from storage.numbers import next_number

#: Items for which money may be due: also those that take no more applications.
_PAYABLE = (ItemStatus.OPEN, ItemStatus.ADJUSTING, ItemStatus.CLOSED, ItemStatus.OFFLINE, ItemStatus.HELD)

PoolEntry = tuple[Application, Applicant]


@stage.prepare("create_batch")
def prepare_batch(task: TaskContext) -> Prepared:
    """The items the person pays for, and what waits in the pool, without cases the person has judged (G3)."""
    items = [item for organisation in _organisations(task) for item in _items_of(task, organisation)]
    names = {item.id: item.name for item in items}
    pool = list_pool(task.session, task.district_id, item_ids=names)
    free = _without_judged(task, pool)
    waiting = sum(entry[0].approved_fen or 0 for entry in free)
    return Prepared(
        options={
            "items": tuple(Option(str(item.id), _item_words(item)) for item in items),
            "applications": tuple(Option(str(each.id), _pool_words(each, who, names)) for each, who in free),
        },
        facts=(Fact("兑现池", f"待兑现 {len(free)} 件，合计 {format_yuan(waiting)} 元"),),
    )


@stage.user_task(
    "建立兑现批次",
    outputs=("batch_id", "item_id", "disbursement_type", "maker_org", "implementer_org", "accepted_on"),
    irreversible=True,
    errors=("ANSWERS_REFUSED", "FORBIDDEN", "SOD_VIOLATION"),
    makes=("DisbursementBatch", "DisbursementLine"),
)
def create_batch(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Number the batch and take its applications out of the pool.

    Raises AnswersRefused when the choice does not fit the item, Forbidden when the person does not pay for it,
    SeparationOfDuties when the person accepted, reviewed or decided one of the cases (gate G3).
    """
    item = get_item(task.session, task.district_id, answers["item"])
    lock_item(task.session, task.district_id, item.id)  # two batches never take the same application
    if not task.actor.holds("payer", item.implementer_org):
        raise Forbidden(f"事项“{item.name}”由其他部门兑现，请由该部门的兑现经办人建立批次。")
    _check_fits(task, item, answers)
    entries = _chosen(task, item, answers["applications"]) if _applied_for(item) else []
    policy = policies.get_policy(task.session, task.district_id, item.policy_id)
    batch = DisbursementBatch(
        district_id=task.district_id,
        id=new_id(),
        number=next_number(task.session, task.district_id, "DX", on=task.today),
        item_id=item.id,
        disbursement_type=item.disbursement_type,
        status=BatchStatus.DRAFTED,
        period_from=answers["period_from"],
        period_to=answers["period_to"],
        budget_year=task.today.year,
        arose_on=answers["produced_on"],
        instance_id=task.instance_id,
        created_by=task.actor.id,
        created_at=task.now,
    )
    task.session.add(batch)
    task.session.flush()
    add_entries(task, batch, entries)
    return Result(
        outputs={
            "batch_id": str(batch.id),
            "item_id": str(item.id),
            "disbursement_type": str(item.disbursement_type),
            "maker_org": policy.maker_org,
            "implementer_org": item.implementer_org,
            "accepted_on": _first_accepted(entries),
        },
        business_key=batch.number,
        title=f"{item.name} {batch.number}",
        linked_roots=link_cases(task, entries),
    )


def add_entries(task: TaskContext, batch: DisbursementBatch, entries: Sequence[PoolEntry]) -> None:
    """A line for every application, after those the batch has."""
    first = max((line.line_no for line in list_lines(task.session, batch)), default=0) + 1
    task.session.add_all(
        DisbursementLine(
            district_id=task.district_id,
            id=new_id(),
            batch_id=batch.id,
            line_no=number,
            application_id=application.id,
            applicant_id=applicant.id,
            payee=application.account_name,
            account=application.account_no,
            bank=application.account_bank,
            amount_fen=application.approved_fen,
            state=LineState.IN_BATCH,
        )
        for number, (application, applicant) in enumerate(entries, first)
    )
    batch.total_fen += sum(application.approved_fen or 0 for application, _ in entries)
    task.session.flush()


def link_cases(task: TaskContext, entries: Sequence[PoolEntry]) -> tuple[UUID, ...]:
    """The cases of the applications that share separation of duties with this one from now on."""
    roots = [application.root_id for application, _ in entries]
    return unlinked_roots(task.session, task.district_id, task.root_id, roots)


def pool_options(task: TaskContext, item: PolicyItem) -> tuple[Option, ...]:
    """What else waits in the pool for the item."""
    if not _applied_for(item):
        return ()
    entries = _without_judged(task, list_pool(task.session, task.district_id, item_ids=(item.id,)))
    return tuple(Option(str(each.id), _pool_words(each, who, {item.id: item.name})) for each, who in entries)


def chosen_from_pool(task: TaskContext, item: PolicyItem, chosen: Sequence[Any]) -> list[PoolEntry]:
    """The chosen applications of the item. Raises AnswersRefused or SeparationOfDuties."""
    pool = list_pool(task.session, task.district_id, item_ids=(item.id,))
    wanted = {str(each) for each in chosen}
    entries = [entry for entry in pool if str(entry[0].id) in wanted]
    if len(entries) < len(wanted):
        raise AnswersRefused({"applications": ["有申报不属于这个事项，或已进入其他批次、正在处理异议，请重新选择。"]})
    if len(_without_judged(task, entries)) < len(entries):
        raise SeparationOfDuties("所选申报中有您受理或审查过的，不能由您兑现，请由其他兑现经办人办理。")
    return entries


def _chosen(task: TaskContext, item: PolicyItem, chosen: Sequence[Any]) -> list[PoolEntry]:
    """Those chosen, or all that wait when nothing was chosen; never cases the person judged."""
    if chosen:
        return chosen_from_pool(task, item, chosen)
    entries = _without_judged(task, list_pool(task.session, task.district_id, item_ids=(item.id,)))
    if not entries:
        raise AnswersRefused({"applications": [f"事项“{item.name}”没有可由您兑现的申报，请稍后再建批次。"]})
    return entries


def _check_fits(task: TaskContext, item: PolicyItem, answers: Mapping[str, Any]) -> None:
    """Raise AnswersRefused when the answers do not belong to the item's way of paying."""
    refused: dict[str, list[str]] = {}
    if answers["applications"] and not _applied_for(item):
        refused["applications"] = [f"“{item.name}”不需申报，请不要选择申报。"]
    if item.disbursement_type == DisbursementType.PERIODIC:
        refused |= _periodic_refusals(task, item, answers)
    elif answers["produced_on"] is not None:
        refused["produced_on"] = ["只有定期汇总数据类的事项填写金额产生日，请清空。"]
    if refused:
        raise AnswersRefused(refused)


def _periodic_refusals(task: TaskContext, item: PolicyItem, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    produced: date | None = answers["produced_on"]
    if produced is None:
        return {"produced_on": ["请填写数据来源单位产生金额的日期；没有发生的，填写期间的最后一天。"]}
    if produced > task.today:
        return {"produced_on": ["金额产生日不能晚于今天。"]}
    other = find_overlapping_batch(task.session, item, answers["period_from"], answers["period_to"])
    if other is not None:
        return {"period_from": [f"这一期间与批次 {other.number} 重叠，同一期间不能重复报送。"]}
    return {}


def _organisations(task: TaskContext) -> list[str | None]:
    """The departments for which the person pays; None alone: all of the district."""
    held = sorted({post.organisation for post in task.actor.posts if post.role == "payer"})
    return [None] if "*" in held else [*held]


def _items_of(task: TaskContext, organisation: str | None) -> Sequence[PolicyItem]:
    return list_items(task.session, task.district_id, statuses=_PAYABLE, implementer_org=organisation, limit=500)


def _without_judged(task: TaskContext, entries: Sequence[PoolEntry]) -> list[PoolEntry]:
    roots = [application.root_id for application, _ in entries]
    judged = cases_judged_by(task.session, task.district_id, task.actor.id, roots)
    return [entry for entry in entries if entry[0].root_id not in judged]


def _applied_for(item: PolicyItem) -> bool:
    return item.disbursement_type == DisbursementType.APPLY


def _first_accepted(entries: Sequence[PoolEntry]) -> str | None:
    """The first acceptance among the applications: the whole time to money counts from it (DL18)."""
    days = [business_date(each.accepted_at) for each, _ in entries if each.accepted_at is not None]
    return min(days).isoformat() if days else None


def _item_words(item: PolicyItem) -> str:
    return f"{item.number} {item.name}（{DISBURSEMENT_TYPES[item.disbursement_type]}）"


def _pool_words(application: Application, applicant: Applicant, names: Mapping[UUID, str]) -> str:
    amount = format_yuan(application.approved_fen or 0)
    return f"{names[application.item_id]}：{application.number} {applicant.name} {amount} 元"
