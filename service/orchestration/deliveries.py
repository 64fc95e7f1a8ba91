"""Notices on their way outside: at once, or gathered once a day; tried again, then given to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from processes.actors import system_actor
from processes.clock import SHANGHAI, business_date
from processes.desk_words import CHANNELS, Channel, DeliveryState, Digest
from processes.errors import ProcessError
from processes.notice_channels import NoticeDelayed, NoticeRefused
from processes.notice_words import kind_word, masked_address, one_line, without_personal_numbers
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.instances import lock_instance
from storage.models.notices import ContactPreference, Delivery, Notice
from storage.notices import (
    Inbox,
    addresses_of,
    count_notices,
    list_by_id,
    list_delivery_keys,
    list_notices,
    list_preferences,
    lock_delivery,
)
from storage.people import names_of
from storage.worklists import Page

SEND, DIGESTS = "send_delivery", "send_digests"
#: How long after each failed attempt the next one follows; after the last a person has to look.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
#: When digests go out on working days, in Shanghai.
AT = time(8, 30)
_IN_DIGEST = 20


class NoticeUndeliverable(ProcessError):
    """A notice did not leave the house; its delivery is kept as failed and somebody has to tell the person."""

    code = "NOTICE_UNDELIVERABLE"


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is sent, and how often it was tried, this time included."""

    channel: str
    address: str
    subject: str
    body: str
    key: str
    attempts: int


def carry_notices(runtime: Runtime, district_id: str, notice_ids: Sequence[UUID]) -> None:
    """Prepare the deliveries of notices to people who want each at once. Safe to repeat."""

    def work(unit: Unit) -> None:
        notices = list_by_id(unit.session, district_id, notice_ids)
        wanting = {
            each.user_id: each
            for each in list_preferences(
                unit.session, district_id, Digest.AT_ONCE, {notice.user_id for notice in notices}
            )
        }
        for notice in notices:
            if notice.user_id in wanting:
                _deliver(unit, wanting[notice.user_id], _subject(notice), _text(runtime, [notice]), notice=notice)

    transaction(runtime, system_actor(district_id), work)


def _deliver(
    unit: Unit,
    preference: ContactPreference,
    subject: str,
    body: str,
    *,
    notice: Notice | None = None,
    key: str | None = None,
) -> None:
    """One delivery per address whose channel is set up, each once."""
    about = key or f"notice:{'' if notice is None else notice.id}"
    ways = {
        f"{about}:{channel}": (channel, address)
        for channel, address in addresses_of(preference).items()
        if channel in unit.runtime.notice_channels
    }
    for way in ways.keys() - list_delivery_keys(unit.session, unit.district_id, ways):
        channel, address = ways[way]
        delivery = Delivery(
            district_id=unit.district_id,
            id=new_id(),
            user_id=preference.user_id,
            notice_id=None if notice is None else notice.id,
            instance_id=None if notice is None else notice.instance_id,
            channel=channel,
            address=address,
            subject=subject,
            body=subject if channel == Channel.SMS else body,
            key=way,
            state=DeliveryState.WAITING,
            attempts=0,
            created_at=unit.now,
        )
        unit.session.add(delivery)
        _ask(unit, delivery.id, unit.now)


def _ask(unit: Unit, delivery_id: UUID, run_at: datetime) -> None:
    unit.enqueue(SEND, {"delivery_id": str(delivery_id)}, run_at=run_at, key=f"delivery:{delivery_id}")


def _subject(notice: Notice) -> str:
    return f"【直达】{kind_word(notice.kind)}：{without_personal_numbers(one_line(notice.title))}"[:200]


def _text(runtime: Runtime, notices: Iterable[Notice]) -> str:
    """Titles and links only: details, and whatever is personal in them, are read in the house (10.5)."""
    lines = []
    for notice in notices:
        lines.append(f"{kind_word(notice.kind)}：{without_personal_numbers(one_line(notice.title))}")
        if notice.link is not None and runtime.site_url:
            lines.append(f"{runtime.site_url}{notice.link}")
    return "\n".join((*lines, "", "请登录直达平台查看详情。本邮件由系统自动发出，请勿回复。"))


def send_delivery(runtime: Runtime, district_id: str, delivery_id: UUID) -> None:
    """Hand one delivery to its channel, outside every transaction. Raises NoticeUndeliverable when it is given up."""
    actor = system_actor(district_id)
    letter = transaction(runtime, actor, lambda unit: _begin(unit, delivery_id))
    if letter is None:
        return
    try:
        channel = runtime.notice_channels.get(letter.channel)
        if channel is None:
            raise NoticeRefused("这个渠道没有配置")
        channel.send(letter.address, letter.subject, letter.body, letter.key)
    except NoticeDelayed as error:
        words, again = str(error), letter.attempts <= len(BACK_OFF)
    except NoticeRefused as error:
        words, again = str(error), False
    else:
        transaction(runtime, actor, lambda unit: _sent(unit, delivery_id))
        return
    told = transaction(runtime, actor, lambda unit: _not_sent(unit, delivery_id, words, again=again))
    if told is not None:
        raise NoticeUndeliverable(told)


def send_again(runtime: Runtime, district_id: str, delivery_id: UUID) -> None:
    """Begin anew with a delivery that was given up. Raises NoticeUndeliverable when it is refused again."""

    def work(unit: Unit) -> None:
        row = lock_delivery(unit.session, district_id, delivery_id)
        if row.state == DeliveryState.FAILED:
            row.state, row.attempts = DeliveryState.WAITING, 0

    transaction(runtime, system_actor(district_id), work)
    send_delivery(runtime, district_id, delivery_id)


def _begin(unit: Unit, delivery_id: UUID) -> _Letter | None:
    row = lock_delivery(unit.session, unit.district_id, delivery_id)
    if row.state != DeliveryState.WAITING:
        return None
    row.attempts += 1
    return _Letter(row.channel, row.address, row.subject, row.body, row.key, row.attempts)


def _sent(unit: Unit, delivery_id: UUID) -> None:
    """It is out: the case's history says by which way and to whom, the address masked (G5)."""
    row = lock_delivery(unit.session, unit.district_id, delivery_id)
    row.state, row.sent_at, row.error = DeliveryState.SENT, unit.now, None
    if row.instance_id is None:
        return
    notice = None if row.notice_id is None else unit.session.get(Notice, (unit.district_id, row.notice_id))
    facts = {
        "channel": row.channel,
        "kind": None if notice is None else notice.kind,
        "to": masked_address(row.address),
    }
    unit.record(lock_instance(unit.session, unit.district_id, row.instance_id), "notice_sent", changes=facts)


def _not_sent(unit: Unit, delivery_id: UUID, words: str, *, again: bool) -> str | None:
    """Note why; either the next attempt follows, or the answer says what a person has to do."""
    row = lock_delivery(unit.session, unit.district_id, delivery_id)
    row.error = words
    if again:
        _ask(unit, row.id, unit.now + BACK_OFF[row.attempts - 1])
        return None
    row.state = DeliveryState.FAILED
    name = names_of(unit.session, unit.district_id, {row.user_id}).get(row.user_id, "本人")
    return (
        f"发给{name}（{masked_address(row.address)}）的{CHANNELS[row.channel]}没有送达：{words}。"
        "通知已在其站内消息中；请电话或当面告知本人，并核对联系方式，改正后可以重试。"
    )


def send_digests(runtime: Runtime, district_id: str) -> None:
    """Prepare the digests of people with something unread, on working days, and ask for the next morning."""

    def work(unit: Unit) -> None:
        ask_for_next_digests(unit)
        if not unit.calendar.is_working(unit.today):
            return
        for preference in list_preferences(unit.session, district_id, Digest.DAILY):
            _digest(unit, preference)

    transaction(runtime, system_actor(district_id), work)


def _digest(unit: Unit, preference: ContactPreference) -> None:
    inbox = Inbox(unit.district_id, preference.user_id, unread_only=True)
    count = count_notices(unit.session, inbox)
    if not count:
        return
    newest = list_notices(unit.session, inbox, Page(1, _IN_DIGEST))
    body = _text(unit.runtime, newest)
    key = f"digest:{preference.user_id}:{unit.today.isoformat()}"
    _deliver(unit, preference, f"【直达】您有 {count} 条未读通知", body, key=key)


def ask_for_next_digests(unit: Unit) -> None:
    """Ask for the next morning's digests; without effect when they are asked for already."""
    today = datetime.combine(business_date(unit.now), AT, SHANGHAI)
    run_at = today if today > unit.now else today + timedelta(days=1)
    unit.enqueue(DIGESTS, {}, run_at=run_at, key=f"{DIGESTS}:{business_date(run_at).isoformat()}")
