"""Duties with a date: when each is due, when to warn, and the sentence that explains the day.

Source of the rules: 长新党政办发〔2022〕24号, at the place each rule names in `clause`; numbers marked 缺省值 are
defaults to be confirmed. All dates are business dates in Asia/Shanghai, all instants aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from processes.calendar import CountMode, Deadline, WalkedDay, WorkingCalendar
from processes.clock import end_of_day, start_of_day
from processes.deadline_rule import OFFICE_OPENS, Bound, Kind, Reminder, Rule, Unit, shipped_rules
from processes.errors import BadRequest, NotFound

__all__ = [
    "RULES",
    "Bound",
    "Deadline",
    "Kind",
    "Pause",
    "Reminder",
    "Rule",
    "Unit",
    "compute",
    "counted_days",
    "due_at",
    "earliest_anchor",
    "explain",
    "rule",
    "warnings",
]

RULES: Mapping[str, Rule] = shipped_rules()

_ONE_DAY = timedelta(days=1)
_PAUSED = "不计入办理时限"
_LISTED_DAYS = 10


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count (补正, 专家评审, 现场核查, 公示): the days after `start` up to and including `end`.

    `end` None means the pause still runs.
    """

    start: date
    end: date | None
    reason: str

    def days(self, until: date) -> Iterator[date]:
        """The days of the pause, no later than `until`."""
        day = self.start + _ONE_DAY
        while day <= min(self.end or until, until):
            yield day
            day += _ONE_DAY


def rule(rule_id: str) -> Rule:
    """The rule with this id (DL1 … DL25). Raises NotFound."""
    try:
        return RULES[rule_id]
    except KeyError:
        raise NotFound(f"没有编号为“{rule_id}”的期限规则，请在期限规则表中选择。", rule_id=rule_id) from None


def compute(
    rule_id: str,
    *,
    anchor: date,
    calendar: WorkingCalendar,
    days: int | None = None,
    before: date | None = None,
    pauses: Sequence[Pause] = (),
    mode: CountMode | None = None,
) -> Deadline:
    """The deadline of a duty whose anchor fell (or will fall) on `anchor`.

    `days` replaces the rule's number (its sign stays the rule's), `before` is the day the duty must precede,
    `pauses` (all ended; an open one is for the caller to end today) prolong rules that can pause.
    Raises NotFound for an unknown rule, BadRequest for a negative number or one no calendar reaches.
    """
    found = rule(rule_id)
    if days is not None and days < 0:
        raise BadRequest(f"“{found.duty}”的天数不能为负数，请填写不小于 0 的整数。")
    signed = found.days if days is None else days * (found.direction or 1)
    deadline = _count(found, anchor, signed, calendar=_paused(found, pauses, calendar), mode=mode or found.mode)
    if before is not None and found.before is not None and deadline.date >= before:
        deadline = replace(deadline, date=before - _ONE_DAY)
    return replace(deadline, calendar_version=calendar.version)


def due_at(deadline: Deadline) -> datetime:
    """The instant (UTC) from which the duty is late: 24:00 of the deadline's day in Shanghai (domain rule 4.3)."""
    return end_of_day(deadline.date)


def warnings(rule: Rule, deadline: Deadline, opened_on: date, calendar: WorkingCalendar) -> list[datetime]:
    """When to warn, in order, each instant once. Reminders that fall before the duty opened are left out."""
    instants = {_instant(each, deadline, opened_on, calendar) for each in rule.warnings}
    return sorted(instant for instant in instants if instant >= start_of_day(opened_on))


def earliest_anchor(rule: Rule, today: date, calendar: WorkingCalendar, *, days: int | None = None) -> date:
    """The first day, today or later, the anchor can have so that the duty is not yet late today.

    For a rule that counts forward that is today. Example: to abolish a policy applied for on 2026-09-30,
    the earliest effective day is 2026-10-13.
    """
    anchor = today
    while compute(rule.id, anchor=anchor, calendar=calendar, days=days).date < today:
        anchor += _ONE_DAY
    return anchor


def counted_days(start: date, end: date, pauses: Sequence[Pause], calendar: WorkingCalendar) -> int:
    """Working days after `start` up to and including `end` that no pause covers (计入办理时限的工作日)."""
    paused = {day for pause in pauses for day in pause.days(end)}
    return calendar.with_local_days(off=dict.fromkeys(paused, _PAUSED)).working_days_between(start, end)


def explain(deadline: Deadline, rule: Rule) -> str:
    """One Chinese sentence that says why the deadline falls on its day."""
    anchor = f"{rule.anchor_label} {_long(deadline.anchor)}"
    end = "当日24时前完成" if rule.bound is Bound.LATEST else "当日24时后方可结束"
    result = f"{_limit(deadline, rule)}为{_long(deadline.date)}，{end}"
    notice = f"（{deadline.notice}）" if deadline.notice else ""
    return f"{anchor}{_way(deadline, rule)}，{result}{notice}。"


def _count(rule: Rule, anchor: date, signed: int, *, calendar: WorkingCalendar, mode: CountMode) -> Deadline:
    if rule.unit is Unit.WORKING:
        return calendar.offset(anchor, signed, mode=mode)
    if rule.unit is Unit.CALENDAR:
        return calendar.calendar_days(anchor, signed)
    day = _add_months(anchor, signed) if rule.unit is Unit.MONTH else _next_on(anchor, rule.on)
    return replace(calendar.same_day(anchor), date=day)


def _paused(rule: Rule, pauses: Sequence[Pause], calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar with paused days laid over it as days that do not count."""
    if not pauses or not rule.pausable:
        return calendar
    off: dict[date, str] = {}
    for pause in pauses:
        if pause.end is None:
            raise BadRequest(f"“{rule.duty}”正在暂停计时（{pause.reason}），恢复计时后才能确定期限。")
        off.update(dict.fromkeys(pause.days(pause.end), f"{pause.reason}（{_PAUSED}）"))
    return calendar.with_local_days(off=off)


def _instant(reminder: Reminder, deadline: Deadline, opened_on: date, calendar: WorkingCalendar) -> datetime:
    if reminder.base == "share":
        return _share_used(reminder.amount, deadline, opened_on, calendar)
    if reminder.base == "month_day":
        return _at(date(deadline.date.year, *divmod(reminder.amount, 100)), OFFICE_OPENS)
    day = {"opened": opened_on, "anchor": deadline.anchor, "due": deadline.date}[reminder.base]
    if not reminder.unit:
        return _at(day, reminder.at or time(0, 0))
    return _at(_shift(day, reminder, calendar), reminder.at or OFFICE_OPENS)


def _share_used(percent: int, deadline: Deadline, opened_on: date, calendar: WorkingCalendar) -> datetime:
    """When that share of the time is used up, pauses left out; 100 % is the moment the duty is late."""
    if percent >= 100:
        return due_at(deadline)
    forward = bool(deadline.walk) and deadline.walk[-1].date > deadline.anchor
    if forward:
        counted = [day.date for day in deadline.walk if day.counted_no is not None]
    else:
        total = max(calendar.working_days_between(opened_on, deadline.date), 0)
        counted = [day.date for day in calendar.add(opened_on, total).walk if day.counted_no is not None]
    used = -(-len(counted) * percent // 100)
    return _at(counted[used - 1] if used else deadline.date, OFFICE_OPENS)


def _shift(day: date, reminder: Reminder, calendar: WorkingCalendar) -> date:
    if reminder.unit == "wd":
        return calendar.offset(day, reminder.amount).date
    if reminder.unit == "m":
        return _add_months(day, reminder.amount)
    return day + timedelta(days=reminder.amount)


def _at(day: date, at: time) -> datetime:
    return start_of_day(day) + timedelta(hours=at.hour, minutes=at.minute)


def _way(deadline: Deadline, rule: Rule) -> str:
    if rule.unit is Unit.MONTH:
        return f"起满{rule.days}个月"
    if rule.unit is Unit.YEARLY:
        return "所在年度"
    if not deadline.walk:
        return "当日（自然日）"
    way = "往前数" if deadline.walk[-1].date < deadline.anchor else "往后数"
    counted = [day for day in deadline.walk if day.counted_no is not None]
    if rule.unit is Unit.CALENDAR:
        return f"{way}第{len(counted)}个自然日"
    listed = f"：{'、'.join(_short(day) for day in counted)}" if len(counted) <= _LISTED_DAYS else ""
    return f"{way}第{len(counted)}个工作日{_skipped(deadline)}{listed}"


def _skipped(deadline: Deadline) -> str:
    paused = sum(1 for day in deadline.walk if day.label.endswith(f"（{_PAUSED}）"))
    rest = sum(1 for day in deadline.walk if day.counted_no is None) - paused
    parts = [f"{rest}个休息日"] if rest else []
    parts += [f"{paused}天暂停计时"] if paused else []
    return f"（跳过{'、'.join(parts)}）" if parts else ""


def _limit(deadline: Deadline, rule: Rule) -> str:
    if deadline.walk and deadline.walk[-1].date != deadline.date:
        return f"但须早于{rule.before_label}，因此"
    return ""


def _short(day: WalkedDay) -> str:
    note = "（调休上班）" if day.label.endswith("（调休上班）") else ""
    return f"{day.date.month}月{day.date.day}日{note}"


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY).day
    return date(year, month, min(day.day, last))


def _next_on(day: date, month_day: str) -> date:
    """The first date on or after `day` with this month and day (MM-DD)."""
    candidates: Iterable[date] = (date.fromisoformat(f"{day.year + number}-{month_day}") for number in (0, 1))
    return next(each for each in candidates if each >= day)
