"""Multi-instance as other tools write it: the collection and its item."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import child_of
from processes.checks.words import BPMN
from processes.doctor.diagnosis import Fate, Fix
from processes.doctor.patient import Patient, Remedy, label_of, vendor_attribute, vendor_children
from processes.doctor.treatments.work import mapped_or_none

_COLLECTION = ("collection",)
_ITEM = ("elementVariable",)


def remedies(patient: Patient) -> Iterator[Remedy]:
    """REPEAT_FOREIGN: a collection and item that stand in another tool's words."""
    for loop in patient.nodes("multiInstanceLoopCharacteristics"):
        owner = loop.getparent()
        collection, item = vendor_attribute(loop, *_COLLECTION), vendor_attribute(loop, *_ITEM)
        child = next(iter(vendor_children(loop, "loopCharacteristics")), None)
        if owner is not None and (collection or item or child is not None):
            yield _map(patient, owner, loop, collection, item, child)


def _map(
    patient: Patient,
    owner: etree._Element,
    loop: etree._Element,
    collection: tuple[str, str] | None,
    item: tuple[str, str] | None,
    child: etree._Element | None,
) -> Remedy:
    listed = collection[1] if collection else child.get("inputCollection", "") if child is not None else ""
    name = (item[1] if item else child.get("inputElement") if child is not None else "") or "item"
    feel = mapped_or_none(listed) or listed

    def do(picked: str | None) -> None:
        for one in (collection, item):
            if one:
                patient.move_attribute(loop, one[0], "写成多实例的集合和变量")
        if child is not None:
            patient.take_out(child, Fate.MAPPED, "写成多实例的集合和变量")
        holder = child_of(loop, "extensionElements")
        at = 0 if holder is None else list(loop).index(holder) + 1
        reference = etree.Element(f"{{{BPMN}}}loopDataInputRef")
        reference.text = feel
        data = etree.Element(f"{{{BPMN}}}inputDataItem", id=patient.fresh_id(name), name=name)
        loop.insert(at, reference)
        loop.insert(at + 1, data)

    text = f"{label_of(owner)}要对“{listed}”逐个办理，但写在其他系统的扩展里。可以改为本系统的写法（变量 {name}）。"
    return Remedy(
        "REPEAT_FOREIGN", "error", owner, text, Fix(f"repeat:{owner.get('id', '')}", "改为本系统的写法", True), do
    )
