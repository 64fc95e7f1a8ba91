"""Which names an expression may use at each place of a diagram, and where each comes from: feeds the designer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from processes.checks.catalogue import Catalogue, Values
from processes.checks.choices import offered_values
from processes.checks.diagram import Diagram, Scope
from processes.checks.graph import reachable, reversed_edges
from processes.checks.names import brought, plain_names, quick_outputs


@dataclass(frozen=True, slots=True)
class NameAtHand:
    """A name of task data. `sources` are the ids of the elements that bring it (a process: what it is started with).

    `type` is a word of the quick forms, empty when it is not known; `values` those that forms, scripts and tables
    offer for it: others may come from elsewhere.
    """

    name: str
    type: str
    values: Values
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamesAtHand:
    """All names of a diagram, and for each element or flow those that may have been brought before it is left."""

    names: tuple[NameAtHand, ...]
    at: Mapping[str, tuple[str, ...]]


@dataclass
class _Found:
    sources: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str | int | bool]] = field(default_factory=dict)
    at: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, names: set[str], source: str) -> None:
        for name in sorted(names):
            self.sources.setdefault(name, []).append(source)


def names_at_hand(
    diagram: Diagram, *, catalogue: Catalogue, tables: Mapping[str, Mapping[str, Values | None]]
) -> NamesAtHand:
    """The names of a diagram, drawn to the end or not. `tables` are the outputs of the decision tables."""
    outputs = {key: tuple(one) for key, one in tables.items()}
    found = _Found()
    own: dict[str, set[str]] = {}
    for scope in diagram.scopes:
        found.add(set(plain_names(scope.properties.get("inputs", ""))), scope.id)
        for node in scope.nodes.values():
            own[node.id] = brought(node, catalogue=catalogue, tables=outputs)
            found.add(own[node.id], node.id)
            found.types |= quick_outputs(node.properties.get("outputs", ""))[0]
            for name, values in offered_values(node, catalogue=catalogue, tables=tables).items():
                found.values.setdefault(name, []).extend(values)
    inside = {scope.id: set().union(*(own[key] for key in scope.nodes)) for scope in diagram.scopes}
    for scope in diagram.scopes:  # outermost first: what is at hand at a sub-process is at hand inside
        _place(scope, found, own, inside)
    names = (
        NameAtHand(name, found.types.get(name, ""), tuple(dict.fromkeys(found.values.get(name, ()))), tuple(sources))
        for name, sources in sorted(found.sources.items())
    )
    return NamesAtHand(tuple(names), found.at)


def _place(scope: Scope, found: _Found, own: Mapping[str, set[str]], inside: Mapping[str, set[str]]) -> None:
    given = set(plain_names(scope.properties.get("inputs", ""))) | set(found.at.get(scope.id, ()))
    found.at[scope.id] = tuple(sorted(given))
    before = reversed_edges(scope.after)
    for key in scope.nodes:
        earlier = reachable(before, [key])
        names = given.union(*(own.get(one, set()) | inside.get(one, set()) for one in earlier))
        found.at[key] = tuple(sorted(names))
    for flow in scope.flows:
        found.at[flow.id] = found.at.get(flow.source, tuple(sorted(given)))
