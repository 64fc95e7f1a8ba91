"""政数局 receives a filing or has it completed, and publishes an opening on the three channels (三(三)3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.filing.register import filing_facts, filing_of, stage
from handlers.publication import guide_path, publish_in_hall, vouch
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, SeparationOfDuties
from processes.opening_words import (
    Channel,
    FilingStatus,
    PublicationAction,
    PublicationSubject,
    ReceiveResult,
)
from storage import publications
from storage.models.filings import Filing

#: Entries of a filing's content that people read, with their labels.
_LABELS = {
    "open_at": "开放时间",
    "close_at": "截止时间",
    "channels": "渠道",
    "window": "受理窗口",
    "materials_list": "申报要件",
    "training_done": "培训完成情况",
    "est_count": "预计申报件数",
    "guide_url": "办事指南",
    "contact": "联系电话",
    "change_kind": "变更种类",
    "effective_on": "生效日期",
    "content": "变更内容",
    "period_from": "期间自",
    "period_to": "期间至",
    "source_unit": "数据来源单位",
    "beneficiaries": "享受户数或人数",
    "people_or_firms": "享受户数或人数",
}


@stage.prepare("receive_filing")
def prepare_reception(task: TaskContext) -> Prepared:
    """What was filed, and whether in time."""
    filing, _, _ = filing_of(task)
    facts = [*filing_facts(task), Fact("是否按时", "按时" if filing.on_time else f"逾期：{filing.late_reason}")]
    facts += [Fact(label, _words(filing.content[key])) for key, label in _LABELS.items() if filing.content.get(key)]
    return Prepared(facts=tuple(facts))


def _words(value: Any) -> str:
    return "、".join(str(each) for each in value) if isinstance(value, list) else str(value)


@stage.user_task("接收报备", outputs=("receive_result",), errors=("SOD_VIOLATION",))
def receive_filing(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Accept the filing, or send it back to be completed. Raises SeparationOfDuties for whoever filed it."""
    filing, _, _ = filing_of(task)
    if filing.filed_by == task.actor.id:
        raise SeparationOfDuties("报备人不能接收自己的报备，请由政数局其他人员接收。")
    received = answers["receive_result"] == ReceiveResult.RECEIVED
    before = str(filing.status)
    filing.status = FilingStatus.RECEIVED if received else FilingStatus.RETURNED
    filing.receive_result, filing.receive_opinion = answers["receive_result"], answers["opinion"] or ""
    filing.received_by, filing.received_at = task.actor.id, task.now
    return Result(
        outputs={"receive_result": answers["receive_result"]}, changes={"status": [before, str(filing.status)]}
    )


@stage.prepare("publish_opening")
def prepare_opening_publication(task: TaskContext) -> Prepared:
    """The three channels; the hall publishes itself."""
    _, item, _ = filing_of(task)
    rows = [{"url": guide_path(task, item)}, {}, {}]
    return Prepared(
        initial={"channels": rows, "done_on": task.today.isoformat()},
        given={"channels": [{"channel": str(channel)} for channel in Channel]},
        facts=filing_facts(task),
    )


@stage.user_task(
    "公开开放信息",
    irreversible=True,
    errors=("ANSWERS_REFUSED",),
    makes=("PublicationRecord", "QrCode"),
)
def publish_opening(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Publish the opening on all three channels, with evidence for the two that are not ours (R37).

    Raises AnswersRefused for a day that has not come or when a channel is missing.
    """
    filing, item, _ = filing_of(task)
    rows = answers["channels"]
    if len(rows) != len(Channel):
        raise AnswersRefused({"channels": ["三个渠道都要登记：网上大厅、门户网站、政务公开专栏。"]})
    if answers["done_on"] > task.today:
        raise AnswersRefused({"done_on": ["发布日期不能晚于今天，请在发布后登记。"]})
    for channel, row in zip(Channel, rows, strict=True):
        record = publications.ask_publication(
            task.session,
            item,
            subject=PublicationSubject.OPENING,
            channel=channel,
            action=PublicationAction.PUBLISH,
            guide_version_no=None,
            at=task.now,
        )
        if channel is Channel.HALL:
            publish_in_hall(task, item, record)
        else:
            vouch(task, record, row, note=answers["note"] or "")
        record.done_on = answers["done_on"]
    return _published(task, filing)


def _published(task: TaskContext, filing: Filing) -> Result:
    before = str(filing.status)
    filing.status, filing.published_at = FilingStatus.PUBLISHED, task.now
    return Result(changes={"status": [before, str(filing.status)]})
