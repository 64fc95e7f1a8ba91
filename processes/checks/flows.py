"""Flows, gateways and elements the engine does not run as they are drawn."""

from __future__ import annotations

from collections.abc import Iterator

from processes.checks.diagram import Diagram, Flow, Node, Scope, line_of, local
from processes.checks.finding import Finding, found
from processes.checks.words import ACTIVITIES, DEFINITION_WORDS, EVENTS, FLOW_NODES, KIND_WORDS

#: Elements the engine cannot run or runs wrongly (engine reference 1.2), and what to draw instead.
UNSUPPORTED: dict[str, str] = {
    "complexGateway": "请改用排他网关或包容网关，并写明每条连线的条件",
    "adHocSubProcess": "请改用普通子流程，或用并行网关列出各项任务",
    "choreographyTask": "请改用发送任务和接收任务",
    "subChoreography": "请改用普通子流程",
    "callChoreography": "请改用“调用流程”",
}
UNSUPPORTED_ARTICLES: dict[str, tuple[str, str]] = {
    "dataStore": ("数据存储", "请改用自动任务读写业务数据"),
    "dataStoreReference": ("数据存储引用", "请改用自动任务读写业务数据"),
    "globalTask": ("全局任务", "请改为独立流程并用“调用流程”引用"),
    "globalUserTask": ("全局人工任务", "请改为独立流程并用“调用流程”引用"),
    "globalScriptTask": ("全局脚本任务", "请改为独立流程并用“调用流程”引用"),
    "globalManualTask": ("全局线下任务", "请改为独立流程并用“调用流程”引用"),
    "globalBusinessRuleTask": ("全局决策任务", "请改为独立流程并用“调用流程”引用"),
    "choreography": ("编排", "请改用流程图"),
    "import": ("外部文件引用", "请把需要的内容放进本图或一起上传"),
}
UNSUPPORTED_DEFINITIONS: dict[str, str] = {
    "compensateEventDefinition": "请用普通连线画出撤销步骤",
    "linkEventDefinition": "请直接用连线相连",
}


def check(diagram: Diagram) -> Iterator[Finding]:
    """All findings about single flows, gateways and unsupported elements."""
    yield from _articles(diagram)
    for scope in diagram.scopes:
        for node in scope.nodes.values():
            yield from _unsupported(node)
            yield from _ways(scope, node)
            if node.kind in ("exclusiveGateway", "inclusiveGateway"):
                yield from _choice(scope, node)
            elif node.kind in ("parallelGateway", "eventBasedGateway"):
                yield from _conditions_ignored(scope, node)
        for flow in scope.flows:
            yield from _dangling(scope, flow)


def _articles(diagram: Diagram) -> Iterator[Finding]:
    for element in diagram.root.iter():
        kind = local(element)
        if kind in UNSUPPORTED_ARTICLES:
            word, instead = UNSUPPORTED_ARTICLES[kind]
            key = element.get("id")
            message = f"{word}“{element.get('name') or key or ''}”不受支持。{instead}。"
            yield found("UNSUPPORTED_ELEMENT", message, file=diagram.file, element_id=key, line=line_of(element))


def _unsupported(node: Node) -> Iterator[Finding]:
    if node.kind in UNSUPPORTED:
        yield node.says("UNSUPPORTED_ELEMENT", f"不受支持。{UNSUPPORTED[node.kind]}。")
    if node.element.get("triggeredByEvent") in ("true", "1"):
        instead = "请把消息或定时边界事件放在“调用流程”或子流程上"
        yield node.says("UNSUPPORTED_ELEMENT", f"是事件子流程，不受支持（引擎会错误地启动它）。{instead}。")
    for definition in node.definitions:
        kind = local(definition) or ""
        if kind in UNSUPPORTED_DEFINITIONS:
            word, instead = DEFINITION_WORDS[kind], UNSUPPORTED_DEFINITIONS[kind]
            yield node.says("UNSUPPORTED_ELEMENT", f"是{word}事件，引擎不会执行它。{instead}。")
    if len(node.definitions) > 1 or node.element.get("parallelMultiple") in ("true", "1"):
        yield node.says("SEVERAL_DEFINITIONS", "带有多个触发定义，不受支持。请拆成多个事件，每个事件只留一种。")


def _dangling(scope: Scope, flow: Flow) -> Iterator[Finding]:
    for key, side in ((flow.source, "起点"), (flow.target, "终点")):
        if key not in scope.nodes:
            text = f"{flow.label} 的{side} {key or '（空）'} 不在同一层流程中。请重新连接，或删除这条连线。"
            yield flow.says("DANGLING_FLOW", text)


def _ways(scope: Scope, node: Node) -> Iterator[Finding]:
    leaving, entering = scope.leaving[node.id], scope.entering[node.id]
    if node.kind == "endEvent":
        if leaving:
            yield node.says("FLOW_FROM_END", "后面还有连线，永远不会走到。请删除连线，或把它改成其他元素。")
        return
    if node.kind in ("startEvent", "boundaryEvent") and entering:
        yield node.says("FLOW_INTO_EVENT", "前面有连线进入。请把连线接到它后面的元素上。")
    if not leaving and node.kind in FLOW_NODES:
        yield node.says("IMPLICIT_END", "后面没有连线。请连接到下一步；确实到此为止的，请连接到结束事件。")
    if node.kind in ACTIVITIES | EVENTS:
        if len(leaving) > 1:
            yield node.says("SEVERAL_WAYS_OUT", f"有 {len(leaving)} 条连线离开，引擎不支持。请在后面加一个网关来分路。")
        for flow in leaving:
            if flow.condition is not None:
                text = (
                    f"{flow.label} 从{node.label}离开时的条件会被忽略。请在它后面加排他网关，把条件写在网关的连线上。"
                )
                yield flow.says("CONDITION_IGNORED", text)
    if node.kind in ACTIVITIES and len(entering) > 1 and len({flow.source for flow in entering}) < len(entering):
        yield node.says("DOUBLE_FLOW", "与同一个前一步之间有两条连线，会重复执行。请删除一条。")


def _choice(scope: Scope, node: Node) -> Iterator[Finding]:
    leaving = scope.leaving[node.id]
    default = node.element.get("default")
    if default is not None and default not in {flow.id for flow in leaving}:
        yield node.says("DEFAULT_UNKNOWN", f"的默认连线 {default} 不是从它离开的连线。请重新指定默认连线。")
    if len(leaving) == 1 and leaving[0].condition is not None:
        text = (
            f"{node.label}只有一条出口 {leaving[0].label}，却带条件，不成立时会出错停住。请删除条件，或补上另一条出口。"
        )
        yield leaving[0].says("SINGLE_EXIT_CONDITION", text)
    if len(leaving) < 2:
        return
    if default is None:
        yield node.says("NO_DEFAULT", "没有默认连线，所有条件都不成立时流程会出错停住。请把一条连线设为默认。")
    for flow in leaving:
        if flow.id == default and flow.condition is not None:
            yield flow.says("DEFAULT_WITH_CONDITION", f"默认{flow.label} 带有条件，条件不会被判断。请删除条件。")
        elif flow.id != default and flow.condition is None:
            text = f"{node.label}的{flow.label} 没有条件，也不是默认连线。请写上条件，或设为默认。"
            yield flow.says("NO_CONDITION", text)


def _conditions_ignored(scope: Scope, node: Node) -> Iterator[Finding]:
    word = KIND_WORDS[node.kind]
    for flow in scope.leaving[node.id]:
        if flow.condition is not None:
            text = f"{flow.label} 从{node.label}离开，{word}不判断条件。请删除条件，或改用排他网关。"
            yield flow.says("CONDITION_IGNORED", text)
