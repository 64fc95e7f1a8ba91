"""The account of an import: what became of every element and attribute the source held. Nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lxml import etree

from processes.checks.diagram import local
from processes.checks.words import BPMN, BPMN_DI, SPIFF
from processes.doctor.diagnosis import Account, Fate
from processes.doctor.patient import Note, Patient, vendor_of

_OWN = frozenset({BPMN, BPMN_DI, SPIFF})
_DRAWING = ("http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI")


@dataclass(frozen=True)
class _Held:
    """One element as the source had it."""

    element: etree._Element
    name: str
    owner: str
    attributes: dict[str, str]
    text: str


@dataclass
class Source:
    """The source as it was before any fix: its elements stay known even when they are taken out."""

    held: list[_Held] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many elements, attributes and texts there are to account for."""
        return sum(1 + len(one.attributes) + bool(one.text) for one in self.held)


def remember(patient: Patient) -> Source:
    """Take down everything the file holds now."""
    source = Source()
    for element in patient.root.iter():
        if isinstance(element.tag, str):
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            text = (element.text or "").strip()
            source.held.append(_Held(element, _name(element.tag), _owner(element), attributes, text))
    return source


def account(source: Source, patient: Patient, *, blocking: Collection[str]) -> tuple[Account, ...]:
    """What became of each thing; `blocking` are the ids of elements that keep the file from running."""
    return tuple(_told(source, patient, blocking))


def _told(source: Source, patient: Patient, blocking: Collection[str]) -> Iterator[Account]:
    inside = {id(one) for one in patient.root.iter()}
    notes: dict[int, list[Note]] = {}
    for note in patient.notes:
        notes.setdefault(id(note.element), []).append(note)
    fates: dict[int, tuple[Fate, str]] = {}
    for one in source.held:
        own = notes.get(id(one.element), [])
        fate, words = _fate_of_element(one, own, inside, fates, blocking)
        fates[id(one.element)] = (fate, words)
        yield Account(one.owner, one.name, "", "", fate, words)
        for name, value in one.attributes.items():
            yield Account(one.owner, one.name, _name(name), value, *_fate_of_part(one, name, value, own, fates, inside))
        if one.text:
            yield Account(
                one.owner, one.name, "text", one.text, *_fate_of_part(one, "text", one.text, own, fates, inside)
            )


def _fate_of_element(
    one: _Held, own: list[Note], inside: set[int], fates: dict[int, tuple[Fate, str]], blocking: Collection[str]
) -> tuple[Fate, str]:
    said = next((note for note in reversed(own) if not note.attribute), None)
    if id(one.element) not in inside:
        if said is not None:
            return said.fate, said.words
        holder = next((above for above in _above(one) if id(above) in fates), None)
        return fates[id(holder)] if holder is not None else (Fate.DROPPED, "随所在的元素去掉")
    if said is not None:
        return said.fate, said.words
    namespace = etree.QName(one.element).namespace
    if namespace not in _OWN and namespace not in _DRAWING:
        return Fate.IGNORED, "保留在文件里，在这里不起作用"
    if local(one.element) is not None and one.element.get("id") in blocking:
        return Fate.NOT_RUNNABLE, "还不能运行，见诊断"
    return Fate.KEPT, ""


def _above(one: _Held) -> Iterator[etree._Element]:
    """What held the element when it was taken out: its parents are still linked within the part taken out."""
    yield from one.element.iterancestors()


def _fate_of_part(
    one: _Held, name: str, value: str, own: list[Note], fates: dict[int, tuple[Fate, str]], inside: set[int]
) -> tuple[Fate, str]:
    whole, words = fates[id(one.element)]
    if id(one.element) not in inside:
        return whole, words
    said = next((note for note in reversed(own) if note.attribute == name), None)
    now = (one.element.text or "").strip() if name == "text" else one.element.get(name)
    if said is not None and now != value:
        return said.fate, said.words
    if now == value:
        foreign = name != "text" and vendor_of(name) is not None
        return (Fate.IGNORED, "保留在文件里，在这里不起作用") if foreign else (_kept(whole), "")
    return (said.fate, said.words) if said is not None else (Fate.MAPPED, "由修复改写")


def _kept(whole: Fate) -> Fate:
    return Fate.IGNORED if whole is Fate.IGNORED else Fate.KEPT


def _name(tag: str) -> str:
    name = etree.QName(tag)
    word = {BPMN: "bpmn", BPMN_DI: "bpmndi", SPIFF: "spiffworkflow"}.get(name.namespace or "", vendor_of(tag) or "")
    if not word and name.namespace:
        word = name.namespace.rstrip("/").rsplit("/", 1)[-1]
    return f"{word}:{name.localname}" if word else name.localname


def _owner(element: etree._Element) -> str:
    """The id of the nearest element that has one: what a nested thing belongs to."""
    at: etree._Element | None = element
    while at is not None:
        if at.get("id") or at.get("bpmnElement"):
            return at.get("id") or at.get("bpmnElement") or ""
        at = at.getparent()
    return ""
