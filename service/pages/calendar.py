"""The working calendar: which years are known, every exception to Monday–Friday, and a count that explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from processes.calendar import LONGEST_COUNT, Deadline, WorkingCalendar, YearCalendar
from processes.clock import business_date
from processes.errors import BadRequest
from service.entrance import allows, current_actor
from service.pages.site import page, pages
from service.wiring import runtime, session


@dataclass(frozen=True, slots=True)
class Holiday:
    """The days off of one holiday and the days worked instead."""

    name: str
    off: tuple[date, ...]
    worked: tuple[date, ...]


@pages.get("/calendar")
@allows("read_calendar")
def calendar() -> tuple[str, int]:
    """The known years; with `anchor` and `days` in the address also the counted day and its walk."""
    actor = current_actor()
    today = business_date(runtime().clock.now())
    found = runtime().calendars.current(session(), actor.district_id)
    anchor, days = request.args.get("anchor", ""), request.args.get("days", "")
    refusal, counted = "", None
    try:
        counted = _count(found, anchor, days) if anchor or days else None
    except BadRequest as refused:
        refusal = refused.message
    return page(
        "calendar.html",
        200 if not refusal else 422,
        today=today,
        years=[(year, _holidays(year)) for year in reversed(found.years)],
        missing=[year for year in (today.year, today.year + 1) if not found.is_known(date(year, 1, 1))],
        anchor=anchor or today.isoformat(),
        days=days,
        counted=counted,
        refusal=refusal,
    )


def _count(found: WorkingCalendar, anchor: str, days: str) -> Deadline:
    try:
        start, number = date.fromisoformat(anchor), int(days)
    except ValueError:
        raise BadRequest("请填写起算日期和工作日数（向前推算填负数）。") from None
    if abs(number) > LONGEST_COUNT:
        raise BadRequest(f"最多推算 {LONGEST_COUNT} 个工作日。")
    return found.offset(start, number)


def _holidays(year: YearCalendar) -> list[Holiday]:
    names = list(dict.fromkeys([*(year.off[day] for day in sorted(year.off)), *year.worked.values()]))
    return [
        Holiday(
            name,
            tuple(day for day in sorted(year.off) if year.off[day] == name),
            tuple(day for day in sorted(year.worked) if year.worked[day] == name),
        )
        for name in names
    ]
