"""Automatic work of other tools: classes, delegates, topics and job types become our handlers, or work of a person."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import child_of, extension_of, text_of
from processes.checks.words import BPMN, SPIFF
from processes.doctor.diagnosis import Fate, Fix
from processes.doctor.juel import NotMapped, to_feel
from processes.doctor.patient import (
    Patient,
    Remedy,
    choice,
    extensions,
    label_of,
    set_property,
    vendor_attribute,
    vendor_children,
)

_PROGRAMS = ("class", "delegateExpression", "expression", "topic", "type")
_LISTENERS = ("executionListener", "taskListener", "executionListeners", "taskListeners")


def remedies(patient: Patient) -> Iterator[Remedy]:
    """HANDLER_FOREIGN, DECISION_FOREIGN, SCRIPT_FOREIGN and LISTENER_FOREIGN."""
    for task in patient.nodes("serviceTask", "sendTask"):
        if extension_of(task, "serviceTaskOperator") is None and not task.get("messageRef"):
            yield from _service(patient, task)
    for task in patient.nodes("businessRuleTask"):
        yield from _decision(patient, task)
    for task in patient.nodes("scriptTask"):
        yield from _script(patient, task)
    for element in patient.nodes():
        for listener in vendor_children(element, *_LISTENERS):
            yield _listener(patient, element, listener)


def _program(task: etree._Element) -> str:
    found = vendor_attribute(task, *_PROGRAMS)
    if found:
        return found[1]
    return next((one.get("type", "") for one in vendor_children(task, "taskDefinition")), "")


def _service(patient: Patient, task: etree._Element) -> Iterator[Remedy]:
    program, key = _program(task), task.get("id", "")
    handlers = {name: one.title for name, one in patient.catalogue.handlers.items() if one.kind == "service_task"}
    known = program if program in handlers else None

    def pick(picked: str | None) -> None:
        _forget_program(patient, task, "改为本系统的办理动作")
        name = picked or known or ""
        operator = etree.SubElement(extensions(task), f"{{{SPIFF}}}serviceTaskOperator", nsmap={"spiffworkflow": SPIFF})
        operator.set("id", name)
        parameters = etree.SubElement(operator, f"{{{SPIFF}}}parameters")
        handler = patient.catalogue.handlers.get(name)
        for one in handler.parameters if handler is not None else ():
            etree.SubElement(parameters, f"{{{SPIFF}}}parameter", id=one.name, type="any", value=one.name)
        task.tag = f"{{{BPMN}}}serviceTask"

    def by_hand(picked: str | None) -> None:
        _forget_program(patient, task, "改为人工任务，原来的程序不再调用")
        task.tag = f"{{{BPMN}}}userTask"
        patient.note(task, Fate.MAPPED, "自动任务改为人工任务")

    said = f"由其他系统的程序“{program}”办理" if program else "没有写明由什么程序办理"
    text = f"{label_of(task)}{said}，这里不能运行。请选择本系统的办理动作，或改为人工任务。"
    fix = Fix(f"handler:{key}", "选择办理动作", known is not None, choice("handler", handlers, known))
    yield Remedy("HANDLER_FOREIGN", "error", task, text, fix, pick)
    yield Remedy("HANDLER_FOREIGN", "error", task, text, Fix(f"by_hand:{key}", "改为人工任务"), by_hand)


def _forget_program(patient: Patient, task: etree._Element, words: str) -> None:
    while found := vendor_attribute(task, *_PROGRAMS, "resultVariable"):
        task.attrib.pop(found[0])
        patient.note(task, Fate.DROPPED, words, attribute=found[0])
    for one in vendor_children(task, "taskDefinition", "connector", "field", "ioMapping", "taskHeaders", "inputOutput"):
        patient.take_out(one, Fate.DROPPED, words)


def _decision(patient: Patient, task: etree._Element) -> Iterator[Remedy]:
    if extension_of(task, "calledDecisionId") is not None:
        return
    attribute = vendor_attribute(task, "decisionRef")
    child = next(iter(vendor_children(task, "calledDecision")), None)
    named = attribute[1] if attribute else (child.get("decisionId", "") if child is not None else "")
    known = named if named in patient.catalogue.decisions else None

    def do(picked: str | None) -> None:
        if attribute:
            patient.move_attribute(task, attribute[0], "改为本系统的决策表")
        if child is not None:
            patient.take_out(child, Fate.MAPPED, "改为本系统的决策表")
        called = etree.SubElement(extensions(task), f"{{{SPIFF}}}calledDecisionId", nsmap={"spiffworkflow": SPIFF})
        called.text = picked or known or named

    text = f"{label_of(task)}使用决策“{named or '（没有写明）'}”。请选择本系统的决策表。"
    options = choice("decision", dict(patient.catalogue.decisions), known)
    yield Remedy(
        "DECISION_FOREIGN",
        "error",
        task,
        text,
        Fix(f"decision:{task.get('id', '')}", "选择决策表", known is not None, options),
        do,
    )


def _script(patient: Patient, task: etree._Element) -> Iterator[Remedy]:
    language = (task.get("scriptFormat") or "").lower()
    zeebe = next(iter(vendor_children(task, "script")), None)
    own = text_of(child_of(task, "script"))
    key = task.get("id", "")
    if zeebe is not None:
        yield _zeebe_script(patient, task, zeebe)
    elif own is not None and language not in ("", "feel"):

        def by_hand(picked: str | None) -> None:
            script = child_of(task, "script")
            if script is not None:
                patient.take_out(script, Fate.DROPPED, "改为人工任务，原来的脚本不再运行")
            task.attrib.pop("scriptFormat", None)
            patient.note(task, Fate.DROPPED, "改为人工任务", attribute="scriptFormat")
            task.tag = f"{{{BPMN}}}userTask"
            patient.note(task, Fate.MAPPED, "脚本任务改为人工任务")
            set_property(task, "outputs", "done:boolean")

        text = f"{label_of(task)}是 {language} 脚本，这里只运行 FEEL 赋值（名称 = 表达式）。请改写，或改为人工任务。"
        yield Remedy("SCRIPT_FOREIGN", "error", task, text, Fix(f"script:{key}", "改为人工任务"), by_hand)


def _zeebe_script(patient: Patient, task: etree._Element, script: etree._Element) -> Remedy:
    line = f"{script.get('resultVariable', 'result')} = {script.get('expression', '').removeprefix('=').strip()}"

    def do(picked: str | None) -> None:
        patient.take_out(script, Fate.MAPPED, "改为本系统的脚本")
        own = etree.SubElement(task, f"{{{BPMN}}}script")
        own.text = line

    text = f"{label_of(task)}的脚本写在其他系统的扩展里。可以改为：{line}。"
    return Remedy("SCRIPT_FOREIGN", "error", task, text, Fix(f"script:{task.get('id', '')}", "改写脚本", True), do)


def _listener(patient: Patient, element: etree._Element, listener: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        patient.take_out(listener, Fate.DROPPED, "不运行其他系统的监听程序")

    said = listener.get("class") or listener.get("delegateExpression") or listener.get("expression") or "程序"
    number = list(element.iter()).index(listener)
    text = f"{label_of(element)}带有其他系统的监听程序“{said}”，这里不会运行。需要的动作请画成环节。"
    fix = Fix(f"listener:{element.get('id', '')}:{number}", "去掉监听程序")
    return Remedy("LISTENER_FOREIGN", "warning", element, text, fix, do)


def mapped_or_none(text: str) -> str | None:
    """The FEEL of an expression of another tool, None when there is no counterpart."""
    try:
        return to_feel(text)
    except NotMapped:
        return None
