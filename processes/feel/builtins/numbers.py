"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
)

from processes.feel.builtins.registry import feel
from processes.feel.comparison import equal
from processes.feel.limits import MAX_EXPONENT
from processes.feel.values import NUMBERS, Value, finite

_ZERO = Decimal(0)


def rounded(number: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """The number with so many decimal places, null for a scale out of reach."""
    places = _ZERO if scale is None else scale.to_integral_value(ROUND_DOWN)
    if abs(places) > MAX_EXPONENT:
        return None
    if -int(places) <= _exponent(number):
        return number
    context = NUMBERS.copy()
    context.prec = 2 * MAX_EXPONENT + 40
    try:
        return NUMBERS.plus(number.quantize(Decimal((0, (1,), -int(places))), rounding, context))
    except InvalidOperation:
        return None


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


@feel("decimal(n: n, scale: n)")
def decimal(n: Decimal, scale: Decimal) -> Value:
    """Rounded to so many places, half to even."""
    return rounded(n, scale, ROUND_HALF_EVEN)


@feel("floor(n: n, scale?: n)")
def floor(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded towards minus infinity."""
    return rounded(n, scale, ROUND_FLOOR)


@feel("ceiling(n: n, scale?: n)")
def ceiling(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded towards infinity."""
    return rounded(n, scale, ROUND_CEILING)


@feel("round up(n: n, scale?: n)")
def round_up(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded away from zero."""
    return rounded(n, scale, ROUND_UP)


@feel("round down(n: n, scale?: n)")
def round_down(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded towards zero."""
    return rounded(n, scale, ROUND_DOWN)


@feel("round half up(n: n, scale?: n)")
def round_half_up(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded to the nearest, half away from zero."""
    return rounded(n, scale, ROUND_HALF_UP)


@feel("round half down(n: n, scale?: n)")
def round_half_down(n: Decimal, scale: Decimal | None = None) -> Value:
    """Rounded to the nearest, half towards zero."""
    return rounded(n, scale, ROUND_HALF_DOWN)


@feel("abs(n: n)", "abs(n: u)")
def absolute(n: Value) -> Value:
    """A number or duration without its sign."""
    if n.__class__ is Decimal:
        return NUMBERS.abs(n)
    zero = n.__class__(0)
    return zero - n if n < zero and hasattr(n, "days") else n if n >= zero else n.__class__(-n.months)


@feel("modulo(dividend: n, divisor: n)")
def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """The remainder that has the divisor's sign."""
    if not divisor:
        return None
    remainder = NUMBERS.remainder(dividend, divisor)
    if not remainder.is_finite():
        return None
    return NUMBERS.add(remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


@feel("sqrt(number: n)")
def sqrt(number: Decimal) -> Value:
    """The square root; null for a negative number."""
    return finite(NUMBERS.sqrt(number))


@feel("log(number: n)")
def log(number: Decimal) -> Value:
    """The natural logarithm; null unless positive."""
    return finite(NUMBERS.ln(number))


@feel("exp(number: n)")
def exp(number: Decimal) -> Value:
    """e to the power of the number."""
    return finite(NUMBERS.exp(number))


@feel("odd(number: n)")
def odd(number: Decimal) -> Value:
    """Is it an odd whole number?"""
    return abs(NUMBERS.remainder(number, Decimal(2))) == 1


@feel("even(number: n)")
def even(number: Decimal) -> Value:
    """Is it an even whole number?"""
    return NUMBERS.remainder(number, Decimal(2)) == 0


@feel("not(negand: b)")
def negation(negand: bool) -> Value:
    """True for false, false for true; anything else is null."""
    return not negand


@feel("is(value1: x, value2: x)")
def is_same(value1: Value, value2: Value) -> Value:
    """Equal and of the same kind; never null. A zone written differently makes a different value."""
    if value1.__class__ is not value2.__class__:
        return False
    if str(getattr(value1, "tzinfo", None)) != str(getattr(value2, "tzinfo", None)):
        return False
    return equal(value1, value2) is True
