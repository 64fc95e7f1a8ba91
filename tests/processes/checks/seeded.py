"""Broken variants of the shipped files: each with one fault, the code that names it, and the element it is at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from processes.checks.words import BPMN, SPIFF

Change = Callable[[etree._Element], None]
XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Seed:
    """One fault: the shipped file it is put into, what is done, and how the checks must name it."""

    what: str
    stem: str
    change: Change
    code: str
    element: str | None

    @property
    def name(self) -> str:
        return f"{self.stem}: {self.what}"


def at(root: etree._Element, key: str) -> etree._Element:
    """The element of this id."""
    (found,) = [one for one in root.iter() if isinstance(one.tag, str) and one.get("id") == key]
    return found


def attribute(key: str, name: str, value: str) -> Change:
    """Set one attribute of an element."""
    return lambda root: at(root, key).set(name, value)


def without(key: str, name: str) -> Change:
    """Take one attribute away."""

    def change(root: etree._Element) -> None:
        del at(root, key).attrib[name]

    return change


def kind(key: str, word: str) -> Change:
    """Make an element one of another kind."""

    def change(root: etree._Element) -> None:
        element = at(root, key)
        element.tag = f"{{{BPMN}}}{word}"
        if word in ("parallelGateway", "eventBasedGateway") and "default" in element.attrib:
            del element.attrib["default"]

    return change


def flow(key: str, *, source: str | None = None, target: str | None = None) -> Change:
    """Let a flow start or end elsewhere."""

    def change(root: etree._Element) -> None:
        one = at(root, key)
        if source is not None:
            one.set("sourceRef", source)
        if target is not None:
            one.set("targetRef", target)

    return change


def new_flow(key: str, source: str, target: str, *, condition: str = "") -> Change:
    """Draw one more flow on the level of its source."""

    def change(root: etree._Element) -> None:
        level = at(root, source).getparent()
        assert level is not None
        one = etree.Element(f"{{{BPMN}}}sequenceFlow", id=key, sourceRef=source, targetRef=target)
        if condition:
            text = etree.SubElement(one, f"{{{BPMN}}}conditionExpression")
            text.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
            text.text = condition
        last = level.findall(f"{{{BPMN}}}sequenceFlow")[-1]
        last.addnext(one)
        _draw(root, key, at(root, key))

    return change


def _draw(root: etree._Element, key: str, flow_element: etree._Element) -> None:
    edges = [one for one in root.iter() if isinstance(one.tag, str) and one.tag.endswith("}BPMNEdge")]
    drawn = etree.fromstring(etree.tostring(edges[-1]))
    drawn.set("id", f"{key}_di")
    drawn.set("bpmnElement", key)
    edges[-1].addnext(drawn)


def condition(key: str, text: str) -> Change:
    """Write another condition at a flow; an empty one takes it away."""

    def change(root: etree._Element) -> None:
        (one,) = at(root, key).findall(f"{{{BPMN}}}conditionExpression")
        one.text = text
        if not text:
            at(root, key).remove(one)

    return change


def inside(key: str, tag: str, text: str) -> Change:
    """Write another text into a BPMN child of an element (a timer, a collection, a script)."""

    def change(root: etree._Element) -> None:
        found = list(at(root, key).iter(f"{{{BPMN}}}{tag}", f"{{{SPIFF}}}{tag}"))
        found[0].text = text

    return change


def dropped(key: str, *tags: str) -> Change:
    """Take children of these BPMN or extension names away."""

    def change(root: etree._Element) -> None:
        for one in list(at(root, key).iter(*(f"{{{space}}}{tag}" for tag in tags for space in (BPMN, SPIFF)))):
            parent = one.getparent()
            assert parent is not None
            parent.remove(one)

    return change


def prop(key: str, name: str, value: str) -> Change:
    """Give one of our properties another value."""

    def change(root: etree._Element) -> None:
        found = [one for one in at(root, key).iter(f"{{{SPIFF}}}property") if one.get("name") == name]
        found[0].set("value", value)

    return change


def renamed_prop(key: str, name: str, new: str) -> Change:
    """Misspell the name of one of our properties."""

    def change(root: etree._Element) -> None:
        found = [one for one in at(root, key).iter(f"{{{SPIFF}}}property") if one.get("name") == name]
        found[0].set("name", new)

    return change


def operator(key: str, name: str) -> Change:
    """Let a service task name another handler."""
    return lambda root: next(at(root, key).iter(f"{{{SPIFF}}}serviceTaskOperator")).set("id", name)


def parameter(key: str, **changes: str) -> Change:
    """Change attributes of a service task's first parameter."""

    def change(root: etree._Element) -> None:
        first = next(at(root, key).iter(f"{{{SPIFF}}}parameter"))
        for name, value in changes.items():
            first.set(name, value)

    return change


def replaced(old: str, new: str) -> Change:
    """Replace an id or reference wherever the file writes it as a whole attribute value or text."""

    def change(root: etree._Element) -> None:
        for one in root.iter():
            if not isinstance(one.tag, str):
                continue
            for name, value in one.attrib.items():
                if value == old:
                    one.set(name, new)
            if one.text == old:
                one.text = new

    return change


def erased(key: str) -> Change:
    """Delete an element from the diagram but leave the flows, lanes and drawing that name it."""

    def change(root: etree._Element) -> None:
        element = at(root, key)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return change


def cut(key: str) -> Change:
    """Delete a flow cleanly: with its mentions in the elements it joins and its drawing."""

    def change(root: etree._Element) -> None:
        for one in list(root.iter()):
            parent = one.getparent()
            if isinstance(one.tag, str) and parent is not None:
                named = key in (one.get("id"), one.get("bpmnElement"), (one.text or "").strip())
                if named:
                    parent.remove(one)

    return change


def also(*changes: Change) -> Change:
    """Several changes that together make one fault."""

    def change(root: etree._Element) -> None:
        for one in changes:
            one(root)

    return change
