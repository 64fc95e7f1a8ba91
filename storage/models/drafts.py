"""What process owners work on before it is published: drafts, edit locks, and what happened to each definition."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from storage.db import Base, InDistrict, belongs_to


class DefinitionDraft(InDistrict, Base):
    """Somebody's unpublished diagram, form or table: one per person and key, byte for byte as saved last.

    `base_version` is the published version it began from, None for a key that has none. `revision` counts saves.
    """

    __tablename__ = "definition_drafts"
    __table_args__ = (
        belongs_to("users", "owner_id"),
        UniqueConstraint("district_id", "kind", "key", "owner_id"),
        CheckConstraint("revision >= 1", name="revision_counts"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    owner_id: Mapped[UUID]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    base_version: Mapped[int | None]
    revision: Mapped[int]
    started_at: Mapped[datetime]
    edited_at: Mapped[datetime]


class EditLock(InDistrict, Base):
    """Who is editing a definition now. It ends by itself at `until`; every save moves that on."""

    __tablename__ = "edit_locks"
    __table_args__ = (
        belongs_to("users", "holder_id"),
        UniqueConstraint("district_id", "kind", "key"),
        CheckConstraint("until > since", name="instants_in_order"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    holder_id: Mapped[UUID]
    since: Mapped[datetime]
    until: Mapped[datetime]


class DefinitionEvent(InDistrict, Base):
    """One line of what happened to a definition outside its cases; append-only. `note` is a Chinese sentence or reason.

    `what` is a `processes.library_words.DefinitionDeed`; `version` is the published version it was about, if any.
    """

    __tablename__ = "definition_events"
    __table_args__ = (Index("ix_definition_events_key", "district_id", "kind", "key", "at"),)

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(30))
    version: Mapped[int | None]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
