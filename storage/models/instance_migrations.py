"""Moving running instances to another version of their diagram: batches, what became of each instance, old names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from processes.migration_words import BatchState, RowState
from storage.db import Base, InDistrict, Json, belongs_to
from storage.models.policies import one_of


class InstanceMigration(InDistrict, Base):
    """A batch: instances of a process on some versions go to another one, each in a transaction of its own.

    `mapping` names for element ids of the old versions those that answer to them (an empty text: none does). A
    rehearsal does everything and keeps nothing but its verdicts.
    """

    __tablename__ = "instance_migrations"
    __table_args__ = (
        Index("ix_instance_migrations_process", "district_id", "process_key", "created_at"),
        CheckConstraint(one_of("state", BatchState), name="state_known"),
    )

    process_key: Mapped[str] = mapped_column(String(120))
    to_version: Mapped[int]
    from_versions: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]]
    rehearsal: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str | None] = mapped_column(Text)


class InstanceMigrationRow(InDistrict, Base):
    """One instance of a batch. What is needed to take the move back is kept until it is taken back.

    `seq_after` is the place of the move in the instance's history: as long as nothing follows it, it can be undone.
    """

    __tablename__ = "instance_migration_rows"
    __table_args__ = (
        belongs_to("instance_migrations", "migration_id"),
        belongs_to("process_instances", "instance_id"),
        UniqueConstraint("district_id", "migration_id", "instance_id"),
        Index("ix_instance_migration_rows_state", "district_id", "migration_id", "state", "id"),
        Index("ix_instance_migration_rows_instance", "district_id", "instance_id"),
        CheckConstraint(one_of("state", RowState), name="state_known"),
    )

    migration_id: Mapped[UUID]
    instance_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    from_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    verdict: Mapped[str | None] = mapped_column(String(16))
    sentence: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime | None]
    seq_after: Mapped[int | None]
    state_before: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    kept: Mapped[dict[str, Any] | None] = deferred(mapped_column(Json))


class ElementAlias(InDistrict, Base):
    """An element of a case that had another id on an earlier version: what was done there counts here (G3)."""

    __tablename__ = "element_aliases"
    __table_args__ = (
        UniqueConstraint("district_id", "root_id", "element_id", "old_element_id", name="uq_element_aliases_pair"),
    )

    root_id: Mapped[UUID]
    element_id: Mapped[str] = mapped_column(String(120))
    old_element_id: Mapped[str] = mapped_column(String(120))
