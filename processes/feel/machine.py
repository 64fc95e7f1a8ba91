"""What one evaluation carries with it: the data, the local names, and the work it may still do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from processes.feel.errors import limit
from processes.feel.limits import CHARACTERS_PER_STEP, ITEMS_PER_STEP, MAX_CALL_DEPTH, MAX_DEPTH, MAX_ITEMS, MAX_STEPS
from processes.feel.values import Value, inward

Scope = Mapping[str, Value]
_NOTHING = object()


class Machine:
    """State of one evaluation. `scopes` are local names, innermost last."""

    __slots__ = ("_calls", "_seen", "context", "functions", "scopes", "steps")

    def __init__(self, context: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self.context = context
        self.functions = functions
        self.scopes: list[Scope] = []
        self.steps = MAX_STEPS
        self._calls = 0
        self._seen: dict[str, Value] = {}

    def lookup(self, name: str) -> Value:
        """The value of a name: local names first, then the data; null when there is none."""
        for scope in reversed(self.scopes):
            value = scope.get(name, _NOTHING)
            if value is not _NOTHING:
                return value
        value = self.context.get(name)
        if value.__class__ is str or value.__class__ is bool or value is None:
            return value
        if name not in self._seen:
            self._seen[name] = inward(value)
        return self._seen[name]

    def knows(self, name: str) -> bool:
        """Is there such a name, whatever its value?"""
        return name in self.context or any(name in scope for scope in self.scopes)

    def charge(self, steps: int) -> None:
        """Count work. Raises FeelError (FEEL_LIMIT) when there was too much of it."""
        self.steps -= steps
        if self.steps < 0:
            raise limit(f"表达式要做的计算太多（超过 {MAX_STEPS} 步），请缩小列表或区间。")

    def charge_for(self, value: Value) -> None:
        """Count the work of handling a value, by its size with everything inside it.

        Raises FeelError (FEEL_LIMIT) for a collection that is too big or too deep, also when it is small in
        memory because it holds the same list many times.
        """
        if value.__class__ is list or value.__class__ is dict:
            self.charge(_size(value) // ITEMS_PER_STEP)
        elif value.__class__ is str:
            self.charge(len(value) // CHARACTERS_PER_STEP)

    def enter(self) -> None:
        """Begin a call of one of the expression's own functions."""
        self._calls += 1
        if self._calls > MAX_CALL_DEPTH:
            raise limit(f"函数互相调用太深（最多 {MAX_CALL_DEPTH} 层）。")

    def leave(self) -> None:
        """End such a call."""
        self._calls -= 1


def _size(collection: Value) -> int:
    pending: list[tuple[Value, int]] = [(collection, 1)]
    size = 0
    while pending:
        value, depth = pending.pop()
        size += len(value)
        if size > MAX_ITEMS:
            raise limit(f"列表太长（最多 {MAX_ITEMS} 项）。")
        if depth > MAX_DEPTH:
            raise limit(f"列表或数据嵌套太深（最多 {MAX_DEPTH} 层）。")
        inner = value.values() if value.__class__ is dict else value
        pending.extend((each, depth + 1) for each in inner if each.__class__ is list or each.__class__ is dict)
    return size
