"""Conditions judged by the values they can meet: what a form lets people choose, what a decision table yields.

Only names with a closed list of values are judged, and always together with "not given yet" (null). Where anything
else may set a name, nothing is said: a doubt is not a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from processes import feel
from processes.checks.catalogue import Catalogue, Values
from processes.checks.diagram import Diagram, Flow, Node, Scope, extension_of, text_of
from processes.checks.expressions import assigned_values, bare
from processes.checks.finding import Finding
from processes.checks.names import brought, plain_names, quick_outputs

#: Combinations of values tried per gateway; above it nothing is said.
MOST_COMBINATIONS = 2_000
#: The outputs of decisions with their values (None: any), by decision id.
Tables = Mapping[str, Mapping[str, Values | None]]
_BOOLEAN: Values = (True, False)
_DECIDING = ("exclusiveGateway", "inclusiveGateway")


def check(diagram: Diagram, *, catalogue: Catalogue, tables: Tables) -> Iterator[Finding]:
    """CONDITION_NEVER_TRUE and CONDITION_SHADOWED for the ways out of deciding gateways.

    `tables` are the values each output of a decision of the set can have, by decision id.
    """
    domains = closed_domains(diagram, catalogue=catalogue, tables=tables)
    for scope in diagram.scopes:
        for gateway in scope.of_kind(*_DECIDING):
            yield from _judge(scope, gateway, domains)


def closed_domains(diagram: Diagram, *, catalogue: Catalogue, tables: Tables) -> dict[str, Values]:
    """The names of task data whose values are all known, with these values."""
    found: dict[str, list[Values | None]] = {}
    if any(_decision_of(node) not in tables for node in diagram.nodes() if node.kind == "businessRuleTask"):
        return {}  # a published table may set any name
    for scope in diagram.scopes:
        for name in plain_names(scope.properties.get("inputs", "")):
            found.setdefault(name, []).append(None)
        for node in scope.nodes.values():
            own = offered_values(node, catalogue=catalogue, tables=tables)
            names = brought(node, catalogue=catalogue, tables={key: tuple(one) for key, one in tables.items()})
            for name in names:
                found.setdefault(name, []).append(own.get(name))
    closed: dict[str, Values] = {}
    for name, sources in found.items():
        values = [each for each in sources if each is not None]
        if len(values) == len(sources):
            closed[name] = tuple(dict.fromkeys(value for each in values for value in each))
    return closed


def offered_values(node: Node, *, catalogue: Catalogue, tables: Tables) -> dict[str, Values]:
    """What one node can put into each name, where the list is closed.

    The handler of a user task passes on what the form offers (handlers/stage.py); other outputs of it are open.
    """
    form = catalogue.forms.get(node.properties.get("form", ""))
    closed = dict(form.choices) if form is not None else {}
    if form is None and node.kind in ("userTask", "manualTask", "task"):
        types, _ = quick_outputs(node.properties.get("outputs", "")) if node.properties.get("outputs") else ({}, [])
        closed |= {name: _BOOLEAN for name, kind in types.items() if kind == "boolean"}
    closed |= assigned_values(node)
    decision = tables.get(_decision_of(node), {})
    closed |= {name: values for name, values in decision.items() if values is not None}
    return closed


def _decision_of(node: Node) -> str:
    return text_of(extension_of(node.element, "calledDecisionId")) or ""


def _judge(scope: Scope, gateway: Node, domains: Mapping[str, Values]) -> Iterator[Finding]:
    default = gateway.element.get("default")
    flows = [flow for flow in scope.leaving[gateway.id] if flow.condition and flow.id != default]
    open_flows: list[Flow] = []
    for flow in flows:
        names = _names(flow, domains)
        if names is None:
            continue
        if not _possible([flow], names, domains):
            shown = "；".join(f"{name} 只会是 {_listed(domains[name])}" for name in names)
            condition = bare(flow.condition or "")
            text = f"{gateway.label}的{flow.label} 的条件“{condition}”永远不会成立：{shown}。请改正条件。"
            yield flow.says("CONDITION_NEVER_TRUE", text)
        else:
            open_flows.append(flow)
    if gateway.kind == "exclusiveGateway" and len(open_flows) == len(flows):
        yield from _shadowed(gateway, flows, domains)


def _shadowed(gateway: Node, flows: Sequence[Flow], domains: Mapping[str, Values]) -> Iterator[Finding]:
    """The engine takes the first way whose condition is true: one that is only true with an earlier one is dead."""
    for number, flow in enumerate(flows[1:], start=1):
        names = list(dict.fromkeys(name for one in flows[: number + 1] for name in _names(one, domains) or ()))
        if not _possible([flow], names, domains, unless=flows[:number]):
            text = (
                f"{gateway.label}的{flow.label} 走不到：它的条件成立时，排在前面的连线总是先成立。"
                "请改正条件，或调整连线的先后。"
            )
            yield flow.says("CONDITION_SHADOWED", text)


def _names(flow: Flow, domains: Mapping[str, Values]) -> list[str] | None:
    """The names of a condition when it reads and all of them have closed lists, else None."""
    expression = bare(flow.condition or "")
    if not expression or feel.check(expression, None):
        return None
    names = sorted(feel.names_used(expression, known_names=frozenset(domains)))
    return names if names and all(name in domains for name in names) else None


def _possible(
    flows: Sequence[Flow], names: Sequence[str], domains: Mapping[str, Values], *, unless: Sequence[Flow] = ()
) -> bool:
    """True when some combination of values makes the conditions of `flows` true and none of `unless`."""
    lists = [(*domains[name], None) for name in names]
    if prod(len(one) for one in lists) > MOST_COMBINATIONS:
        return True
    for values in product(*lists):
        data = dict(zip(names, values, strict=True))
        if all(_holds(flow, data) for flow in flows) and not any(_holds(flow, data) for flow in unless):
            return True
    return False


def _holds(flow: Flow, data: Mapping[str, object]) -> bool:
    try:
        return feel.evaluate(bare(flow.condition or ""), data) is True
    except feel.FeelError:
        return True  # too costly to judge here: counts as possible


def _listed(values: Values) -> str:
    shown = [f"“{one}”" if isinstance(one, str) else str(one).lower() for one in values[:6]]
    return "、".join(shown) + ("等" if len(values) > 6 else "")
