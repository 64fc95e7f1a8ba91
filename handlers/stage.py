"""How a stage declares what happens at its tasks: one registration feeds picker, checks, API docs and stubs.

A handler is a plain function. It reads and writes business records through the session it is given, and
returns a Result. It never commits, never touches the engine and knows nothing of the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from flask import Blueprint
from marshmallow import Schema
from sqlalchemy.orm import Session

from forms.model import Option
from processes.actors import Actor
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.deadlines import Pause


@dataclass(frozen=True, slots=True)
class TaskContext:
    """Where a handler stands: which element of which instance, who acts, and when.

    `variables` is the flat task data. `item` is the value of a multi-instance item, if any. `task_id` is
    None for service tasks. `acting_for` of the actor tells on whose behalf something is typed in.
    """

    session: Session
    now: datetime
    calendar: WorkingCalendar
    actor: Actor
    instance_id: UUID
    root_id: UUID
    process_key: str
    business_key: str | None
    started_by: UUID
    element_id: str
    variables: Mapping[str, Any]
    task_id: UUID | None = None
    item: Any = None

    @property
    def today(self) -> date:
        """The business date in Asia/Shanghai."""
        return business_date(self.now)

    @property
    def district_id(self) -> str:
        return self.actor.district_id


@dataclass(frozen=True, slots=True)
class Message:
    """A message to another instance, addressed by its id or business key; delivered after the commit."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    instance_id: UUID | None = None
    business_key: str | None = None
    key: str | None = None  # a repeated key has no effect


@dataclass(frozen=True, slots=True)
class StartProcess:
    """Another process to start after the commit, by the same actor unless `by` names whose process it shall be."""

    process_key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    business_key: str | None = None
    key: str | None = None
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler gives back. `outputs` enter the task data (flat JSON). The rest is done by the door.

    `business_key` and `title` name the instance once its record exists. `changes` go into the history row
    as field -> [old, new]. `linked_roots` are cases that share separation of duties with this one.
    `publications` are publication records to send to their channel after the commit, where an adapter is set up.
    """

    outputs: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    starts: tuple[StartProcess, ...] = ()
    business_key: str | None = None
    title: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    linked_roots: tuple[UUID, ...] = ()
    publications: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line shown beside the form: what the person should know before deciding."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a task's form starts with.

    `initial` are first values a person may change, written as answers; `given` the typed values of read-only
    fields; `options` the run-time choices by `valuesKey`; `facts` what to know before deciding.
    """

    initial: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


UserTaskHandler = Callable[[TaskContext, Mapping[str, Any]], Result | None]
ServiceHandler = Callable[[TaskContext, Mapping[str, Any]], Result | None]
Preparer = Callable[[TaskContext], Prepared]
Anchor = Callable[[Session, str, Mapping[str, Any]], date | None]
Limit = Callable[[Session, str, Mapping[str, Any]], int | None]
Pauses = Callable[[Session, str, Mapping[str, Any]], Sequence[Pause]]


@dataclass(frozen=True, slots=True)
class Declared:
    """One registered handler and what it needs: the single declaration behind picker, checks and docs."""

    name: str
    title: str
    kind: str  # user_task | service_task
    function: UserTaskHandler
    parameters: type[Schema] | None = None
    outputs: tuple[str, ...] = ()
    stage: str = ""
    messages: tuple[str, ...] = ()  # the messages its Result may send
    errors: tuple[str, ...] = ()  # codes it may answer with, beside "not found" and "case incomplete"
    makes: tuple[str, ...] = ()  # the kinds of records it may add (class names of storage/models)
    starts: tuple[str, ...] = ()  # keys of processes its Result may start
    publishes: bool = False  # its Result asks for something to be published in a channel
    irreversible: bool = False  # published, numbered or paid: no return and no withdrawal reaches behind it


class Effects(TypedDict, total=False):
    """What a handler may do, as it is declared; the fields of Declared say what each means.

    `tests/stages/test_declarations.py` holds the declaration to the code.
    """

    outputs: tuple[str, ...]
    messages: tuple[str, ...]
    errors: tuple[str, ...]
    makes: tuple[str, ...]
    starts: tuple[str, ...]
    publishes: bool
    irreversible: bool


class Stage(Blueprint):
    """A lifecycle stage: a Flask blueprint that also records its handlers, form preparers and date anchors."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"handlers.{name}")
        self.declared: dict[str, Declared] = {}
        self.preparers: dict[str, Preparer] = {}
        self.anchors: dict[str, Anchor] = {}
        self.limits: dict[str, Limit] = {}
        self.pauses: dict[str, Pauses] = {}

    def user_task(self, title: str, **effects: Unpack[Effects]) -> Callable[[UserTaskHandler], UserTaskHandler]:
        """Register the function under its own name (the element id, or the `handler` property).

        It gets the validated, typed form values. What it may do beside that is declared in `effects`; an output that
        the form offers too carries one of the form's values.
        """

        def register(function: UserTaskHandler) -> UserTaskHandler:
            name = function.__name__
            self.declared[name] = Declared(name, title, "user_task", function, stage=self.name, **effects)
            return function

        return register

    def service(
        self, title: str, *, parameters: type[Schema], **effects: Unpack[Effects]
    ) -> Callable[[ServiceHandler], ServiceHandler]:
        """Register a service-task handler; `parameters` is the marshmallow schema of its FEEL parameters."""

        def register(function: ServiceHandler) -> ServiceHandler:
            name = function.__name__
            self.declared[name] = Declared(
                name, title, "service_task", function, parameters, stage=self.name, **effects
            )
            return function

        return register

    def prepare(self, *elements: str) -> Callable[[Preparer], Preparer]:
        """Register what the form of the named user tasks starts with."""

        def register(function: Preparer) -> Preparer:
            for element in elements:
                self.preparers[element] = function
            return function

        return register

    def anchor(self, name: str) -> Callable[[Anchor], Anchor]:
        """Register where a deadline's anchor date is read from: the business record, never a stale copy.

        The function gets (session, district_id, variables) and returns a business date or None.
        """

        def register(function: Anchor) -> Anchor:
            self.anchors[name] = function
            return function

        return register

    def limit(self, rule_id: str) -> Callable[[Limit], Limit]:
        """Register where a deadline rule's number of days is read from (e.g. an item's handling days)."""

        def register(function: Limit) -> Limit:
            self.limits[rule_id] = function
            return function

        return register

    def pausing(self, rule_id: str) -> Callable[[Pauses], Pauses]:
        """Register where the times are read from that a deadline rule does not count; one may still run."""

        def register(function: Pauses) -> Pauses:
            self.pauses[rule_id] = function
            return function

        return register


class Registry:
    """All stages together. Names are unique across stages; a clash stops the start."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages = tuple(stages)
        self.handlers: dict[str, Declared] = {}
        self.preparers: dict[str, Preparer] = {}
        self.anchors: dict[str, Anchor] = {}
        self.limits: dict[str, Limit] = {}
        self.pauses: dict[str, Pauses] = {}
        for stage in self.stages:
            for mine, theirs in (
                (self.handlers, stage.declared),
                (self.preparers, stage.preparers),
                (self.anchors, stage.anchors),
                (self.limits, stage.limits),
                (self.pauses, stage.pauses),
            ):
                self._merge(mine, theirs, stage.name)

    @staticmethod
    def _merge(mine: dict[str, Any], theirs: Mapping[str, Any], stage: str) -> None:
        for name, value in theirs.items():
            if name in mine:
                raise ValueError(f"stage {stage} registers {name!r} a second time")
            mine[name] = value
