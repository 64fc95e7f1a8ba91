"""Words of the library of definitions: what people do to a diagram, form or table, and how each deed is called."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

#: How long an edit lock holds after the last save.
LOCK_LASTS = timedelta(minutes=10)

#: A draft may hold no more than the checks will read.
LARGEST_DRAFT = 5_000_000


class DefinitionDeed(StrEnum):
    """What happened to a definition; kept for ever beside its versions."""

    DRAFT_STARTED = "draft_started"
    DRAFT_DISCARDED = "draft_discarded"
    LOCK_TAKEN_OVER = "lock_taken_over"


DEEDS: dict[str, str] = {
    DefinitionDeed.DRAFT_STARTED: "开始修改",
    DefinitionDeed.DRAFT_DISCARDED: "放弃草稿",
    DefinitionDeed.LOCK_TAKEN_OVER: "接手编辑",
}
