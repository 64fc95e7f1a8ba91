"""An application brought up to a point, step by step at a desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage import applications
from storage.models.applications import Application
from storage.models.items import PolicyItem
from storage.models.objections import Objection
from tests import applying
from tests.stages.desk import DISTRICT, Desk


def item(desk: Desk, **changes: Any) -> PolicyItem:
    """An open item."""
    made = applying.open_item(desk.session, DISTRICT, desk.person("maker"), desk.now, **changes)
    desk.session.commit()
    return made


def application(desk: Desk) -> Application:
    return applications.get_application(desk.session, DISTRICT, desk.variables["application_id"])


def opened(desk: Desk, of: PolicyItem | None = None, *, by: str = "applicant") -> Application:
    """An application is begun, for a new item when none is given."""
    desk.serve("open_application", by=by, item_id=str((of or item(desk)).id))
    return application(desk)


def submitted(desk: Desk, of: PolicyItem | None = None, *, by: str = "applicant", **changes: Any) -> Application:
    """Begun, filled in and handed in."""
    made = opened(desk, of, by=by)
    form = {"applicant": applying.form, "applicant2": applying.other_form, "window_clerk": applying.window_form}[by]
    desk.do(by, "application/submit_application", form(desk.attach(b"certificate"), **changes))
    desk.serve("prefill_application", application_id=str(made.id))
    return made


def accepted(desk: Desk, of: PolicyItem | None = None, *, by: str = "applicant", **changes: Any) -> Application:
    """Handed in and accepted, ready for the first reviewer."""
    made = submitted(desk, of, by=by, **changes)
    desk.do("platform_clerk", "application/accept_online", applying.acceptance())
    desk.serve("issue_receipt", application_id=str(made.id))
    desk.serve("prepare_review", application_id=str(made.id))
    desk.variables["review_level"] = "一般"
    return made


def approved(desk: Desk, of: PolicyItem | None = None, *, by: str = "applicant", **changes: Any) -> Application:
    """Accepted, reviewed at two levels, decided, and in the pool."""
    amount = changes.get("requested_amount", "100000")
    made = accepted(desk, of, by=by, **changes)
    desk.do("reviewer1", "review/review_first", applying.opinion(amount=amount))
    desk.do("reviewer2", "review/review_second", applying.opinion(amount=amount))
    desk.do("approver", "review/decide_application", applying.opinion(amount=amount))
    desk.serve("join_payment_pool", application_id=str(made.id))
    return made


def objection(desk: Desk) -> Objection:
    """The objection of the case."""
    return desk.session.scalars(select(Objection).where(Objection.district_id == DISTRICT)).one()
