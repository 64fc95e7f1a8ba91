"""States and choices between the launch of an item and its opening: the only spelling of each.

Guides and QR codes, publications, trainings, filings, exceptions and pushes (长新党政办发〔2022〕24号, 三(三)1–3).
"""

from __future__ import annotations

from enum import StrEnum


class GuideStatus(StrEnum):
    """Of one version of a guide. Only one version of an item's guide is 已发布."""

    DRAFT = "草稿"
    PUBLISHED = "已发布"
    REPLACED = "已更新"
    OFFLINE = "已下线"


class QrState(StrEnum):
    """A code is never reused and never deleted: posters hang for years."""

    ACTIVE = "有效"
    OFFLINE = "已下线"


class Channel(StrEnum):
    """The three places where the public reads policies (三(一)3, gate G10)."""

    HALL = "网上大厅"
    PORTAL = "门户网站"
    OPENNESS = "政务公开专栏"


class PublicationAction(StrEnum):
    PUBLISH = "发布"
    UPDATE = "更新"
    TAKE_DOWN = "下线"


class PublicationSubject(StrEnum):
    """What was published."""

    GUIDE = "办事指南"
    OPENING = "开放信息"


class SyncState(StrEnum):
    """How far one publication has come. Only the last two are confirmed."""

    PENDING = "待发布"
    SENT = "已送达待核对"
    FAILED = "失败"
    SYNCED = "已同步"
    BY_HAND = "人工登记"


#: Publications that count: somebody, or the hall itself, vouches that people can read it there.
CONFIRMED: tuple[SyncState, ...] = (SyncState.SYNCED, SyncState.BY_HAND)


class TrainingKind(StrEnum):
    """Codes of the trainings (三(三)2)."""

    SYSTEM_PHASES = "T1"
    REVIEWERS = "T2"
    ENTERPRISES = "T3"
    WINDOWS = "T4"


TRAINING_TITLES: dict[TrainingKind, str] = {
    TrainingKind.SYSTEM_PHASES: "受理审批系统操作培训",
    TrainingKind.REVIEWERS: "审批人员系统操作培训",
    TrainingKind.ENTERPRISES: "企业解读培训",
    TrainingKind.WINDOWS: "窗口形式审查培训",
}

#: Which deadline rule each training of an item is due by.
TRAINING_RULES: dict[TrainingKind, str] = {
    TrainingKind.REVIEWERS: "DL10",
    TrainingKind.ENTERPRISES: "DL1",
    TrainingKind.WINDOWS: "DL2",
}


class TrainingStatus(StrEnum):
    TO_PLAN = "待安排"
    PLANNED = "已安排"
    FINISHED = "已完成"


class FilingKind(StrEnum):
    """Codes of the filings (报备), as they stand in diagrams (三(三)3, 三(三)4)."""

    OPENING = "OPENING"
    CHANGE = "CHANGE"
    AMOUNT = "AMOUNT"


FILING_TITLES: dict[FilingKind, str] = {
    FilingKind.OPENING: "政策开放报备",
    FilingKind.CHANGE: "政策变更报备",
    FilingKind.AMOUNT: "产生兑现金额报备",
}


class FilingStatus(StrEnum):
    DUE = "待报"
    FILED = "已报"
    RETURNED = "退回补充"
    RECEIVED = "已接收"
    PUBLISHED = "已公开"


#: Filings that 政数局 has accepted.
ACCEPTED: tuple[FilingStatus, ...] = (FilingStatus.RECEIVED, FilingStatus.PUBLISHED)


class ReceiveResult(StrEnum):
    RECEIVED = "接收"
    RETURNED = "退回补充"


class ExceptionResult(StrEnum):
    AGREED = "同意"
    REFUSED = "不同意"


class PushChannel(StrEnum):
    """Ways to tell people of an item (三(三)1, 四(四))."""

    MEDIA = "政务新媒体"
    EXECUTIVES = "企业高管微信群"
    SPECIALISTS = "企业服务专员微信群"
    POSTER = "海报张贴"
    SESSION = "政策解读会"
    OTHER = "其他"
