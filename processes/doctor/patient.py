"""The file under treatment: its tree, what may be referred to, and the notes of what was done to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from processes import xml
from processes.checks.catalogue import Catalogue
from processes.checks.codes import Severity
from processes.checks.diagram import child_of, local
from processes.checks.words import BPMN, KIND_WORDS, SPIFF
from processes.doctor.diagnosis import Choice, Fate, Fix

#: The namespaces of other tools, by the word their files use.
VENDORS: dict[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
}
#: Children of an activity or event that must stand before the extensions would break the schema's order.
_BEFORE_EXTENSIONS = frozenset({"documentation"})


@dataclass(frozen=True)
class Remedy:
    """A symptom with what can be done. `do` changes the patient; it gets what the person picked."""

    code: str
    severity: Severity
    element: etree._Element | None
    message: str
    fix: Fix | None = None
    do: Callable[[str | None], None] | None = None


@dataclass
class Note:
    """What a fix did to an element (`attribute` empty) or to one attribute of it."""

    element: etree._Element
    attribute: str
    fate: Fate
    words: str


@dataclass
class Patient:
    """A read file. Its elements are kept alive, so that each can be asked for after it was taken out."""

    root: etree._Element
    catalogue: Catalogue
    notes: list[Note] = field(default_factory=list)

    def note(self, element: etree._Element, fate: Fate, words: str, *, attribute: str = "") -> None:
        """Remember what became of an element or attribute."""
        self.notes.append(Note(element, attribute, fate, words))

    def move_attribute(self, element: etree._Element, name: str, words: str) -> str:
        """Take an attribute away because it is said in our words now; its value."""
        value = element.attrib.pop(name)
        self.note(element, Fate.MAPPED, words, attribute=name)
        return str(value)

    def take_out(self, element: etree._Element, fate: Fate, words: str) -> None:
        """Take an element with all it holds out of the file."""
        parent = element.getparent()
        if parent is not None:
            self.note(element, fate, words)
            _keep_tail(element, parent)
            parent.remove(element)

    def nodes(self, *kinds: str) -> Iterator[etree._Element]:
        """The BPMN elements of these local names, in the order of the file; all of them when none is named."""
        for element in list(self.root.iter()):
            kind = local(element)
            if kind is not None and (not kinds or kind in kinds):
                yield element

    def by_id(self, key: str) -> etree._Element | None:
        """The BPMN element of that id."""
        return next((one for one in self.nodes() if one.get("id") == key), None)

    def fresh_id(self, wanted: str) -> str:
        """An id nothing in the file has yet."""
        taken = {one.get("id") for one in self.root.iter() if isinstance(one.tag, str)}
        number, key = 2, wanted
        while key in taken:
            key, number = f"{wanted}_{number}", number + 1
        return key


def read(content: bytes, catalogue: Catalogue) -> Patient:
    """The patient of a file. Raises DefinitionRefused for what is no safe XML."""
    xml.read(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return Patient(etree.fromstring(content, parser), catalogue)


def vendor_of(name: str) -> str | None:
    """The tool an attribute or tag in Clark notation belongs to."""
    return VENDORS.get(etree.QName(name).namespace or "") if name.startswith("{") else None


def vendor_attribute(element: etree._Element, *names: str) -> tuple[str, str] | None:
    """(name in Clark notation, value) of the first attribute of any other tool with one of these local names."""
    for name, value in element.attrib.items():
        text = str(name)
        if vendor_of(text) is not None and etree.QName(text).localname in names:
            return text, str(value)
    return None


def vendor_children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The extension elements of other tools with one of these local names, directly under `extensionElements`."""
    holder = child_of(element, "extensionElements")
    found = [] if holder is None else list(holder)
    return [
        one for one in found if isinstance(one.tag, str) and vendor_of(one.tag) and etree.QName(one).localname in names
    ]


def extensions(element: etree._Element) -> etree._Element:
    """The `extensionElements` of an element, made at the place the schema asks for when there is none."""
    holder = child_of(element, "extensionElements")
    if holder is None:
        holder = etree.Element(f"{{{BPMN}}}extensionElements")
        at = sum(1 for one in element if local(one) in _BEFORE_EXTENSIONS)
        element.insert(at, holder)
    return holder


def set_property(element: etree._Element, name: str, value: str) -> None:
    """Write one of our properties."""
    holder = extensions(element)
    properties = holder.find(f"{{{SPIFF}}}properties")
    if properties is None:
        properties = etree.SubElement(holder, f"{{{SPIFF}}}properties", nsmap={"spiffworkflow": SPIFF})
    for one in properties:
        if one.get("name") == name:
            one.set("value", value)
            return
    etree.SubElement(properties, f"{{{SPIFF}}}property", name=name, value=value)


def label_of(element: etree._Element) -> str:
    """An element as people know it."""
    kind = local(element) or ""
    word = {"sequenceFlow": "连线", "process": "流程", "participant": "泳池"}.get(kind, KIND_WORDS.get(kind, kind))
    name = " ".join(element.get("name", "").split())
    return f"{word}“{name}”" if name else f"{word} {element.get('id', '')}"


def choice(kind: str, options: dict[str, str], proposed: str | None = None) -> Choice:
    """A choice among what the house knows; a proposal that is not among it is none."""
    return Choice(kind, tuple(options.items()), proposed if proposed in options else None)


def _keep_tail(element: etree._Element, parent: etree._Element) -> None:
    if not (element.tail or "").strip():
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
