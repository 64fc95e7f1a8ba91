"""What a sub-process or a called process can do to whoever waits for it: end, throw errors, throw escalations."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from processes.checks.diagram import Diagram, Node, Scope, local

_ENDING_OTHERWISE = frozenset({"errorEventDefinition", "cancelEventDefinition"})


@dataclass(frozen=True, slots=True)
class Interface:
    """How something ends, seen from outside. None stands for "not known": everything is possible then.

    `errors` are error codes, `escalations` escalation codes, `sends` and `receives` the names of messages.
    """

    ends_normally: bool = True
    errors: frozenset[str] | None = None
    escalations: frozenset[str] | None = None
    sends: frozenset[str] = frozenset()
    receives: frozenset[str] = frozenset()

    def can_give(self, event: Node) -> bool:
        """True when this boundary event can happen; timers and messages always can."""
        kind, code = event.definition, code_of(event)
        if kind == "errorEventDefinition" and self.errors is not None:
            return bool(self.errors) if code is None else code in self.errors
        if kind == "escalationEventDefinition" and self.escalations is not None:
            return bool(self.escalations) if code is None else code in self.escalations
        return True


def interface_of(diagram: Diagram) -> Interface:
    """The interface of a file's executable process, read from its drawing; all unknown when it has none."""
    process = diagram.executable
    if process is None:
        return Interface()
    return read_interface(diagram, process)


def read_interface(diagram: Diagram, scope: Scope, *, ended_at: frozenset[str] | None = None) -> Interface:
    """The interface of a process or sub-process.

    `ended_at` are the end events that some run reaches, None for all of them. Errors of the business inside an
    activity (a handler's BusinessError without a boundary event) do not leave a scope and are not looked at.
    """
    ends = [one for one in scope.of_kind("endEvent") if ended_at is None or one.id in ended_at]
    inner = [one for one in diagram.nodes() if _inside(one.element, scope.element)]
    escalating = [one for one in inner if one.definition == "escalationEventDefinition" and throws(one)]
    return Interface(
        ends_normally=any(one.definition not in _ENDING_OTHERWISE for one in ends) or not ends,
        errors=frozenset(code for one in ends if one.definition == "errorEventDefinition" and (code := code_of(one))),
        escalations=frozenset(code_of(one) or "" for one in escalating),
        sends=frozenset(name for one in inner if throws(one) and (name := message_of(one))),
        receives=frozenset(name for one in inner if not throws(one) and (name := message_of(one))),
    )


def code_of(node: Node) -> str | None:
    """The code of the error or escalation an event throws or catches, None for any."""
    for attribute, kind, value in (
        ("errorRef", "errorEventDefinition", "errorCode"),
        ("escalationRef", "escalationEventDefinition", "escalationCode"),
    ):
        if node.definition == kind:
            declared = _declared(node.definitions[0], attribute)
            return declared.get(value) or declared.get("name") if declared is not None else None
    return None


def message_of(node: Node) -> str | None:
    """The name of the message a node sends or waits for, None when it does neither."""
    if node.kind in ("receiveTask", "sendTask"):
        declared = _declared(node.element, "messageRef")
    elif node.definition == "messageEventDefinition":
        declared = _declared(node.definitions[0], "messageRef")
    else:
        return None
    return declared.get("name") if declared is not None else None


def throws(node: Node) -> bool:
    """True for what sends or throws, false for what waits or catches."""
    return node.kind in ("endEvent", "intermediateThrowEvent", "sendTask")


def _declared(holder: etree._Element, attribute: str) -> etree._Element | None:
    key = (holder.get(attribute) or "").split(":")[-1]
    root = holder.getroottree().getroot()
    return next((one for one in root if key and one.get("id") == key and local(one) is not None), None)


def _inside(element: etree._Element, holder: etree._Element) -> bool:
    return any(above is holder for above in element.iterancestors())
