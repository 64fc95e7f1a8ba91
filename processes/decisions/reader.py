"""DMN XML, from anybody, to the model: bounded, without entities, network or document types."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from lxml import etree

from processes.decisions.errors import DecisionError
from processes.decisions.model import Decision, Definitions, Input, Output, Rule, Table

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 20_000
MAX_CELLS = 10_000
_DMN = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


@lru_cache(maxsize=128)
def read(dmn: bytes) -> Definitions:
    """The decisions of a DMN file (kept by content). Raises DecisionError (DECISION_UNREADABLE)."""
    root = _tree(dmn)
    name = etree.QName(root)
    if name.localname != "definitions" or not (name.namespace or "").startswith(_DMN):
        raise _unreadable("这不是 DMN 决策文件（根元素应为 definitions）。")
    return _Reader(root, name.namespace or "").definitions()


def _unreadable(message: str) -> DecisionError:
    return DecisionError("DECISION_UNREADABLE", message)


def _tree(dmn: bytes) -> etree._Element:
    if len(dmn) > MAX_BYTES:
        raise _unreadable(f"决策文件太大（最多 {MAX_BYTES // 1000} KB）。")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(dmn, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise _unreadable(f"决策文件不是完整的 XML：{problem}") from problem
    docinfo = root.getroottree().docinfo
    if docinfo.internalDTD is not None or docinfo.doctype:
        raise _unreadable("决策文件不得包含 DOCTYPE 声明，请删去后重新上传。")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _unreadable(f"决策文件太复杂（超过 {MAX_ELEMENTS} 个元素），请拆成几个文件。")
    return root


class _Reader:
    """Reads one file; every name is looked for in the namespace of the root."""

    def __init__(self, root: etree._Element, namespace: str) -> None:
        self._root = root
        self._prefix = "{" + namespace + "}"

    def definitions(self) -> Definitions:
        names = {each.get("id", ""): each.get("name", "") for each in self._all(self._root, "inputData")}
        decisions: dict[str, Decision] = {}
        for element in self._all(self._root, "decision"):
            decision = self._decision(element, names)
            if not decision.id or decision.id in decisions:
                raise _unreadable(f"决策“{decision.name}”没有编号，或编号与另一个决策重复。")
            decisions[decision.id] = decision
        if not decisions:
            raise _unreadable("决策文件里没有任何决策。")
        return Definitions(MappingProxyType(decisions))

    def _all(self, element: etree._Element, name: str) -> list[etree._Element]:
        return element.findall(self._prefix + name)

    def _text(self, element: etree._Element, *path: str) -> str:
        found = element.find("/".join(self._prefix + name for name in (*path, "text")))
        return (found.text or "").strip() if found is not None else ""

    def _references(self, element: etree._Element, kind: str) -> list[str]:
        found = element.findall(f"{self._prefix}informationRequirement/{self._prefix}{kind}")
        return [each.get("href", "").partition("#")[2] for each in found]

    def _decision(self, element: etree._Element, input_names: dict[str, str]) -> Decision:
        variable = element.find(self._prefix + "variable")
        name = element.get("name", "")
        table = element.find(self._prefix + "decisionTable")
        literal = element.find(self._prefix + "literalExpression")
        return Decision(
            id=element.get("id", ""),
            name=name,
            variable=(variable.get("name", "") if variable is not None else "") or name,
            requires=tuple(self._references(element, "requiredDecision")),
            given=tuple(input_names.get(each, "") for each in self._references(element, "requiredInput")),
            table=self._table(table) if table is not None else None,
            literal=self._text(literal) if literal is not None else None,
        )

    def _table(self, element: etree._Element) -> Table:
        rules = tuple(self._rule(each, number) for number, each in enumerate(self._all(element, "rule"), 1))
        if sum(len(rule.inputs) + len(rule.outputs) for rule in rules) > MAX_CELLS:
            raise _unreadable(f"决策表太大（超过 {MAX_CELLS} 个单元格），请拆成几张表。")
        return Table(
            hit_policy=element.get("hitPolicy", "UNIQUE"),
            aggregation=element.get("aggregation", ""),
            inputs=tuple(self._input(each) for each in self._all(element, "input")),
            outputs=tuple(self._output(each) for each in self._all(element, "output")),
            rules=rules,
        )

    def _input(self, element: etree._Element) -> Input:
        expression = element.find(self._prefix + "inputExpression")
        text = self._text(element, "inputExpression")
        return Input(
            id=element.get("id", ""),
            label=element.get("label", "") or text,
            expression=text,
            type=expression.get("typeRef", "") if expression is not None else "",
            allowed=self._text(element, "inputValues"),
        )

    def _output(self, element: etree._Element) -> Output:
        name = element.get("name", "")
        return Output(
            id=element.get("id", ""),
            name=name,
            label=element.get("label", "") or name,
            type=element.get("typeRef", ""),
            allowed=self._text(element, "outputValues"),
            default=self._text(element, "defaultOutputEntry"),
        )

    def _rule(self, element: etree._Element, number: int) -> Rule:
        description = element.findtext(self._prefix + "description") or ""
        return Rule(
            id=element.get("id", ""),
            number=number,
            inputs=tuple(self._text(each) for each in self._all(element, "inputEntry")),
            outputs=tuple(self._text(each) for each in self._all(element, "outputEntry")),
            annotation=description.strip() or self._text(element, "annotationEntry"),
        )
