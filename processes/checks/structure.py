"""Whole-diagram checks: one executable process, names and ids, starts and ends, reachability, size, drawing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from processes.checks.diagram import Diagram, Node, Scope, is_executable, line_of, local, text_of
from processes.checks.files import stem_of
from processes.checks.finding import Finding, found
from processes.checks.graph import reachable, reversed_edges
from processes.checks.words import BPMN, BPMN_DI, GATEWAYS, MAX_NODES

#: Names the engine gives to its own nodes (browser reference, trap 1; read in its sources).
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")

_GENERATED = re.compile(
    r"^(Activity|Gateway|Event|Task|UserTask|ServiceTask|StartEvent|EndEvent|Flow|Process)_[0-9a-z]{5,8}$"
)
#: Elements whose text is the id of another element of the file.
_MENTIONING = ("incoming", "outgoing", "flowNodeRef")
_NAMED_KINDS = frozenset({"userTask", "manualTask", "task", "receiveTask", "callActivity", "serviceTask"})


def check(diagram: Diagram) -> Iterator[Finding]:
    """All findings about the shape of the diagram as a whole."""
    yield from _processes(diagram)
    yield from _ids(diagram)
    yield from _size(diagram)
    yield from _lost(diagram)
    for scope in diagram.scopes:
        yield from _starts(scope)
        yield from _reachability(scope)
        yield from _names(scope)
    yield from _drawing(diagram)


def _processes(diagram: Diagram) -> Iterator[Finding]:
    executable = [one for one in diagram.processes if is_executable(one)]
    if not executable:
        message = "图中没有可执行的流程。请在流程属性中勾选“可执行”。"
        yield found("NO_EXECUTABLE_PROCESS", message, file=diagram.file, line=1)
    for extra in executable[1:]:
        yield extra.says("SEVERAL_EXECUTABLE_PROCESSES", "是多余的：一个文件只能有一个可执行流程。请拆成单独的文件。")
    stem = stem_of(diagram.file)
    if executable and executable[0].id != stem:
        yield executable[0].says(
            "FILE_NAME_MISMATCH",
            f"的编号是 {executable[0].id or '空'}，与文件名 {stem} 不一致。请把流程编号和文件名改成相同。",
        )


def _ids(diagram: Diagram) -> Iterator[Finding]:
    where: dict[str, list[int]] = {}
    for element in diagram.root.iter():
        key = element.get("id")
        if key and local(element) is not None:
            where.setdefault(key, []).append(line_of(element))
    for key, lines in where.items():
        if len(lines) > 1:
            places = "、".join(str(line) for line in lines[:5])
            message = f"编号 {key} 在第 {places} 行重复使用。请给其中的元素换一个编号。"
            yield found("DUPLICATE_ID", message, file=diagram.file, element_id=key, line=lines[1])
    for node in diagram.nodes():
        if not node.id:
            yield node.says("MISSING_ID", "没有编号。请在设计器中给它一个唯一编号。")
        elif node.id in RESERVED or node.id.endswith(RESERVED_ENDINGS):
            yield node.says("RESERVED_ID", f"的编号 {node.id} 是引擎的保留名称，会使流程悄悄走错。请换一个编号。")


def _lost(diagram: Diagram) -> Iterator[Finding]:
    """Ids the file mentions but does not hold: what an editor leaves behind when it loses an element."""
    held = {str(element.get("id")) for element in diagram.root.iter() if element.get("id")}
    mentions = [(one, text_of(one)) for kind in _MENTIONING for one in diagram.root.iter(f"{{{BPMN}}}{kind}")]
    drawn = [*diagram.root.iter(f"{{{BPMN_DI}}}BPMNShape"), *diagram.root.iter(f"{{{BPMN_DI}}}BPMNEdge")]
    mentions += [(one, one.get("bpmnElement")) for one in drawn]
    told: set[str] = set()
    for element, name in mentions:
        key = (name or "").split(":")[-1]
        if key and key not in held and key not in told:
            told.add(key)
            text = f"文件提到元素 {key}，却没有它的内容，可能在保存时丢失。请在设计器中补画，或恢复上一版本。"
            yield found("REFERENCE_LOST", text, file=diagram.file, element_id=key, line=line_of(element))


def _size(diagram: Diagram) -> Iterator[Finding]:
    total = sum(len(scope.nodes) for scope in diagram.scopes)
    if total > MAX_NODES and diagram.scopes:
        message = f"共有 {total} 个节点，超过上限 {MAX_NODES} 个。请把一部分移到单独的流程，用“调用流程”连接。"
        yield diagram.scopes[0].says("TOO_MANY_NODES", message)


def _starts(scope: Scope) -> Iterator[Finding]:
    starts = scope.of_kind("startEvent")
    plain = [one for one in starts if not one.definitions]
    for extra in starts:
        if extra.definitions:
            yield extra.says("START_EVENT_KIND", "带有触发条件，不受支持。请改用普通开始事件，由消息或人员启动流程。")
    if not plain:
        yield scope.says("NO_START_EVENT", "缺少普通开始事件。请添加一个开始事件。")
    for extra in plain[1:]:
        yield extra.says("SEVERAL_START_EVENTS", "是多余的：每个流程（子流程）只能有一个普通开始事件。请删除或合并。")
    if not scope.of_kind("endEvent"):
        yield scope.says("NO_END_EVENT", "没有结束事件。请在每条路径的末尾添加结束事件。")


def _reachability(scope: Scope) -> Iterator[Finding]:
    starts = [one.id for one in scope.of_kind("startEvent")]
    if not starts:
        return
    reached = reachable(scope.after, starts)
    for key, node in scope.nodes.items():
        if key not in reached and node.kind != "boundaryEvent":
            yield node.says("UNREACHABLE", "从开始事件走不到。请用连线接入流程，或删除它。")
    finals = [key for key, node in scope.nodes.items() if node.kind == "endEvent" or _stops(scope, node)]
    finishing = reachable(reversed_edges(scope.after), finals)
    for key, node in scope.nodes.items():
        if key in reached and key not in finishing:
            yield node.says("NO_WAY_TO_END", "无论怎样都走不到结束事件，会在循环里出不来。请添加通往结束事件的路径。")


def _stops(scope: Scope, node: Node) -> bool:
    """A node without a way on that is not an end event; reported as IMPLICIT_END, not as a trap."""
    return not scope.leaving[node.id]


def _names(scope: Scope) -> Iterator[Finding]:
    for node in scope.nodes.values():
        needs = node.kind in _NAMED_KINDS or _decides(scope, node)
        if needs and not node.name:
            yield node.says("UNNAMED", "没有名称，办理人和分析人员看不懂。请写上名称，例如“受理申报材料”。")
        elif node.name and _GENERATED.match(node.name):
            yield node.says("GENERATED_NAME", "的名称是自动生成的。请改成办理人能看懂的名称。")
    if scope.kind == "process" and not scope.name:
        yield scope.says("UNNAMED", "没有名称。请在流程属性中写上名称。")
    same = Counter(node.name for node in scope.of_kind("userTask") if node.name)
    for node in scope.of_kind("userTask"):
        if same[node.name] > 1:
            yield node.says("SAME_NAME", "与另一个人工任务同名，待办清单里分不清。请写出区别。")


def _decides(scope: Scope, node: Node) -> bool:
    return node.kind in GATEWAYS - {"parallelGateway", "eventBasedGateway"} and len(scope.leaving[node.id]) > 1


def _drawing(diagram: Diagram) -> Iterator[Finding]:
    shapes = {one.get("bpmnElement") for one in diagram.root.iter(f"{{{BPMN_DI}}}BPMNShape")}
    edges = {one.get("bpmnElement") for one in diagram.root.iter(f"{{{BPMN_DI}}}BPMNEdge")}
    if not shapes:
        message = "文件没有图形信息，无法在页面上显示。请在设计器中打开、排好版面后保存。"
        yield found("NO_DRAWING", message, file=diagram.file, line=1)
        return
    for node in diagram.nodes():
        if node.id not in shapes:
            yield node.says("NOT_DRAWN", "没有图形，在流程图上看不见。请在设计器中重新放置。")
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.id not in edges:
                yield flow.says("NOT_DRAWN", f"{flow.label} 没有图形，在流程图上看不见。请在设计器中重新连接。")
