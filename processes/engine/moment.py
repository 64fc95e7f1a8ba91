"""The same surroundings at another moment: a timer that moves counts from when its token came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from processes.engine.outcome import ServiceCall, Surroundings, Variables


class Then:
    """Surroundings whose clock stands at an earlier moment; everything else is asked of the real ones."""

    def __init__(self, around: Surroundings, at: datetime) -> None:
        self._around = around
        self._at = at

    def now(self) -> datetime:
        return self._at

    def call_service(self, call: ServiceCall) -> Mapping[str, Any]:
        return self._around.call_service(call)

    def decide(self, decision_id: str, variables: Variables) -> Mapping[str, Any]:
        return self._around.decide(decision_id, variables)

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return self._around.functions()
