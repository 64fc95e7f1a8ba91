"""政数局 confirms the launch (F15) with the opening of every item, and the launch is registered (三(三)1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import case
from handlers.item_case import instant_of, label_of, moment_in_words
from handlers.launch.register import PolicyParameters, items_of, stage
from handlers.opening_gate import due_day, opening_day
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes import deadlines
from processes.clock import end_of_day
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import Channels, DisbursementType, ItemStatus
from processes.opening_words import PublicationSubject
from processes.policy_words import PolicyStatus
from storage import policies
from storage.models.items import PolicyItem
from storage.publications import unconfirmed_channels


@stage.prepare("confirm_launch")
def prepare_launch(task: TaskContext) -> Prepared:
    """The items, and the earliest opening day whose trainings and filing can still be in time."""
    policy = case.policy_of(task)
    found = items_of(task, policy)
    earliest = deadlines.earliest_anchor(deadlines.rule("DL1"), task.today, task.calendar)
    words = f"{case.day_in_words(earliest)}（开放日前5个工作日须完成培训，前3个工作日须报备）"
    return Prepared(
        given={"items": [{"item": label_of(item)} for item in found]},
        facts=(
            Fact("政策", policy.title),
            Fact("最早可按期开放的日期", words),
            *(Fact("受理渠道", f"{item.name}：{item.channels or '不需申报'}") for item in found),
        ),
    )


@stage.user_task("确认上线", outputs=("launch_result",), errors=("ANSWERS_REFUSED",))
def confirm_launch(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Fix the opening of every item, or send the entries back with the reason.

    Raises AnswersRefused for a channel that was not tried out and for an opening that has passed.
    """
    found = items_of(task, case.policy_of(task))
    if answers["launch_result"] != "上线":
        for item in found:
            item.status, item.launch_note, item.updated_at = ItemStatus.FILLING, answers["note"], task.now
        return Result(outputs={"launch_result": answers["launch_result"]})
    rows = answers["items"]
    _check(task, found, rows)
    changes = {}
    for item, row in zip(found, rows, strict=True):
        before = item.open_at
        item.open_at = instant_of(row["open_date"], row["open_time"])
        item.close_at = None if row["close_date"] is None else end_of_day(row["close_date"])
        item.external_no, item.launch_note = row["external_no"], answers["note"] or ""
        item.updated_at = task.now
        changes[f"{item.number} open_at"] = [before and before.isoformat(), item.open_at.isoformat()]
    return Result(outputs={"launch_result": answers["launch_result"]}, changes=changes)


def _check(task: TaskContext, found: Sequence[PolicyItem], rows: Sequence[Mapping[str, Any]]) -> None:
    refused: dict[str, list[str]] = {}
    if len(rows) != len(found):
        raise AnswersRefused({"items": [f"共有 {len(found)} 个事项，请逐个确认。"]})
    for number, (item, row) in enumerate(zip(found, rows, strict=True)):
        if item.channels in (Channels.ONLINE, Channels.BOTH) and not row["hall_ok"]:
            refused[f"items.{number}.hall_ok"] = ["该事项线上受理，请确认线上渠道可用。"]
        if item.channels in (Channels.WINDOW, Channels.BOTH) and not row["window_ok"]:
            refused[f"items.{number}.window_ok"] = ["该事项窗口受理，请确认窗口渠道可用。"]
        if instant_of(row["open_date"], row["open_time"]) <= task.now:
            refused[f"items.{number}.open_date"] = ["开放时间已过，请填写以后的时间。"]
    if refused:
        raise AnswersRefused(refused)


@stage.service(
    "登记上线并推算期限",
    parameters=PolicyParameters,
    outputs=("item_ids",),
    irreversible=True,
    errors=("CHANNEL_SYNC_FAILED",),
)
def finish_launch(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """The items are online and not yet open; DL1 to DL3 follow from their opening.

    Raises BusinessError CHANNEL_SYNC_FAILED while one of the three channels is not confirmed (gate G10).
    """
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    found = items_of(task, policy)
    lacking = unconfirmed_channels(task.session, found, subject=PublicationSubject.GUIDE)
    if lacking:
        raise BusinessError(
            "CHANNEL_SYNC_FAILED",
            f"“{policy.title}”还没有在{'、'.join(lacking)}公开，三处都确认后才能登记上线。请先登记发布并留证。",
        )
    before = str(policy.status)
    for item in found:
        item.status, item.launched_at, item.updated_at = ItemStatus.LAUNCHED, task.now, task.now
    if policy.status == PolicyStatus.LAUNCHING:
        policy.status, policy.updated_at = PolicyStatus.LAUNCHED, task.now
    return Result(
        outputs={"item_ids": [str(item.id) for item in found]},
        changes={"status": [before, str(policy.status)], **{item.number: [None, _dates(task, item)] for item in found}},
    )


def _dates(task: TaskContext, item: PolicyItem) -> dict[str, str]:
    """The opening and what must be done before it, for the history."""
    opens_on = opening_day(item)
    if opens_on is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”还没有开放时间，请先确认上线。")
    dates = {"open_at": moment_in_words(item.open_at)}
    dates |= {rule: due_day(rule, opens_on, task.calendar).isoformat() for rule in ("DL1", "DL2")}
    if item.disbursement_type == DisbursementType.APPLY:
        dates["DL3"] = due_day("DL3", opens_on, task.calendar).isoformat()
    return dates
