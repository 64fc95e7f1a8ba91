"""The engine's own opinion: what it refuses to parse, and elements that vanish when it reads the diagram."""

from __future__ import annotations

from collections.abc import Iterator

from processes.checks.diagram import Diagram
from processes.checks.finding import Finding


def refusals(diagram: Diagram, content: bytes) -> Iterator[Finding]:
    yield from ()
