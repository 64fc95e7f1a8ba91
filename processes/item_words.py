"""States and choices of policy items and of bringing them to the public: the only spelling of each.

Values are what people read, except the disbursement type, whose codes stand in diagrams.
"""

from __future__ import annotations

from enum import StrEnum


class ItemStatus(StrEnum):
    """Where an item stands in its life (domain state machine 7.5)."""

    PROPOSED = "拟定"
    FILLING = "填报中"
    FILLED = "已填报"
    LAUNCHED = "已上线(未开放)"
    OPEN = "已开放"
    CLOSED = "已关闭"
    OFFLINE = "已下线"
    ADJUSTING = "调整中"
    HELD = "暂停"
    CANCELLED = "作废"


#: Items that take applications: one that is being adjusted stays open until the change takes effect (gate G9).
ACCEPTING: tuple[ItemStatus, ...] = (ItemStatus.OPEN, ItemStatus.ADJUSTING)

#: Items people may know about.
PUBLIC: tuple[ItemStatus, ...] = (
    ItemStatus.LAUNCHED,
    ItemStatus.OPEN,
    ItemStatus.CLOSED,
    ItemStatus.OFFLINE,
    ItemStatus.ADJUSTING,
    ItemStatus.HELD,
)

#: Items whose text is still being written.
IN_ENTRY: tuple[ItemStatus, ...] = (ItemStatus.PROPOSED, ItemStatus.FILLING, ItemStatus.FILLED)


class BenefitKind(StrEnum):
    """What a person gets (element 4)."""

    SUBSIDY = "奖补类"
    RELIEF = "减免类"
    RIGHT = "权益类"
    QUALIFICATION = "资质类"


class DisbursementType(StrEnum):
    """How the benefit reaches people (element 5)."""

    APPLY = "APPLY"
    AUTO = "AUTO"
    PERIODIC = "PERIODIC"


class Channels(StrEnum):
    """Where people apply (element 16)."""

    ONLINE = "线上"
    WINDOW = "窗口"
    BOTH = "线上和窗口"


class OpenMode(StrEnum):
    """When people may apply (element 19)."""

    ALL_YEAR = "常年"
    BATCH = "批次"
    WINDOW = "窗口期"
    NO_APPLICATION = "不需申报"


class MaterialKind(StrEnum):
    ORIGINAL = "原件"
    COPY = "复印件"
    ELECTRONIC = "电子件"
    FORM = "表格"


class MaterialSource(StrEnum):
    APPLICANT = "申报人自备"
    GOVERNMENT = "政府部门核发"
    SHARED = "数据共享"


class Operator(StrEnum):
    """How a condition compares what is known of an applicant with the value it asks for."""

    EQUALS = "等于"
    AT_LEAST = "不低于"
    AT_MOST = "不高于"
    ONE_OF = "属于"
    HAS = "具备"
