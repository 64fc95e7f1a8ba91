"""History, jobs, deadlines, escalations, calendars and attachments: what accompanies every case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.db import Base, InDistrict, belongs_to


class HistoryRow(InDistrict, Base):
    """One thing that happened, append-only, chained: `mac` covers this row and the one before."""

    __tablename__ = "history"
    __table_args__ = (
        UniqueConstraint("district_id", "instance_id", "seq"),
        Index("ix_history_root_kind", "district_id", "root_id", "kind", "element_id"),
        Index("ix_history_actor", "district_id", "actor_id", "at"),
    )

    instance_id: Mapped[UUID]
    root_id: Mapped[UUID]
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    element_id: Mapped[str | None] = mapped_column(String(120))
    element_name: Mapped[str | None] = mapped_column(String(200))
    task_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(60))
    organisation: Mapped[str | None] = mapped_column(String(40))
    acting_for: Mapped[UUID | None]
    process_key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    form_version: Mapped[int | None]
    changes: Mapped[dict[str, Any]]
    files: Mapped[list[Any]]
    reason: Mapped[str | None] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(String(20))
    mac: Mapped[str] = mapped_column(String(64))


class Job(InDistrict, Base):
    """Background work of the embedded backend. A `key` is unique while the job waits (not while it runs: what
    happens after a job has begun to read must be able to ask for it again)."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_ready", "state", "run_at"),
        Index(
            "ix_jobs_open_key",
            "district_id",
            "key",
            unique=True,
            sqlite_where=text("state = 'todo'"),
            postgresql_where=text("state = 'todo'"),
        ),
        CheckConstraint("state <> 'doing' OR lease_until IS NOT NULL", name="doing_has_lease"),
    )

    job: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200))
    run_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))  # todo | doing | succeeded | failed | cancelled
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(80))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Deadline(InDistrict, Base):
    """A duty with its due day and the walk that explains it. Recomputed when its anchor or the calendar moves."""

    __tablename__ = "deadlines"
    __table_args__ = (
        belongs_to("process_instances", "instance_id"),
        Index("ix_deadlines_task", "district_id", "task_id"),
        Index("ix_deadlines_instance", "district_id", "instance_id"),
        Index("ix_deadlines_open", "district_id", "state", "due_at"),
    )

    instance_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    rule: Mapped[str] = mapped_column(String(8))
    duty: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(40))
    anchor: Mapped[str] = mapped_column(String(60))
    anchor_on: Mapped[date]
    days: Mapped[int | None]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    provisional: Mapped[bool]
    walk: Mapped[list[Any]]
    calendar_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # open | met | late | cancelled
    created_at: Mapped[datetime]
    met_at: Mapped[datetime | None]


class Escalation(InDistrict, Base):
    """A warning or an overdue duty told to somebody, once per level."""

    __tablename__ = "escalations"
    __table_args__ = (
        belongs_to("deadlines", "deadline_id"),
        UniqueConstraint("district_id", "deadline_id", "kind", "level"),
        Index("ix_escalations_to", "district_id", "to_role", "to_organisation"),
    )

    deadline_id: Mapped[UUID]
    instance_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(12))  # warning | overdue
    level: Mapped[int]
    to_role: Mapped[str] = mapped_column(String(40))
    to_organisation: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class CalendarYear(InDistrict, Base):
    """A year of the working calendar imported by an administrator; the newest `version` of a year counts."""

    __tablename__ = "calendar_years"
    __table_args__ = (UniqueConstraint("district_id", "year", "version"),)

    year: Mapped[int]
    version: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    days_off: Mapped[dict[str, Any]]
    days_worked: Mapped[dict[str, Any]]
    imported_by: Mapped[UUID]
    imported_at: Mapped[datetime]


class Attachment(InDistrict, Base):
    """An uploaded file, stored by its digest outside the web root."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_digest", "district_id", "digest"),)

    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the bytes: gate G1 compares it
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]
    task_id: Mapped[UUID | None]
    root_id: Mapped[UUID | None]
