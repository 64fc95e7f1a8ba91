"""Who may act for an applicant (代办授权): an agent signs in as themselves and acts in the applicant's name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.application_words import AgencyState
from storage.db import Base, InDistrict, belongs_to


class AgencyAuthorisation(InDistrict, Base):
    """An applicant lets an agent act for it between two days, for all items or for those in `items` (ids as text).

    It waits until the agent accepts it; its `Membership` is made then and ended with it (G5). A row is never deleted:
    it says when and by whom it was accepted or declined, revoked, or that its time was over.
    """

    __tablename__ = "agency_authorisations"
    __table_args__ = (
        belongs_to("users", "agent_id"),
        belongs_to("memberships", "membership_id"),
        Index("ix_agency_authorisations_organisation", "district_id", "organisation"),
        Index("ix_agency_authorisations_agent", "district_id", "agent_id"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="answered_once"),
        CheckConstraint("membership_id IS NULL OR accepted_at IS NOT NULL", name="post_when_accepted"),
    )

    organisation: Mapped[str] = mapped_column(String(40))
    agent_id: Mapped[UUID]
    membership_id: Mapped[UUID | None]
    letter_id: Mapped[UUID | None]  # the attachment with the signed letter of authorisation
    all_items: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[Any]] = mapped_column(default=list)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]

    def is_open(self) -> bool:
        """True while it waits for an answer or may still be acted on: not declined, revoked or over."""
        return self.declined_at is None and self.revoked_at is None and self.expired_at is None

    def state_on(self, day: date) -> AgencyState:
        """Where it stands on a day. What was not accepted in its time is over like what was."""
        if self.revoked_at is not None:
            return AgencyState.REVOKED
        if self.declined_at is not None:
            return AgencyState.DECLINED
        if self.expired_at is not None or day > self.valid_to:
            return AgencyState.OVER
        if self.accepted_at is None:
            return AgencyState.WAITING
        return AgencyState.IN_FORCE if day >= self.valid_from else AgencyState.TO_COME
