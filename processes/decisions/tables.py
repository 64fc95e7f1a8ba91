"""Evaluates one decision table (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processes.decisions.errors import DecisionError
from processes.decisions.model import HitPolicy, Input, Output, Rule, Table
from processes.feel import FeelError, Value, evaluate, unary_test
from processes.feel.comparison import equal
from processes.feel.text import text_of

Functions = Mapping[str, Callable[..., Any]] | None
Hit = tuple[Rule, tuple[Value, ...]]
_LISTS = frozenset({HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})


class TableRun:
    """One evaluation of one table over one context."""

    def __init__(self, name: str, table: Table, context: Mapping[str, Any], functions: Functions) -> None:
        self._name = name
        self._table = table
        self._context = context
        self._functions = functions
        self._policy = hit_policy(name, table)

    def result(self) -> Value:
        """The table's value: a value, or a context when there are several outputs; a list for the list policies.

        Null (or the default outputs) when no rule matches. Raises DecisionError.
        """
        hits = self._hits()
        if not hits:
            return self._without_hit()
        if self._policy in _LISTS:
            return self._collected(hits)
        return self._shaped(self._single(hits)[1])

    def matching(self) -> list[Rule]:
        """The rules that count for the context, in the order of the table. Raises DecisionError."""
        return [rule for rule, _ in self._hits()]

    def _hits(self) -> list[Hit]:
        values = [self._input(column) for column in self._table.inputs]
        hits: list[Hit] = []
        for rule in self._table.rules:
            if self._matches(rule, values):
                hits.append((rule, self._outputs(rule)))
                if self._policy is HitPolicy.FIRST:
                    break
        return hits

    def _input(self, column: Input) -> Value:
        value = self._evaluate(column.expression, f"输入“{column.label}”")
        if column.allowed and value is not None and not self._passes(column.allowed, value, f"输入“{column.label}”"):
            raise DecisionError(
                "DECISION_INPUT",
                f"决策“{self._name}”：输入“{column.label}”的值 {text_of(value)} 不在允许的范围内（{column.allowed}），"
                "请更正数据，或在决策表里补充允许的值。",
                input=column.label,
            )
        return value

    def _matches(self, rule: Rule, values: Sequence[Value]) -> bool:
        for column, cell, value in zip(self._table.inputs, rule.inputs, values, strict=True):
            if cell in ("", "-"):
                continue
            if not self._passes(cell, value, f"第 {rule.number} 条规则的“{column.label}”"):
                return False
        return True

    def _outputs(self, rule: Rule) -> tuple[Value, ...]:
        return tuple(
            self._output(column, cell, f"第 {rule.number} 条规则的“{column.label}”")
            for column, cell in zip(self._table.outputs, rule.outputs, strict=True)
        )

    def _output(self, column: Output, cell: str, where: str) -> Value:
        value = self._evaluate(cell, where) if cell and cell != "-" else None
        if column.allowed and value is not None and not self._passes(column.allowed, value, where):
            raise DecisionError(
                "DECISION_OUTPUT",
                f"决策“{self._name}”：{where}的结果 {text_of(value)} 不在允许的范围内（{column.allowed}），"
                "请更正决策表。",
                output=column.name,
            )
        return value

    def _without_hit(self) -> Value:
        has_default = any(column.default for column in self._table.outputs)
        value: Value = None
        if has_default:
            defaults = [
                self._output(column, column.default, f"“{column.label}”的默认值") for column in self._table.outputs
            ]
            value = self._shaped(defaults)
        if self._policy not in _LISTS:
            return value
        if self._table.aggregation:
            return value if has_default else self._aggregated([])
        return [value] if has_default else []

    def _single(self, hits: list[Hit]) -> Hit:
        if self._policy is HitPolicy.PRIORITY:
            return self._ordered(hits)[0]
        if self._policy is HitPolicy.UNIQUE and len(hits) > 1:
            raise self._clash("DECISION_NOT_UNIQUE", hits, "同时满足，但命中策略要求只能有一条满足")
        if self._policy is HitPolicy.ANY and any(not self._same(hits[0], hit) for hit in hits[1:]):
            raise self._clash("DECISION_CONTRADICTION", hits, "同时满足，但结果不一样")
        return hits[0]

    def _same(self, first: Hit, second: Hit) -> bool:
        return all(equal(left, right) is True for left, right in zip(first[1], second[1], strict=True))

    def _clash(self, code: str, hits: list[Hit], what: str) -> DecisionError:
        numbers = [rule.number for rule, _ in hits]
        named = "、".join(f"第 {number} 条" for number in numbers)
        return DecisionError(
            code,
            f"决策“{self._name}”：{named}规则{what}，请修改这些规则的条件或更换命中策略。",
            rules=numbers,
            rule_ids=[rule.id for rule, _ in hits],
        )

    def _collected(self, hits: list[Hit]) -> Value:
        ordered = self._ordered(hits) if self._policy is HitPolicy.OUTPUT_ORDER else hits
        values = [self._shaped(outputs) for _, outputs in ordered]
        return self._aggregated(values) if self._table.aggregation else values

    def _aggregated(self, values: list[Value]) -> Value:
        function = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}.get(self._table.aggregation)
        if function is None:
            raise DecisionError(
                "DECISION_UNREADABLE", f"决策“{self._name}”：不认识的汇总方式“{self._table.aggregation}”。"
            )
        return evaluate(f"{function}(values)", {"values": values})

    def _ordered(self, hits: list[Hit]) -> list[Hit]:
        """By the order in which the outputs' allowed values are listed, first output first."""
        listed = [evaluate(f"[{column.allowed}]", self._context) for column in self._table.outputs]

        def rank(hit: Hit) -> list[int]:
            return [_place(value, order) for value, order in zip(hit[1], listed, strict=True)]

        return sorted(hits, key=rank)

    def _shaped(self, outputs: Sequence[Value]) -> Value:
        if len(self._table.outputs) == 1:
            return outputs[0]
        return {column.name: value for column, value in zip(self._table.outputs, outputs, strict=True)}

    def _evaluate(self, text: str, where: str) -> Value:
        try:
            return evaluate(text, self._context, self._functions)
        except FeelError as problem:
            raise self._cell_error(where, problem) from problem

    def _passes(self, text: str, value: Value, where: str) -> bool:
        try:
            return unary_test(text, value, self._context, self._functions) is True
        except FeelError as problem:
            raise self._cell_error(where, problem) from problem

    def _cell_error(self, where: str, problem: FeelError) -> DecisionError:
        return DecisionError(
            "DECISION_EXPRESSION",
            f"决策“{self._name}”：{where}不能计算：{problem.message}",
            feel_code=problem.code,
            line=problem.line,
            column=problem.column,
        )


def _place(value: Value, order: list[Value]) -> int:
    return next((index for index, each in enumerate(order) if equal(each, value)), len(order))


def hit_policy(name: str, table: Table) -> HitPolicy:
    """The table's hit policy. Raises DecisionError (DECISION_UNREADABLE) for one that does not exist."""
    try:
        return HitPolicy(table.hit_policy)
    except ValueError:
        raise DecisionError("DECISION_UNREADABLE", f"决策“{name}”：不认识的命中策略“{table.hit_policy}”。") from None
