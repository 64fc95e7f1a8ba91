"""The three channels: how each will show a change is settled before its day (DL9), and vouched for after (G10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import case
from handlers.policy_change.register import change_facts, change_of, stage
from handlers.publication import guide_path, vouch
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.change_words import ChangeStatus
from processes.errors import AnswersRefused, BusinessError
from processes.opening_words import Channel, PublicationSubject
from storage import publications
from storage.models.publications import PublicationRecord

_GIVEN = [{"channel": str(channel)} for channel in Channel]


@stage.prepare("prepare_channels")
def prepare_plan(task: TaskContext) -> Prepared:
    """The change to be shown; the hall switches by itself at the effective instant."""
    _, item, _ = change_of(task)
    return Prepared(
        initial={"channels": [{"url": guide_path(task, item)}, {}, {}]},
        given={"channels": _GIVEN},
        facts=change_facts(task),
    )


@stage.user_task("准备各渠道更新", errors=("ANSWERS_REFUSED",))
def prepare_channels(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep what every channel will show from 00:00 of the effective day. Raises AnswersRefused for a missing one."""
    change, _, _ = change_of(task)
    rows = _all_channels(answers["channels"])
    change.channel_plan = [
        {
            "channel": str(channel),
            "url": row["url"] or "",
            "evidence": case.file_ids(row, "evidence"),
            "note": row["note"] or "",
        }
        for channel, row in zip(Channel, rows, strict=True)
    ]
    change.updated_at = task.now
    return Result(changes={"channels": [None, [str(channel) for channel in Channel]]})


@stage.prepare("confirm_channels")
def prepare_confirmation(task: TaskContext) -> Prepared:
    """What was settled for each channel, and what an adapter has reported."""
    change, item, _ = change_of(task)
    planned = {row["channel"]: row for row in change.channel_plan}
    rows, facts = [], []
    for channel in Channel:
        record = _record_of(task, channel)
        url = record.url or planned.get(channel, {}).get("url")
        rows.append({"url": url} if url else {})
        facts.append(
            Fact(str(channel), f"{record.action}；{record.state}{f'（{record.note}）' if record.note else ''}")
        )
    return Prepared(
        initial={"channels": rows, "done_on": task.today.isoformat()},
        given={"channels": _GIVEN},
        facts=(Fact("指南短链接", guide_path(task, item)), *facts, *change_facts(task)),
    )


@stage.user_task(
    "核对各渠道更新",
    errors=("ANSWERS_REFUSED", "CHANNEL_SYNC_FAILED"),
)
def confirm_channels(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Vouch for every channel that is not ours; only then the change is done (gate G10).

    Raises AnswersRefused for a missing channel or a day that has not come.
    """
    change, item, _ = change_of(task)
    rows = _all_channels(answers["channels"])
    if answers["done_on"] > task.today:
        raise AnswersRefused({"done_on": ["日期不能晚于今天，请在各渠道更新后登记。"]})
    for channel, row in zip(Channel, rows, strict=True):
        record = _record_of(task, channel)
        if channel is not Channel.HALL:
            vouch(task, record, row, note=row["note"] or "")
            record.done_on = answers["done_on"]
    task.session.flush()
    lacking = publications.unconfirmed_channels(task.session, [item], subject=PublicationSubject.GUIDE)
    if lacking:
        raise BusinessError("CHANNEL_SYNC_FAILED", f"{'、'.join(lacking)}还没有更新，请更新后再登记。")
    before, change.status = str(change.status), ChangeStatus.DONE
    change.closed_at, change.updated_at = task.now, task.now
    return Result(changes={"status": [before, str(change.status)]})


def _all_channels(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    if len(rows) != len(Channel):
        raise AnswersRefused({"channels": ["三个渠道都要登记：网上大厅、门户网站、政务公开专栏。"]})
    return rows


def _record_of(task: TaskContext, channel: Channel) -> PublicationRecord:
    """What the change asked of this channel."""
    change, item, _ = change_of(task)
    record = publications.find_publication(task.session, item, subject=PublicationSubject.GUIDE, channel=channel)
    if record is None or change.took_effect_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"变更 {change.number} 还没有生效，不能核对渠道，请分析员核对。")
    return record
