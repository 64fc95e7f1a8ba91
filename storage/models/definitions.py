"""Published diagrams, forms and decision tables: immutable, versioned, with author, publisher and reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from storage.db import Base, InDistrict, belongs_to


class Deployment(InDistrict, Base):
    """A set of files published together. `asked_by` is who drew it when somebody else published it."""

    __tablename__ = "deployments"

    comment: Mapped[str] = mapped_column(Text)
    release_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    asked_by: Mapped[UUID | None]
    published_by: Mapped[UUID]
    published_at: Mapped[datetime]


class Definition(InDistrict, Base):
    """One version of a diagram, form or decision table, byte for byte as deployed.

    `origin_version` is the earlier version whose bytes it brings back, None for anything else.
    """

    __tablename__ = "definitions"
    __table_args__ = (
        belongs_to("deployments", "deployment_id"),
        UniqueConstraint("district_id", "kind", "key", "version"),
        Index("ix_definitions_hash", "district_id", "kind", "key", "hash"),
    )

    deployment_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))  # process | form | decision | scenarios
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64))
    origin_version: Mapped[int | None]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
