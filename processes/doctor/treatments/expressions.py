"""Conditions and timers written for Java engines, said in FEEL."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import local, text_of
from processes.doctor.diagnosis import Choice, Fate, Fix
from processes.doctor.juel import NotMapped, to_feel
from processes.doctor.patient import Patient, Remedy, label_of

_CONDITIONS = ("conditionExpression", "completionCondition", "condition", "loopCardinality")
_TIMERS = ("timeDuration", "timeDate", "timeCycle")
_WORDS = {
    "conditionExpression": "条件",
    "completionCondition": "提前结束条件",
    "condition": "等待条件",
    "loopCardinality": "次数",
}


def remedies(patient: Patient) -> Iterator[Remedy]:
    """EXPRESSION_FOREIGN for each `${...}`, with its FEEL when there is one."""
    for element in patient.nodes(*_CONDITIONS, *_TIMERS):
        text = text_of(element) or ""
        if "${" in text or "#{" in text:
            yield _map(patient, element, text)


def _map(patient: Patient, element: etree._Element, text: str) -> Remedy:
    owner = _owner(element)
    kind = local(element) or ""
    place = _WORDS.get(kind, "时限")
    feel, reason = _translated(text)

    def do(picked: str | None) -> None:
        written = (picked or feel or "").removeprefix("=").strip()
        element.text = f"= {written}"
        element.attrib.pop("language", None)
        patient.note(element, Fate.MAPPED, f"{place} {text} 改为 {element.text}", attribute="text")
        patient.note(element, Fate.MAPPED, f"{place}改为 FEEL", attribute="language")

    fix_id = f"feel:{owner.get('id', '')}:{kind}"
    if feel is not None:
        said = f"{label_of(owner)}的{place}“{text[:80]}”是其他系统的写法，可以改为“{feel}”。"
        return Remedy("EXPRESSION_FOREIGN", "error", owner, said, Fix(fix_id, f"改为 {feel[:60]}", True), do)
    said = f"{label_of(owner)}的{place}“{text[:80]}”是其他系统的写法，不能自动改写：{reason}请重新填写。"
    return Remedy("EXPRESSION_FOREIGN", "error", owner, said, Fix(fix_id, "重新填写", False, Choice("text")), do)


def _translated(text: str) -> tuple[str | None, str]:
    try:
        return to_feel(text), ""
    except NotMapped as problem:
        return None, str(problem)


def _owner(element: etree._Element) -> etree._Element:
    """The flow, activity or event an expression belongs to."""
    at: etree._Element = element
    while (parent := at.getparent()) is not None:
        at = parent
        kind = local(at) or ""
        if at.get("id") and not kind.endswith(("EventDefinition", "Characteristics")):
            return at
    return element
