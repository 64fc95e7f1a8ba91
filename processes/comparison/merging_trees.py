"""Three-way merge of XML files: element by element, attribute by attribute.

Elements are known by their id; those without one by what they are in their parent: a property by its name, a flow
reference by its text, anything else by its kind and its place among its like. Order is that of the other side
(`theirs`), new elements of the own side stand behind the neighbour they stood behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from processes import xml
from processes.checks.diagram import local, text_of
from processes.checks.words import KIND_WORDS
from processes.comparison.change import Conflict
from processes.comparison.words import label_of

_Key = tuple[str, str]
#: Elements that are nothing but a mention of another one: known by their text.
_MENTIONS = frozenset({"incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef"})
#: Where the drawing lies: when both sides moved the same shape, the own place is kept without a word.
_DRAWN = frozenset({"Bounds", "waypoint"})


def merge_trees(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes, list[Conflict]]:
    """The merged file and what both sides changed differently. Raises DefinitionRefused for unreadable content."""
    trees = [_read(content) for content in (base, mine, theirs)]
    merging = _Merging()
    root = merging.element(*trees)
    merging.dangling(root)
    whole = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    return whole, merging.conflicts


def _read(content: bytes) -> etree._Element:
    xml.read(content)  # refuses what is hostile; here comments stay
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


@dataclass
class _Merging:
    """Collects conflicts while elements are merged."""

    conflicts: list[Conflict] = field(default_factory=list)

    def element(self, base: etree._Element, mine: etree._Element, theirs: etree._Element) -> etree._Element:
        """The merged element, made from a copy of the other side."""
        merged = etree.Element(theirs.tag, nsmap=_namespaces(theirs, mine))
        merged.tail = theirs.tail
        merged.tag = self._value(mine, "kind", str(base.tag), str(mine.tag), str(theirs.tag)) or theirs.tag
        merged.text = self._text(base, mine, theirs)
        self._attributes(merged, base, mine, theirs)
        self._children(merged, base, mine, theirs)
        return merged

    def _attributes(
        self, merged: etree._Element, base: etree._Element, mine: etree._Element, theirs: etree._Element
    ) -> None:
        for name in dict.fromkeys([*theirs.attrib, *mine.attrib, *base.attrib]):
            value = self._value(mine, str(name), base.get(name), mine.get(name), theirs.get(name))
            if value is not None:
                merged.set(name, value)

    def _text(self, base: etree._Element, mine: etree._Element, theirs: etree._Element) -> str | None:
        plain = [(one.text or "").strip() for one in (base, mine, theirs)]
        if plain[1] == plain[0] or plain[1] == plain[2]:
            return theirs.text
        self._value(mine, "text", *plain)
        return mine.text

    def _value(
        self, where: etree._Element, what: str, base: str | None, mine: str | None, theirs: str | None
    ) -> str | None:
        if mine in (base, theirs):
            return theirs
        if theirs != base and etree.QName(where).localname not in _DRAWN:
            self._disagree(where, what, base, mine, theirs)
        return mine

    def _children(
        self, merged: etree._Element, base: etree._Element, mine: etree._Element, theirs: etree._Element
    ) -> None:
        before, own, other = _keyed(base), _keyed(mine), _keyed(theirs)
        for key in _order(list(own), list(other)):
            child = self._child(before.get(key), own.get(key), other.get(key))
            if child is not None:
                merged.append(child)

    def _child(
        self, base: etree._Element | None, mine: etree._Element | None, theirs: etree._Element | None
    ) -> etree._Element | None:
        if mine is None:
            if base is not None and theirs is not None and not _alike(base, theirs):
                self._disagree(theirs, "whole", _named(base), None, _named(theirs))
            return deepcopy(theirs) if base is None else None
        if theirs is None:
            if base is not None and _alike(base, mine):
                return None
            if base is not None:
                self._disagree(mine, "whole", _named(base), _named(mine), None)
            return deepcopy(mine)
        return self.element(mine if base is None and _alike(mine, theirs) else _or_empty(base, theirs), mine, theirs)

    def dangling(self, root: etree._Element) -> None:
        """A flow whose end one side has deleted while the other side still led to it."""
        ids = {one.get("id") for one in root.iter() if isinstance(one.tag, str)}
        for flow in root.iter():
            if local(flow) != "sequenceFlow":
                continue
            for name in ("sourceRef", "targetRef"):
                if flow.get(name) not in ids:
                    label = f"连线 {flow.get('id')}"
                    text = f"{label} 的一端 {flow.get(name)} 已被另一方删除。请重新连接或删除这条连线。"
                    self.conflicts.append(Conflict(flow.get("id", ""), "连线", None, flow.get(name), None, text))

    def _disagree(
        self, where: etree._Element, what: str, base: str | None, mine: str | None, theirs: str | None
    ) -> None:
        holder, owner = where, _owner(where)
        said = _what(holder, what)
        label = _named(owner)
        if what == "whole":
            gone = "您删除了它，对方却修改了它" if mine is None else "您修改了它，对方却删除了它"
            text = f"{_named(holder)}：{gone}。暂按您的处理，请核对。"
        else:
            shown = [f"“{one}”" if one else "（空）" for one in (base, mine, theirs)]
            text = f"{label}的{said}：原来是{shown[0]}，您改成{shown[1]}，对方改成{shown[2]}。暂按您的，请核对。"
        self.conflicts.append(Conflict(owner.get("id", ""), said, base, mine, theirs, text))


def _or_empty(base: etree._Element | None, like: etree._Element) -> etree._Element:
    """The base, or an empty element of that kind when both sides added one of the same id."""
    return base if base is not None else etree.Element(like.tag)


def _namespaces(theirs: etree._Element, mine: etree._Element) -> dict[str | None, str]:
    return {**mine.nsmap, **theirs.nsmap}


def _keyed(element: etree._Element) -> dict[_Key, etree._Element]:
    counted: dict[_Key, int] = {}
    found: dict[_Key, etree._Element] = {}
    for child in element:
        key = _key(child)
        counted[key] = counted.get(key, 0) + 1
        found[key if counted[key] == 1 else (key[0], f"{key[1]}#{counted[key]}")] = child
    return found


def _key(child: etree._Element) -> _Key:
    if not isinstance(child.tag, str):
        return "comment", (child.text or "").strip()
    name = etree.QName(child).localname
    if child.get("id"):
        return "id", child.get("id", "")
    if name in _MENTIONS:
        return name, (child.text or "").strip()
    return name, child.get("name", "") if name == "property" else ""


def _order(own: list[_Key], other: list[_Key]) -> Iterable[_Key]:
    """The keys of both: the other side's order, own additions behind the neighbour they follow."""
    order = list(other)
    known = set(other)
    for number, key in enumerate(own):
        if key not in known:
            behind = next((order.index(one) for one in reversed(own[:number]) if one in known), -1)
            order.insert(behind + 1, key)
            known.add(key)
    return order


def _alike(one: etree._Element, other: etree._Element) -> bool:
    """True when two elements say the same, whatever the space between their tags."""
    if not isinstance(one.tag, str) or not isinstance(other.tag, str):
        return one.text == other.text
    same = one.tag == other.tag and dict(one.attrib) == dict(other.attrib)
    texts = (one.text or "").strip() == (other.text or "").strip()
    return same and texts and len(one) == len(other) and all(_alike(a, b) for a, b in zip(one, other, strict=True))


def _owner(element: etree._Element) -> etree._Element:
    """The nearest element people know by its id: what a property, a condition or a shape belongs to."""
    at: etree._Element | None = element
    while at is not None:
        if at.get("id") and local(at) is not None and not (local(at) or "").endswith("EventDefinition"):
            return at
        if at.get("bpmnElement"):
            return at
        at = at.getparent()
    return element


def _named(element: etree._Element) -> str:
    kind = local(element) or (etree.QName(element).localname if isinstance(element.tag, str) else "")
    word = {"sequenceFlow": "连线", "process": "流程", "lane": "泳道"}.get(kind, KIND_WORDS.get(kind, kind))
    name = element.get("name") or ""
    return f"{word}“{name}”" if name else f"{word} {element.get('id') or text_of(element) or ''}".strip()


def _what(holder: etree._Element, what: str) -> str:
    """What both changed, as the comparison calls it."""
    name = etree.QName(holder).localname if isinstance(holder.tag, str) else ""
    if name == "property":
        return label_of(f"property:{holder.get('name', '')}")
    if name == "parameter":
        return label_of(f"parameter:{holder.get('id', '')}")
    if what == "text":
        return {"conditionExpression": "条件", "script": "脚本", "documentation": "说明"}.get(name, name)
    if what == "whole":
        return "整个元素"
    words = {"sourceRef": "起点", "targetRef": "终点", "calledElement": "调用的流程", "attachedToRef": "依附的环节"}
    return words.get(what, label_of(what))
