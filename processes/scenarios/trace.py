"""What a scenario did, as frozen values: the path, what is open after each step, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Visit:
    """An element or flow a token went through. `process` tells in which diagram; `step` 0 is the start."""

    process: str
    element: str
    name: str
    kind: str
    step: int

    @property
    def is_flow(self) -> bool:
        return self.kind == "sequenceFlow"


@dataclass(frozen=True, slots=True)
class OpenElement:
    """Something that waits: `kind` is task, timer, message, call_activity or another kind of wait."""

    process: str
    element: str
    name: str
    kind: str
    post: str | None = None
    item: Any = None
    form: str | None = None
    message: str | None = None
    attached_to: str | None = None
    due_on: date | None = None  # of a deadline
    due_at: datetime | None = None  # of a timer
    outputs: tuple[str, ...] = ()
    calls: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand after a step. `note` says what the step met that nobody need mend."""

    step: int
    words: str
    at: datetime
    open: tuple[OpenElement, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole run. `end` is the end event of the process tried, None while it still runs.

    `stopped` is the sentence about a step that could not be done as written (`stopped_at` its number), and
    `stopped_element` where; the run ended there.
    """

    process: str
    visits: tuple[Visit, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    state: str = "running"
    end: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    stopped: str | None = None
    stopped_at: int | None = None
    stopped_element: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> tuple[str, ...]:
        """The elements in the order in which tokens left them, called processes included."""
        return tuple(visit.element for visit in self.visits if not visit.is_flow)

    @property
    def open(self) -> tuple[OpenElement, ...]:
        return self.snapshots[-1].open if self.snapshots else ()

    def called(self, element: str) -> str:
        """The element as people know it: 初审（review_first）."""
        name = self.names.get(element)
        return f"“{name}”（{element}）" if name and name != element else f"“{element}”"
