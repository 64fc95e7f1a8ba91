"""The working calendar: a deadline with the days that were counted to reach it."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import fields, validate

from processes.calendar import LONGEST_COUNT
from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import allows, current_actor
from service.wiring import runtime, session

blueprint = Blueprint("calendar", __name__, url_prefix="/api/v1/calendar", description="Working days")

_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)


class DeadlineQuery(ApiSchema):
    """`working_days` counts back when negative; the anchor day itself is never counted."""

    anchor = fields.Date(required=True, validate=validate.Range(_FIRST, _LAST, error="日期应在 2000 至 2100 年之间。"))
    working_days = fields.Integer(
        required=True,
        validate=validate.Range(-LONGEST_COUNT, LONGEST_COUNT, error=f"工作日数应在 ±{LONGEST_COUNT} 之内。"),
    )


class Walked(ApiSchema):
    """One day passed over; `counted_no` is null on a day that does not count."""

    date = fields.Date(required=True)
    label = fields.String(required=True)
    counted_no = fields.Integer(required=True, allow_none=True)


class DeadlineAnswer(ApiSchema):
    """A business date in Asia/Shanghai and the walk to it; provisional while a year's holidays are not known."""

    date = fields.Date(required=True)
    anchor = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    notice = fields.String(required=True, allow_none=True)
    calendar_version = fields.Integer(required=True)
    walk = fields.List(fields.Nested(Walked), required=True)


class YearAnswer(ApiSchema):
    """A year whose arrangement is known, and the notice it comes from."""

    year = fields.Integer(required=True)
    source = fields.String(required=True)


class YearPage(ApiSchema):
    """The known years, in order."""

    items = fields.List(fields.Nested(YearAnswer), required=True)
    total = fields.Integer(required=True)


@blueprint.get("/deadline")
@allows("read_calendar")
@blueprint.arguments(DeadlineQuery, location="query")
@blueprint.response(200, DeadlineAnswer)
def deadline(asked: dict[str, Any]) -> Any:
    """The day that lies so many working days after (or before) the anchor."""
    calendar = runtime().calendars.current(session(), current_actor().district_id)
    anchor, count = asked["anchor"], asked["working_days"]
    return calendar.offset(anchor, count) if count else calendar.same_day(anchor)


@blueprint.get("/years")
@allows("read_calendar")
@blueprint.response(200, YearPage)
def years() -> dict[str, Any]:
    """The years whose holidays are known."""
    found = runtime().calendars.current(session(), current_actor().district_id).years
    return {"items": found, "total": len(found)}
