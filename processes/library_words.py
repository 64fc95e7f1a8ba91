"""Words of the library of definitions: drafts, publication, and what people do to a diagram, form or table."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

#: How long an edit lock holds after the last save.
LOCK_LASTS = timedelta(minutes=10)

#: A draft may hold no more than the checks will read.
LARGEST_DRAFT = 5_000_000


class PublicationState(StrEnum):
    """Where a request for publication stands. `approved` waits for its day; `published` is the end of a good one."""

    WAITING = "waiting"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    PUBLISHED = "published"


#: Requests on which something can still be done.
OPEN_REQUESTS: tuple[str, ...] = (PublicationState.WAITING, PublicationState.APPROVED)

PUBLICATION_STATES: dict[str, str] = {
    PublicationState.WAITING: "待审批",
    PublicationState.RETURNED: "已退回",
    PublicationState.WITHDRAWN: "已撤回",
    PublicationState.APPROVED: "已同意，待生效",
    PublicationState.PUBLISHED: "已发布",
}


class DefinitionDeed(StrEnum):
    """What happened to a definition beside its versions; kept for ever."""

    DRAFT_STARTED = "draft_started"
    DRAFT_DISCARDED = "draft_discarded"
    LOCK_TAKEN_OVER = "lock_taken_over"
    ASKED = "asked"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    FAILED = "failed"
    RETIRED = "retired"
    RESTORED = "restored"
    IMPORTED = "imported"


DEEDS: dict[str, str] = {
    DefinitionDeed.DRAFT_STARTED: "开始修改",
    DefinitionDeed.DRAFT_DISCARDED: "放弃草稿",
    DefinitionDeed.LOCK_TAKEN_OVER: "接手编辑",
    DefinitionDeed.ASKED: "申请发布",
    DefinitionDeed.RETURNED: "退回申请",
    DefinitionDeed.WITHDRAWN: "撤回申请",
    DefinitionDeed.APPROVED: "同意发布",
    DefinitionDeed.FAILED: "到期未能发布",
    DefinitionDeed.RETIRED: "停用",
    DefinitionDeed.RESTORED: "恢复启用",
    DefinitionDeed.IMPORTED: "导入",
}
