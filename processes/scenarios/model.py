"""A scenario as frozen values. The file format is described in docs/scenarios.md and read by `reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """What happens in a step; also the key that names its target in the file."""

    TASK = "task"
    MESSAGE = "message"
    CLOCK = "clock"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class ExpectedTask:
    """An element that must be open. `due_on` is the business date of its deadline; None asks nothing of it."""

    element: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold, after a step or at the end. None asks nothing.

    `path` are elements in this order, others may stand between them; `open` are all open user tasks.
    """

    path: tuple[str, ...] | None = None
    elements: tuple[str, ...] | None = None
    never: tuple[str, ...] | None = None
    open: tuple[ExpectedTask, ...] | None = None
    end: str | None = None
    variables: Mapping[str, Any] | None = None
    sent: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens.

    `target` is the element of a task or call activity, the name of a message, or the move of the clock.
    `outputs` are what the step leaves in the data; `answers` a whole filled form, checked by the form.
    `error` is the code with which a handler refuses or a child ends; `refused` says that the step must be
    refused, with this code. `by` names a person of the scenario: the same name is the same person.
    """

    kind: StepKind
    target: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] | None = None
    by: str | None = None
    item: Any = None
    error: str | None = None
    refused: str | None = None
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What a service task gives back in one run: outputs, or a business error with this code."""

    outputs: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way through a process. `at` is the instant at which it starts (aware).

    `services` are the answers of service tasks by element, one per run, the last one for all further runs.
    `anchors` are the dates deadlines count from, by the anchor's name; `limits` the days of rules that read
    them from a record, by rule. `real_handlers` and `real_children` run the real thing instead of a stub.
    """

    name: str
    at: datetime
    note: str = ""
    by: str = "发起人"
    variables: Mapping[str, Any] = field(default_factory=dict)
    services: Mapping[str, tuple[ServiceAnswer, ...]] = field(default_factory=dict)
    anchors: Mapping[str, date] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    real_handlers: bool = False
    real_children: bool = False
    steps: tuple[Step, ...] = ()
    expect: Expectation = field(default_factory=Expectation)


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a test of a decision table: these inputs must give these outputs."""

    name: str
    inputs: Mapping[str, Any]
    expect: Any


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of a process, or the cases of a decision. `key` names which."""

    key: str
    scenarios: tuple[Scenario, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def is_table(self) -> bool:
        return bool(self.cases)
