"""The day of a change: a new version of item and guide, or the end of both; and a change that was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.item_case import organisation_names
from handlers.item_reading import content_of
from handlers.policy_change.elements import put_in_force
from handlers.policy_change.register import ChangeParameters, change_of, stage
from handlers.publication import publish_in_hall
from handlers.stage import Message, Result, TaskContext
from processes.change_words import PENDING, ChangeKind, ChangeStatus, Transition
from processes.clock import business_date
from processes.errors import BusinessError
from processes.item_words import ItemStatus
from processes.opening_words import Channel, GuideStatus, PublicationAction, PublicationSubject
from storage import changes, guides, publications
from storage.db import new_id
from storage.models.changes import ChangeRequest
from storage.models.guides import Guide
from storage.models.items import PolicyItem
from storage.models.policies import Policy


@stage.service(
    "变更生效",
    parameters=ChangeParameters,
    messages=("PolicyAbolished", "Withdraw"),
    irreversible=True,
    errors=("CHANGE_NOT_DUE",),
    makes=("Guide", "PublicationRecord", "QrCode"),
    publishes=True,
)
def effect_change(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Put the change in force: nothing of it was visible before this instant (gate G9).

    Raises BusinessError unless it was agreed and its time has come.
    """
    change, item, policy = change_of(task)
    if change.status != ChangeStatus.AGREED or change.effective_at > task.now:
        raise BusinessError("CHANGE_NOT_DUE", f"变更 {change.number} 是“{change.status}”，还不能生效，请分析员核对。")
    before = str(change.status)
    change.status, change.took_effect_at, change.updated_at = ChangeStatus.IN_FORCE, task.now, task.now
    if change.kind == ChangeKind.ABOLISH:
        messages, action = _abolish(task, change, item), PublicationAction.TAKE_DOWN
    else:
        messages, action = _adjust(task, change, item, policy), PublicationAction.UPDATE
    asked = _publish(task, item, action, version=change.guide_version_after)
    return Result(
        messages=messages,
        publications=asked,
        changes={"status": [before, str(change.status)], "version": [change.item_version_before, item.version_no]},
    )


def _abolish(task: TaskContext, change: ChangeRequest, item: PolicyItem) -> tuple[Message, ...]:
    """The guide says so at once; the item's own case closes it, and goes on with what runs (scenario 23)."""
    guides.take_guide_offline(task.session, item, at=task.now)
    ended = Message(
        "PolicyAbolished",
        {"stop_reason": f"政策废止（变更 {change.number}）"},
        business_key=item.number,
        key=f"abolished:{change.id}",
    )
    return (ended, *_end_applications(task, change, item))


def _end_applications(task: TaskContext, change: ChangeRequest, item: PolicyItem) -> tuple[Message, ...]:
    """Applications nobody has decided end with the reason when the change says so; the others are carried through."""
    if change.transition != Transition.END:
        return ()
    found = changes.list_undecided_applications(task.session, item)
    for application in found:
        application.withdraw_reason = f"政策终止（变更 {change.number}）：{change.notice_text}"[:500]
    return tuple(
        Message("Withdraw", instance_id=each.instance_id, key=f"ended:{change.id}:{each.id}") for each in found
    )


def _adjust(task: TaskContext, change: ChangeRequest, item: PolicyItem, policy: Policy) -> tuple[Message, ...]:
    """The next version of the item and of its guide; the code that leads to it stays the same."""
    put_in_force(item, change.new_elements)
    item.status, item.updated_at = ItemStatus.OPEN, task.now
    guide = _next_guide(task, change, item, policy)
    task.session.add(guide)
    task.session.flush()
    guides.publish_guide(task.session, guide, at=task.now)
    change.item_version_after, change.guide_version_after = item.version_no, guide.version_no
    if change.transition == Transition.FOLLOW:
        changes.move_applications(task.session, item, guide_version=guide.version_no, at=task.now)
    return ()


def _next_guide(task: TaskContext, change: ChangeRequest, item: PolicyItem, policy: Policy) -> Guide:
    before = guides.find_published_guide(task.session, item)
    if before is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”没有已发布的办事指南，请分析员核对。")
    return Guide(
        district_id=task.district_id,
        id=new_id(),
        item_id=item.id,
        version_no=guides.next_guide_version(task.session, item),
        item_version_no=item.version_no,
        status=GuideStatus.DRAFT,
        title=before.title,
        summary=before.summary,
        content=content_of(item, policy, organisation_names(task)),
        faq=before.faq,
        flow_chart_ids=before.flow_chart_ids,
        facets=before.facets,
        effective_on=business_date(change.effective_at),
        made_by=change.applied_by,
        made_at=task.now,
        opinion=change.notice_text,
        confirmed_by=change.approved_by,
        confirmed_at=change.approved_at,
    )


def _publish(task: TaskContext, item: PolicyItem, action: PublicationAction, *, version: int | None) -> tuple[Any, ...]:
    """The hall shows the change at once; the other channels are asked, and wait until somebody vouches (G10)."""
    asked = []
    for channel in Channel:
        record = publications.ask_publication(
            task.session,
            item,
            subject=PublicationSubject.GUIDE,
            channel=channel,
            action=action,
            guide_version_no=version,
            at=task.now,
        )
        if channel is Channel.HALL:
            publish_in_hall(task, item, record)
        else:
            asked.append(record.id)
    return tuple(asked)


@stage.service("登记撤回变更", parameters=ChangeParameters, errors=("CHANGE_IN_FORCE",))
def withdraw_change(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """A change that was taken back changes nothing: the item is open as before."""
    change, item, _ = change_of(task)
    if change.status not in PENDING:
        raise BusinessError("CHANGE_IN_FORCE", f"变更 {change.number} 是“{change.status}”，不能再撤回。")
    before, change.status = str(change.status), ChangeStatus.WITHDRAWN
    change.withdrawn_at, change.updated_at = task.now, task.now
    change.withdraw_reason = change.withdraw_reason or "制定部门撤回"
    if item.status == ItemStatus.ADJUSTING:
        item.status, item.updated_at = ItemStatus.OPEN, task.now
    return Result(changes={"status": [before, str(change.status)], "reason": [None, change.withdraw_reason]})
