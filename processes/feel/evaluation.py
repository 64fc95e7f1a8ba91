"""Text and data in, value out; parsed expressions are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from processes.feel import nodes
from processes.feel.builtins import BUILTINS
from processes.feel.errors import FeelError, limit
from processes.feel.interpreter import run
from processes.feel.machine import Machine
from processes.feel.names import composite_names
from processes.feel.parser import parse_expression, parse_unary_tests
from processes.feel.values import Value, inward, outward

Functions = Mapping[str, Callable[..., Any]]
_NO_FUNCTIONS: Functions = {}
_SPACED_BUILTINS = tuple(name for name in BUILTINS if " " in name)


@lru_cache(maxsize=4_096)
def _expression(text: str, known: frozenset[str]) -> nodes.Node:
    return parse_expression(text, (*_SPACED_BUILTINS, *known))


@lru_cache(maxsize=4_096)
def _unary_tests(text: str, known: frozenset[str]) -> nodes.Node:
    return parse_unary_tests(text, (*_SPACED_BUILTINS, *known))


def _known(context: Mapping[str, Any], functions: Functions) -> frozenset[str]:
    known = composite_names(context)
    return known.union(functions) if functions else known


def evaluate(text: str, context: Mapping[str, Any], functions: Functions | None = None) -> Value:
    """The value of an expression over the data.

    Numbers come back as Decimal, null as None. `functions` are extra functions by name (spaces allowed);
    the present time exists only when `now` or `today` is among them. Data of the context with a name of
    several words can be read by that name.

    Raises FeelError: FEEL_SYNTAX, FEEL_LIMIT, FEEL_CLOCK, FEEL_VALUE. What FEEL calls null is no error.
    """
    functions = functions or _NO_FUNCTIONS
    return _run(_expression(text, _known(context, functions)), Machine(context, functions))


def unary_test(
    text: str, input_value: Any, context: Mapping[str, Any], functions: Functions | None = None
) -> bool | None:
    """Does the input pass a decision-table cell? None when that cannot be decided (null in FEEL).

    Inside the cell `?` is the input. Raises FeelError as `evaluate` does.
    """
    functions = functions or _NO_FUNCTIONS
    root = _unary_tests(text, _known(context, functions))
    machine = Machine(context, functions)
    machine.scopes.append({"?": inward(input_value)})
    result = _run(root, machine)
    return result if isinstance(result, bool) else None


def _run(root: nodes.Node, machine: Machine) -> Value:
    try:
        value = run(root, machine)
    except RecursionError:
        raise limit("表达式嵌套太深，请拆成几步来写。") from None
    if value.__class__ is list or value.__class__ is dict:
        machine.charge_for(value)
        return outward(value)
    return outward(value)


__all__ = ["FeelError", "Functions", "evaluate", "unary_test"]
