"""What a new version does for the first time: handlers it calls and expressions it evaluates, for the approver."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from processes.checks.diagram import Diagram, Flow, Node, extension_of
from processes.checks.expressions import Site, bare, sites

Kind = Literal["handler", "expression"]


@dataclass(frozen=True, slots=True)
class Novelty:
    """A handler or an expression that the version before did not have. `sentence` is Chinese, for people."""

    kind: Kind
    file: str
    element_id: str
    text: str
    sentence: str


def novelties(new: Diagram, old: Diagram | None, *, registered: Collection[str]) -> list[Novelty]:
    """What `new` uses and `old` does not, in the order of the file; without `old` everything is new.

    `registered` are the names of all handlers: a user task that names none uses the one of its own id.
    """
    known = {(each.kind, each.text) for each in _uses(old, registered)} if old is not None else set()
    found = [each for each in _uses(new, registered) if (each.kind, each.text) not in known]
    return list({(each.kind, each.element_id, each.text): each for each in found}.values())


def _uses(diagram: Diagram, registered: Collection[str]) -> Iterator[Novelty]:
    for scope in diagram.scopes:
        for node in scope.nodes.values():
            name = _handler_of(node, registered)
            if name:
                yield Novelty("handler", diagram.file, node.id, name, f"{node.label}执行办理动作 {name}。")
        for site in sites(scope):
            text = bare(site.text)
            if text:
                sentence = f"{site.where.label}的{site.place.strip()}：{text}"
                yield Novelty("expression", diagram.file, _id(site), text, sentence)


def _handler_of(node: Node, registered: Collection[str]) -> str | None:
    if node.kind == "serviceTask":
        operator = extension_of(node.element, "serviceTaskOperator")
        return operator.get("id") if operator is not None else None
    own = node.id if node.kind == "userTask" and node.id in registered else None
    return node.properties.get("handler") or own


def _id(site: Site) -> str:
    where = site.where
    return where.id if isinstance(where, Flow | Node) else where.element.get("id", "")
