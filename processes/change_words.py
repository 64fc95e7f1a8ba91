"""States and choices of changing and abolishing an open policy: the only spelling of each.

Source: 长新党政办发〔2022〕24号, 三(三)4 (five working days before the change takes effect); gate G9.
"""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    ADJUST = "调整"
    ABOLISH = "废止下线"


class ChangeStatus(StrEnum):
    """How far a change has come (domain state machine 7.5)."""

    APPLIED = "已提交"
    REVIEWING = "审查中"
    RETURNED = "退回"
    AGREED = "待生效"
    IN_FORCE = "已生效待核对渠道"
    DONE = "已生效"
    WITHDRAWN = "撤回"


#: Changes that have not taken effect: an item has at most one, and it can be withdrawn.
PENDING: tuple[ChangeStatus, ...] = (
    ChangeStatus.APPLIED,
    ChangeStatus.REVIEWING,
    ChangeStatus.RETURNED,
    ChangeStatus.AGREED,
)


class Transition(StrEnum):
    """What the change means for applications that are under way when it takes effect."""

    KEEP = "按旧政策办结"
    FOLLOW = "按新政策"
    END = "终止并告知"


class LateResult(StrEnum):
    """What the leader in charge says to a change that was applied for too late."""

    AGREED = "同意"
    REFUSED = "不同意"


#: Elements whose wording may be corrected at any time, because nobody's claim depends on them (gate G9).
MINOR_ELEMENTS: frozenset[str] = frozenset(
    ("form_names", "steps", "window_addr", "contact", "supervise_phone", "result_form")
)
