"""Which names task data may hold in a process: declared inputs, outputs of forms, handlers, tables and scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from processes.checks import multi_instance
from processes.checks.catalogue import Catalogue
from processes.checks.diagram import Diagram, Node, Scope, extension_of, local, text_of
from processes.checks.expressions import assigned

_NAME = re.compile(r"^[^\W\d]\w*$")
QUICK_TYPES: dict[str, str] = {
    "text": "文字",
    "integer": "整数",
    "number": "数字",
    "money": "金额",
    "boolean": "是否",
    "date": "日期",
}
#: Names that would make a saved state unreadable (engine reference section 0).
FORBIDDEN_NAMES = frozenset({"typename"})
#: Words FEEL gives a meaning of their own: data under these names could not be read in an expression.
KEYWORDS = frozenset(
    {"and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between"}
    | {"true", "false", "null", "function", "instance"}
)


def quick_outputs(text: str) -> tuple[dict[str, str], list[str]]:
    """The names and types of a quick form (`decision:text, ok:boolean`), and Chinese sentences about its faults.

    A name without a type is text.
    """
    outputs: dict[str, str] = {}
    faults: list[str] = []
    for part in text.replace("，", ",").replace("：", ":").split(","):
        name, _, kind = (piece.strip() for piece in part.partition(":"))
        fault = _fault(name, kind or "text", outputs)
        if fault is None:
            outputs[name] = kind or "text"
        else:
            faults.append(fault)
    return outputs, faults


def _fault(name: str, kind: str, earlier: Mapping[str, str]) -> str | None:
    if not _NAME.match(name):
        return f"“{name[:40]}”不是有效的名称（应以字母或汉字开头，不含空格）"
    if name in FORBIDDEN_NAMES or name in KEYWORDS:
        return f"名称 {name} 是保留字"
    if name in earlier:
        return f"名称 {name} 重复"
    if kind not in QUICK_TYPES:
        return f"类型“{kind[:20]}”不认识（可用：{'、'.join(QUICK_TYPES)}）"
    return None


def plain_names(text: str) -> list[str]:
    """The names of a list such as `policy_id, item_id` (types and FEEL values after `:` or `=` are left out)."""
    parts = (re.split(r"[:：=]", part)[0].strip() for part in text.replace("，", ",").split(","))
    return [part for part in parts if _NAME.match(part)]


def known_names(diagram: Diagram, *, catalogue: Catalogue, tables: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """All names that may be in task data somewhere in this diagram. Order of steps is not looked at.

    `tables` are the outputs of the decisions of the checked set.
    """
    names: set[str] = set()
    for scope in diagram.scopes:
        names |= set(plain_names(scope.properties.get("inputs", "")))
        names |= _data_objects(scope)
        for node in scope.nodes.values():
            names |= brought(node, catalogue=catalogue, tables=tables)
    return frozenset(names)


def brought(node: Node, *, catalogue: Catalogue, tables: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The names one node brings into task data."""
    names = assigned(node) | set(plain_names(node.properties.get("outputs", "")))
    form = catalogue.forms.get(node.properties.get("form", ""))
    names |= set(form.outputs) if form is not None else set()
    operator = extension_of(node.element, "serviceTaskOperator")
    for key in (node.properties.get("handler", node.id), operator.get("id", "") if operator is not None else ""):
        handler = catalogue.handlers.get(key)
        names |= set(handler.outputs) if handler is not None else set()
    if operator is not None and operator.get("resultVariable"):
        names.add(operator.get("resultVariable", ""))
    names |= set(tables.get(text_of(extension_of(node.element, "calledDecisionId")) or "", ()))
    return names | _loop_names(node) | _event_names(node)


def _loop_names(node: Node) -> set[str]:
    if node.loop is None:
        return set()
    loop = multi_instance.read(node.loop)
    return {name for name in (loop.item, loop.outputs, loop.output_item) if name}


def _event_names(node: Node) -> set[str]:
    names: set[str] = set()
    for holder in (node.element, *node.definitions):
        for kind in ("messageVariable", "variableName"):
            text = text_of(extension_of(holder, kind))
            names |= {text} if text is not None else set()
    for definition in node.definitions:
        if local(definition) == "messageEventDefinition":
            names |= set(plain_names(node.properties.get("outputs", "")))
    return names


def _data_objects(scope: Scope) -> set[str]:
    """Data objects, and the properties by which a process declares what it is started with."""
    found = [one for one in scope.element if local(one) in ("dataObject", "property")]
    return {key for one in found for key in (one.get("id"), one.get("name")) if key}
