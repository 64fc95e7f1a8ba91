"""Makes a decision, with the decisions it requires made first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.decisions.errors import DecisionError
from processes.decisions.model import Decision, Definitions
from processes.decisions.reader import read
from processes.decisions.tables import Functions, TableRun
from processes.feel import FeelError, Value
from processes.feel import evaluate as evaluate_expression

MAX_CHAIN = 20


def evaluate(dmn: bytes, decision_id: str, context: Mapping[str, Any], functions: Functions = None) -> Value:
    """The value of a decision of the file over the data.

    Required decisions are made first, each once; their results are data under their variable's name and take
    precedence over data of the same name. Values are FEEL values (Decimal, …; see `processes.feel.to_plain`).

    Raises DecisionError (its codes are listed there).
    """
    return _Making(read(dmn), context, functions).value_of(decision_id)


def matching_rules(
    dmn: bytes, decision_id: str, context: Mapping[str, Any], functions: Functions = None
) -> tuple[str, ...]:
    """The ids of the rules of a table that count for the data: the first one under FIRST, else all that match.

    Empty for a decision that is an expression. Raises DecisionError as `evaluate` does.
    """
    return _Making(read(dmn), context, functions).rules_of(decision_id)


class _Making:
    def __init__(self, definitions: Definitions, context: Mapping[str, Any], functions: Functions) -> None:
        self._definitions = definitions
        self._context = context
        self._functions = functions
        self._made: dict[str, Value] = {}
        self._under_way: list[str] = []

    def value_of(self, decision_id: str) -> Value:
        if decision_id in self._made:
            return self._made[decision_id]
        decision = self._definitions.decisions.get(decision_id)
        if decision is None:
            raise DecisionError("DECISION_NOT_FOUND", f"决策文件里没有编号为“{decision_id}”的决策。")
        if decision_id in self._under_way or len(self._under_way) >= MAX_CHAIN:
            chain = " → ".join([*self._under_way, decision_id])
            raise DecisionError("DECISION_CYCLE", f"决策之间互相依赖成环，或依赖太深：{chain}，请修改依赖关系。")
        self._under_way.append(decision_id)
        self._made[decision_id] = self._make(decision)
        self._under_way.pop()
        return self._made[decision_id]

    def rules_of(self, decision_id: str) -> tuple[str, ...]:
        decision = self._definitions.decisions.get(decision_id)
        if decision is None or decision.table is None:
            return ()
        _check_width(decision)
        run = TableRun(decision.name, decision.table, self._with_required(decision), self._functions)
        return tuple(rule.id for rule in run.matching())

    def _variable(self, decision_id: str) -> str:
        decision = self._definitions.decisions.get(decision_id)
        return decision.variable if decision else decision_id

    def _with_required(self, decision: Decision) -> dict[str, Any]:
        return {**self._context, **{self._variable(each): self.value_of(each) for each in decision.requires}}

    def _make(self, decision: Decision) -> Value:
        context = self._with_required(decision)
        if decision.table is not None:
            _check_width(decision)
            return TableRun(decision.name, decision.table, context, self._functions).result()
        if decision.literal is None:
            raise DecisionError("DECISION_UNREADABLE", f"决策“{decision.name}”既没有决策表，也没有表达式。")
        try:
            return evaluate_expression(decision.literal, context, self._functions)
        except FeelError as problem:
            raise DecisionError(
                "DECISION_EXPRESSION", f"决策“{decision.name}”的表达式不能计算：{problem.message}"
            ) from problem


def _check_width(decision: Decision) -> None:
    table = decision.table
    if table is None:
        return
    for rule in table.rules:
        if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
            raise DecisionError(
                "DECISION_UNREADABLE", f"决策“{decision.name}”：第 {rule.number} 条规则的单元格数与表头不一致。"
            )
