"""Called processes and what is passed in and out, as other tools write it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.doctor.diagnosis import Fate, Fix
from processes.doctor.patient import Patient, Remedy, choice, label_of, set_property, vendor_children
from processes.doctor.treatments.work import mapped_or_none


def remedies(patient: Patient) -> Iterator[Remedy]:
    """CALLED_FOREIGN for the called process, PASSED_FOREIGN for variables passed in and out."""
    for call in patient.nodes("callActivity"):
        yield from _called(patient, call)
        yield from _passed(patient, call)


def _called(patient: Patient, call: etree._Element) -> Iterator[Remedy]:
    child = next(iter(vendor_children(call, "calledElement")), None)
    named = call.get("calledElement") or (child.get("processId") if child is not None else None) or ""
    plain = named.split(":")[-1]
    known = plain if plain in patient.catalogue.processes else None
    if child is None and call.get("calledElement") in patient.catalogue.processes:
        return

    def do(picked: str | None) -> None:
        if child is not None:
            patient.take_out(child, Fate.MAPPED, "写成调用的流程")
        if call.get("calledElement") not in (None, picked or known):
            patient.note(call, Fate.MAPPED, f"调用的流程改为 {picked or known}", attribute="calledElement")
        call.set("calledElement", picked or known or plain)

    text = f"{label_of(call)}调用流程“{named or '（没有写明）'}”。请选择本系统的流程，或先导入那个流程。"
    options = choice("process", dict(patient.catalogue.processes), known)
    fix = Fix(f"called:{call.get('id', '')}", "选择调用的流程", known is not None, options)
    yield Remedy("CALLED_FOREIGN", "error", call, text, fix, do)


def _passed(patient: Patient, call: etree._Element) -> Iterator[Remedy]:
    ways = vendor_children(call, "in", "out")
    mapping = next(iter(vendor_children(call, "ioMapping")), None)
    entries = [*ways, *(list(mapping) if mapping is not None else [])]
    if not entries:
        return
    inputs = [line for one in entries if etree.QName(one).localname in ("in", "input") and (line := _line(one))]
    outputs = [one.get("target", "") for one in entries if etree.QName(one).localname in ("out", "output")]

    def do(picked: str | None) -> None:
        for one in entries:
            patient.take_out(one, Fate.MAPPED, "写成传入和带回的内容")
        if mapping is not None:
            patient.take_out(mapping, Fate.MAPPED, "写成传入和带回的内容")
        if inputs:
            set_property(call, "inputs", "\n".join(inputs))
        if any(outputs):
            set_property(call, "outputs", ", ".join(name for name in outputs if name))

    text = f"{label_of(call)}的 {len(entries)} 条传值写在其他系统的扩展里，这里不会生效。可以改为本系统的传入和带回。"
    yield Remedy(
        "PASSED_FOREIGN", "error", call, text, Fix(f"passed:{call.get('id', '')}", "改为本系统的写法", True), do
    )


def _line(one: etree._Element) -> str:
    target = one.get("target") or ""
    source = one.get("source") or one.get("sourceExpression") or ""
    feel = mapped_or_none(source) if source else None
    return f"{target} = {feel}" if target and feel else ""
