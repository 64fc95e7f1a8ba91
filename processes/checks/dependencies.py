"""What a diagram needs beside itself to be published elsewhere: forms, decision tables and the processes it calls."""

from __future__ import annotations

from collections.abc import Iterator

from processes.checks.diagram import Diagram, Node, extension_of, text_of
from processes.vocabulary import DefinitionKind


def dependencies(diagram: Diagram) -> list[tuple[DefinitionKind, str]]:
    """(kind, key) of everything the diagram refers to, once each, in the order of the file."""
    return list(dict.fromkeys(found for node in diagram.nodes() for found in _of(node)))


def _of(node: Node) -> Iterator[tuple[DefinitionKind, str]]:
    form = node.properties.get("form")
    if form:
        yield DefinitionKind.FORM, form
    if node.kind == "callActivity" and node.element.get("calledElement"):
        yield DefinitionKind.PROCESS, node.element.get("calledElement", "")
    decision = text_of(extension_of(node.element, "calledDecisionId"))
    if decision:
        yield DefinitionKind.DECISION, decision
