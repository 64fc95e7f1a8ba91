"""What a step of the engine produced, as plain frozen values. No SpiffWorkflow object leaves this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from processes.vocabulary import WaitKind

#: Task data: flat, JSON only. Money is an integer in 分, dates are ISO text.
Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A user (or manual) task that now waits for a person. `token` names it inside its instance, stably."""

    token: str
    element_id: str
    name: str
    lane: str | None
    properties: Mapping[str, str]
    variables: Variables
    item: Any = None  # the value of the multi-instance input item, if any


@dataclass(frozen=True, slots=True)
class OpenedWait:
    """An element that now waits for something other than a person.

    `message` is the message (or signal) name; `due_at` an aware instant for timers. A boundary event is
    an open wait of its own with `attached_to` naming its activity's element id.
    """

    token: str
    element_id: str
    name: str
    kind: WaitKind
    message: str | None = None
    due_at: datetime | None = None
    attached_to: str | None = None


@dataclass(frozen=True, slots=True)
class ChildStart:
    """A call activity was entered: the orchestration starts `process_key` and completes `token` when it ends.

    `variables` are those of the element's `inputs` property (all of the token's data when it has none).
    `version` pins a version; None means the published one at this moment.
    """

    token: str
    element_id: str
    name: str
    process_key: str
    version: int | None
    variables: Variables
    item: Any = None


@dataclass(frozen=True, slots=True)
class Passed:
    """An element the token went through in this step, in order, for the history and the taken path.

    `kind` is the BPMN local name (`serviceTask`, `exclusiveGateway`, `startEvent`, `sequenceFlow` …).
    """

    element_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ThrownMessage:
    """A message thrown by the diagram, to be delivered outside this instance."""

    name: str
    variables: Variables
    element_id: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The instance reached its end. `error_code` is set when an uncaught error end event ended it."""

    end_element_id: str
    variables: Variables
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole result of one engine step. `closed` and `cancelled` hold tokens (tasks, waits or children)."""

    state: bytes
    opened: tuple[OpenedTask, ...] = ()
    waits: tuple[OpenedWait, ...] = ()
    started_children: tuple[ChildStart, ...] = ()
    closed: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    messages: tuple[ThrownMessage, ...] = ()
    due_at: datetime | None = None
    finished: Finished | None = None
    variables: Variables = field(default_factory=dict)  # data of the last finished token, for display


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service task reached by the token. `parameters` are already evaluated FEEL values."""

    element_id: str
    name: str
    handler: str
    parameters: Mapping[str, Any]
    variables: Variables
    item: Any = None


class Surroundings(Protocol):
    """What the engine may ask of the world while it steps. The orchestration gives it; tests give a plain one."""

    def now(self) -> datetime: ...

    def call_service(self, call: ServiceCall) -> Mapping[str, Any]:
        """Run the named handler; its answer is merged into the token's data (flat JSON only).

        Raises BusinessError to take the error boundary event with that code.
        """
        ...

    def decide(self, decision_id: str, variables: Variables) -> Mapping[str, Any]:
        """Evaluate the published decision table; its answer is merged into the token's data."""
        ...

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Extra FEEL functions (working days), by name with spaces allowed."""
        ...


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """One flow element of a parsed definition: for checks, catalogues, permissions and pages."""

    id: str
    name: str
    kind: str
    lane: str | None
    properties: Mapping[str, str]
    called_process: str | None = None
    multi_instance: bool = False


Elements = Sequence[ElementInfo]
