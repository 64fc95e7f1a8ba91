"""What a deadline rule means, in one Chinese sentence, before any case gives it dates: shown where a rule is chosen."""

from __future__ import annotations

from processes.deadline_rule import Bound, Rule, Unit

_UNITS = {Unit.WORKING: "个工作日", Unit.CALENDAR: "天", Unit.MONTH: "个月"}


def meaning(rule: Rule) -> str:
    """How the day is counted and where the number comes from, without a case."""
    last = "最早" if rule.bound is Bound.EARLIEST else "最迟"
    limit = f"，且须在{rule.before_label}之前" if rule.before_label else ""
    paused = "；补正等暂停期间不计" if rule.pausable else ""
    return f"{last}为{_day(rule)}{limit}{paused}。依据：{rule.clause}。"


def _day(rule: Rule) -> str:
    if rule.unit is Unit.YEARLY:
        month, day = rule.on.split("-")
        return f"{rule.anchor_label}之后的 {int(month)} 月 {int(day)} 日"
    side = "前" if rule.direction < 0 else "后"
    if rule.days_from is not None:
        return f"{rule.anchor_label}{side}若干{_UNITS[rule.unit]}（数目取自 {rule.days_from}）"
    if rule.days == 0:
        return f"{rule.anchor_label}当天"
    ordinal = "第" if rule.unit is Unit.WORKING else ""
    return f"{rule.anchor_label}{side}{ordinal} {abs(rule.days)} {_UNITS[rule.unit]}"


def timer_expression(rule: Rule) -> str | None:
    """FEEL for the instant from which the duty is late: 24:00 of its day, the next day's first moment.

    None for a rule whose day FEEL cannot count: a fixed day of the year, a day bounded by another one, a count that
    pauses. The anchor is a variable of task data, or today for a rule that counts from the opening of the task.
    """
    if rule.unit is Unit.YEARLY or rule.before is not None or rule.pausable:
        return None
    anchor = "today()" if rule.anchor == "opened" else f"date({rule.anchor})"
    days = rule.days_from or str(abs(rule.days))
    back = rule.direction < 0
    if rule.unit is Unit.WORKING:
        counted = f"working days {'before' if back else 'after'}({anchor}, {days})" if days != "0" else anchor
        return f'= {counted} + duration("P1D")'
    letter = "D" if rule.unit is Unit.CALENDAR else "M"
    length = f'duration("P{days}{letter}")' if rule.days_from is None else f'duration("P1{letter}") * {days}'
    return f'= {anchor} {"-" if back else "+"} {length} + duration("P1D")'
