"""What still runs for an item that takes no more applications. Nothing here commits."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.application_words import RUNNING
from storage.disbursements import count_running_batches
from storage.models.applications import Application
from storage.models.items import PolicyItem


def count_running_cases(session: Session, item: PolicyItem) -> int:
    """Applications under way and batches not ended: an item is over only when there are none (scenario 23)."""
    query = select(func.count()).where(
        Application.district_id == item.district_id,
        Application.item_id == item.id,
        Application.status.in_(RUNNING),
    )
    return (session.scalar(query) or 0) + count_running_batches(session, item)
