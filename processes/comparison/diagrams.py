"""A diagram as facts: for each element its kind, its place and every property, standard, ours or foreign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from processes import xml
from processes.checks.diagram import extension_of, local, text_of
from processes.checks.words import BPMN, EVENT_DEFINITIONS, FLOW_NODES, KIND_WORDS, SPIFF
from processes.comparison.change import Change, added, changed, moved, removed
from processes.comparison.words import label_of, spoken

_OTHER_KINDS = {
    "sequenceFlow": "连线",
    "lane": "泳道",
    "participant": "泳池",
    "message": "消息",
    "error": "错误",
    "signal": "信号",
    "escalation": "升级",
    "textAnnotation": "批注",
    "association": "批注连线",
    "dataObject": "数据对象",
    "dataObjectReference": "数据对象",
    "group": "分组框",
    "collaboration": "协作",
}
_TOLD = FLOW_NODES | set(_OTHER_KINDS) | {"process"}
#: Attributes that have a fact of their own name.
_ATTRIBUTES = {
    "name": "name",
    "sourceRef": "from",
    "targetRef": "to",
    "default": "default",
    "calledElement": "called",
    "attachedToRef": "attached",
    "cancelActivity": "interrupting",
    "isExecutable": "executable",
    "errorCode": "code",
    "escalationCode": "code",
    "messageRef": "message",
}
_REFERENCES = {"messageRef": "message", "errorRef": "error", "signalRef": "signal", "escalationRef": "escalation"}
_SPIFF_TEXTS = {
    "calledDecisionId": "decision",
    "preScript": "before",
    "postScript": "after",
    "messagePayload": "payload",
    "messageVariable": "variable",
}
_POINTING = frozenset({"from", "to", "default", "attached", "scope", *_REFERENCES.values()})
_TIMERS = ("timeDuration", "timeDate", "timeCycle")
_HANDLED = frozenset({"properties", "serviceTaskOperator", *_SPIFF_TEXTS})


@dataclass(frozen=True, slots=True)
class Piece:
    """One element: what it is, what it is called, its facts by key, and how it is drawn.

    Facts that point to other elements hold ids; `names` are what those are called in the same file.
    """

    id: str
    kind: str
    label: str
    facts: Mapping[str, str]
    names: Mapping[str, str]
    drawing: str = ""

    def spoken(self, fact: str) -> str | None:
        """The value of a fact as people read it."""
        value = self.facts.get(fact)
        if value is None:
            return None
        return self.names.get(value, value) if fact in _POINTING else spoken(fact, value)


@dataclass
class _Reading:
    """What the elements of a file need to know of each other."""

    names: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, str] = field(default_factory=dict)


def pieces(content: bytes) -> dict[str, Piece]:
    """The elements of a BPMN file by id, in the order of the file. Raises DefinitionRefused for what cannot be read."""
    root = xml.read(content).getroot()
    reading = _Reading()
    for element in root.iter():
        kind = local(element) or ""
        if kind in _TOLD:
            reading.names[element.get("id", "")] = _label(element, kind)
        if kind == "lane":
            for reference in element.findall(f"{{{BPMN}}}flowNodeRef"):
                reading.lanes[(reference.text or "").strip()] = element.get("name") or element.get("id") or ""
        drawn = element.get("bpmnElement") if isinstance(element.tag, str) else None
        if drawn and etree.QName(element).localname != "BPMNPlane":  # the plane holds all the others
            reading.drawings[drawn] = _coordinates(element)
    reading.names |= {
        flow.get("id", ""): f"连线（{_short(reading, flow, 'sourceRef')} → {_short(reading, flow, 'targetRef')}）"
        for flow in root.iter(f"{{{BPMN}}}sequenceFlow")
        if not flow.get("name", "").strip()
    }
    found = {}
    for element in root.iter():
        kind = local(element) or ""
        if kind in _TOLD and element.get("id"):
            found[element.get("id", "")] = _piece(element, kind, reading)
    return found


def compare_diagrams(old: bytes, new: bytes) -> Iterator[Change]:
    """Every difference, in the order of the new file; what is gone comes last."""
    before, after = pieces(old), pieces(new)
    for key, piece in after.items():
        earlier = before.get(key)
        if earlier is None:
            yield added(key, piece.label)
        else:
            yield from _differences(earlier, piece)
    yield from (removed(key, piece.label) for key, piece in before.items() if key not in after)


def _differences(before: Piece, after: Piece) -> Iterator[Change]:
    told = False
    for fact in dict.fromkeys([*before.facts, *after.facts]):
        old, new = before.facts.get(fact), after.facts.get(fact)
        if old != new:
            told = True
            yield changed(after.id, after.label, label_of(fact), before.spoken(fact), after.spoken(fact))
    if not told and before.drawing != after.drawing:
        yield moved(after.id, after.label)


def _label(element: etree._Element, kind: str | None) -> str:
    word = KIND_WORDS.get(kind or "", _OTHER_KINDS.get(kind or "", "流程" if kind == "process" else kind or ""))
    name = " ".join(element.get("name", "").split())
    return f"{word}“{name}”" if name else f"{word} {element.get('id', '')}"


def _short(reading: _Reading, flow: etree._Element, end: str) -> str:
    """What stands at one end of a flow, without the word for its kind when it has a name."""
    label = reading.names.get(flow.get(end, ""), flow.get(end, ""))
    return label[label.index("“") :] if "“" in label else label


def _coordinates(element: etree._Element) -> str:
    numbers = [
        f"{etree.QName(one).localname}:" + ",".join(one.get(name, "") for name in ("x", "y", "width", "height"))
        for one in element.iter()
        if isinstance(one.tag, str) and one.get("x") is not None
    ]
    return " ".join(numbers)


def _piece(element: etree._Element, kind: str, reading: _Reading) -> Piece:
    key = element.get("id", "")
    facts = {"kind": KIND_WORDS.get(kind, _OTHER_KINDS.get(kind, kind))}
    facts |= dict(_attributes(element))
    parent = element.getparent()
    if kind in FLOW_NODES and parent is not None and local(parent) != "process":
        facts["scope"] = parent.get("id", "")
    if key in reading.lanes:
        facts["lane"] = reading.lanes[key]
    for child in element:
        facts |= dict(_child(child))
    facts |= dict(_extensions(element))
    return Piece(key, kind, reading.names[key], facts, reading.names, reading.drawings.get(key, ""))


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        plain = str(name)
        if plain == "id" or (plain == "name" and not value.strip()):
            continue
        fact = _ATTRIBUTES.get(plain, plain if "}" not in plain else f"extension:{etree.QName(plain).localname}")
        yield fact, " ".join(str(value).split())


def _child(child: etree._Element) -> Iterator[tuple[str, str]]:
    kind = local(child)
    if kind == "conditionExpression":
        yield "condition", text_of(child) or ""
    elif kind == "documentation":
        yield "documentation", text_of(child) or ""
    elif kind == "script":
        yield "script", text_of(child) or ""
    elif kind == "text":
        yield "text", text_of(child) or ""
    elif kind in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        yield "repeat", _repetition(child)
    elif kind in EVENT_DEFINITIONS:
        yield from _event(child, kind)


def _event(definition: etree._Element, kind: str) -> Iterator[tuple[str, str]]:
    yield "event", kind.removesuffix("EventDefinition")
    for attribute, fact in _REFERENCES.items():
        if definition.get(attribute):
            yield fact, definition.get(attribute, "")
    for timer in _TIMERS:
        text = text_of(definition.find(f"{{{BPMN}}}{timer}"))
        if text is not None:
            yield "timer", f"{timer} {text}"
    condition = text_of(definition.find(f"{{{BPMN}}}condition"))
    if condition is not None:
        yield "condition", condition
    yield from _extensions(definition)


def _repetition(loop: etree._Element) -> str:
    parts = ["依次办理" if loop.get("isSequential") == "true" else "同时办理"]
    for one in loop:
        text = text_of(one) or one.get("name") or ""
        if local(one) and text:
            parts.append(f"{local(one)}={text}")
    return "，".join(parts)


def _extensions(element: etree._Element) -> Iterator[tuple[str, str]]:
    holder = element.find(f"{{{BPMN}}}extensionElements")
    if holder is None:
        return
    for prop in (one for one in holder.iter(f"{{{SPIFF}}}property") if one.get("name")):
        yield f"property:{prop.get('name')}", " ".join((prop.get("value") or "").split(" "))
    operator = extension_of(element, "serviceTaskOperator")
    if operator is not None:
        yield "handler", operator.get("id", "")
        if operator.get("resultVariable"):
            yield "result", operator.get("resultVariable", "")
        for one in operator.iter(f"{{{SPIFF}}}parameter"):
            yield f"parameter:{one.get('id', '')}", one.get("value", "")
    for kind, fact in _SPIFF_TEXTS.items():
        text = text_of(extension_of(element, kind))
        if text is not None:
            yield fact, text
    yield from _foreign(holder)


def _foreign(holder: etree._Element) -> Iterator[tuple[str, str]]:
    """Extensions that are not ours, as canonical XML: a change in one is told, whatever it means."""
    for one in holder:
        if not isinstance(one.tag, str):
            continue
        name = etree.QName(one)
        if name.namespace == SPIFF and name.localname in _HANDLED:
            continue
        text = " ".join(_canonical(one).split())
        yield f"extension:{name.localname}", text


def _canonical(element: etree._Element) -> str:
    alone = deepcopy(element)
    alone.tail = None
    return etree.tostring(alone, method="c14n", exclusive=True).decode()
