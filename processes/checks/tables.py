"""Decision tables (`.dmn`): what they are called, what they yield, and whether their cells read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from processes.checks.catalogue import Values
from processes.checks.expressions import bare, fixed_value, problems
from processes.checks.files import read_xml
from processes.checks.finding import Finding, found

HIT_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"})
_ONE_ROW = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})
_AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})
#: The DMN versions whose files are read, by the year in their namespace (1.2 to 1.5).
_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
MOST_RULES = 2_000


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a file: `values` are the names its table yields, each with its values if the list is closed."""

    id: str
    title: str
    values: Mapping[str, Values | None]


def check(name: str, content: bytes) -> tuple[list[Decision], list[Finding]]:
    """The decisions of a `.dmn` file and all findings about it."""
    root, findings = read_xml(name, content)
    if root is None:
        return [], findings
    if etree.QName(root).localname != "definitions" or etree.QName(root).namespace not in _NAMESPACES:
        message = f"文件 {name} 不是 DMN 决策表：根元素应为 DMN 的 definitions。请用决策表设计器导出。"
        return [], [found("NOT_DMN", message, file=name, line=1)]
    elements = [one for one in root if _local(one) == "decision"]
    if not elements:
        findings.append(found("NO_DECISION", f"文件 {name} 里没有决策表。请添加一个决策。", file=name, line=1))
    for element in elements:
        findings.extend(_Table(name, element).check())
    return [_decision(one) for one in elements if one.get("id")], findings


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(element: etree._Element, kind: str) -> list[etree._Element]:
    return [one for one in element if _local(one) == kind]


def _text(element: etree._Element) -> str:
    held = _children(element, "text")
    return "".join(str(part) for part in held[0].itertext()).strip() if held else ""


def _decision(element: etree._Element) -> Decision:
    key = element.get("id", "")
    values: dict[str, Values | None] = {}
    for table in _children(element, "decisionTable"):
        for number, output in enumerate(_children(table, "output")):
            if output.get("name"):
                values[output.get("name", "")] = _column(table, number)
    variable = _children(element, "variable")
    if variable and variable[0].get("name"):
        values.setdefault(variable[0].get("name", ""), None)
    return Decision(key, element.get("name") or key, values or {key: None})


def _column(table: etree._Element, number: int) -> Values | None:
    """What an output column of a table can yield; None unless one row counts and each cell is a fixed value."""
    if table.get("hitPolicy", "UNIQUE") not in _ONE_ROW:
        return None
    default = _children(_children(table, "output")[number], "defaultOutputEntry")
    cells = [_children(rule, "outputEntry")[number : number + 1] for rule in _children(table, "rule")]
    texts = [_text(cell) for row in [*cells, default] for cell in row]
    found = [fixed_value(bare(text)) for text in texts if text not in ("", "-")]
    values = tuple(dict.fromkeys(one for one in found if one is not None))
    return values if values and len(found) == len([one for one in found if one is not None]) else None


class _Table:
    """The checks of one decision; holds only where findings are to point."""

    def __init__(self, file: str, element: etree._Element) -> None:
        self._file = file
        self._element = element
        self._label = f"决策“{element.get('name') or element.get('id') or ''}”"

    def _says(self, code: str, message: str, at: etree._Element) -> Finding:
        key = at.get("id") or self._element.get("id")
        return found(code, f"{self._label}{message}", file=self._file, element_id=key, line=int(at.sourceline or 1))

    def check(self) -> Iterator[Finding]:
        if not self._element.get("id"):
            yield self._says("MISSING_ID", "没有编号，流程无法引用。请填写编号。", self._element)
        tables = _children(self._element, "decisionTable")
        literals = _children(self._element, "literalExpression")
        if len(tables) + len(literals) != 1:
            yield self._says("NO_DECISION", "应当正好有一张决策表或一个表达式。请改正。", self._element)
        for literal in literals:
            yield from self._expression(literal, "表达式", unary=False)
        for table in tables:
            yield from self._table(table)

    def _table(self, table: etree._Element) -> Iterator[Finding]:
        policy = table.get("hitPolicy", "UNIQUE")
        aggregation = table.get("aggregation")
        if policy not in HIT_POLICIES:
            yield self._says("HIT_POLICY", f"的命中策略 {policy[:30]} 不支持。请改用 UNIQUE 或 FIRST。", table)
        if aggregation and (policy != "COLLECT" or aggregation not in _AGGREGATIONS):
            yield self._says("HIT_POLICY", f"的汇总方式 {aggregation[:30]} 只能与 COLLECT 一起用。请改正。", table)
        inputs, outputs = _children(table, "input"), _children(table, "output")
        if not outputs:
            yield self._says("TABLE_SHAPE", "没有输出列。请至少添加一个输出列。", table)
        for one in outputs:
            if not one.get("name") and len(outputs) > 1:
                yield self._says("TABLE_SHAPE", "有输出列没有名称。请填写每个输出列的名称。", one)
        for one in inputs:
            for expression in _children(one, "inputExpression"):
                yield from self._expression(expression, "输入列", unary=False)
        yield from self._rules(table, len(inputs), len(outputs))

    def _rules(self, table: etree._Element, inputs: int, outputs: int) -> Iterator[Finding]:
        rules = _children(table, "rule")
        if not rules:
            yield self._says("TABLE_SHAPE", "没有规则行，永远没有结果。请至少添加一行规则。", table)
        if len(rules) > MOST_RULES:
            yield self._says("TABLE_SHAPE", f"有 {len(rules)} 行规则，超过上限 {MOST_RULES}。请拆分。", table)
        for number, rule in enumerate(rules[:MOST_RULES], start=1):
            yield from self._rule(rule, number, inputs, outputs)

    def _rule(self, rule: etree._Element, number: int, inputs: int, outputs: int) -> Iterator[Finding]:
        tests, results = _children(rule, "inputEntry"), _children(rule, "outputEntry")
        if len(tests) != inputs or len(results) != outputs:
            yield self._says("TABLE_SHAPE", f"第 {number} 行的格数与列数不一致。请在设计器中补齐。", rule)
        for column, cell in enumerate(tests, start=1):
            if _text(cell) not in ("", "-"):
                yield from self._expression(cell, f"第 {number} 行第 {column} 个条件", unary=True)
        for column, cell in enumerate(results, start=1):
            if _text(cell) not in ("", "-"):
                yield from self._expression(cell, f"第 {number} 行第 {column} 个结果", unary=False)

    def _expression(self, holder: etree._Element, place: str, *, unary: bool) -> Iterator[Finding]:
        text = _text(holder)
        expression = text if unary else bare(text)
        if not expression:
            yield self._says("EXPRESSION_EMPTY", f"的{place}是空的。请填写表达式。", holder)
            return
        faults, _ = problems(expression, known=None, unary=unary)
        for problem in faults[:1]:
            shown = expression if len(expression) <= 60 else f"{expression[:60]}…"
            text = f"的{place}“{shown}”有误：{problem.message}请改正表达式。"
            yield self._says("EXPRESSION_INVALID", text, holder)
