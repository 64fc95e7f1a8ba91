"""Who may act for an applicant (代办授权): an agent signs in as themselves and acts in the applicant's name."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.db import Base, InDistrict, belongs_to


class AgencyAuthorisation(InDistrict, Base):
    """An applicant lets an agent act for it between two days; its `Membership` is made and ended with it (G5)."""

    __tablename__ = "agency_authorisations"
    __table_args__ = (
        belongs_to("users", "agent_id"),
        belongs_to("memberships", "membership_id"),
        Index("ix_agency_authorisations_organisation", "district_id", "organisation"),
        Index("ix_agency_authorisations_agent", "district_id", "agent_id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
    )

    organisation: Mapped[str] = mapped_column(String(40))
    agent_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    letter_id: Mapped[UUID | None]  # the attachment with the signed letter of authorisation
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
