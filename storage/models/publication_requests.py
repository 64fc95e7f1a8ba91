"""Asking for publication, the second person's answer, and definitions that were taken out of use."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from processes.library_words import PublicationState
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class PublicationRequest(InDistrict, Base):
    """A set of files somebody wants to have published, why, and from which day (None: as soon as it is approved).

    `comment` is the reason, written into every version; `release_note` tells the people who work with it what changes.
    `failure` says in Chinese why an approved request could not be published on its day.
    """

    __tablename__ = "publication_requests"
    __table_args__ = (
        belongs_to("users", "asked_by"),
        Index("ix_publication_requests_state", "district_id", "state", "asked_at"),
        CheckConstraint(one_of("state", PublicationState), name="state_known"),
        CheckConstraint("(published_at IS NULL) = (state <> 'published')", name="published_has_instant"),
    )

    state: Mapped[str] = mapped_column(String(12))
    comment: Mapped[str] = mapped_column(Text)
    release_note: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[date | None]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    deployment_id: Mapped[UUID | None]
    failure: Mapped[str | None] = mapped_column(Text)


class PublicationFile(InDistrict, Base):
    """One file of a request, byte for byte. `based_on`: what it defines -> the newest version when it was asked for.

    `origin_version` is the earlier version whose bytes these are, when the request goes back to one.
    """

    __tablename__ = "publication_files"
    __table_args__ = (
        belongs_to("publication_requests", "request_id"),
        UniqueConstraint("district_id", "request_id", "name"),
        Index("ix_publication_files_key", "district_id", "kind", "key"),
    )

    request_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64))
    based_on: Mapped[dict[str, Any]]
    origin_version: Mapped[int | None]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class RetiredDefinition(InDistrict, Base):
    """A definition out of use (停用): nothing new is started with it. Restoring deletes the row; its deeds stay."""

    __tablename__ = "retired_definitions"
    __table_args__ = (UniqueConstraint("district_id", "kind", "key"),)

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    retired_by: Mapped[UUID]
    retired_at: Mapped[datetime]
