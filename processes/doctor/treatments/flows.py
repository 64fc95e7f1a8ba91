"""Gateways and flows drawn so that the engine would not run them, or not as meant."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import child_of, local
from processes.checks.words import ACTIVITIES, EVENTS
from processes.doctor.diagnosis import Choice, Fate, Fix
from processes.doctor.patient import Patient, Remedy, label_of
from processes.doctor.wiring import flow_between, flows_out_of, lead_from, new_node

_DECIDING = ("exclusiveGateway", "inclusiveGateway")


def remedies(patient: Patient) -> Iterator[Remedy]:
    """SEVERAL_WAYS_OUT, CONDITION_IGNORED, NO_DEFAULT, NO_CONDITION, DEFAULT_WITH_CONDITION, SINGLE_EXIT_CONDITION."""
    for node in patient.nodes(*ACTIVITIES, *(EVENTS - {"endEvent"})):
        leaving = flows_out_of(patient, node.get("id", ""))
        if len(leaving) > 1 or any(_condition(flow) is not None for flow in leaving):
            yield _gateway(patient, node, leaving)
    for gateway in patient.nodes(*_DECIDING):
        yield from _deciding(patient, gateway, flows_out_of(patient, gateway.get("id", "")))
    for gateway in patient.nodes("parallelGateway", "eventBasedGateway"):
        for flow in flows_out_of(patient, gateway.get("id", "")):
            if _condition(flow) is not None:
                yield _ignored(patient, gateway, flow)


def _condition(flow: etree._Element) -> etree._Element | None:
    return child_of(flow, "conditionExpression")


def _gateway(patient: Patient, node: etree._Element, leaving: list[etree._Element]) -> Remedy:
    key = node.get("id", "")
    conditional = [flow for flow in leaving if _condition(flow) is not None]
    kind, word = ("exclusiveGateway", "排他网关") if conditional else ("parallelGateway", "并行网关")

    def do(picked: str | None) -> None:
        level = node.getparent()
        if level is None:
            return
        gateway = new_node(patient, level, kind, f"after_{key}", name="走哪一条？" if conditional else "")
        default = node.attrib.pop("default", None)
        if default is not None:
            gateway.set("default", default)
            patient.note(node, Fate.MAPPED, "默认连线移到新的网关上", attribute="default")
        for flow in leaving:
            lead_from(patient, flow, gateway.get("id", ""), "连线改从新的网关离开")
        flow_between(patient, level, key, gateway.get("id", ""))

    text = f"{label_of(node)}有 {len(leaving)} 条连线离开或带有条件，引擎要求由网关来分路。可以在它后面加一个{word}。"
    return Remedy("SEVERAL_WAYS_OUT", "error", node, text, Fix(f"gateway:{key}", f"在后面加{word}", True), do)


def _deciding(patient: Patient, gateway: etree._Element, leaving: list[etree._Element]) -> Iterator[Remedy]:
    default = gateway.get("default")
    plain = [flow for flow in leaving if _condition(flow) is None and flow.get("id") != default]
    if len(leaving) == 1 and _condition(leaving[0]) is not None:
        yield _drop_condition(
            patient, gateway, leaving[0], "SINGLE_EXIT_CONDITION", "是唯一的出口，却带条件，不成立时会停住"
        )
    if len(leaving) < 2:
        return
    if default is None:
        yield _default(patient, gateway, leaving, plain)
    for flow in leaving:
        if flow.get("id") == default and _condition(flow) is not None:
            yield _drop_condition(patient, gateway, flow, "DEFAULT_WITH_CONDITION", "是默认连线，它的条件不会被判断")
        elif default is not None and flow in plain:
            yield _ask_condition(patient, gateway, flow)


def _default(
    patient: Patient, gateway: etree._Element, leaving: list[etree._Element], plain: list[etree._Element]
) -> Remedy:
    key = gateway.get("id", "")
    options = {flow.get("id", ""): f"{label_of(flow)}（到 {_target(patient, flow)}）" for flow in leaving}
    proposed = plain[0].get("id") if len(plain) == 1 else None

    def do(picked: str | None) -> None:
        gateway.set("default", picked or proposed or leaving[-1].get("id") or "")

    text = f"{label_of(gateway)}没有默认连线，所有条件都不成立时流程会停住。请选一条作为默认。"
    pick = Choice("flow", tuple(options.items()), proposed)
    return Remedy(
        "NO_DEFAULT", "error", gateway, text, Fix(f"default:{key}", "设默认连线", proposed is not None, pick), do
    )


def _target(patient: Patient, flow: etree._Element) -> str:
    target = patient.by_id(flow.get("targetRef", ""))
    return label_of(target) if target is not None else flow.get("targetRef", "")


def _drop_condition(patient: Patient, gateway: etree._Element, flow: etree._Element, code: str, why: str) -> Remedy:
    def do(picked: str | None) -> None:
        condition = _condition(flow)
        if condition is not None:
            patient.take_out(condition, Fate.DROPPED, "条件不会被判断，已去掉")

    text = f"{label_of(gateway)}的{label_of(flow)}{why}。可以去掉这个条件。"
    severity = "warning" if code == "DEFAULT_WITH_CONDITION" else "error"
    fix = Fix(f"condition:{flow.get('id', '')}", "去掉条件", code == "DEFAULT_WITH_CONDITION")
    return Remedy(code, "warning" if severity == "warning" else "error", flow, text, fix, do)


def _ask_condition(patient: Patient, gateway: etree._Element, flow: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        condition = etree.SubElement(flow, f"{{{etree.QName(flow).namespace}}}conditionExpression")
        condition.set("{http://www.w3.org/2001/XMLSchema-instance}type", "tFormalExpression")
        condition.text = f"= {(picked or 'false').removeprefix('=').strip()}"

    text = f"{label_of(gateway)}的{label_of(flow)}没有条件，也不是默认连线。请写上条件（FEEL）。"
    fix = Fix(f"condition:{flow.get('id', '')}", "写上条件", False, Choice("text"))
    return Remedy("NO_CONDITION", "error", flow, text, fix, do)


def _ignored(patient: Patient, gateway: etree._Element, flow: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        condition = _condition(flow)
        if condition is not None:
            patient.take_out(condition, Fate.DROPPED, "这种网关不判断条件，已去掉")

    word = "并行网关" if local(gateway) == "parallelGateway" else "事件网关"
    text = f"{label_of(flow)}从{word}离开，条件不会被判断。可以去掉条件，或在设计器中改用排他网关。"
    return Remedy("CONDITION_IGNORED", "error", flow, text, Fix(f"condition:{flow.get('id', '')}", "去掉条件"), do)
