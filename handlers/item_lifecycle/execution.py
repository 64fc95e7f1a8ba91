"""Told to people, opened when the conditions hold, closed when its policy ends (三(三)1, 三(三)3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers import case
from handlers.item_case import item_facts, item_of
from handlers.item_lifecycle.register import ItemParameters, in_data, opens_at, stage
from handlers.opening_gate import covering_exception, obstacles
from handlers.publication import publish_in_hall
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.clock import SHANGHAI, end_of_day
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import ACCEPTING, ItemStatus
from processes.opening_words import Channel, PublicationAction, PublicationSubject
from processes.policy_words import PolicyStatus
from storage import guides, items, publications, running_cases
from storage.db import new_id
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.publications import PublicationRecord, PushTask

#: When a policy without an end date ends, for a timer.
_NEVER = datetime(2999, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)

#: States of a policy whose items run or are about to.
_RUNNING = (PolicyStatus.LAUNCHED, PolicyStatus.RUNNING)


@stage.service("读取事项信息", parameters=ItemParameters, outputs=("implementer_org", "disbursement_type", "open_at"))
def load_item(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """The case is known by the item's number from now on."""
    item, _ = item_of(task)
    if item.open_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”还没有开放时间，请先确认上线。")
    item.instance_id = task.instance_id
    return Result(
        outputs={
            "implementer_org": item.implementer_org,
            "disbursement_type": item.disbursement_type,
            "open_at": in_data(item.open_at),
        },
        business_key=item.number,
        title=item.name,
    )


@stage.prepare("push_publicity")
def prepare_push(task: TaskContext) -> Prepared:
    """What to tell, and the code that leads to the guide."""
    item, policy = item_of(task)
    code = guides.find_code_of(task.session, item)
    guide = guides.find_published_guide(task.session, item)
    facts = [*item_facts(item, policy), Fact("惠及对象", item.beneficiary)]
    if guide is not None:
        facts.append(Fact("一句话说明", guide.summary))
    if code is not None:
        facts.append(Fact("指南短链接", f"/g/{code.code}"))
    return Prepared(facts=tuple(facts))


@stage.user_task("宣传推送", errors=("ANSWERS_REFUSED",), makes=("PushTask",))
def push_publicity(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep every push, posting and session with its evidence (R29–R31). Raises AnswersRefused for a future day."""
    item, _ = item_of(task)
    future = {
        f"pushes.{number}.sent_on": ["日期不能晚于今天，请在完成后登记。"]
        for number, row in enumerate(answers["pushes"])
        if row["sent_on"] > task.today
    }
    if future:
        raise AnswersRefused(future)
    for row in answers["pushes"]:
        task.session.add(
            PushTask(
                district_id=task.district_id,
                id=new_id(),
                item_id=item.id,
                channel=row["channel"],
                audience=row["audience"],
                text=row["content"],
                place=row["place"] or "",
                sent_on=row["sent_on"],
                reach=row["reach"],
                evidence_ids=case.file_ids(row, "evidence"),
                evidence_url=row["url"],
                recorded_by=task.actor.id,
                recorded_at=task.now,
            )
        )
    return Result(changes={"pushes": [None, len(answers["pushes"])]})


@stage.service(
    "开放事项",
    parameters=ItemParameters,
    outputs=("effective_to_at",),
    irreversible=True,
    errors=("OPENING_NOT_READY",),
    makes=("PublicationRecord", "QrCode"),
)
def open_item(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Open the item for applications. Gate G2 holds once more here, at the very moment of the opening.

    Raises BusinessError OPENING_NOT_READY with what is missing.
    """
    item, policy = item_of(task)
    found = obstacles(task.session, task.calendar, item)
    if found:
        raise BusinessError("OPENING_NOT_READY", f"事项“{item.name}”不具备开放条件：{''.join(found)}请补齐或顺延开放。")
    before = str(item.status)
    item.status, item.opened_at, item.updated_at = ItemStatus.OPEN, task.now, task.now
    if policy.status == PolicyStatus.LAUNCHED:
        policy.status, policy.updated_at = PolicyStatus.RUNNING, task.now
    _tell_hall(task, item, PublicationAction.UPDATE)
    ends_at = _NEVER if policy.effective_to is None else end_of_day(policy.effective_to)
    exception = covering_exception(task.session, item, opens_at(item))
    return Result(
        outputs={"effective_to_at": in_data(ends_at)},
        changes={
            "status": [before, str(item.status)],
            "by_exception": [None, None if exception is None else exception.reason],
        },
    )


@stage.service(
    "关闭事项",
    parameters=ItemParameters,
    outputs=("running_cases",),
    irreversible=True,
    makes=("PublicationRecord", "QrCode"),
    publishes=True,
)
def close_item(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Take no more applications; guide and code say from now on that the item is over. What runs goes on.

    The hall shows it at once; the other channels are asked to take it down, and their records say until when not.
    """
    item, policy = item_of(task)
    before = str(item.status)
    expired = policy.effective_to is not None and task.now >= end_of_day(policy.effective_to)
    reason = "政策有效期届满" if expired else str(task.variables.get("stop_reason") or "政策废止或评估要求停止执行")
    item.status, item.closed_at, item.close_reason = ItemStatus.OFFLINE, task.now, reason
    item.updated_at = task.now
    guides.take_guide_offline(task.session, item, at=task.now)
    _tell_hall(task, item, PublicationAction.TAKE_DOWN)
    elsewhere = [
        _ask(task, item, channel, PublicationAction.TAKE_DOWN).id for channel in Channel if channel is not Channel.HALL
    ]
    _end_policy(task, policy, PolicyStatus.EXPIRED if expired else PolicyStatus.ABOLISHED)
    return Result(
        outputs={"running_cases": running_cases.count_running_cases(task.session, item)},
        changes={"status": [before, str(item.status)], "reason": [None, reason]},
        publications=tuple(elsewhere),
    )


def _end_policy(task: TaskContext, policy: Policy, status: PolicyStatus) -> None:
    """A policy ends with the last of its open items."""
    still_open = [each for each in items.list_items_of(task.session, policy) if each.status in ACCEPTING]
    if policy.status in _RUNNING and not still_open:
        policy.status, policy.updated_at = status, task.now


@stage.service("清点在办件", parameters=ItemParameters, outputs=("running_cases",))
def count_running_cases(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Applications and batches of the item that are not finished yet."""
    item, _ = item_of(task)
    return Result(outputs={"running_cases": running_cases.count_running_cases(task.session, item)})


def _tell_hall(task: TaskContext, item: PolicyItem, action: PublicationAction) -> None:
    """The hall shows the item's new state at once; the record says since when."""
    publish_in_hall(task, item, _ask(task, item, Channel.HALL, action))


def _ask(task: TaskContext, item: PolicyItem, channel: Channel, action: PublicationAction) -> PublicationRecord:
    """The record of a change of the item's opening on a channel, still to be carried out."""
    return publications.ask_publication(
        task.session,
        item,
        subject=PublicationSubject.OPENING,
        channel=channel,
        action=action,
        guide_version_no=None,
        at=task.now,
    )
