"""The steps of one instance in a line: what is done, where it stands, what may still come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from processes.engine import Definition

#: Elements on which people work, themselves or in a stage of their own; the machine's steps stay in the diagram.
_STEPS = ("userTask", "manualTask", "callActivity")


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step. `state` is done, current or empty."""

    name: str
    state: str


def step_bar(definition: Definition, *, taken: Collection[str], current: Collection[str]) -> list[StepMark]:
    """Steps in the order in which the flows reach them; branches that were not taken are left out."""
    starts = [each.id for each in definition.elements if each.kind == "startEvent"]
    ordered = _reached(definition, starts)
    coming = set(_reached(definition, current))
    marks = []
    for element_id in dict.fromkeys([*ordered, *(each.id for each in definition.elements)]):
        element = definition.by_id.get(element_id)
        if element is None or element.kind not in _STEPS:
            continue
        state = "current" if element_id in current else "done" if element_id in taken else ""
        if state or element_id in coming:
            marks.append(StepMark(element.name or element_id, state))
    return marks


def _reached(definition: Definition, begin: Iterable[str]) -> list[str]:
    """The elements that flows lead to from here, nearest first."""
    found = list(dict.fromkeys(begin))
    known = set(found)
    for source in found:
        for origin, target in definition.flows:
            if origin == source and target not in known:
                known.add(target)
                found.append(target)
    return found
