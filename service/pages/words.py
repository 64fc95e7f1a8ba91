"""How instants, days, money and states are written on pages: the Jinja filters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from processes.clock import SHANGHAI
from processes.money import format_yuan
from processes.stages import TITLES
from processes.vocabulary import AGENT, ROLES, DefinitionKind, InstanceState, TaskState
from service.pages.translation import gettext, refusal_words, to_translate

TASK_STATES: dict[str, str] = {
    TaskState.READY: to_translate("待认领"),
    TaskState.CLAIMED: to_translate("办理中"),
    TaskState.COMPLETED: to_translate("已办结"),
    TaskState.CANCELLED: to_translate("已取消"),
}
INSTANCE_STATES: dict[str, str] = {
    InstanceState.RUNNING: to_translate("办理中"),
    InstanceState.SUSPENDED: to_translate("已暂停"),
    InstanceState.COMPLETED: to_translate("已办结"),
    InstanceState.TERMINATED: to_translate("已终止"),
}

DEFINITION_KINDS: dict[str, str] = {
    DefinitionKind.PROCESS: to_translate("流程图"),
    DefinitionKind.FORM: to_translate("表单"),
    DefinitionKind.DECISION: to_translate("决策表"),
    DefinitionKind.SCENARIOS: to_translate("场景"),
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
    return gettext("%(year)d年%(month)d月%(day)d日", year=day.year, month=day.month, day=day.day)


def moment(instant: datetime | None) -> str:
    """2026-11-24 14:05 in Shanghai."""
    return "—" if instant is None else instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def yuan(fen: int | None) -> str:
    """An amount of 分 as 10,000.50 元."""
    return "—" if fen is None else gettext("%(amount)s 元", amount=format_yuan(fen))


def brief_yuan(fen: int | None) -> str:
    """An amount of 分 as a passer-by reads it: 10 万元, 3,600 元; the exact 1,234.50 元 where it is not round."""
    if fen is None or fen % 100:
        return yuan(fen)
    whole = fen // 100
    if whole % 10_000 == 0 and whole:
        return gettext("%(count)s 万元", count=f"{whole // 10_000:,}")
    return gettext("%(amount)s 元", amount=f"{whole:,}")


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
    return gettext("、").join(_run(run) for run in runs)


def _run(run: list[date]) -> str:
    if len(run) == 1:
        return _short(run[0])
    return gettext("%(first)s至%(last)s", first=_short(run[0]), last=_short(run[-1]))


def _short(day: date) -> str:
    return gettext("%(month)d月%(day)d日", month=day.month, day=day.day)


def task_state(state: str) -> str:
    return gettext(TASK_STATES.get(state, state))


def instance_state(state: str) -> str:
    return gettext(INSTANCE_STATES.get(state, state))


def tone(state: str) -> str:
    return TONES.get(state, "is-neutral")


def role_name(role: str | None) -> str:
    return "—" if role is None else gettext("代办人" if role == AGENT else ROLES.get(role, role))


def process_title(key: str) -> str:
    """The title of a stage or lifecycle; a process that an owner added keeps its key."""
    return gettext(TITLES.get(key, key))


FILTERS = (
    long_day,
    moment,
    yuan,
    brief_yuan,
    size,
    span,
    task_state,
    instance_state,
    tone,
    role_name,
    process_title,
    refusal_words,
)
