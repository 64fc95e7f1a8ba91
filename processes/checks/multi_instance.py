"""Multi-instance activities and standard loops (engine reference 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from processes.checks.diagram import Diagram, Node, Scope, child_of, text_of
from processes.checks.expressions import script_lines
from processes.checks.finding import Finding
from processes.checks.graph import cycles
from processes.checks.words import ACTIVITIES

#: More parallel copies than this cost too much per completion; one application is one instance (design 3).
MOST_COPIES = 200


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """The parts of multi-instance characteristics; names are task data names."""

    collection: str | None
    cardinality: str | None
    item: str | None
    outputs: str | None
    output_item: str | None
    condition: str | None


def read(loop: etree._Element) -> MultiInstance:
    """The parts as written; empty ones are None."""
    return MultiInstance(
        collection=text_of(child_of(loop, "loopDataInputRef")),
        cardinality=text_of(child_of(loop, "loopCardinality")),
        item=_item(child_of(loop, "inputDataItem")),
        outputs=text_of(child_of(loop, "loopDataOutputRef")),
        output_item=_item(child_of(loop, "outputDataItem")),
        condition=text_of(child_of(loop, "completionCondition")),
    )


def mentions(expression: str, name: str) -> bool:
    """True when a name stands in an expression as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", expression) is not None


def _item(element: etree._Element | None) -> str | None:
    return element.get("id") if element is not None else None


def check(diagram: Diagram) -> Iterator[Finding]:
    """All findings about repeated activities of every scope."""
    for scope in diagram.scopes:
        for node in scope.nodes.values():
            if node.kind not in ACTIVITIES:
                continue
            if node.loop is not None:
                yield from _rules(node, read(node.loop))
                yield from _cleared(scope, node, read(node.loop))
            standard = child_of(node.element, "standardLoopCharacteristics")
            if standard is not None:
                yield from _standard_loop(node, standard)


def _rules(node: Node, loop: MultiInstance) -> Iterator[Finding]:
    if (loop.collection is None) == (loop.cardinality is None):
        yield node.says("MI_COLLECTION", "是多实例，必须且只能填写“集合”或“次数”之一。请在属性中改正。")
    if loop.collection is not None and loop.item is None:
        yield node.says("MI_ITEM", f"对集合 {loop.collection} 逐项办理，但没有写明每一项的名称。请填写“输入项”。")
    if loop.cardinality is not None and loop.cardinality.isdigit() and not 1 <= int(loop.cardinality) <= MOST_COPIES:
        yield node.says("MI_SIZE", f"的次数 {loop.cardinality[:20]} 超出 1 到 {MOST_COPIES}。请减少次数。")
    if loop.outputs is not None and loop.output_item is None:
        yield node.says("MI_OUTPUT_ITEM", f"把结果收集到 {loop.outputs}，但没有写明每一项的结果名称。请填写“输出项”。")
    if loop.outputs is None and loop.output_item is not None:
        yield node.says("MI_OUTPUT_ITEM", f"填写了输出项 {loop.output_item}，但没有写明收集到哪里。请填写“输出集合”。")
    if loop.outputs is None and node.properties.get("outputs"):
        yield node.says(
            "MI_RESULTS_OVERWRITTEN", "没有输出集合，各人的结果会互相覆盖，只留下最后一个。请填写输出集合和输出项。"
        )
    if loop.outputs and loop.condition and mentions(loop.condition, loop.outputs):
        yield node.says(
            "MI_CONDITION",
            f'的提前结束条件用到了 {loop.outputs}，那时还看不到它。请只用本人的结果，例如 decision = "不同意"。',
        )
    if loop.outputs is not None and loop.outputs in (loop.item, loop.output_item, loop.collection):
        yield node.says("MI_OUTPUT_ITEM", f"的输出集合 {loop.outputs} 与其他名称相同。请换一个名称。")


def _cleared(scope: Scope, node: Node, loop: MultiInstance) -> Iterator[Finding]:
    """The engine refuses to enter again while the results of the round before are still there."""
    if loop.outputs is None:
        return
    part = next((part for part in cycles(scope.after) if node.id in part), None)
    if part is None:
        return
    scripts = (scope.nodes[key] for key in part if scope.nodes[key].kind == "scriptTask")
    bodies = (text_of(child_of(one.element, "script")) or "" for one in scripts)
    cleared = {line.name for body in bodies for line in script_lines(body)}
    if loop.outputs not in cleared:
        yield node.says(
            "MI_OUTPUT_NOT_CLEARED",
            f"在循环之内，第二轮开始前要清空 {loop.outputs}。请在返回路径上加脚本任务：{loop.outputs} = null。",
        )


def _standard_loop(node: Node, loop: etree._Element) -> Iterator[Finding]:
    if not loop.get("loopMaximum") and text_of(child_of(loop, "loopCondition")) is None:
        yield node.says("LOOP_UNBOUNDED", "是循环任务，但没有最多次数和继续条件。请至少填写一项。")
