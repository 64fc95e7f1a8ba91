"""FEEL in the place of every evaluation the engine would do in Python, and what one step collects on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import isfinite
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.task import Task

from processes.clock import SHANGHAI, business_date
from processes.engine.outcome import Passed, Surroundings, ThrownMessage
from processes.errors import BusinessError, EngineFault
from processes.feel import FeelError, assignments, evaluate, to_plain
from processes.feel.values import Value

#: Names that task data must never hold: the engine's own serializer would read the first as a type (engine 0).
FORBIDDEN_NAMES = frozenset(("typename", "data_objects"))
_SCALARS = (str, int, float, bool, type(None))


@dataclass(slots=True)
class Collected:
    """What one step leaves behind beside the state."""

    passed: list[Passed] = field(default_factory=list)
    thrown: list[ThrownMessage] = field(default_factory=list)
    refused: list[tuple[Task, BusinessError]] = field(default_factory=list)  # service tasks that reported an error
    uncaught: str | None = None  # code of an error end event nobody catches
    end_element_id: str | None = None
    last_data: Mapping[str, Any] | None = None
    runs: int = 0
    rounds: int = 0  # of cycle timers


class FeelScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """One step's script engine. It never makes Python out of a text of a diagram."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(environment=FeelEnvironment(self))
        self.around = around
        self.collected = Collected()

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        now = self.around.now().astimezone(SHANGHAI)
        return {**self.around.functions(), "now": lambda: now, "today": lambda: business_date(now)}

    def now(self) -> datetime:
        return self.around.now()

    def evaluate(self, task: Task, expression: str | None, external_context: Any = None) -> Value:
        """The library's door: a value as JSON."""
        return self.plain(task, expression)

    def value(self, task: Task, expression: str | None) -> Value:
        """The FEEL value of an expression over the task's data. Raises EngineFault naming the element."""
        try:
            return self.feel(expression, task.data)
        except FeelError as error:
            raise _fault(task, f"的表达式“{(expression or '').strip()}”有误：{error.message}") from error

    def plain(self, task: Task, expression: str | None) -> Value:
        """The same as JSON for task data."""
        return to_plain(self.value(task, expression))

    def holds(self, task: Task, condition: str | None) -> bool:
        """True only for FEEL true: null and anything that is not a boolean do not hold."""
        return self.value(task, condition) is True

    def feel(self, expression: str | None, context: Mapping[str, Any]) -> Value:
        return evaluate((expression or "").strip().removeprefix("="), context, self.functions)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Run a script task: `name = expression` lines, each seeing the ones before."""
        self.execute_in(task, script, task.data)
        return True

    def execute_in(self, task: Task, script: str, scope: dict[str, Any]) -> None:
        """Run the lines of an element over a scope of their own. Raises EngineFault naming the element."""
        try:
            self.assign(script, scope)
        except FeelError as error:
            raise _fault(task, f"的脚本有误：{error.message}") from error

    def assign(self, script: str, context: dict[str, Any]) -> None:
        for name, expression in assignments(script or "", known_names=tuple(context)):
            context[name] = to_plain(self.feel(expression, context))


class FeelEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """The door the library uses past the script engine (correlation, ad-hoc conditions): FEEL as well."""

    def __init__(self, engine: FeelScriptEngine) -> None:
        super().__init__()
        self._engine = engine

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Value:
        return to_plain(self._engine.feel(expression, context))

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> bool:
        self._engine.assign(script, context)
        return True

    def call_service(self, context: Any, **parameters: Any) -> Any:
        raise EngineFault("自动环节只能通过登记的办理动作执行。")


def engine_of(task: Task) -> FeelScriptEngine:
    """The script engine of the step that a task is in."""
    found = task.workflow.script_engine
    assert isinstance(found, FeelScriptEngine)
    return found


def checked(data: Mapping[str, Any], *, what: str) -> dict[str, Any]:
    """A copy of data that may enter a token: JSON only, no reserved names. Raises EngineFault."""
    return {_name(name, what): _plain(value, what, name) for name, value in data.items()}


def _name(name: object, what: str) -> str:
    if not isinstance(name, str) or name in FORBIDDEN_NAMES:
        raise EngineFault(f"{what}里有不允许的名称“{name}”，没有保存任何内容。请换一个名称。", name=str(name))
    return name


def _plain(value: Any, what: str, name: str) -> Any:
    if isinstance(value, bool) or value is None or value.__class__ is str:
        return value
    if isinstance(value, int):
        if abs(value) >= 2**63:
            raise EngineFault(f"{what}里“{name}”的数字太大，没有保存任何内容。", name=name)
        return value
    if isinstance(value, Mapping):
        return checked(value, what=what)
    if isinstance(value, list | tuple):
        return [_plain(each, what, name) for each in value]
    if isinstance(value, _SCALARS) and (not isinstance(value, float) or isfinite(value)):
        return value
    raise EngineFault(
        f"{what}里“{name}”是流程数据不能保存的类型（{type(value).__name__}），没有保存任何内容。", name=name
    )


def _fault(task: Task, words: str) -> EngineFault:
    spec = task.task_spec
    return EngineFault(f"环节“{spec.bpmn_name or spec.bpmn_id or spec.name}”{words}", element_id=spec.bpmn_id)
