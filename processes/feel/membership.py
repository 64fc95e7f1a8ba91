"""Whether a value is the wanted one: equality, ranges and lists alike."""

from __future__ import annotations

from processes.feel.comparison import contains, equal
from processes.feel.machine import Machine
from processes.feel.values import Range, Value


def matches_value(value: Value, wanted: Value, machine: Machine) -> bool | None:
    """Is the value the wanted one, inside the wanted range, or one of (or inside one of) the wanted list?"""
    machine.charge_for(wanted)
    machine.charge_for(value)
    if wanted.__class__ is Range:
        return value == wanted if value.__class__ is Range else contains(wanted, value)
    if wanted.__class__ is list:
        if value.__class__ is list and equal(value, wanted):
            return True
        return any(equal(value, each) or (each.__class__ is Range and contains(each, value)) for each in wanted)
    return equal(value, wanted)
