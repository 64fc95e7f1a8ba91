"""The stage's registration, and what its deadlines count from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from handlers.benefit import pauses_of
from handlers.stage import Stage
from processes.application_words import Channel
from processes.clock import business_date
from processes.deadlines import Pause
from storage import applications, items
from storage.models.applications import Application

stage = Stage("application")


class ItemParameters(Schema):
    item_id = fields.String(required=True, metadata={"label": "事项"})


class ApplicationParameters(Schema):
    application_id = fields.String(required=True, metadata={"label": "申报"})


@stage.anchor("submitted_on")
def submitted_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day the application, or its newest correction, was handed in (anchor of DL15)."""
    application = _find(session, district_id, variables)
    handed_in = None if application is None else application.resubmitted_at or application.submitted_at
    return None if handed_in is None else business_date(handed_in)


@stage.anchor("accepted_on")
def accepted_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day of acceptance, from which the promised time runs (anchor of DL17 and DL18)."""
    application = _find(session, district_id, variables)
    if application is None or application.accepted_at is None:
        return None
    return business_date(application.accepted_at)


@stage.limit("DL15")
def acceptance_days(session: Session, district_id: str, variables: Mapping[str, Any]) -> int | None:
    """At the window acceptance is decided on the spot; online the rule's own number holds."""
    application = _find(session, district_id, variables)
    return 0 if application is not None and application.channel == Channel.WINDOW else None


@stage.limit("DL17")
def handling_days(session: Session, district_id: str, variables: Mapping[str, Any]) -> int | None:
    """The working days the item promises (三(二)2: 办理时限); none promised: the rule's own number."""
    application = _find(session, district_id, variables)
    if application is None:
        return None
    return items.get_item(session, district_id, application.item_id).handling_days or None


@stage.pausing("DL17")
def review_pauses(session: Session, district_id: str, variables: Mapping[str, Any]) -> Sequence[Pause]:
    """Expert opinions and visits on site do not count."""
    application = _find(session, district_id, variables)
    return () if application is None else pauses_of(application)


def _find(session: Session, district_id: str, variables: Mapping[str, Any]) -> Application | None:
    if not variables.get("application_id"):
        return None
    return applications.get_application(session, district_id, variables["application_id"])
