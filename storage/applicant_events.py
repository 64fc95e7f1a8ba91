"""What happened to applicants' own data: added and read. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Applicant


def list_applicant_events(session: Session, applicant: Applicant, *, limit: int = 50) -> Sequence[ApplicantEvent]:
    """The newest events of an applicant, newest first."""
    query = select(ApplicantEvent).where(
        ApplicantEvent.district_id == applicant.district_id, ApplicantEvent.applicant_id == applicant.id
    )
    return session.scalars(query.order_by(ApplicantEvent.at.desc(), ApplicantEvent.id.desc()).limit(limit)).all()
