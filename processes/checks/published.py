"""What is published, seen by the checks of something else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from processes.checks import tables
from processes.checks.catalogue import Values
from processes.checks.files import read_diagram
from processes.checks.interface import Interface, interface_of


@lru_cache(maxsize=512)
def read_interface(content: bytes) -> Interface:
    """How the process of a published file ends and which messages it exchanges; all unknown when it does not read."""
    diagram, _ = read_diagram("published.bpmn", content)
    return Interface() if diagram is None else interface_of(diagram)


@lru_cache(maxsize=256)
def read_results(content: bytes) -> Mapping[str, Mapping[str, Values | None]]:
    """What the decisions of a published file yield, by decision id: each name with its values, None when open."""
    found, _ = tables.check("published.dmn", content)
    return {each.id: each.values for each in found}
