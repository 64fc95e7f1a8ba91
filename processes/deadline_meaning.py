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
