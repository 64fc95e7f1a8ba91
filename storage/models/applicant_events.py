"""What happened to an applicant's own data and to its authorisations: appended, never changed (10.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.application_words import ApplicantEventKind
from storage.db import Base, InDistrict, belongs_to
from storage.models.policies import one_of


class ApplicantEvent(InDistrict, Base):
    """One thing that somebody did to an applicant's data outside any case.

    `changes` is field -> [old, new]; personal values stand there masked. `acting_for` is the user in whose name
    an agent acted.
    """

    __tablename__ = "applicant_events"
    __table_args__ = (
        belongs_to("applicants", "applicant_id"),
        Index("ix_applicant_events_applicant", "district_id", "applicant_id", "at"),
        CheckConstraint(one_of("kind", ApplicantEventKind), name="kind_known"),
    )

    applicant_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(60))
    acting_for: Mapped[UUID | None]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(500), default="")
