"""The words of working on a task together: signing (加签), returning (退回), and telling people (通知)."""

from __future__ import annotations

from enum import StrEnum


class SigningOrder(StrEnum):
    """When the added signers are asked: before the assignee completes the task, or after."""

    BEFORE = "before"
    AFTER = "after"


class SigningMode(StrEnum):
    """How many have to agree (会签): everybody, anybody, a share, or everybody one after the other."""

    ALL = "all"
    ANY = "any"
    RATIO = "ratio"
    IN_TURN = "in_turn"


class RoundState(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class SignerState(StrEnum):
    """`waiting`: not yet this person's turn; `asked`: may answer now; `spared`: decided without this answer."""

    WAITING = "waiting"
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    REMOVED = "removed"
    SPARED = "spared"


class ReturnMode(StrEnum):
    """After a returned task is done again: go every step again, or straight back to who returned it."""

    RERUN = "rerun"
    STRAIGHT_BACK = "straight_back"


class Channel(StrEnum):
    """Ways on which a notice leaves the house."""

    EMAIL = "email"
    SMS = "sms"
    WECHAT = "wechat"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Digest(StrEnum):
    """How often notices are sent outside: each at once, gathered once a day, or never."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


SIGNING_MODES: dict[str, str] = {
    SigningMode.ALL: "全部同意",
    SigningMode.ANY: "任一同意",
    SigningMode.RATIO: "达到比例",
    SigningMode.IN_TURN: "依次签署",
}
SIGNING_ORDERS: dict[str, str] = {SigningOrder.BEFORE: "办理前加签", SigningOrder.AFTER: "办理后加签"}
ROUND_STATES: dict[str, str] = {
    RoundState.OPEN: "签署中",
    RoundState.PASSED: "已通过",
    RoundState.REFUSED: "未通过",
    RoundState.CANCELLED: "已取消",
}
SIGNER_STATES: dict[str, str] = {
    SignerState.WAITING: "未轮到",
    SignerState.ASKED: "待签署",
    SignerState.AGREED: "同意",
    SignerState.REFUSED: "不同意",
    SignerState.REMOVED: "已减签",
    SignerState.SPARED: "无需签署",
}
RETURN_MODES: dict[str, str] = {ReturnMode.RERUN: "重新逐级办理", ReturnMode.STRAIGHT_BACK: "办完直接送回退回人"}
CHANNELS: dict[str, str] = {Channel.EMAIL: "电子邮件", Channel.SMS: "短信", Channel.WECHAT: "微信"}
DIGESTS: dict[str, str] = {Digest.AT_ONCE: "逐条即时发送", Digest.DAILY: "每日汇总一次", Digest.NEVER: "只在站内查看"}
