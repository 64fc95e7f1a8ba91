"""A deadline as people read it: its day, the working days left in words, and the sentence and walk that explain it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from processes import deadlines as rules
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from service.pages.translation import gettext
from storage.models.records import Deadline

#: From this many working days on, a due day is shown as near.
NEAR = 2


@dataclass(frozen=True, slots=True)
class Due:
    """What a page says about a due day. `tone` is the CSS class that goes with the words."""

    day: date
    words: str
    tone: str
    sentence: str
    walk: Sequence[Mapping[str, Any]]
    duty: str = ""
    provisional: bool = False


def due(row: Deadline, *, now: datetime, calendar: WorkingCalendar) -> Due:
    """The deadline as it stands now; a met one says when it was met."""
    before = row.due_on + timedelta(days=1) if rules.rule(row.rule).before else None
    deadline = rules.compute(row.rule, anchor=row.anchor_on, calendar=calendar, days=row.days, before=before)
    words, tone = _standing(row, business_date(now), now, calendar)
    sentence = rules.explain(deadline, rules.rule(row.rule))
    return Due(row.due_on, words, tone, sentence, row.walk, row.duty, row.provisional)


def _standing(row: Deadline, today: date, now: datetime, calendar: WorkingCalendar) -> tuple[str, str]:
    if row.state == "met":
        return gettext("已按期完成"), ""
    if row.state == "late":
        return gettext("已完成，逾期"), "is-bad"
    if row.state == "cancelled":
        return gettext("已取消"), ""
    return remaining(row.due_on, today=today, late=now >= row.due_at, calendar=calendar)


def remaining(day: date, *, today: date, late: bool, calendar: WorkingCalendar) -> tuple[str, str]:
    """How far away a due day is, in words, and its tone: 还有 3 个工作日, 今天到期, 已逾期 1 个工作日."""
    count = calendar.working_days_between(today, day)
    if late:
        passed = -calendar.working_days_between(today, day)
        return (gettext("已逾期 %(days)d 个工作日", days=passed) if passed > 0 else gettext("已逾期")), "is-bad"
    if day == today:
        return gettext("今天到期"), "is-warning"
    if count <= 0:
        return gettext("到期前没有工作日了"), "is-warning"
    return gettext("还有 %(days)d 个工作日", days=count), "is-warning" if count <= NEAR else ""
