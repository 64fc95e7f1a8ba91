"""Events: what they wait for or throw, where boundary events sit, and timers."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks import timers
from processes.checks.diagram import Diagram, Node, Scope, child_of, line_of, local, text_of
from processes.checks.finding import Finding, found
from processes.checks.timers import TimerKind
from processes.checks.words import (
    ACTIVITIES,
    AUTOMATIC_TASKS,
    DEFINITION_WORDS,
    EVENT_DEFINITIONS,
    KIND_WORDS,
    SUB_PROCESSES,
)

_WAITABLE = frozenset(
    {"messageEventDefinition", "timerEventDefinition", "signalEventDefinition", "conditionalEventDefinition"}
)
_ALLOWED: dict[str, frozenset[str]] = {
    "intermediateCatchEvent": _WAITABLE,
    "intermediateThrowEvent": frozenset(
        {"messageEventDefinition", "signalEventDefinition", "escalationEventDefinition"}
    ),
    "endEvent": frozenset(
        {
            "messageEventDefinition",
            "signalEventDefinition",
            "escalationEventDefinition",
            "errorEventDefinition",
            "terminateEventDefinition",
            "cancelEventDefinition",
        }
    ),
    "boundaryEvent": _WAITABLE | {"errorEventDefinition", "escalationEventDefinition", "cancelEventDefinition"},
    "startEvent": EVENT_DEFINITIONS,  # a start with a definition is refused by the structure checks
}
#: Judged elsewhere as unsupported elements.
_REFUSED = frozenset({"compensateEventDefinition", "linkEventDefinition"})
_REFERENCES: dict[str, tuple[str, str]] = {
    "messageEventDefinition": ("messageRef", "message"),
    "signalEventDefinition": ("signalRef", "signal"),
    "errorEventDefinition": ("errorRef", "error"),
    "escalationEventDefinition": ("escalationRef", "escalation"),
}
TIMER_KINDS: tuple[TimerKind, ...] = ("timeDuration", "timeDate", "timeCycle")


def check(diagram: Diagram) -> Iterator[Finding]:
    """All findings about events of every scope, and about the messages and errors they name."""
    yield from _declarations(diagram)
    for scope in diagram.scopes:
        for node in scope.nodes.values():
            yield from _definition(scope, node)
            yield from _references(diagram, node)
            yield from _timers(node)
            if node.kind == "boundaryEvent":
                yield from _boundary(scope, node)
            elif node.kind == "eventBasedGateway":
                yield from _event_gateway(scope, node)
        yield from _errors_caught(diagram, scope)


def timer_of(definition: etree._Element) -> tuple[TimerKind, str | None] | None:
    """The kind and text of a timer definition, None when it has neither."""
    for kind in TIMER_KINDS:
        element = child_of(definition, kind)
        if element is not None:
            return kind, text_of(element)
    return None


def reference(diagram: Diagram, definition: etree._Element) -> etree._Element | None:
    """The message, signal, error or escalation an event definition points to, None when unresolved."""
    attribute, kind = _REFERENCES.get(local(definition) or "", ("", ""))
    key = definition.get(attribute) if attribute else None
    return diagram.declared(kind).get(key.split(":")[-1]) if key else None


def _declarations(diagram: Diagram) -> Iterator[Finding]:
    words = {"message": "消息", "signal": "信号", "escalation": "升级"}
    for kind, word in words.items():
        for key, element in diagram.declared(kind).items():
            if not element.get("name"):
                text = f"{word} {key} 没有名称，无法送达。请写上名称。"
                yield found("MESSAGE_UNNAMED", text, file=diagram.file, element_id=key or None, line=line_of(element))


def _definition(scope: Scope, node: Node) -> Iterator[Finding]:
    if node.kind in ("intermediateCatchEvent", "boundaryEvent") and not node.definitions:
        yield node.says("EVENT_WITHOUT_DEFINITION", "没有写明等待什么，会立即通过。请选择定时、消息、信号或条件。")
    if node.kind == "receiveTask" and not node.element.get("messageRef"):
        yield node.says("EVENT_WITHOUT_DEFINITION", "没有写明等待哪条消息，会立即通过。请选择消息。")
    allowed = _ALLOWED.get(node.kind)
    if allowed is None:
        return
    for definition in node.definitions:
        kind = local(definition) or ""
        if kind in _REFUSED:
            continue
        word = DEFINITION_WORDS[kind]
        if kind not in allowed:
            yield node.says("EVENT_KIND", f"不能使用“{word}”。请换成这个位置支持的事件。")
        elif kind == "cancelEventDefinition" and not _in_transaction(scope, node):
            yield node.says("EVENT_KIND", "使用了“取消”，但不在事务子流程上。请改用错误事件，或把子流程改成事务。")
        elif kind == "conditionalEventDefinition" and text_of(child_of(definition, "condition")) is None:
            yield node.says("EVENT_WITHOUT_DEFINITION", "没有写明等待的条件。请填写条件表达式。")


def _in_transaction(scope: Scope, node: Node) -> bool:
    if node.kind == "boundaryEvent":
        host = scope.nodes.get(node.attached_to or "")
        return host is not None and host.kind == "transaction"
    return scope.kind == "transaction"


def _references(diagram: Diagram, node: Node) -> Iterator[Finding]:
    for definition in node.definitions:
        kind = local(definition) or ""
        if kind not in _REFERENCES:
            continue
        word = DEFINITION_WORDS[kind]
        if reference(diagram, definition) is None:
            if kind == "errorEventDefinition" and node.kind == "boundaryEvent" and not definition.get("errorRef"):
                continue  # judged with the error code below
            yield node.says("EVENT_REFERENCE", f"没有指明{word}，或指向不存在的{word}。请在属性中选择{word}。")
    if node.kind in ("receiveTask", "sendTask"):
        key = node.element.get("messageRef")
        if key and key.split(":")[-1] not in diagram.declared("message"):
            yield node.says("EVENT_REFERENCE", f"指向不存在的消息 {key}。请重新选择消息。")
        elif not key and node.kind == "sendTask":
            yield node.says("EVENT_REFERENCE", "没有指明发送哪条消息。请选择消息。")
    yield from _error_code(diagram, node)


def _error_code(diagram: Diagram, node: Node) -> Iterator[Finding]:
    for definition in node.definitions:
        if local(definition) != "errorEventDefinition":
            continue
        error = reference(diagram, definition)
        unnamed = error is None and node.kind == "boundaryEvent" and not definition.get("errorRef")
        if unnamed or (error is not None and not error.get("errorCode")):
            yield node.says(
                "ERROR_WITHOUT_CODE", "没有错误代码，捕获不到业务错误。请填写错误代码，例如 BUDGET_EXCEEDED。"
            )


def _timers(node: Node) -> Iterator[Finding]:
    for definition in node.definitions:
        if local(definition) != "timerEventDefinition":
            continue
        timer = timer_of(definition)
        if timer is None or timer[1] is None:
            yield node.says("TIMER_EMPTY", "没有填写时限。请填写时长、时刻或周期。")
            continue
        kind, text = timer[0], timer[1]
        wrong = timers.problem(kind, text)
        if wrong is not None:
            yield node.says("TIMER_INVALID", f"的{wrong}")
        elif kind == "timeCycle" and timers.repeats_without_end(text):
            yield node.says("TIMER_ENDLESS", "的周期没有次数，会一直重复。请写上次数，例如 R10/P1D。")
        elif kind == "timeDuration" and "工作日" in node.name and timers.is_calendar_days(text):
            yield node.says(
                "TIMER_CALENDAR_DAYS",
                f"的名称写着工作日，时长 {text} 却按日历日计算。按工作日计算请写 = working days after(起算日, 天数)。",
            )


def _boundary(scope: Scope, node: Node) -> Iterator[Finding]:
    host = scope.nodes.get(node.attached_to or "")
    if host is None:
        yield node.says("BOUNDARY_HOST", f"依附的元素 {node.attached_to or '（空）'} 不存在。请重新放到任务上。")
        return
    if host.kind not in ACTIVITIES:
        yield node.says(
            "BOUNDARY_HOST", f"不能放在{KIND_WORDS.get(host.kind, host.kind)}上。请放到任务、子流程或调用流程上。"
        )
        return
    if host.kind in AUTOMATIC_TASKS and node.definition in _WAITABLE:
        yield node.says(
            "BOUNDARY_NEVER_FIRES", f"放在{host.label}上，该任务立即完成，事件不会发生。请改放到需要等待的任务上。"
        )
    if node.definition == "errorEventDefinition" and not node.interrupting:
        yield node.says("BOUNDARY_ERROR_INTERRUPTS", "是错误事件，必须中断任务。请改成中断型。")
    if node.definition == "escalationEventDefinition" and host.kind not in SUB_PROCESSES | {"callActivity"}:
        yield node.says("BOUNDARY_NEVER_FIRES", f"放在{host.label}上，不会有升级发生。请放到子流程或调用流程上。")


def _event_gateway(scope: Scope, node: Node) -> Iterator[Finding]:
    followers = [scope.nodes[flow.target] for flow in scope.leaving[node.id] if flow.target in scope.nodes]
    timed = [one for one in followers if one.definition == "timerEventDefinition"]
    if len(timed) > 1:
        names = "、".join(one.name or one.id for one in timed)
        yield node.says(
            "SEVERAL_TIMERS", f"后面有 {len(timed)} 个定时事件（{names}），只有一个会生效。请只保留最早的一个。"
        )
    if len(followers) < 2:
        yield node.says("EVENT_GATEWAY_WAYS", "后面不足两个事件。请至少连接两个等待事件，或直接使用等待事件。")
    for one in followers:
        if one.kind not in ("intermediateCatchEvent", "receiveTask"):
            yield one.says("EVENT_GATEWAY_TARGET", f"不能紧跟在{node.label}后面。请在中间放一个等待事件。")
        elif len(scope.entering[one.id]) > 1:
            yield one.says("EVENT_GATEWAY_TARGET", f"除了{node.label}还有其他连线进入。请让它只接事件网关。")


def _errors_caught(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An error end event of a sub-process that nobody catches lets the flow go on as if nothing had happened."""
    if scope.kind == "process":
        return
    host_scope = next((one for one in diagram.scopes if scope.element.getparent() is one.element), None)
    if host_scope is None:
        return
    caught = {
        _code(diagram, event) for event in host_scope.boundaries.get(scope.id, ()) if _code(diagram, event) is not None
    }
    for end in scope.of_kind("endEvent"):
        code = _code(diagram, end)
        if code is not None and code not in caught:
            yield end.says(
                "ERROR_NOT_CAUGHT",
                f"抛出错误 {code}，但{scope.label}上没有同代码的错误边界事件，流程会照常继续。请添加错误边界事件。",
            )


def _code(diagram: Diagram, node: Node) -> str | None:
    for definition in node.definitions:
        if local(definition) == "errorEventDefinition":
            error = reference(diagram, definition)
            return error.get("errorCode") if error is not None else None
    return None
