"""What is published, seen by the checks of something else."""

from __future__ import annotations

from functools import lru_cache

from processes.checks.files import read_diagram
from processes.checks.interface import Interface, interface_of


@lru_cache(maxsize=512)
def read_interface(content: bytes) -> Interface:
    """How the process of a published file ends and which messages it exchanges; all unknown when it does not read."""
    diagram, _ = read_diagram("published.bpmn", content)
    return Interface() if diagram is None else interface_of(diagram)
