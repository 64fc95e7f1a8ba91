"""Queries on drafts, edit locks and the deeds done to definitions. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from processes.vocabulary import DefinitionKind
from storage.models.drafts import DefinitionDraft, DefinitionEvent, EditLock


def find_draft(
    session: Session, district_id: str, kind: DefinitionKind, key: str, owner_id: UUID, *, lock: bool = False
) -> DefinitionDraft | None:
    """This person's draft with its content; with `lock`, its row is locked until the end of the transaction."""
    query = select(DefinitionDraft).where(
        DefinitionDraft.district_id == district_id,
        DefinitionDraft.kind == kind,
        DefinitionDraft.key == key,
        DefinitionDraft.owner_id == owner_id,
    )
    if lock:
        query = query.with_for_update()
    return session.scalar(query.options(undefer(DefinitionDraft.content)).execution_options(populate_existing=True))


def list_drafts(session: Session, district_id: str, *, key: str | None = None) -> Sequence[DefinitionDraft]:
    """Everybody's drafts without their content, the last edited first."""
    query = select(DefinitionDraft).where(DefinitionDraft.district_id == district_id)
    if key is not None:
        query = query.where(DefinitionDraft.key == key)
    return session.scalars(query.order_by(DefinitionDraft.edited_at.desc(), DefinitionDraft.id)).all()


def find_lock(session: Session, district_id: str, kind: DefinitionKind, key: str) -> EditLock | None:
    """The row of the lock, whether it still holds or has ended by itself."""
    return session.scalar(
        select(EditLock)
        .where(EditLock.district_id == district_id, EditLock.kind == kind, EditLock.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_lock_in_force(
    session: Session, district_id: str, kind: DefinitionKind, key: str, *, at: datetime
) -> EditLock | None:
    """The lock if somebody is editing at that moment."""
    query = select(EditLock).where(EditLock.district_id == district_id, EditLock.kind == kind, EditLock.key == key)
    return session.scalar(query.where(EditLock.until > at))


def list_locks(session: Session, district_id: str, *, at: datetime) -> Sequence[EditLock]:
    """All locks in force at that moment."""
    query = select(EditLock).where(EditLock.district_id == district_id, EditLock.until > at)
    return session.scalars(query.order_by(EditLock.kind, EditLock.key)).all()


def list_events(session: Session, district_id: str, kind: DefinitionKind, key: str) -> Sequence[DefinitionEvent]:
    """What happened to a definition, the latest first."""
    query = select(DefinitionEvent).where(
        DefinitionEvent.district_id == district_id, DefinitionEvent.kind == kind, DefinitionEvent.key == key
    )
    return session.scalars(query.order_by(DefinitionEvent.at.desc(), DefinitionEvent.id.desc())).all()
