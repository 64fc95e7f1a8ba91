"""The steps of one instance in a line: what is done, where it stands, what may still come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from processes.engine import Definition

#: Elements on which people work, themselves or in a stage of their own; the machine's steps stay in the diagram.
_STEPS = ("userTask", "manualTask", "callActivity")


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step. `state` is done, current or empty."""

    name: str
    state: str


def step_bar(definition: Definition, *, taken: Sequence[str], current: Collection[str]) -> list[StepMark]:
    """What was passed in that order, where it stands, and what flows may still lead to; other branches are left out."""
    done = [each for each in taken if each not in current]
    coming = _reached(definition, current, besides=frozenset(done))
    marks = []
    for element_id in dict.fromkeys([*done, *current, *coming]):
        element = definition.by_id.get(element_id)
        if element is not None and element.kind in _STEPS:
            state = "current" if element_id in current else "done" if element_id in taken else ""
            marks.append(StepMark(element.name or element_id, state))
    return marks


def _reached(definition: Definition, begin: Collection[str], *, besides: frozenset[str]) -> list[str]:
    """The elements that flows lead to from here, nearest first, not through what was passed already."""
    found = list(begin)
    known = {*found, *besides}
    for source in found:
        for origin, target in definition.flows:
            if origin == source and target not in known:
                known.add(target)
                found.append(target)
    return found
