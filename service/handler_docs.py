"""What the page, the command line and the document say of a handler: read off its one declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.stage import Declared, Registry
from processes import engine
from processes.checks import HandlerInfo
from processes.stages import TITLES
from service.catalogue import handler_info

_WITH_HANDLER = frozenset({"userTask", "serviceTask", "manualTask", "task", "sendTask"})


@dataclass(frozen=True, slots=True)
class HandlerDoc:
    """One handler. `used_by` are (process key, element id) of the diagrams that name it."""

    declared: Declared
    info: HandlerInfo
    stage_title: str
    meaning: str
    used_by: tuple[tuple[str, str], ...]


def documents(registry: Registry, uses: Mapping[str, Sequence[tuple[str, str]]]) -> list[HandlerDoc]:
    """All handlers, stage by stage in the order of the registry, by name within a stage."""
    order = {stage.name: number for number, stage in enumerate(registry.stages)}
    return [
        HandlerDoc(
            each,
            handler_info(each),
            TITLES.get(each.stage, each.stage),
            _meaning(each),
            tuple(uses.get(each.name, ())),
        )
        for each in sorted(registry.handlers.values(), key=lambda one: (order[one.stage], one.name))
    ]


def uses_of(definitions: Iterable[engine.Definition]) -> dict[str, list[tuple[str, str]]]:
    """Handler name -> the (process, element) pairs of these diagrams that name it."""
    uses: dict[str, list[tuple[str, str]]] = {}
    for definition in definitions:
        for element in definition.elements:
            name = definition.handler_of(element.id) if element.kind in _WITH_HANDLER else None
            if name is not None:
                uses.setdefault(name, []).append((definition.process_key, element.id))
    return uses


def _meaning(declared: Declared) -> str:
    """The first sentence of the function's docstring."""
    text = " ".join((declared.function.__doc__ or "").split())
    return text.partition(". ")[0].rstrip(".") + "." if text else ""
