"""Events that need a word more, or another way to draw them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import child_of
from processes.doctor.diagnosis import Fate, Fix
from processes.doctor.patient import Patient, Remedy, label_of
from processes.doctor.wiring import flows_into, flows_out_of, remove_node


def remedies(patient: Patient) -> Iterator[Remedy]:
    """MESSAGE_UNNAMED, LINK_EVENT and ERROR_WITHOUT_CODE."""
    for declared in patient.nodes("message", "signal", "escalation"):
        if not declared.get("name"):
            yield _name(patient, declared)
    for error in patient.nodes("error"):
        if not error.get("errorCode"):
            yield _code(patient, error)
    yield from _links(patient)


def _name(patient: Patient, declared: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        declared.set("name", declared.get("id", ""))

    text = f"消息或信号 {declared.get('id')} 没有名称，收发双方对不上。可以用它的编号作名称。"
    return Remedy(
        "MESSAGE_UNNAMED", "error", declared, text, Fix(f"name:{declared.get('id')}", "用编号作名称", True), do
    )


def _code(patient: Patient, error: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        error.set("errorCode", error.get("name") or error.get("id") or "")

    text = f"错误“{error.get('name') or error.get('id')}”没有代码，捕获不到。可以用它的名称作代码。"
    return Remedy("ERROR_WITHOUT_CODE", "error", error, text, Fix(f"code:{error.get('id')}", "用名称作代码", True), do)


def _links(patient: Patient) -> Iterator[Remedy]:
    """A throwing link event jumps to the catching one of its name: said with plain flows."""
    catching = {_link(one): one for one in patient.nodes("intermediateCatchEvent") if _link(one) is not None}
    for thrown in patient.nodes("intermediateThrowEvent"):
        name = _link(thrown)
        target = catching.get(name) if name is not None else None
        if target is not None:
            yield _join(patient, thrown, target)


def _join(patient: Patient, thrown: etree._Element, target: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        onward = [flow.get("targetRef", "") for flow in flows_out_of(patient, target.get("id", ""))]
        for flow in flows_into(patient, thrown.get("id", "")):
            patient.note(flow, Fate.MAPPED, "链接事件改为直接相连", attribute="targetRef")
            flow.set("targetRef", onward[0] if onward else "")
        remove_node(patient, thrown, Fate.MAPPED, "链接事件改为直接相连")
        others = [one for one in patient.nodes("intermediateThrowEvent") if _link(one) == _link(target)]
        if not others:
            remove_node(patient, target, Fate.MAPPED, "链接事件改为直接相连")

    text = f"{label_of(thrown)}是链接事件，引擎不会跳转。可以改为直接连线。"
    return Remedy("LINK_EVENT", "error", thrown, text, Fix(f"link:{thrown.get('id')}", "改为直接连线", True), do)


def _link(event: etree._Element) -> str | None:
    definition = child_of(event, "linkEventDefinition")
    return None if definition is None else definition.get("name") or ""
