"""Queries on ready-made sentences (常用语). Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from storage.models.desk import Phrase
from storage.models.instances import Draft


def list_own(session: Session, district_id: str, user_id: UUID) -> Sequence[Phrase]:
    """A person's phrases in the order in which they were added."""
    query = select(Phrase).where(Phrase.district_id == district_id, Phrase.user_id == user_id)
    return session.scalars(query.order_by(Phrase.position, Phrase.id)).all()


def list_of_department(session: Session, district_id: str, organisation: str | None) -> Sequence[Phrase]:
    """What everybody in a department may use."""
    if organisation is None:
        return ()
    query = select(Phrase).where(Phrase.district_id == district_id, Phrase.organisation == organisation)
    return session.scalars(query.order_by(Phrase.position, Phrase.id)).all()


def next_position(session: Session, district_id: str, *, user_id: UUID | None, organisation: str | None) -> int:
    """The place after the last phrase of this person or department."""
    owner = Phrase.organisation == organisation if user_id is None else Phrase.user_id == user_id
    query = select(func.max(Phrase.position)).where(Phrase.district_id == district_id, owner)
    return (session.scalar(query) or 0) + 1


def get_phrase(session: Session, district_id: str, phrase_id: UUID) -> Phrase:
    """The phrase with this id. Raises NotFound."""
    found = session.get(Phrase, (district_id, phrase_id))
    if found is None:
        raise NotFound("没有找到这条常用语。它可能已被删除，请刷新页面。")
    return found


def draft_saved_at(session: Session, district_id: str, task_id: UUID, user_id: UUID) -> datetime | None:
    """When this person's draft of a task was kept last."""
    query = select(Draft.saved_at).where(
        Draft.district_id == district_id, Draft.task_id == task_id, Draft.user_id == user_id
    )
    return session.scalar(query)
