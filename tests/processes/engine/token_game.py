"""What a diagram made of blocks means: tokens, scopes and data by the BPMN standard, without an engine.

A token carries its data and the forks it came through; where tokens meet, each brings what it changed since the fork
they share, later arrivals win (design 3). The random tests hold the engine to this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.processes.engine.blocks import (
    Block,
    Boundary,
    Exclusive,
    Inclusive,
    Inner,
    Loop,
    Parallel,
    Sequence,
    Step,
    Wait,
    Work,
)

Data = dict[str, Any]
_ABSENT = object()


@dataclass(frozen=True)
class Token:
    data: Data
    forks: tuple[tuple[int, Data], ...] = ()

    def with_data(self, **more: Any) -> Token:
        return Token({**self.data, **more}, self.forks)


Then = Callable[[Token], None]


class Scope:
    """A process or sub-process: it ends when its last token ends."""

    def __init__(self, done: Then) -> None:
        self.tokens = 1
        self.ended: list[Token] = []
        self.done = done

    def end(self, token: Token) -> None:
        self.ended.append(token)
        self.tokens -= 1
        if self.tokens == 0:
            self.done(merged(self.ended))


def merged(tokens: list[Token]) -> Token:
    """One token out of several that meet, in the order they came; it goes on from the one that came last."""
    if len(tokens) == 1:
        return tokens[0]
    shared = [fork for fork in tokens[0].forks if all(fork[0] in dict(each.forks) for each in tokens)]
    base = shared[-1][1] if shared else {}
    data = dict(base)
    for token in tokens:
        data.update({name: value for name, value in token.data.items() if base.get(name, _ABSENT) != value})
    return Token(data, tokens[-1].forks)


@dataclass
class Place:
    """Something open: an activity (`kind` work) or an event that is waited for (timer, message)."""

    element: str
    kind: str
    act: Callable[[Data], None]
    hosts: tuple[Host, ...]
    item: Any = None
    due: datetime | None = None


class Host:
    """An activity with boundary events on it, while it is open."""

    def __init__(self, boundaries: list[Boundary]) -> None:
        self.boundaries = boundaries
        self.interrupt: dict[str, Callable[[], None]] = {}


class Game:
    """One instance of a block: what is open, and what each act does."""

    def __init__(self, block: Block, variables: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self.now = now
        self.places: list[Place] = []
        self.result: Data | None = None
        self.numbers = count(1)
        self._enter(block, Token(dict(variables)), (), Scope(self._finish))

    def _finish(self, token: Token) -> None:
        self.result = token.data

    @property
    def open(self) -> list[tuple[str, Any]]:
        return sorted((each.element, each.item) for each in self.places if each.kind == "work")

    @property
    def waiting(self) -> list[str]:
        return sorted(each.element for each in self.places if each.kind != "work")

    @property
    def next_due(self) -> Place | None:
        timers = [each for each in self.places if each.due is not None]
        return min(timers, key=lambda each: each.due or self.now(), default=None)

    def act(self, place: Place, data: Data) -> None:
        self.places.remove(place)
        place.act(data)

    def catcher(self, place: Place, code: str) -> Callable[[], None] | None:
        """What a business error with this code at the place does; None when nothing catches it."""
        for host in place.hosts:
            for boundary in host.boundaries:
                if boundary.code == code:
                    return host.interrupt[boundary.id]
        return None

    def _enter(
        self, block: Block, token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then | None = None
    ) -> None:
        following = then or scope.end
        match block:
            case Sequence():
                self._sequence(block.parts, token, hosts, scope, following)
            case Step():
                name = f"n_{block.id}"
                following(token.with_data(**{name: token.data.get(name, 0) + 1}))
            case Wait():
                due = self.now() + timedelta(minutes=block.minutes)
                self.places.append(Place(block.id, "timer", lambda data: following(token), hosts, due=due))
            case Parallel():
                self._split(block.branches, token, hosts, scope, following)
            case Exclusive():
                self._exclusive(block, token, hosts, scope, following)
            case Inclusive():
                self._inclusive(block, token, hosts, scope, following)
            case Loop():
                self._loop(block, token, hosts, scope, following)
            case Work() | Inner():
                self._hosted(block, token, hosts, scope, following)

    def _sequence(self, parts: list[Block], token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then) -> None:
        if not parts:
            then(token)
            return
        self._enter(parts[0], token, hosts, scope, lambda moved: self._sequence(parts[1:], moved, hosts, scope, then))

    def _split(
        self, branches: list[Block], token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then | None
    ) -> None:
        """All branches at once. They meet again before `then`; without one each ends by itself."""
        forked = Token(token.data, (*token.forks, (next(self.numbers), token.data)))
        arrived: list[Token] = []

        def arrive(moved: Token) -> None:
            arrived.append(moved)
            if then is not None and len(arrived) == len(branches):
                then(merged(arrived))

        if then is None:
            scope.tokens += len(branches) - 1
        for branch in branches:
            self._enter(branch, forked, hosts, scope, scope.end if then is None else arrive)

    def _decide(self, name: str, hosts: tuple[Host, ...], then: Callable[[Data], None]) -> None:
        self.places.append(Place(f"decide_{name}", "work", then, hosts))

    def _exclusive(self, block: Exclusive, token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then) -> None:
        def decided(data: Data) -> None:
            way = data[f"way_{block.id}"]
            self._enter(block.branches[way], token.with_data(**data), hosts, scope, then)

        self._decide(block.id, hosts, decided)

    def _inclusive(self, block: Inclusive, token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then) -> None:
        def decided(data: Data) -> None:
            *others, default = block.branches
            taken = [each for number, each in enumerate(others) if data[f"way_{block.id}_{number}"]]
            self._split(taken or [default], token.with_data(**data), hosts, scope, then)

        self._decide(block.id, hosts, decided)

    def _loop(self, block: Loop, token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then) -> None:
        def after_body(moved: Token) -> None:
            def decided(data: Data) -> None:
                going = moved.with_data(**data)
                if data[f"again_{block.id}"]:
                    self._loop(block, going, hosts, scope, then)
                else:
                    then(going)

            self._decide(block.id, hosts, decided)

        self._enter(block.body, token, hosts, scope, after_body)

    def _hosted(self, block: Work | Inner, token: Token, hosts: tuple[Host, ...], scope: Scope, then: Then) -> None:
        host = Host(block.boundaries)
        inside = (host, *hosts)
        forked = Token(token.data, (*token.forks, (next(self.numbers), token.data)))

        def leave() -> None:
            self.places = [each for each in self.places if host not in each.hosts]

        def finished(moved: Token) -> None:
            leave()
            then(Token(moved.data, forked.forks))

        for boundary in block.boundaries:
            self._boundary(boundary, host, inside, forked, hosts, scope, leave, then)
        if isinstance(block, Work):
            self._work(block, forked, inside, finished)
        elif block.open_ended:
            assert isinstance(block.body, Parallel)
            self._split(block.body.branches, forked, inside, Scope(finished), None)
        else:
            self._enter(block.body, forked, inside, Scope(finished))

    def _boundary(
        self,
        boundary: Boundary,
        host: Host,
        inside: tuple[Host, ...],
        token: Token,
        outside: tuple[Host, ...],
        scope: Scope,
        leave: Callable[[], None],
        then: Then,
    ) -> None:
        def fire() -> None:
            if boundary.interrupting:
                leave()
                self._enter(boundary.then, token, outside, scope, then)
            else:
                scope.tokens += 1
                self._enter(boundary.then, token, outside, scope)

        if boundary.kind == "error":
            host.interrupt[boundary.id] = fire
            return
        due = self.now() + timedelta(minutes=boundary.minutes) if boundary.kind == "timer" else None
        self.places.append(Place(boundary.id, boundary.kind, lambda data: fire(), inside, due=due))

    def _work(self, block: Work, token: Token, hosts: tuple[Host, ...], then: Then) -> None:
        if not block.copies:
            self.places.append(Place(block.id, "work", lambda data: then(token.with_data(**data)), hosts))
            return
        members, gathered = [f"{block.id}-{number}" for number in range(block.members)], dict(token.data)
        left = list(members)

        def open_copy() -> None:
            member = left.pop(0)
            self.places.append(Place(block.id, "work", done, hosts, item=member))

        open_copies = [0]

        def done(data: Data) -> None:
            given = token.data if block.copies == "parallel" else gathered
            gathered.update({name: value for name, value in data.items() if given.get(name, _ABSENT) != value})
            open_copies[0] -= 1
            if left:
                open_copies[0] += 1
                open_copy()
            elif open_copies[0] == 0:
                then(Token(gathered, token.forks))

        first = len(members) if block.copies == "parallel" else min(1, len(members))
        if first == 0:
            then(token)
        for _ in range(first):
            open_copies[0] += 1
            open_copy()
