"""How a built-in function is declared: its FEEL signature in one line, from which arguments are bound and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from processes.feel.machine import Machine
from processes.feel.values import Function, Range, Value, YearsMonthsDuration

F = TypeVar("F", bound=Callable[..., Value])

#: One letter per kind of parameter. `x` takes anything, null included; `l` takes one value as a list of one.
_CLASSES: dict[str, tuple[type, ...]] = {
    "n": (Decimal,),
    "s": (str,),
    "b": (bool,),
    "c": (dict,),
    "r": (Range,),
    "f": (Function,),
    "d": (date, datetime),
    "t": (time, datetime, date),
    "u": (timedelta, YearsMonthsDuration),
}
_PARAMETER = re.compile(r"(\*?)([a-z0-9 ]+?)(\??): ([a-z])")
MISSING = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    letter: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Builtin:
    """One way to call a function. `variadic`: the last parameter takes all further arguments."""

    parameters: tuple[Parameter, ...]
    variadic: bool
    needs_machine: bool
    body: Callable[..., Value]

    def bind(self, arguments: Sequence[Value], names: Sequence[str] | None) -> list[Value] | None:
        """The arguments in order and checked, or None when they do not fit this way to call."""
        placed = list(arguments) if names is None else self._by_name(arguments, names)
        if placed is None or not self._count_fits(len(placed)):
            return None
        bound: list[Value] = []
        for index, argument in enumerate(placed):
            parameter = self.parameters[min(index, len(self.parameters) - 1)]
            value = _fit(argument, parameter)
            if value is MISSING:
                return None
            bound.append(value)
        return bound

    def _count_fits(self, count: int) -> bool:
        required = sum(1 for parameter in self.parameters if not parameter.optional)
        return count >= required and (self.variadic or count <= len(self.parameters))

    def _by_name(self, arguments: Sequence[Value], names: Sequence[str]) -> list[Value] | None:
        given = dict(zip(names, arguments, strict=True))
        known = [parameter.name for parameter in self.parameters]
        if len(given) != len(names) or not set(given) <= set(known):
            return None
        if any(parameter.name not in given for parameter in self.parameters if not parameter.optional):
            return None
        last = max(known.index(name) for name in given)
        return [given.get(name, MISSING) for name in known[: last + 1]]


def _fit(argument: Value, parameter: Parameter) -> Value:
    if argument is MISSING or (argument is None and parameter.optional):
        return None
    letter = parameter.letter
    if letter == "x":
        return argument
    if letter == "l":
        return MISSING if argument is None else argument if argument.__class__ is list else [argument]
    wanted = _CLASSES[letter]
    if argument.__class__ in wanted:
        return argument
    if argument.__class__ is list and len(argument) == 1 and argument[0].__class__ in wanted:
        return argument[0]  # a list of one stands for its only item (DMN 1.5, implicit conversion)
    return MISSING


BUILTINS: dict[str, list[Builtin]] = {}


def feel(*signatures: str, machine: bool = False) -> Callable[[F], F]:
    """Declare a built-in: `@feel("substring(string: s, start position: n, length?: n)")`.

    Ways to call are tried in the order of declaration; when none fits, the call gives null.
    """

    def declare(body: F) -> F:
        for signature in signatures:
            name, _, rest = signature.partition("(")
            found = _PARAMETER.findall(rest)
            parameters = tuple(Parameter(label.strip(), letter, bool(mark)) for _, label, mark, letter in found)
            variadic = any(star for star, *_ in found)
            BUILTINS.setdefault(name, []).append(Builtin(parameters, variadic, machine, body))
        return body

    return declare


def call_builtin(name: str, arguments: list[Value], names: Sequence[str] | None, machine: Machine) -> Value:
    """Call a built-in by name; null when the arguments fit no way to call it."""
    for argument in arguments:
        machine.charge_for(argument)
    for builtin in BUILTINS[name]:
        bound = builtin.bind(arguments, names)
        if bound is not None:
            result: Any = builtin.body(machine, *bound) if builtin.needs_machine else builtin.body(*bound)
            machine.charge_for(result)
            return result
    return None
