"""An instance played by hand: a world of scripted answers, and a player who keeps nothing but the state bytes between
steps, so that every step of every test saves and reloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from processes import engine
from processes.clock import SHANGHAI, FixedClock
from processes.engine import ChildStart, OpenedTask, OpenedWait, Outcome, Passed, ServiceCall, ThrownMessage

BEGIN = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)  # a Monday

Answer = Mapping[str, Any] | Exception | Callable[[ServiceCall], Mapping[str, Any]]


class Scripted:
    """Surroundings with a fixed clock, answers by handler name, and a record of what was asked."""

    def __init__(self, services: Mapping[str, Answer] | None = None, **decisions: Mapping[str, Any]) -> None:
        self.clock = FixedClock(BEGIN)
        self.services = dict(services or {})
        self.decisions = decisions
        self.calls: list[ServiceCall] = []
        self.decided: list[tuple[str, dict[str, Any]]] = []

    def now(self) -> datetime:
        return self.clock.now()

    def call_service(self, call: ServiceCall) -> Mapping[str, Any]:
        self.calls.append(call)
        answer = self.services.get(call.handler, {})
        if isinstance(answer, Exception):
            raise answer
        return answer(call) if callable(answer) else answer

    def decide(self, decision_id: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        self.decided.append((decision_id, dict(variables)))
        return self.decisions[decision_id]

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return {"days later": lambda day, count: day + timedelta(days=int(count))}


class Player:
    """Plays one instance. What is open is what the outcomes said, checked against the rules of an Outcome."""

    def __init__(
        self, content: bytes, variables: Mapping[str, Any] | None = None, around: Scripted | None = None
    ) -> None:
        self.definition = engine.parse(content)
        self.around = around or Scripted()
        self.tasks: dict[str, OpenedTask] = {}
        self.waits: dict[str, OpenedWait] = {}
        self.children: dict[str, ChildStart] = {}
        self.path: list[Passed] = []
        self.messages: list[ThrownMessage] = []
        self.closed: list[str] = []
        self.cancelled: list[str] = []
        self.seen: dict[str, str] = {}  # every token ever opened -> its element
        self.last = self._take(engine.start(self.definition, variables or {}, self.around))

    @property
    def state(self) -> bytes:
        return self.last.state

    @property
    def finished(self) -> engine.Finished | None:
        return self.last.finished

    @property
    def end(self) -> str | None:
        return self.last.finished.end_element_id if self.last.finished else None

    @property
    def result(self) -> dict[str, Any]:
        assert self.last.finished is not None, f"not finished; open: {self.open}"
        return dict(self.last.finished.variables)

    @property
    def open(self) -> list[str]:
        """Element ids of the open tasks and called processes, sorted."""
        places = [each.element_id for each in (*self.tasks.values(), *self.children.values())]
        return sorted(places)

    @property
    def waiting(self) -> list[str]:
        """Element ids of the open waits, sorted."""
        return sorted(each.element_id for each in self.waits.values())

    @property
    def passed(self) -> list[str]:
        """Ids of the elements passed so far, without the flows."""
        return [each.element_id for each in self.path if each.kind != "sequenceFlow"]

    def token(self, element_id: str, item: Any = None) -> str:
        """The open token of an element (of the copy for `item`)."""
        everything: dict[str, Any] = {**self.tasks, **self.children, **self.waits}
        for token, each in everything.items():
            if each.element_id == element_id and (item is None or getattr(each, "item", None) == item):
                return token
        raise AssertionError(f"{element_id!r} is not open; open: {self.open}, waiting: {self.waiting}")

    def task(self, element_id: str, item: Any = None) -> OpenedTask:
        return self.tasks[self.token(element_id, item)]

    def wait(self, element_id: str) -> OpenedWait:
        return self.waits[self.token(element_id)]

    def child(self, element_id: str, item: Any = None) -> ChildStart:
        return self.children[self.token(element_id, item)]

    def do(self, element_id: str, item: Any = None, **data: Any) -> Outcome:
        """Complete the open task or called process of an element."""
        return self.complete(self.token(element_id, item), data)

    def complete(self, token: str, data: Mapping[str, Any] | None = None) -> Outcome:
        return self._take(engine.complete(self.definition, self.state, token, data or {}, self.around))

    def send(self, element_id: str, **data: Any) -> Outcome:
        """Deliver a message to the wait of an element."""
        token = self.token(element_id)
        return self._take(engine.deliver_message(self.definition, self.state, token, data, self.around))

    def fire(self) -> Outcome:
        return self._take(engine.fire_timers(self.definition, self.state, self.around))

    def later(self, **delta: float) -> Outcome:
        """Let time pass, then fire what is due."""
        self.around.clock.advance(**delta)
        return self.fire()

    def throw(self, element_id: str, code: str, item: Any = None) -> Outcome | None:
        """Throw a business error at the open task or called process of an element."""
        token = self.token(element_id, item)
        outcome = engine.throw_error(self.definition, self.state, token, code, "不能办理。", self.around)
        return None if outcome is None else self._take(outcome)

    def reschedule(self, element_id: str, due_at: datetime) -> Outcome:
        token = self.token(element_id)
        return self._take(engine.reschedule(self.definition, self.state, token, due_at, self.around))

    def _take(self, outcome: Outcome) -> Outcome:
        """Follow an outcome, holding it to its rules."""
        gone = (*outcome.closed, *outcome.cancelled)
        assert len(set(gone)) == len(gone)
        for token in gone:
            assert token in self.seen, "an unknown token is gone"
            taken = [kind.pop(token, None) for kind in (self.tasks, self.children, self.waits)]
            assert any(each is not None for each in taken), f"{self.seen[token]} was gone already"
        for each in (*outcome.opened, *outcome.waits, *outcome.started_children):
            assert each.token not in self.seen, f"{each.element_id} has opened before"
            self.seen[each.token] = each.element_id
        self.tasks.update({each.token: each for each in outcome.opened})
        self.waits.update({each.token: each for each in outcome.waits})
        self.children.update({each.token: each for each in outcome.started_children})
        self.path.extend(outcome.passed)
        self.messages.extend(outcome.messages)
        self.closed.extend(outcome.closed)
        self.cancelled.extend(outcome.cancelled)
        if outcome.finished:
            assert not (self.tasks or self.waits or self.children), "finished with something open"
        self.last = outcome
        return outcome
