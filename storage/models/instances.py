"""Process instances, their open tasks and waits, kept messages, incidents, and what was submitted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.db import Base, InDistrict, Json, belongs_to


class ProcessInstance(InDistrict, Base):
    """A running or ended instance. `engine_state` is opaque to everybody but the engine seam.

    `row_version` guards every write (optimistic lock). `history_seq` and `history_mac` are the head of
    this instance's history chain.
    """

    __tablename__ = "process_instances"
    __table_args__ = (
        belongs_to("definitions", "definition_id"),
        Index("ix_process_instances_parent", "district_id", "parent_id"),
        Index("ix_process_instances_root", "district_id", "root_id"),
        Index("ix_process_instances_business_key", "district_id", "business_key"),
        Index("ix_process_instances_state", "district_id", "state", "process_key"),
        CheckConstraint("(ended_at IS NULL) = (state IN ('running', 'suspended'))", name="ended_has_instant"),
    )

    definition_id: Mapped[UUID]
    process_key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    engine_state: Mapped[bytes] = mapped_column(LargeBinary)
    row_version: Mapped[int] = mapped_column()
    business_key: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    variables: Mapped[dict[str, Any]]
    parent_id: Mapped[UUID | None]
    parent_token: Mapped[str | None] = mapped_column(String(40))
    root_id: Mapped[UUID]
    started_by: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_element_id: Mapped[str | None] = mapped_column(String(120))
    due_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None] = mapped_column(Text)
    history_seq: Mapped[int] = mapped_column(default=0)
    history_mac: Mapped[str] = mapped_column(String(64), default="")

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012  (SQLAlchemy's declarative interface)


class Task(InDistrict, Base):
    """A user task: open for its post or assignee, then completed or cancelled, never deleted."""

    __tablename__ = "tasks"
    __table_args__ = (
        belongs_to("process_instances", "instance_id"),
        UniqueConstraint("district_id", "instance_id", "token"),
        Index("ix_tasks_instance", "district_id", "instance_id", "state"),
        Index("ix_tasks_assignee", "district_id", "assignee_id", "state", "due_at"),
        Index("ix_tasks_post", "district_id", "role", "organisation", "state", "due_at"),
        CheckConstraint("(completed_by IS NULL) = (state <> 'completed')", name="completed_has_actor"),
        CheckConstraint("state <> 'claimed' OR assignee_id IS NOT NULL", name="claimed_has_assignee"),
    )

    instance_id: Mapped[UUID]
    root_id: Mapped[UUID]
    process_key: Mapped[str] = mapped_column(String(120))
    token: Mapped[str] = mapped_column(String(40))
    element_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))  # of the instance, so that lists need no join
    lane: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    role: Mapped[str | None] = mapped_column(String(40))
    organisation: Mapped[str | None] = mapped_column(String(40))
    assignee_id: Mapped[UUID | None]
    form_key: Mapped[str | None] = mapped_column(String(160))
    form_version: Mapped[int | None]
    variables: Mapped[dict[str, Any]]
    item: Mapped[Any] = mapped_column(Json, nullable=True)
    excluded_organisation: Mapped[str | None] = mapped_column(String(40))
    deadline_rule: Mapped[str | None] = mapped_column(String(8))
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]  # who delegated the task and gets it back (委派)
    held_at: Mapped[datetime | None]  # put aside by its assignee (挂起); the deadline goes on
    held_until: Mapped[date | None]
    held_reason: Mapped[str | None] = mapped_column(Text)
    refuses_starter: Mapped[bool] = mapped_column(default=False)  # an approval: not by who started the case
    refuses_after: Mapped[str] = mapped_column(Text, default="")  # nor by who made one of |these|approvals| just before


class TaskSeparation(InDistrict, Base):
    """Whoever completed `element_id` in the same case may not be offered, claim or complete the task (G3)."""

    __tablename__ = "task_separations"
    __table_args__ = (belongs_to("tasks", "task_id"), UniqueConstraint("district_id", "task_id", "element_id"))

    task_id: Mapped[UUID]
    element_id: Mapped[str] = mapped_column(String(120))


class Wait(InDistrict, Base):
    """An element that waits for something other than a person. The row goes when the wait ends."""

    __tablename__ = "waits"
    __table_args__ = (
        belongs_to("process_instances", "instance_id"),
        UniqueConstraint("district_id", "instance_id", "token"),
        Index("ix_waits_message", "district_id", "message"),
        Index("ix_waits_kind_due", "district_id", "kind", "due_at"),
    )

    instance_id: Mapped[UUID]
    token: Mapped[str] = mapped_column(String(40))
    element_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[str | None] = mapped_column(String(120))
    attached_to: Mapped[str | None] = mapped_column(String(120))
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    child_id: Mapped[UUID | None]


class KeptMessage(InDistrict, Base):
    """A message, kept until an instance listens: never lost silently. A repeated `key` has no effect."""

    __tablename__ = "kept_messages"
    __table_args__ = (
        UniqueConstraint("district_id", "key"),
        Index("ix_kept_messages_open", "district_id", "name", "delivered_at"),
    )

    name: Mapped[str] = mapped_column(String(120))
    instance_id: Mapped[UUID | None]
    business_key: Mapped[str | None] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(160))
    variables: Mapped[dict[str, Any]]
    sent_by: Mapped[UUID]
    sent_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_to: Mapped[UUID | None]


class Incident(InDistrict, Base):
    """Something that stopped an instance, in words, with what is needed to try again."""

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_state", "district_id", "state"),)

    instance_id: Mapped[UUID | None]
    process_key: Mapped[str | None] = mapped_column(String(120))
    element_id: Mapped[str | None] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))  # open | resolved
    attempts: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolution: Mapped[str | None] = mapped_column(Text)  # why it was closed by hand, without another attempt


class Submission(InDistrict, Base):
    """What was filled in when a task was completed: the whole form, for good."""

    __tablename__ = "submissions"
    __table_args__ = (
        belongs_to("tasks", "task_id"),
        Index("ix_submissions_task", "district_id", "task_id"),
        Index("ix_submissions_root", "district_id", "root_id"),
    )

    task_id: Mapped[UUID]
    root_id: Mapped[UUID]
    element_id: Mapped[str] = mapped_column(String(120))
    form_key: Mapped[str | None] = mapped_column(String(160))
    form_version: Mapped[int | None]
    answers: Mapped[dict[str, Any]]
    submitted_by: Mapped[UUID]
    submitted_at: Mapped[datetime]


class Draft(InDistrict, Base):
    """Answers saved before completion, one per task and person."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("district_id", "task_id", "user_id"),)

    task_id: Mapped[UUID]
    user_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class IdempotencyKey(InDistrict, Base):
    """An answer already given: the same key again answers the same."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("district_id", "user_id", "key"),)

    user_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(160))
    request_digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class CaseLink(InDistrict, Base):
    """Two case trees that share duties (a batch and its applications): separation reads both histories."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("district_id", "root_id", "linked_root_id"),
        Index("ix_case_links_linked", "district_id", "linked_root_id", "root_id"),
        CheckConstraint("root_id <> linked_root_id", name="not_itself"),
    )

    root_id: Mapped[UUID]
    linked_root_id: Mapped[UUID]


# One open task per token is the engine's promise; one open child per call-activity token is ours.
Index(
    "ix_process_instances_one_child_per_token",
    ProcessInstance.district_id,
    ProcessInstance.parent_id,
    ProcessInstance.parent_token,
    unique=True,
    sqlite_where=text("parent_id IS NOT NULL"),
    postgresql_where=text("parent_id IS NOT NULL"),
)
