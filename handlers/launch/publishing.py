"""Publication of guides on the three channels, and the codes and posters that lead to them (三(三)1, R01, R30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.item_case import label_of
from handlers.launch.register import PolicyParameters, items_of, stage
from handlers.publication import publish_in_hall, vouch
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import DisbursementType
from processes.opening_words import Channel, PublicationAction, PublicationSubject
from processes.policy_elements import DISBURSEMENT_TYPES
from storage import guides, policies, publications
from storage.db import new_id
from storage.models.guides import Poster
from storage.models.items import PolicyItem
from storage.models.publications import PublicationRecord


@stage.service(
    "发布到各公开渠道",
    parameters=PolicyParameters,
    outputs=("pending_channels",),
    irreversible=True,
    makes=("PublicationRecord", "QrCode"),
    publishes=True,
)
def publish_channels(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Publish in the hall, which is ours, and ask for the other two; those wait until somebody vouches for them.

    Where an adapter is set up for a channel, it sends the publication after the commit and notes the address.
    """
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    found = items_of(task, policy)
    asked = []
    for item in found:
        for channel in Channel:
            record = _ask(task, item, channel)
            if channel is Channel.HALL:
                publish_in_hall(task, item, record)
            else:
                asked.append(record.id)
    pending = publications.unconfirmed_channels(task.session, found, subject=PublicationSubject.GUIDE)
    return Result(outputs={"pending_channels": [str(channel) for channel in pending]}, publications=tuple(asked))


def _ask(task: TaskContext, item: PolicyItem, channel: Channel) -> PublicationRecord:
    guide = guides.find_guide(task.session, item)
    earlier = publications.find_publication(task.session, item, subject=PublicationSubject.GUIDE, channel=channel)
    published = earlier is not None and earlier.confirmed_at is not None
    return publications.ask_publication(
        task.session,
        item,
        subject=PublicationSubject.GUIDE,
        channel=channel,
        action=PublicationAction.UPDATE if published else PublicationAction.PUBLISH,
        guide_version_no=None if guide is None else guide.version_no,
        at=task.now,
    )


@stage.prepare("publish_by_hand")
def prepare_publication(task: TaskContext) -> Prepared:
    """The items to publish on this channel, and what an adapter has reported."""
    policy, channel = case.policy_of(task), _channel(task)
    found = items_of(task, policy)
    facts = [Fact("政策", f"{policy.title}（{policy.doc_no}，索引号 {policy.index_no or '无'}）")]
    rows: list[dict[str, Any]] = []
    for item in found:
        record = _waiting(task, item, channel)
        rows.append({"url": record.url} if record.url else {})
        facts.append(Fact(str(record.action), f"{item.name}：{record.state}{_note(record)}"))
    return Prepared(
        initial={"items": rows, "done_on": task.today.isoformat()},
        given={"channel": str(channel), "items": [{"item": label_of(item)} for item in found]},
        facts=tuple(facts),
    )


def _note(record: PublicationRecord) -> str:
    return f"（{record.note}）" if record.note else ""


def _channel(task: TaskContext) -> Channel:
    return Channel(str(task.item or task.variables.get("channel")))


def _waiting(task: TaskContext, item: PolicyItem, channel: Channel) -> PublicationRecord:
    record = publications.find_publication(task.session, item, subject=PublicationSubject.GUIDE, channel=channel)
    if record is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”没有发布到{channel}的记录，请联系分析员核对。")
    return record


@stage.user_task("人工发布并留证", irreversible=True, errors=("ANSWERS_REFUSED",))
def publish_by_hand(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """A person vouches for every item on this channel, with an address or a file.

    Raises AnswersRefused for a day that has not come or when an item is missing.
    """
    channel = _channel(task)
    found = items_of(task, case.policy_of(task))
    rows = answers["items"]
    if len(rows) != len(found):
        raise AnswersRefused({"items": [f"共有 {len(found)} 个事项，请逐个登记。"]})
    if answers["done_on"] > task.today:
        raise AnswersRefused({"done_on": ["发布日期不能晚于今天，请在发布后登记。"]})
    for item, row in zip(found, rows, strict=True):
        record = _waiting(task, item, channel)
        vouch(task, record, row, note=answers["note"] or "")
        record.done_on = answers["done_on"]
    return Result(changes={"channel": [None, str(channel)]})


@stage.service(
    "生成二维码和海报",
    parameters=PolicyParameters,
    makes=("Poster", "QrCode"),
)
def make_qr_posters(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """One stable code per item, and what its poster says (R30, R31)."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    made = []
    for item in items_of(task, policy):
        code = guides.code_of(task.session, item, at=task.now)
        guide = guides.find_guide(task.session, item)
        version_no = 1 if guide is None else guide.version_no
        known = guides.find_poster(task.session, item)
        if known is None or known.guide_version_no != version_no:
            task.session.add(
                Poster(
                    district_id=task.district_id,
                    id=new_id(),
                    item_id=item.id,
                    qr_code_id=code.id,
                    guide_version_no=version_no,
                    title=item.name,
                    lines=_lines(item, policy.title),
                    made_at=task.now,
                )
            )
        made.append(f"{item.number} {code.code}")
    return Result(changes={"codes": [None, made]})


def _lines(item: PolicyItem, policy_title: str) -> list[dict[str, str]]:
    lines = {
        "政策": policy_title,
        "惠及对象": item.beneficiary,
        "兑现内容": item.benefit_content,
        "兑现方式": DISBURSEMENT_TYPES[DisbursementType(item.disbursement_type)],
        "受理渠道": item.channels or "不需申报",
        "咨询电话": item.contact,
    }
    return [{"label": label, "value": value} for label, value in lines.items()]
