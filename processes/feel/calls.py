"""Calling: the expression's own functions, functions the host supplies, and the built-in ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from processes.feel.builtins import BUILTINS, call_builtin
from processes.feel.errors import FeelError
from processes.feel.machine import Machine
from processes.feel.values import Function, Value, inward, outward

_NEEDS_HOST = {
    "now": "now()",
    "today": "today()",
    "working days before": "working days before(日期, 天数)",
    "working days after": "working days after(日期, 天数)",
}


def call(callee: Value, arguments: list[Value], names: Sequence[str] | None, machine: Machine) -> Value:
    """Call a function by name or as a value; null when there is none or the arguments do not fit.

    Raises FeelError (FEEL_CLOCK) for a function of time that the host did not supply.
    """
    if callee.__class__ is not str:
        return call_value(callee, arguments, names)
    own = machine.lookup(callee) if machine.scopes else None
    if own.__class__ is Function:
        return call_value(own, arguments, names)
    if callee in machine.functions:
        for argument in arguments:
            machine.charge_for(argument)
        return _call_host(machine.functions[callee], arguments, names)
    if callee in BUILTINS:
        return call_builtin(callee, arguments, names, machine)
    if callee in _NEEDS_HOST:
        raise FeelError("FEEL_CLOCK", f"这里不能使用 {_NEEDS_HOST[callee]}：此处没有提供时间或工作日历。")
    return None


def call_value(function: Value, arguments: list[Value], names: Sequence[str] | None = None) -> Value:
    """Call one of the expression's own functions."""
    if function.__class__ is not Function:
        return None
    parameters = function.parameters
    if names is not None:
        given = dict(zip(names, arguments, strict=True))
        if set(given) != set(parameters):
            return None
        arguments = [given[name] for name in parameters]
    return function.call(*arguments) if len(arguments) == len(parameters) else None


def _call_host(function: Callable[..., Any], arguments: list[Value], names: Sequence[str] | None) -> Value:
    """Call a host function; named parameters are its Python parameters with `_` for a space."""
    values = [outward(argument) for argument in arguments]
    positional: list[Value] = [] if names else values
    named = {name.replace(" ", "_"): value for name, value in zip(names, values, strict=True)} if names else {}
    try:
        inspect.signature(function).bind(*positional, **named)
    except TypeError:
        return None
    return inward(function(*positional, **named))
