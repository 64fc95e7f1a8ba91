"""The opening calendar: when items open and close, as a month, as a list, and as a feed for people's own calendars."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from processes.clock import business_date
from service.entrance import public
from service.pages.site import pages
from service.pages.visiting import may_be_kept, public_page
from service.wiring import runtime, session, settings
from storage.hall import Offer, list_offers

OPENS, CLOSES = "开放申报", "截止申报"
#: How far back the feed goes, so that calendars keep what they showed.
_BACK = timedelta(days=92)
_EARLIEST, _LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Event:
    """An item opens or closes."""

    on: date
    at: datetime
    what: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    in_month: bool
    is_today: bool
    events: tuple[Event, ...]


@pages.get("/hall/openings")
@public
def opening_calendar() -> Response:
    """One month (`?month=2026-10`), the present one without it; below it everything that is still to come."""
    today = business_date(runtime().clock.now())
    first = _asked_month(today)
    events = list(_events())
    weeks = [
        [_day(each, first, today, events) for each in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return public_page(
        "hall_openings.html",
        first=first,
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=(first + timedelta(days=31)).strftime("%Y-%m"),
        weeks=weeks,
        month_events=[each for each in events if (each.on.year, each.on.month) == (first.year, first.month)],
        coming=[each for each in events if each.on >= today][:20],
    )


@pages.get("/hall/openings.ics")
@public
def opening_feed() -> Response:
    """The same for calendar programs (RFC 5545)."""
    since = business_date(runtime().clock.now()) - _BACK
    stamp = runtime().clock.now().strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhida//openings//ZH", "X-WR-CALNAME:政策开放日历"]
    for event in _events():
        if event.on >= since:
            lines += _entry(event, stamp)
    lines.append("END:VCALENDAR")
    answer = make_response("".join(f"{folded}\r\n" for line in lines for folded in _folded(line)))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return may_be_kept(answer, 3600)


def _entry(event: Event, stamp: str) -> list[str]:
    address = url_for("pages.guide", code=event.offer.code, _external=True)
    return [
        "BEGIN:VEVENT",
        f"UID:{event.offer.item.id}-{'open' if event.what == OPENS else 'close'}@zhida",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
        f"SUMMARY:{_escaped(f'{event.what}：{event.offer.item.name}')}",
        f"URL:{address}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never through a letter; those that go on begin with a space."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > 75:
            yield part
            part = " "
        part += letter
    yield part


def _events() -> Iterator[Event]:
    found: list[Event] = []
    for offer in list_offers(session(), settings().district_id):
        for at, what in ((offer.item.open_at, OPENS), (offer.item.close_at, CLOSES)):
            if at is not None:
                found.append(Event(business_date(at), at, what, offer))
    return iter(sorted(found, key=lambda each: (each.at, each.offer.item.number, each.what)))


def _day(on: date, first: date, today: date, events: list[Event]) -> Day:
    return Day(on, on.month == first.month, on == today, tuple(each for each in events if each.on == on))


def _asked_month(today: date) -> date:
    """The first day of the month in the address; of the present month when it is none."""
    try:
        asked = datetime.strptime(request.args.get("month", ""), "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        return today.replace(day=1)
    return asked if _EARLIEST <= asked.year <= _LATEST else today.replace(day=1)
