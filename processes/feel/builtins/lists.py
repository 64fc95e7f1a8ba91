"""List functions (DMN 1.5, 10.3.4.4). Positions count from 1, or from -1 backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key, reduce

from processes.feel.builtins.registry import feel
from processes.feel.comparison import both, compare, equal, frozen
from processes.feel.machine import Machine
from processes.feel.values import NUMBERS, Function, Value, finite


def _numbers(items: Iterable[Value]) -> list[Decimal] | None:
    found = list(items)
    return found if found and all(item.__class__ is Decimal for item in found) else None


def _spread(items: tuple[Value, ...]) -> list[Value]:
    """The items of `f(list)` and of `f(a, b, c)` alike."""
    return items[0] if len(items) == 1 and items[0].__class__ is list else list(items)


def _extreme(items: list[Value], sign: str) -> Value:
    if not items:
        return None
    best = items[0]
    for item in items:
        decided = compare(sign, item, best)
        if decided is None:
            return None
        best = item if decided else best
    return best


@feel("min(list: l)", "min(*items: x)")
def minimum(*items: Value) -> Value:
    """The smallest item; null when there is none or two cannot be compared."""
    return _extreme(_spread(items), "<=")


@feel("max(list: l)", "max(*items: x)")
def maximum(*items: Value) -> Value:
    """The greatest item; null when there is none or two cannot be compared."""
    return _extreme(_spread(items), ">=")


@feel("count(list: l)")
def count(items: list[Value]) -> Value:
    """How many items."""
    return Decimal(len(items))


@feel("sum(list: l)", "sum(*items: x)")
def total(*items: Value) -> Value:
    """The sum of numbers; null for none or for anything else among them."""
    numbers = _numbers(_spread(items))
    return finite(reduce(NUMBERS.add, numbers)) if numbers else None


@feel("product(list: l)", "product(*items: x)")
def product(*items: Value) -> Value:
    """The product of numbers; null for none or for anything else among them."""
    numbers = _numbers(_spread(items))
    return finite(reduce(NUMBERS.multiply, numbers)) if numbers else None


@feel("mean(list: l)", "mean(*items: x)")
def mean(*items: Value) -> Value:
    """The average of numbers."""
    numbers = _numbers(_spread(items))
    return finite(NUMBERS.divide(reduce(NUMBERS.add, numbers), Decimal(len(numbers)))) if numbers else None


@feel("median(list: l)", "median(*items: x)")
def median(*items: Value) -> Value:
    """The middle number, or the average of the two in the middle."""
    numbers = _numbers(_spread(items))
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return finite(NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2)))


@feel("stddev(list: l)", "stddev(*items: x)")
def stddev(*items: Value) -> Value:
    """The standard deviation of a sample (divided by n - 1)."""
    numbers = _numbers(_spread(items))
    average = mean(numbers) if numbers else None
    if not numbers or len(numbers) < 2 or average is None:
        return None
    squares = (NUMBERS.power(NUMBERS.subtract(number, average), 2) for number in numbers)
    return finite(NUMBERS.sqrt(NUMBERS.divide(reduce(NUMBERS.add, squares), Decimal(len(numbers) - 1))))


@feel("mode(list: l)", "mode(*items: x)")
def mode(*items: Value) -> Value:
    """The most frequent numbers, smallest first."""
    spread = _spread(items)
    if not spread:
        return []
    numbers = _numbers(spread)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


@feel("all(list: l)", "all(*items: x)")
def every(*items: Value) -> Value:
    """Three-valued `and` over the items; true for none."""
    result: bool | None = True
    for item in _spread(items):
        result = both(result, item)
    return result


@feel("any(list: l)", "any(*items: x)")
def some(*items: Value) -> Value:
    """Three-valued `or` over the items; false for none."""
    spread = _spread(items)
    if any(item is True for item in spread):
        return True
    return False if all(item is False for item in spread) else None


@feel("list contains(list: l, element: x)")
def list_contains(items: list[Value], element: Value) -> Value:
    """Is an equal item among them?"""
    return any(equal(item, element) for item in items)


def _offset(position: Decimal, length: int) -> int | None:
    """The Python index of a FEEL position, None when there is no such item."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= length:
        return None
    return int(position) - 1 if position > 0 else length + int(position)


@feel("sublist(list: l, start position: n, length?: n)")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    """Items from a position on, all or so many; null when the list does not reach."""
    first = _offset(start, len(items))
    if first is None or (length is not None and not 0 <= length <= len(items) - first):
        return None
    return items[first:] if length is None else items[first : first + int(length)]


@feel("append(list: l, *items: x)")
def append(items: list[Value], *more: Value) -> Value:
    """The list with further items at its end."""
    return [*items, *more]


@feel("concatenate(*lists: l)")
def concatenate(*lists: list[Value]) -> Value:
    """All lists one after the other."""
    return [item for each in lists for item in each]


@feel("insert before(list: l, position: n, new item: x)")
def insert_before(items: list[Value], position: Decimal, new_item: Value) -> Value:
    """The list with an item put in before a position."""
    index = _offset(position, len(items))
    return None if index is None else [*items[:index], new_item, *items[index:]]


@feel("remove(list: l, position: n)")
def remove(items: list[Value], position: Decimal) -> Value:
    """The list without the item at a position."""
    index = _offset(position, len(items))
    return None if index is None else [*items[:index], *items[index + 1 :]]


@feel("list replace(list: l, position: n, new item: x)")
def list_replace_at(items: list[Value], position: Decimal, new_item: Value) -> Value:
    """The list with another item at a position."""
    index = _offset(position, len(items))
    return None if index is None else [*items[:index], new_item, *items[index + 1 :]]


@feel("list replace(list: l, match: f, new item: x)")
def list_replace_matching(items: list[Value], match: Function, new_item: Value) -> Value:
    """The list with every item replaced for which the function says true."""
    if len(match.parameters) != 2:
        return None
    verdicts = [match.call(item, new_item) for item in items]
    if any(verdict.__class__ is not bool for verdict in verdicts):
        return None
    return [new_item if verdict else item for item, verdict in zip(items, verdicts, strict=True)]


@feel("reverse(list: l)")
def reverse(items: list[Value]) -> Value:
    """The items from last to first."""
    return items[::-1]


@feel("index of(list: l, match: x)")
def index_of(items: list[Value], match: Value) -> Value:
    """The positions of all equal items."""
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match)]


@feel("union(*lists: l)")
def union(*lists: list[Value]) -> Value:
    """All lists together, every value once."""
    return distinct_values(concatenate(*lists))


@feel("distinct values(list: l)")
def distinct_values(items: list[Value]) -> Value:
    """Every value once, in the order of first appearance."""
    first: dict[object, Value] = {}
    for item in items:
        first.setdefault(frozen(item), item)
    return list(first.values())


@feel("flatten(list: l)")
def flatten(items: list[Value]) -> Value:
    """All items of inner lists in one list."""
    flat: list[Value] = []
    for item in items:
        flat += flatten(item) if item.__class__ is list else [item]
    return flat


@feel("sort(list: l, precedes?: f)", machine=True)
def sort(machine: Machine, items: list[Value], precedes: Function | None = None) -> Value:
    """Sorted by the function (does the first come before the second?), or from small to large without one."""
    if precedes is not None and len(precedes.parameters) != 2:
        return None
    before: Callable[..., Value] = precedes.call if precedes else (lambda left, right: compare("<", left, right))

    def order(left: Value, right: Value) -> int:
        machine.charge(1)
        if before(left, right) is True:
            return -1
        return 1 if before(right, left) is True else 0

    if precedes is None and any(compare("<", item, items[0]) is None for item in items):
        return None
    return sorted(items, key=cmp_to_key(order))
