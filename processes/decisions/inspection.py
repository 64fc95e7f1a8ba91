"""Looks at the decisions of a file without making them: for publication checks and screens."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from processes.decisions.errors import DecisionError
from processes.decisions.model import (
    AGGREGATIONS,
    Decision,
    DecisionInfo,
    DecisionProblem,
    Definitions,
    HitPolicy,
    Input,
    Output,
    Rule,
    Table,
)
from processes.decisions.reader import read
from processes.decisions.tables import hit_policy
from processes.feel import FeelError, check, names_used


def inspect(dmn: bytes) -> list[DecisionInfo]:
    """Every decision of the file with its inputs, outputs, rules and problems, in the order of the file.

    Raises DecisionError (DECISION_UNREADABLE) when the file itself cannot be read.
    """
    definitions = read(dmn)
    return [
        DecisionInfo(decision, tuple(_problems(decision, definitions))) for decision in definitions.decisions.values()
    ]


def _error(code: str, element_id: str, message: str) -> DecisionProblem:
    return DecisionProblem(code, "error", element_id, message)


def _problems(decision: Decision, definitions: Definitions) -> Iterator[DecisionProblem]:
    yield from _requirements(decision, definitions)
    if decision.table is not None:
        known = _known_names(decision, definitions)
        yield from _shape(decision, decision.table)
        yield from _columns(decision.table, known)
        for rule in decision.table.rules:
            yield from _rule(rule, decision.table, known)
        yield from _same_conditions(decision.table)
    elif decision.literal is None:
        yield _error(
            "DECISION_EMPTY", decision.id, f"决策“{decision.name}”既没有决策表，也没有表达式，请补上其中一种。"
        )
    else:
        yield from _text(decision.literal, decision.id, f"决策“{decision.name}”的表达式", None)


def _requirements(decision: Decision, definitions: Definitions) -> Iterator[DecisionProblem]:
    for each in decision.requires:
        if each not in definitions.decisions:
            yield _error(
                "DECISION_REQUIREMENT", decision.id, f"决策“{decision.name}”依赖的决策“{each}”不在这个文件里。"
            )
    if _reaches(decision.id, decision.id, definitions, set()):
        yield _error("DECISION_CYCLE", decision.id, f"决策“{decision.name}”经过依赖关系又回到自己，请断开其中一处。")


def _reaches(start: str, goal: str, definitions: Definitions, seen: set[str]) -> bool:
    pending = [start]
    while pending:
        decision = definitions.decisions.get(pending.pop())
        for each in decision.requires if decision else ():
            if each == goal:
                return True
            if each not in seen:
                seen.add(each)
                pending.append(each)
    return False


def _known_names(decision: Decision, definitions: Definitions) -> frozenset[str]:
    """Names a cell may use: what the inputs read, the declared input data, the required decisions."""
    required = [definitions.decisions[each].variable for each in decision.requires if each in definitions.decisions]
    known = {*decision.given, *required}
    for column in decision.table.inputs if decision.table else ():
        try:
            known |= names_used(column.expression, known_names=known)
        except FeelError:
            continue  # reported where the column itself is checked
    return frozenset(known - {""})


def _shape(decision: Decision, table: Table) -> Iterator[DecisionProblem]:
    try:
        policy = hit_policy(decision.name, table)
    except DecisionError as problem:
        yield _error("DECISION_HIT_POLICY", decision.id, problem.message)
        return
    if not table.outputs:
        yield _error("DECISION_NO_OUTPUT", decision.id, f"决策表“{decision.name}”没有输出列，请至少加一列。")
    if not table.rules:
        yield _error("DECISION_NO_RULE", decision.id, f"决策表“{decision.name}”没有规则，请至少加一条。")
    yield from _output_names(decision, table)
    if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(each.allowed for each in table.outputs):
        message = f"决策表“{decision.name}”按优先级取结果，但没有列出输出值的先后顺序，请在输出列填写允许的值。"
        yield _error("DECISION_NO_PRIORITY", decision.id, message)
    if table.aggregation and policy is not HitPolicy.COLLECT:
        yield _error("DECISION_AGGREGATION", decision.id, f"决策表“{decision.name}”：只有 COLLECT 策略可以汇总。")
    elif table.aggregation and (table.aggregation not in AGGREGATIONS or len(table.outputs) != 1):
        message = f"决策表“{decision.name}”：汇总方式只能是 SUM、MIN、MAX、COUNT，而且只能有一列输出。"
        yield _error("DECISION_AGGREGATION", decision.id, message)


def _output_names(decision: Decision, table: Table) -> Iterator[DecisionProblem]:
    names = [each.name for each in table.outputs]
    if len(names) > 1 and ("" in names or len(set(names)) < len(names)):
        message = f"决策表“{decision.name}”有几列输出，每一列都要有自己的名称。"
        yield _error("DECISION_OUTPUT_NAME", decision.id, message)


def _columns(table: Table, known: Collection[str]) -> Iterator[DecisionProblem]:
    for column in table.inputs:
        yield from _input_column(column)
    for output in table.outputs:
        yield from _output_column(output, known)


def _input_column(column: Input) -> Iterator[DecisionProblem]:
    yield from _text(column.expression, column.id, f"输入列“{column.label}”的表达式", None)
    if column.allowed:
        yield from _text(column.allowed, column.id, f"输入列“{column.label}”允许的值", None, unary=True)


def _output_column(column: Output, known: Collection[str]) -> Iterator[DecisionProblem]:
    if column.allowed:
        yield from _text(column.allowed, column.id, f"输出列“{column.label}”允许的值", known, unary=True)
    if column.default:
        yield from _text(column.default, column.id, f"输出列“{column.label}”的默认值", known)


def _rule(rule: Rule, table: Table, known: Collection[str]) -> Iterator[DecisionProblem]:
    if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        yield _error("DECISION_WIDTH", rule.id, f"第 {rule.number} 条规则的单元格数与表头不一致，请重新编辑这一行。")
        return
    for column, cell in zip(table.inputs, rule.inputs, strict=True):
        if cell not in ("", "-"):
            yield from _text(cell, rule.id, f"第 {rule.number} 条规则的“{column.label}”", known, unary=True)
    for output, cell in zip(table.outputs, rule.outputs, strict=True):
        where = f"第 {rule.number} 条规则的“{output.label}”"
        if cell not in ("", "-"):
            yield from _text(cell, rule.id, where, known)
        else:
            yield DecisionProblem("DECISION_EMPTY_RESULT", "warning", rule.id, f"{where}没有填写，结果将是空。")


def _text(
    text: str, element_id: str, where: str, known: Collection[str] | None, *, unary: bool = False
) -> Iterator[DecisionProblem]:
    for problem in check(text, known, unary=unary):
        if problem.code == "FEEL_UNKNOWN_NAME":
            message = f"{where}：{problem.message}如果它是一段文字，请加英文双引号。"
            yield DecisionProblem("DECISION_UNKNOWN_NAME", "warning", element_id, message)
        else:
            yield _error("DECISION_EXPRESSION", element_id, f"{where}：{problem.message}")


def _same_conditions(table: Table) -> Iterator[DecisionProblem]:
    """Two rules with word for word the same conditions can never both be meant under UNIQUE."""
    if table.hit_policy != HitPolicy.UNIQUE:
        return
    seen: dict[tuple[str, ...], int] = {}
    for rule in table.rules:
        first = seen.setdefault(rule.inputs, rule.number)
        if first != rule.number:
            message = f"第 {first} 条和第 {rule.number} 条规则的条件完全相同，运行时会冲突，请删去一条或改条件。"
            yield _error("DECISION_NOT_UNIQUE", rule.id, message)
