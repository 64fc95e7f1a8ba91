"""What people are told about, and how it is called (domain reference 10.3)."""

from __future__ import annotations

import re
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told; other parts of the house may add words of their own."""

    OFFERED = "offered"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    STATUS = "status"
    CORRECTION = "correction"
    ITEM = "item"
    MATCH = "match"
    FILING = "filing"
    PUBLICATION = "publication"
    AGENCY = "agency"


KINDS: dict[str, str] = {
    NoticeKind.OFFERED: "待办任务",
    NoticeKind.DUE_SOON: "即将到期",
    NoticeKind.OVERDUE: "已经逾期",
    NoticeKind.STATUS: "申报进度",
    NoticeKind.CORRECTION: "补正通知",
    NoticeKind.ITEM: "事项动态",
    NoticeKind.MATCH: "政策匹配",
    NoticeKind.FILING: "报备",
    NoticeKind.PUBLICATION: "流程发布",
    NoticeKind.AGENCY: "代办授权",
}
OTHER = "其他通知"

#: Telephone numbers, identity numbers, credit codes, accounts: nothing of the kind leaves the house (10.5).
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:\d[\d \-]{9,21}[\dXx]|(?=[0-9A-Z]*\d)[0-9A-Z]{15,})(?![0-9A-Za-z])")
_EMAIL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"1\d{10}")
_WECHAT = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}")


def kind_word(kind: str) -> str:
    """How a kind is called on screens and in subjects."""
    return KINDS.get(kind, OTHER)


def one_line(text: str) -> str:
    """Text for a header or a subject: one line, no control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def without_personal_numbers(text: str) -> str:
    """The text with every number that may be an identity, an account or a telephone replaced."""
    return _PERSONAL.sub("（号码已隐去）", text)


def is_email(text: str) -> bool:
    """True for an address to which a mail can be sent; never one with a line break in it."""
    return len(text) <= 200 and ".." not in text and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """True for a mobile number of the mainland."""
    return _PHONE.fullmatch(text) is not None


def is_wechat(text: str) -> bool:
    """True for a WeChat name as its owner may choose it."""
    return _WECHAT.fullmatch(text) is not None


def masked_address(address: str) -> str:
    """How an address is shown: enough to recognise one's own."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 9 else f"{address[:1]}***"
