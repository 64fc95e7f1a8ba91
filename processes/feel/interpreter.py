"""Walks the tree. One rule per kind of node; no Python is ever made from the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from processes.feel import nodes
from processes.feel.access import filtered, member
from processes.feel.arithmetic import calculate, negate
from processes.feel.calls import call
from processes.feel.comparison import both, compare
from processes.feel.machine import Machine
from processes.feel.membership import matches_value
from processes.feel.sequences import NoSequence, counted, inside
from processes.feel.types import is_instance
from processes.feel.values import Function, Range, Value


def run(node: nodes.Node, machine: Machine) -> Value:
    """The value of a node. Raises FeelError when a limit is passed."""
    machine.steps -= 1
    if machine.steps < 0:
        machine.charge(1)
    return _RULES[node.__class__](node, machine)


def _literal(node: nodes.Literal, _machine: Machine) -> Value:
    return node.value


def _name(node: nodes.Name, machine: Machine) -> Value:
    return machine.lookup(node.name)


def _chain(node: nodes.Chain, machine: Machine) -> Value:
    value = run(node.first, machine)
    for sign, operand in node.rest:
        value = calculate(sign, value, run(operand, machine))
        if value.__class__ is str:
            machine.charge_for(value)
    return value


def _power(node: nodes.Power, machine: Machine) -> Value:
    machine.charge(10)
    return calculate("**", run(node.base, machine), run(node.exponent, machine))


def _negate(node: nodes.Negate, machine: Machine) -> Value:
    return negate(run(node.operand, machine))


def _and(node: nodes.And, machine: Machine) -> Value:
    result: bool | None = True
    for item in node.items:
        result = both(result, run(item, machine))
        if result is False:
            return False
    return result


def _or(node: nodes.Or, machine: Machine) -> Value:
    result: bool | None = False
    for item in node.items:
        value = run(item, machine)
        if value is True:
            return True
        if value is not False:
            result = None
    return result


def _compare(node: nodes.Compare, machine: Machine) -> Value:
    left, right = run(node.left, machine), run(node.right, machine)
    machine.charge_for(left)
    return compare(node.operator, left, right)


def _between(node: nodes.Between, machine: Machine) -> Value:
    value = run(node.value, machine)
    return both(compare(">=", value, run(node.low, machine)), compare("<=", value, run(node.high, machine)))


def _in(node: nodes.In, machine: Machine) -> Value:
    return passes_any(node.tests, run(node.value, machine), machine, cell=False)


def _test(node: nodes.Test, machine: Machine) -> Value:
    value = run(node.operand, machine)
    if node.operator in ("=", "!="):
        return Range(value, value) if node.operator == "=" else None
    if node.operator in (">", ">="):
        return Range(value, None, node.operator == ">=", False)
    return Range(None, value, False, node.operator == "<=")


def passes_any(tests: tuple[nodes.Node, ...], value: Value, machine: Machine, *, cell: bool) -> bool | None:
    """Does the value pass at least one test? Three-valued `or` over the tests.

    In a decision-table cell (`cell`) a test that is itself a condition decides alone.
    """
    result: bool | None = False
    for test in tests:
        passed = _passes(test, value, machine, cell=cell)
        if passed is True:
            return True
        if passed is None:
            result = None
    return result


def _passes(test: nodes.Node, value: Value, machine: Machine, *, cell: bool) -> bool | None:
    if isinstance(test, nodes.Test):
        return compare(test.operator, value, run(test.operand, machine))
    wanted = run(test, machine)
    if cell and wanted.__class__ is bool and _is_condition(test):
        return bool(wanted)
    return matches_value(value, wanted, machine)


def _is_condition(test: nodes.Node) -> bool:
    """Does the cell state a condition (`x > 3`, `contains(?, "a")`) rather than a value to compare (`true`, `flag`)?"""
    plain_value = isinstance(test, nodes.Literal | nodes.Name | nodes.Path)
    return not plain_value or nodes.mentions(test, "?")


def _unary_tests(node: nodes.UnaryTests, machine: Machine) -> Value:
    passed = passes_any(node.tests, machine.lookup("?"), machine, cell=True)
    if node.negated:
        return None if passed is None else not passed
    return passed


def _dash(_node: nodes.Dash, _machine: Machine) -> Value:
    return True


def _instance_of(node: nodes.InstanceOf, machine: Machine) -> Value:
    value = run(node.value, machine)
    machine.charge_for(value)
    return is_instance(value, node.type)


def _path(node: nodes.Path, machine: Machine) -> Value:
    return member(run(node.base, machine), node.name, machine)


def _filter(node: nodes.Filter, machine: Machine) -> Value:
    return filtered(run(node.base, machine), node.condition, machine, run)


def _call(node: nodes.Call, machine: Machine) -> Value:
    arguments = [run(argument, machine) for argument in node.arguments]
    if isinstance(node.callee, nodes.Name):
        return call(node.callee.name, arguments, node.names, machine)
    return call(run(node.callee, machine), arguments, node.names, machine)


def _list(node: nodes.ListLiteral, machine: Machine) -> Value:
    return [run(item, machine) for item in node.items]


def _context(node: nodes.ContextLiteral, machine: Machine) -> Value:
    entries: dict[str, Value] = {}
    machine.scopes.append(entries)
    try:
        for key, value in node.entries:
            if key in entries:
                return None
            entries[key] = run(value, machine)
    finally:
        machine.scopes.pop()
    return entries


def _range(node: nodes.RangeLiteral, machine: Machine) -> Value:
    start, end = run(node.start, machine), run(node.end, machine)
    if start is None and end is None:
        return None
    if start is not None and end is not None and compare("<=", start, end) is None:
        return None
    return Range(start, end, node.start_included, node.end_included)


def _if(node: nodes.If, machine: Machine) -> Value:
    return run(node.then if run(node.condition, machine) is True else node.otherwise, machine)


def _for(node: nodes.For, machine: Machine) -> Value:
    results: list[Value] = []
    scope: dict[str, Value] = {}
    looks_back = nodes.mentions(node.body, "partial")
    machine.scopes.append(scope)
    try:
        for _ in _rounds(node.iterators, 0, scope, machine):
            if looks_back:
                scope["partial"] = list(results)
                machine.charge_for(results)
            results.append(run(node.body, machine))
    except NoSequence:
        return None
    finally:
        machine.scopes.pop()
    return results


def _quantified(node: nodes.Quantified, machine: Machine) -> Value:
    scope: dict[str, Value] = {}
    machine.scopes.append(scope)
    decisive = not node.every
    result: bool | None = node.every
    try:
        for _ in _rounds(node.iterators, 0, scope, machine):
            value = run(node.condition, machine)
            if value is decisive:
                return decisive
            if value.__class__ is not bool:
                result = None
    except NoSequence:
        return None
    finally:
        machine.scopes.pop()
    return result


def _rounds(loops: tuple[nodes.Loop, ...], index: int, scope: dict[str, Value], machine: Machine) -> Iterator[None]:
    """Set the loop names in the scope, one combination after the other, the last name fastest."""
    if index == len(loops):
        yield
        return
    loop = loops[index]
    for value in _sequence(loop, machine):
        machine.charge(1)
        scope[loop.name] = value
        yield from _rounds(loops, index + 1, scope, machine)
    scope.pop(loop.name, None)


def _sequence(loop: nodes.Loop, machine: Machine) -> Iterator[Value]:
    source = run(loop.source, machine)
    if loop.end is not None:
        return counted(source, run(loop.end, machine))
    if source.__class__ is Range:
        return inside(source)
    if source is None:
        raise NoSequence
    return iter(source) if source.__class__ is list else iter([source])


def _function(node: nodes.FunctionDefinition, machine: Machine) -> Value:
    captured = list(machine.scopes)

    def invoke(*arguments: Value) -> Value:
        outer = machine.scopes
        machine.enter()
        machine.scopes = [*captured, dict(zip(node.parameters, arguments, strict=True))]
        try:
            return run(node.body, machine)
        finally:
            machine.scopes = outer
            machine.leave()

    return Function(node.parameters, invoke)


_RULES: dict[type[nodes.Node], Callable[[Any, Machine], Value]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Chain: _chain,
    nodes.Power: _power,
    nodes.Negate: _negate,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Compare: _compare,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.Test: _test,
    nodes.UnaryTests: _unary_tests,
    nodes.Dash: _dash,
    nodes.InstanceOf: _instance_of,
    nodes.Path: _path,
    nodes.Filter: _filter,
    nodes.Call: _call,
    nodes.ListLiteral: _list,
    nodes.ContextLiteral: _context,
    nodes.RangeLiteral: _range,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Quantified: _quantified,
    nodes.FunctionDefinition: _function,
}
