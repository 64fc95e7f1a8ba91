"""Timer texts: literal ISO 8601 values or FEEL after `=`. Says what is wrong and how to write it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

TimerKind = Literal["timeDuration", "timeDate", "timeCycle"]

_DURATION = re.compile(
    r"^P(?!$)(?:\d{1,5}Y)?(?:\d{1,5}M)?(?:\d{1,5}W)?(?:\d{1,6}D)?"
    r"(?:T(?=\d)(?:\d{1,7}H)?(?:\d{1,8}M)?(?:\d{1,9}(?:\.\d{1,6})?S)?)?$"
)
_ZERO = re.compile(r"^P[0YMWDTHS.]*$")
_CYCLE = re.compile(r"^R(\d{0,4})/(.+)$")
_QUOTED = re.compile(r"""^["'](.*)["']$""")
_WORKING_DAYS = re.compile(r"(\d+)\s*个?工作日")
_DAYS = re.compile(r"^(\d+)\s*(天|日|个?小时|小时|分钟|days?|hours?)$", re.IGNORECASE)
#: More repetitions than this come from a mistake; after an outage all missed ones fire at once.
MOST_REPEATS = 1000


def problem(kind: TimerKind, text: str) -> str | None:
    """What is wrong with a literal timer text, as a Chinese sentence with the way out; None when it is right.

    Texts that begin with `=` are FEEL and judged elsewhere.
    """
    if text.startswith("="):
        return None
    hint = _hint(text)
    if hint is not None:
        return hint
    if kind == "timeDuration":
        return _duration_problem(text)
    return _date_problem(text) if kind == "timeDate" else _cycle_problem(text)


def repeats_without_end(text: str) -> bool:
    """True for a literal cycle with no number of repetitions (`R/P1D`)."""
    match = _CYCLE.match(text)
    return match is not None and not match.group(1)


def is_calendar_days(text: str) -> bool:
    """True for a literal duration counted in calendar days, weeks, months or years."""
    return _duration_problem(text) is None and bool(re.search(r"\d[DWMY]", text.split("T")[0]))


def _hint(text: str) -> str | None:
    quoted = _QUOTED.match(text)
    if quoted is not None:
        return f"时限 {text[:40]} 不要加引号。请直接写 {quoted.group(1)[:40]}。"
    working = _WORKING_DAYS.search(text)
    if working is not None:
        return (
            f"时限“{text[:40]}”无法识别。按工作日计算请写 "
            f"= working days after(起算日, {working.group(1)})，起算日换成日期字段。"
        )
    counted = _DAYS.match(text)
    if counted is not None:
        amount, unit = counted.group(1), counted.group(2).lower()
        value = _as_iso(amount, unit)
        return f"时限“{text[:40]}”无法识别。请写成 {value}；按工作日计算请用 working days after。"
    return None


def _as_iso(amount: str, unit: str) -> str:
    if "时" in unit or unit.startswith("hour"):
        return f"PT{amount}H"
    return f"PT{amount}M" if "分" in unit else f"P{amount}D"


def _duration_problem(text: str) -> str | None:
    if not _DURATION.match(text) or text.endswith("T"):
        ways = "P5D（5 天）、PT2H（2 小时）、P1M（1 个月）"
        return f"时长“{text[:40]}”不是 ISO 8601 格式。请写成 {ways}，或以 = 开头写表达式。"
    if _ZERO.match(text):
        return f"时长“{text[:40]}”等于零。请写大于零的时长。"
    return None


def _date_problem(text: str) -> str | None:
    if text.startswith("P"):
        return f"“{text[:40]}”是时长，不是日期。请改用“时长”类型，或写具体时刻，例如 2026-10-12T09:00:00+08:00。"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return f"“{text[:40]}”不是有效时刻。请写成 2026-10-12T09:00:00+08:00，或以 = 开头写表达式。"
    if moment.tzinfo is None:
        return f"时刻“{text[:40]}”没有写时区。请写成带 +08:00 的时刻，例如 2026-10-12T09:00:00+08:00。"
    return None


def _cycle_problem(text: str) -> str | None:
    match = _CYCLE.match(text)
    if match is None:
        return f"周期“{text[:40]}”不是 ISO 8601 格式。请写成 R3/P1D（每天一次，共 3 次），不支持 cron 写法。"
    count = match.group(1)
    if count and not 1 <= int(count) <= MOST_REPEATS:
        return f"周期“{text[:40]}”的次数应为 1 到 {MOST_REPEATS}。"
    return _duration_problem(match.group(2))
