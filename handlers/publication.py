"""What all publications share: the hall publishes itself, a person vouches for the rest (R01, gate G10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.stage import TaskContext
from processes.opening_words import SyncState
from storage import guides
from storage.models.items import PolicyItem
from storage.models.publications import PublicationRecord


def guide_path(task: TaskContext, item: PolicyItem) -> str:
    """The address of the item's guide within this house; it never changes (S09)."""
    return f"/g/{guides.code_of(task.session, item, at=task.now).code}"


def publish_in_hall(task: TaskContext, item: PolicyItem, record: PublicationRecord) -> None:
    """The hall is part of this house: what is published there can be read at once."""
    record.url = guide_path(task, item)
    record.state, record.done_on = SyncState.SYNCED, task.today
    record.sent_at = record.confirmed_at = task.now


def vouch(task: TaskContext, record: PublicationRecord, row: Mapping[str, Any], *, note: str) -> None:
    """Note who saw the publication, and what proves it. What an adapter had sent counts as synchronised."""
    sent = record.state == SyncState.SENT and record.url == row["url"]
    record.state = SyncState.SYNCED if sent else SyncState.BY_HAND
    record.url, record.evidence_ids = row["url"], case.file_ids(row, "evidence")
    record.note, record.done_on = note or record.note, task.today
    record.confirmed_by, record.confirmed_at = task.actor.id, task.now
