"""How instants, days, money and states are written on pages: the Jinja filters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from processes.clock import SHANGHAI
from processes.money import format_yuan
from processes.stages import TITLES
from processes.vocabulary import ROLES, InstanceState, TaskState

TASK_STATES: dict[str, str] = {
    TaskState.READY: "待认领",
    TaskState.CLAIMED: "办理中",
    TaskState.COMPLETED: "已办结",
    TaskState.CANCELLED: "已取消",
}
INSTANCE_STATES: dict[str, str] = {
    InstanceState.RUNNING: "办理中",
    InstanceState.SUSPENDED: "已暂停",
    InstanceState.COMPLETED: "已办结",
    InstanceState.TERMINATED: "已终止",
}

#: Class of the badge that shows a state; colour never stands without the word.
TONES: dict[str, str] = {
    TaskState.READY: "is-info",
    TaskState.CLAIMED: "is-info",
    TaskState.COMPLETED: "is-good",
    TaskState.CANCELLED: "is-neutral",
    InstanceState.RUNNING: "is-info",
    InstanceState.SUSPENDED: "is-warning",
    InstanceState.TERMINATED: "is-neutral",
}


def long_day(day: date | datetime | None) -> str:
    """2026年11月24日; an instant is shown as its day in Shanghai."""
    if day is None:
        return "—"
    if isinstance(day, datetime):
        day = day.astimezone(SHANGHAI).date()
    return f"{day.year}年{day.month}月{day.day}日"


def moment(instant: datetime | None) -> str:
    """2026-11-24 14:05 in Shanghai."""
    return "—" if instant is None else instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def yuan(fen: int | None) -> str:
    """An amount of 分 as 10,000.50 元."""
    return "—" if fen is None else f"{format_yuan(fen)} 元"


def size(count: int) -> str:
    """A number of bytes as 12 KB or 3.4 MB."""
    return f"{max(1, count // 1024)} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def span(days: tuple[date, ...]) -> str:
    """Days as people write them: 10月1日至10月7日."""
    if not days:
        return "—"
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(_short(run[0]) + (f"至{_short(run[-1])}" if len(run) > 1 else "") for run in runs)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def task_state(state: str) -> str:
    return TASK_STATES.get(state, state)


def instance_state(state: str) -> str:
    return INSTANCE_STATES.get(state, state)


def tone(state: str) -> str:
    return TONES.get(state, "is-neutral")


def role_name(role: str | None) -> str:
    return "—" if role is None else ROLES.get(role, role)


def process_title(key: str) -> str:
    """The title of a stage or lifecycle; a process that an owner added keeps its key."""
    return TITLES.get(key, key)


FILTERS = (
    long_day,
    moment,
    yuan,
    size,
    span,
    task_state,
    instance_state,
    tone,
    role_name,
    process_title,
)
