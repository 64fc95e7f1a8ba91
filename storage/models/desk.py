"""What people do around a task beside completing it: sign, copy, look, keep phrases and views (design 9.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.desk_words import ReturnMode, RoundState, SignerState, SigningMode, SigningOrder
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class SigningRound(InDistrict, Base):
    """Colleagues asked to sign a task before its assignee completes it, or after (加签), one round open at a time.

    `answers` are kept while an `after` round runs: they are handed in when it passes. `ratio` is the percentage
    that has to agree in mode `ratio`.
    """

    __tablename__ = "signing_rounds"
    __table_args__ = (
        belongs_to("tasks", "task_id"),
        Index("ix_signing_rounds_task", "district_id", "task_id", "state"),
        CheckConstraint(one_of('"placing"', SigningOrder), name="order_known"),
        CheckConstraint(one_of("mode", SigningMode), name="mode_known"),
        CheckConstraint(one_of("state", RoundState), name="state_known"),
        CheckConstraint("(mode = 'ratio') = (ratio IS NOT NULL)", name="ratio_has_number"),
        CheckConstraint("ratio IS NULL OR ratio BETWEEN 1 AND 100", name="ratio_is_percentage"),
        CheckConstraint("(closed_at IS NULL) = (state = 'open')", name="closed_has_instant"),
    )

    task_id: Mapped[UUID]
    placing: Mapped[str] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(8))
    ratio: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, Any] | None]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Signer(InDistrict, Base):
    """One person asked in a signing round. In mode `in_turn` only the first who has not answered is asked."""

    __tablename__ = "signers"
    __table_args__ = (
        belongs_to("signing_rounds", "round_id"),
        belongs_to("tasks", "task_id"),
        UniqueConstraint("district_id", "round_id", "user_id"),
        Index("ix_signers_user", "district_id", "user_id", "state"),
        Index("ix_signers_task", "district_id", "task_id"),
        CheckConstraint(one_of("state", SignerState), name="state_known"),
        CheckConstraint("(ended_at IS NULL) = (state IN ('waiting', 'asked'))", name="ended_has_instant"),
    )

    round_id: Mapped[UUID]
    task_id: Mapped[UUID]
    position: Mapped[int]
    user_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12))
    opinion: Mapped[str] = mapped_column(Text, default="")
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class CaseCopy(InDistrict, Base):
    """A case shown to somebody who has no duty in it (抄送); reading it once sets the mark."""

    __tablename__ = "case_copies"
    __table_args__ = (
        belongs_to("process_instances", "instance_id"),
        UniqueConstraint("district_id", "root_id", "user_id"),
        Index("ix_case_copies_user", "district_id", "user_id", "read_at"),
    )

    instance_id: Mapped[UUID]
    root_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    user_id: Mapped[UUID]
    note: Mapped[str] = mapped_column(Text, default="")
    copied_by: Mapped[UUID]
    copied_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class TaskReturn(InDistrict, Base):
    """A task reached by a return (退回) and where it goes when it is done again. Kept for good."""

    __tablename__ = "task_returns"
    __table_args__ = (
        belongs_to("tasks", "task_id"),
        UniqueConstraint("district_id", "task_id"),
        Index("ix_task_returns_root", "district_id", "root_id"),
        CheckConstraint(one_of("mode", ReturnMode), name="mode_known"),
    )

    task_id: Mapped[UUID]  # the task that was opened again
    root_id: Mapped[UUID]
    from_task_id: Mapped[UUID]
    from_element_id: Mapped[str] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    returned_by: Mapped[UUID]
    returned_at: Mapped[datetime]


class TaskSeen(InDistrict, Base):
    """Somebody has opened a task's page; without a row it is shown as unread."""

    __tablename__ = "tasks_seen"
    __table_args__ = (belongs_to("tasks", "task_id"), UniqueConstraint("district_id", "user_id", "task_id"))

    user_id: Mapped[UUID]
    task_id: Mapped[UUID]
    seen_at: Mapped[datetime]


class SavedView(InDistrict, Base):
    """A person's named set of filters of a list: `query` is the part of its address after the question mark."""

    __tablename__ = "saved_views"
    __table_args__ = (belongs_to("users", "user_id"), UniqueConstraint("district_id", "user_id", "screen", "name"))

    user_id: Mapped[UUID]
    screen: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Phrase(InDistrict, Base):
    """A ready-made sentence (常用语) of a person, or of everybody in a department when `user_id` is None."""

    __tablename__ = "phrases"
    __table_args__ = (
        Index("ix_phrases_user", "district_id", "user_id"),
        Index("ix_phrases_organisation", "district_id", "organisation"),
        CheckConstraint("(user_id IS NULL) <> (organisation IS NULL)", name="of_person_or_department"),
    )

    user_id: Mapped[UUID | None]
    organisation: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
