"""Flows and nodes put in, led elsewhere and taken out, with everything that mentions them."""

from __future__ import annotations

from lxml import etree

from processes.checks.diagram import local
from processes.checks.words import BPMN
from processes.doctor.diagnosis import Fate
from processes.doctor.patient import Patient

_MENTIONS = frozenset({"incoming", "outgoing", "flowNodeRef"})


def flows_out_of(patient: Patient, key: str) -> list[etree._Element]:
    """The sequence flows that leave a node."""
    return [one for one in patient.nodes("sequenceFlow") if one.get("sourceRef") == key]


def flows_into(patient: Patient, key: str) -> list[etree._Element]:
    """The sequence flows that enter a node."""
    return [one for one in patient.nodes("sequenceFlow") if one.get("targetRef") == key]


def new_node(patient: Patient, level: etree._Element, kind: str, wanted: str, *, name: str = "") -> etree._Element:
    """A node added to a process or sub-process, before its first flow."""
    node = etree.Element(f"{{{BPMN}}}{kind}", id=patient.fresh_id(wanted))
    if name:
        node.set("name", name)
    first = level.find(f"{{{BPMN}}}sequenceFlow")
    if first is not None:
        first.addprevious(node)
    else:
        level.append(node)
    return node


def flow_between(patient: Patient, level: etree._Element, source: str, target: str) -> etree._Element:
    """A new flow on this level."""
    flow = etree.Element(
        f"{{{BPMN}}}sequenceFlow", id=patient.fresh_id(f"flow_{source}_{target}"), sourceRef=source, targetRef=target
    )
    last = level.findall(f"{{{BPMN}}}sequenceFlow")
    if last:
        last[-1].addnext(flow)
    else:
        level.append(flow)
    return flow


def lead_from(patient: Patient, flow: etree._Element, source: str, words: str) -> None:
    """Let a flow start at another node; the old one mentions it no more."""
    _forget_mention(patient, flow.get("sourceRef", ""), "outgoing", flow.get("id", ""), words)
    patient.note(flow, Fate.MAPPED, words, attribute="sourceRef")
    flow.set("sourceRef", source)


def remove_flow(patient: Patient, flow: etree._Element, fate: Fate, words: str) -> None:
    """Take a flow out, with its mentions and its drawing."""
    _forget(patient, flow.get("id", ""), fate, words)
    patient.take_out(flow, fate, words)


def remove_node(patient: Patient, node: etree._Element, fate: Fate, words: str) -> None:
    """Take a node and the flows at it out, with mentions and drawing."""
    key = node.get("id", "")
    for flow in [*flows_into(patient, key), *flows_out_of(patient, key)]:
        remove_flow(patient, flow, fate, words)
    _forget(patient, key, fate, words)
    patient.take_out(node, fate, words)


def _forget(patient: Patient, key: str, fate: Fate, words: str) -> None:
    for one in list(patient.root.iter()):
        if not isinstance(one.tag, str) or one.getparent() is None:
            continue
        drawn = one.get("bpmnElement") == key
        mentioned = local(one) in _MENTIONS and (one.text or "").strip() == key
        if drawn or mentioned:
            patient.take_out(one, fate, words)


def _forget_mention(patient: Patient, node: str, kind: str, flow: str, words: str) -> None:
    holder = patient.by_id(node)
    for one in list(holder) if holder is not None else []:
        if local(one) == kind and (one.text or "").strip() == flow:
            patient.take_out(one, Fate.MAPPED, words)
