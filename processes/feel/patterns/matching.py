"""Runs a pattern program over a text, all possibilities in step (Pike's machine): no pattern can make it explode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from processes.feel.patterns.syntax import CHARACTER, LINE_END, LINE_START, MATCH, SAVE, SPLIT, Program

Slots = tuple[int, ...]
Charge = Callable[[int], None]
Thread = tuple[int, Slots]
_THREADS_PER_STEP = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A match: start and end of group n are at slots 2n and 2n+1, -1 when the group took no part."""

    slots: Slots

    @property
    def start(self) -> int:
        return self.slots[0]

    @property
    def end(self) -> int:
        return self.slots[1]

    def group(self, text: str, number: int) -> str:
        """The text of a group, empty when it took no part."""
        start, end = self.slots[2 * number], self.slots[2 * number + 1]
        return text[start:end] if start >= 0 and end >= 0 else ""


def find(program: Program, text: str, start: int, charge: Charge) -> Found | None:
    """The leftmost match at or after a position. `charge` is told of the work and may refuse more of it."""
    best: Slots | None = None
    threads: list[Thread] = []
    empty: Slots = (-1,) * (2 * program.groups + 2)
    for position in range(start, len(text) + 1):
        seen: set[int] = set()
        current: list[Thread] = []
        for address, slots in threads:
            _follow(program, text, position, address, slots, seen, current)
        if best is None:
            _follow(program, text, position, 0, empty, seen, current)
        charge(1 + len(seen) // _THREADS_PER_STEP)
        threads, matched = _advance(program, text, position, current)
        best = matched if matched is not None else best
        if best is not None and not threads:
            break
    return Found(best) if best is not None else None


def _advance(program: Program, text: str, position: int, current: list[Thread]) -> tuple[list[Thread], Slots | None]:
    """Take one character in every thread; a match cuts off the threads of lower preference."""
    onward: list[Thread] = []
    character = text[position : position + 1]
    for address, slots in current:
        operation, value, after, _ = program.instructions[address]
        if operation == MATCH:
            return onward, slots
        if character and callable(value) and value(character):
            onward.append((after, slots))
    return onward, None


def _follow(
    program: Program, text: str, position: int, address: int, slots: Slots, seen: set[int], out: list[Thread]
) -> None:
    """Add the threads reachable without taking a character, most preferred first."""
    pending: list[Thread] = [(address, slots)]
    while pending:
        address, slots = pending.pop()
        if address in seen:
            continue
        seen.add(address)
        operation, value, after, other = program.instructions[address]
        if operation in (CHARACTER, MATCH):
            out.append((address, slots))
        elif operation == SPLIT:
            if other >= 0:
                pending.append((other, slots))
            pending.append((after, slots))
        elif operation == SAVE and isinstance(value, int):
            pending.append((after, (*slots[:value], position, *slots[value + 1 :])))
        elif _at_edge(operation, program.multiline, text, position):
            pending.append((after, slots))


def _at_edge(operation: int, multiline: bool, text: str, position: int) -> bool:
    if operation == LINE_START:
        return position == 0 or (multiline and text[position - 1] == "\n")
    if operation == LINE_END:
        return position == len(text) or (multiline and text[position] == "\n")
    return False


def find_all(program: Program, text: str, charge: Charge) -> Iterator[Found]:
    """Matches from left to right that do not overlap; after an empty one the search moves on by a character."""
    position = 0
    while position <= len(text):
        found = find(program, text, position, charge)
        if found is None:
            return
        yield found
        position = found.end if found.end > found.start else found.end + 1
