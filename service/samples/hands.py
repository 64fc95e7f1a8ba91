"""How a sample case is worked on: the same few acts whether through the orchestration or over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from processes.clock import SHANGHAI, business_date


def last_day(due_at: datetime) -> date:
    """The day by whose end (24:00) something is due."""
    return business_date(due_at - timedelta(microseconds=1))


_OPENS, _CLOSES = 9, 17  # office hours in Shanghai
_FRIDAY = 4


def in_office(instant: datetime) -> datetime:
    """This instant, or when the offices open next on a weekday."""
    local = instant.astimezone(SHANGHAI)
    day = local.date() + timedelta(days=1 if local.hour >= _CLOSES else 0)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    opening = datetime.combine(day, time(_OPENS), SHANGHAI)
    return max(local, opening)


@dataclass(frozen=True)
class OpenTask:
    """An open task of a case, as its candidates see it."""

    id: str
    element_id: str
    name: str
    title: str
    role: str | None
    organisation: str | None
    assignee: str | None  # the login of whoever has it already
    due_on: date | None
    item: Any = None


@dataclass(frozen=True)
class Form:
    """What the form of a task starts with, what can be chosen in each field, and who looks at it."""

    organisation: str | None
    initial: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


class Hands(Protocol):
    """Acting as the people of the house."""

    def now(self) -> datetime: ...

    def move_to(self, instant: datetime) -> None:
        """Let time pass until this instant, and everything due happen."""
        ...

    def start(self, login: str, process_key: str, variables: Mapping[str, Any]) -> str:
        """Start a process as this person; the case's id."""
        ...

    def open_tasks(self, case: str) -> Sequence[OpenTask]: ...

    def next_moment(self, case: str) -> datetime | None:
        """When the next timer of the case fires."""
        ...

    def candidates(self, task: OpenTask) -> Sequence[str]:
        """Logins of those who could be asked to do the task, the most fitting first."""
        ...

    def look(self, login: str, task: OpenTask) -> Form: ...

    def upload(self, login: str, name: str, content: bytes) -> str: ...

    def complete(self, login: str, task: OpenTask, answers: Mapping[str, Any]) -> None:
        """Claim and complete the task. Raises what the house says when it refuses."""
        ...

    def items(self, case: str) -> Sequence[str]:
        """Ids of the items of the policy whose lifecycle this case is."""
        ...

    def send(self, login: str, name: str, case: str, variables: Mapping[str, Any]) -> None:
        """Send a message to an instance of the case that listens for it."""
        ...
