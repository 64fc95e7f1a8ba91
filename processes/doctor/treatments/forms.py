"""What is filled in: form keys and embedded form fields of other tools become our forms or quick forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import local, properties_of
from processes.doctor.diagnosis import Choice, Fate, Fix
from processes.doctor.patient import (
    Patient,
    Remedy,
    choice,
    label_of,
    set_property,
    vendor_attribute,
    vendor_children,
)

_TYPES = {
    "string": "text",
    "enum": "text",
    "long": "integer",
    "int": "integer",
    "integer": "integer",
    "double": "number",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
}
_NAME = re.compile(r"[^\W\d]\w*")


def remedies(patient: Patient) -> Iterator[Remedy]:
    """FORM_FOREIGN for form keys, FORM_FIELDS for embedded fields, FORM_MISSING for tasks without either."""
    for task in patient.nodes("userTask", "startEvent"):
        key = list(_keys(task))
        fields = list(_fields(task))
        if key:
            yield _map(patient, task, key)
        if fields:
            yield _outputs(patient, task, fields)
        own = properties_of(task)
        if not key and not fields and local(task) == "userTask" and "form" not in own and "outputs" not in own:
            yield _ask(task)


def _keys(task: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    for name in ("formKey", "formRef"):
        found = vendor_attribute(task, name)
        if found:
            yield task, found[0], found[1]
    for one in vendor_children(task, "formDefinition"):
        for name in ("formKey", "formId", "externalReference"):
            if one.get(name):
                yield one, name, one.get(name, "")


def _map(patient: Patient, task: etree._Element, said: list[tuple[etree._Element, str, str]]) -> Remedy:
    titles = {key: form.title for key, form in patient.catalogue.forms.items()}
    known = next((value for _, _, value in said if value in titles), None)

    def do(picked: str | None) -> None:
        form = picked or known
        for element, attribute, value in said:
            fate = f"表单改为 {form}" if form else f"不再使用其他系统的表单 {value}"
            if form:
                patient.move_attribute(element, attribute, fate)
            else:
                element.attrib.pop(attribute)
                patient.note(element, Fate.DROPPED, fate, attribute=attribute)
            if element is not task and not element.attrib:
                patient.take_out(element, Fate.MAPPED if form else Fate.DROPPED, fate)
        if form:
            set_property(task, "form", form)

    names = "、".join(value for _, _, value in said)
    text = f"{label_of(task)}使用其他系统的表单“{names}”，这里打不开。请选择本系统的表单，或改为直接填写内容。"
    fix = Fix(f"form:{task.get('id', '')}", "换成本系统的表单", known is not None, choice("form", titles, known))
    return Remedy("FORM_FOREIGN", "error", task, text, fix, do)


def _fields(task: etree._Element) -> Iterator[etree._Element]:
    for data in vendor_children(task, "formData"):
        yield from (one for one in data if isinstance(one.tag, str) and etree.QName(one).localname == "formField")
    yield from vendor_children(task, "formProperty")


def _outputs(patient: Patient, task: etree._Element, fields: list[etree._Element]) -> Remedy:
    given = [f"{one.get('id')}:{_TYPES.get(one.get('type') or 'string', 'text')}" for one in fields if _usable(one)]

    def do(picked: str | None) -> None:
        for one in fields:
            holder = one.getparent()
            patient.take_out(one, Fate.MAPPED, "改为任务的填写内容")
            is_empty = holder is not None and not len(holder) and etree.QName(holder).localname == "formData"
            if holder is not None and is_empty:
                patient.take_out(holder, Fate.MAPPED, "改为任务的填写内容")
        if local(task) == "userTask":
            set_property(task, "outputs", ", ".join(given))

    text = f"{label_of(task)}带有其他系统的 {len(fields)} 个表单栏目，这里可以改为直接填写：{'，'.join(given)}。"
    fix = Fix(f"fields:{task.get('id', '')}", "改为直接填写内容", True)
    return Remedy("FORM_FIELDS", "warning", task, text, fix, do)


def _usable(one: etree._Element) -> bool:
    return bool(_NAME.fullmatch(one.get("id") or ""))


def _ask(task: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        set_property(task, "outputs", picked or "opinion:text")

    text = f"{label_of(task)}没有要填写的内容，办理人只能点“完成”。需要填写的，请写明内容。"
    proposal = Choice("text", (), "opinion:text")
    return Remedy(
        "FORM_MISSING", "warning", task, text, Fix(f"outputs:{task.get('id', '')}", "写明填写内容", False, proposal), do
    )
