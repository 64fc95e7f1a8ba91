"""What a person does with the own inbox: read, and say where to be told outside the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from processes.actors import Actor
from processes.desk_words import Digest
from processes.errors import BadRequest
from processes.notice_words import is_email, is_phone, is_wechat
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.models.notices import ContactPreference
from storage.notices import Inbox, find_preference, get_notice, mark_all_read


@dataclass(frozen=True, slots=True)
class Contact:
    """What a person asks for. An address that is None stays as it is, an empty one is taken away."""

    digest: str
    email: str | None = None
    phone: str | None = None
    wechat: str | None = None
    hears_of_matches: bool | None = None


def mark_read(runtime: Runtime, notice_id: UUID, *, by: Actor) -> str | None:
    """Mark one's own notice as read; answers where it leads. Raises NotFound for somebody else's."""

    def work(unit: Unit) -> str | None:
        notice = get_notice(unit.session, unit.district_id, by.id, notice_id)
        notice.read_at = notice.read_at or unit.now
        return notice.link

    return transaction(runtime, by, work)


def mark_everything_read(runtime: Runtime, *, by: Actor, kind: str | None = None) -> int:
    """Mark what is unread (of one kind) as read; answers how many there were."""
    inbox = Inbox(by.district_id, by.id, kind=kind)
    return transaction(runtime, by, lambda unit: mark_all_read(unit.session, inbox, at=unit.now))


def save_contact(runtime: Runtime, contact: Contact, *, by: Actor) -> None:
    """Keep where and how often a person wants to be told. Raises BadRequest for an address that is none."""
    _check(contact)

    def work(unit: Unit) -> None:
        row = find_preference(unit.session, unit.district_id, by.id)
        if row is None:
            row = ContactPreference(
                district_id=unit.district_id, id=new_id(), user_id=by.id, email="", phone="", wechat=""
            )
            unit.session.add(row)
        row.digest, row.changed_at = contact.digest, unit.now
        row.email = row.email if contact.email is None else contact.email
        row.phone = row.phone if contact.phone is None else contact.phone
        if contact.hears_of_matches is not None:
            row.hears_of_matches = contact.hears_of_matches
        row.wechat = row.wechat if contact.wechat is None else contact.wechat

    transaction(runtime, by, work)


def _check(contact: Contact) -> None:
    if contact.digest not in set(Digest):
        raise BadRequest("请选择外发通知的方式。")
    if contact.email and not is_email(contact.email):
        raise BadRequest("邮箱地址的格式不对，没有保存。请填写类似 name@example.com 的地址。")
    if contact.phone and not is_phone(contact.phone):
        raise BadRequest("手机号码应为 11 位数字，没有保存。请核对后重试。")
    if contact.wechat and not is_wechat(contact.wechat):
        raise BadRequest("微信号应为 6 到 20 位字母、数字、下划线或减号，以字母开头，没有保存。请核对后重试。")
