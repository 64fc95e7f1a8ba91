"""The shape of the file: which process runs, ids, starts and ends, elements the engine does not have, the drawing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import local
from processes.checks.structure import RESERVED, RESERVED_ENDINGS
from processes.checks.words import BPMN, FLOW_NODES, SUB_PROCESSES
from processes.doctor.diagnosis import Choice, Fate, Fix
from processes.doctor.drawing import draw_missing, undrawn
from processes.doctor.patient import Patient, Remedy, label_of
from processes.doctor.wiring import flow_between, flows_into, flows_out_of, new_node, remove_node

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,80}")
#: Elements without a counterpart, and the nearest one.
_REPLACED = {"adHocSubProcess": ("subProcess", "普通子流程"), "complexGateway": ("inclusiveGateway", "包容网关")}
_DATA = ("dataStoreReference", "dataStore")


def remedies(patient: Patient) -> Iterator[Remedy]:
    """Remedies for the shape; what needs a person's choice comes with it."""
    processes = list(patient.nodes("process"))
    yield from _executable(patient, processes)
    yield from _ids(patient)
    for process in processes:
        yield from _key(patient, process)
    for level in patient.nodes("process", *SUB_PROCESSES):
        yield from _ends(patient, level)
    yield from _unsupported(patient)
    if processes and undrawn(patient.root):
        yield _drawing(patient)


def _executable(patient: Patient, processes: list[etree._Element]) -> Iterator[Remedy]:
    running = [one for one in processes if one.get("isExecutable") in ("true", "1")]
    if len(running) == 1 or not processes:
        return
    drawn = [one for one in processes if any(local(node) in FLOW_NODES for node in one)]
    options = {one.get("id", ""): label_of(one) for one in drawn or processes}
    proposed = next(iter(options)) if len(options) == 1 else None

    def do(picked: str | None) -> None:
        chosen = picked or proposed
        for one in processes:
            wanted = "true" if one.get("id") == chosen else "false"
            if one.get("isExecutable", "false") != wanted:
                if one.get("isExecutable") is not None:
                    patient.note(one, Fate.MAPPED, "选定要运行的流程", attribute="isExecutable")
                one.set("isExecutable", wanted)

    code = "SEVERAL_EXECUTABLE_PROCESSES" if running else "NO_EXECUTABLE_PROCESS"
    said = "标了不止一个可执行的流程" if running else "没有标明可执行的流程"
    text = f"文件里{said}，共有 {len(options)} 个流程。一个文件只运行一个，请选择。"
    fix = Fix("executable", "设为可执行", proposed is not None, Choice("process", tuple(options.items()), proposed))
    yield Remedy(code, "error", None, text, fix, do)


def _key(patient: Patient, process: etree._Element) -> Iterator[Remedy]:
    key = process.get("id", "")
    if process.get("isExecutable") not in ("true", "1") or _KEY.fullmatch(key):
        return
    proposed = re.sub(r"[^A-Za-z0-9_]+", "_", key).strip("_") or "imported_process"
    proposed = proposed if proposed[0].isalpha() else f"process_{proposed}"

    def do(picked: str | None) -> None:
        _rename(patient, process, picked or proposed)

    text = f"流程编号“{key}”不能用作本系统的流程标识（只能用英文字母、数字和下划线）。请换一个。"
    fix = Fix("process_key", f"改为 {proposed}", False, Choice("text", (), proposed))
    yield Remedy("PROCESS_KEY", "error", process, text, fix, do)


def _ids(patient: Patient) -> Iterator[Remedy]:
    counted = Counter(one.get("id") for one in patient.nodes() if one.get("id"))
    seen: set[str] = set()
    for element in patient.nodes():
        key = element.get("id", "")
        if counted[key] > 1 and key in seen:
            yield _again(patient, element)
        seen.add(key)
        if local(element) in FLOW_NODES and (key in RESERVED or key.endswith(RESERVED_ENDINGS)):
            yield _reserved(patient, element)
        if local(element) in FLOW_NODES | {"sequenceFlow"} and not key:
            yield _unnamed(patient, element)


def _again(patient: Patient, element: etree._Element) -> Remedy:
    key = element.get("id", "")

    def do(picked: str | None) -> None:
        patient.note(element, Fate.MAPPED, "编号重复，换了一个", attribute="id")
        element.set("id", patient.fresh_id(key))

    text = f"{label_of(element)}的编号 {key} 在文件里用了两次，引擎会丢掉其中一个。可以给后一个换编号。"
    return Remedy("DUPLICATE_ID", "error", element, text, Fix(f"again:{key}", "换一个编号", True), do)


def _reserved(patient: Patient, element: etree._Element) -> Remedy:
    key = element.get("id", "")
    plain = re.sub(r"\W+", "_", key)

    def do(picked: str | None) -> None:
        _rename(patient, element, patient.fresh_id(f"{plain}_step"))

    text = f"{label_of(element)}的编号 {key} 是引擎自己用的名称，会被丢掉。可以换一个编号。"
    return Remedy("RESERVED_ID", "error", element, text, Fix(f"reserved:{key}", "换一个编号", True), do)


def _unnamed(patient: Patient, element: etree._Element) -> Remedy:
    place = list(patient.root.iter()).index(element)

    def do(picked: str | None) -> None:
        element.set("id", patient.fresh_id(f"{local(element)}_{place}"))

    text = f"{label_of(element)}没有编号。可以给它一个编号。"
    return Remedy("MISSING_ID", "error", element, text, Fix(f"id:{place}", "给一个编号", True), do)


def _rename(patient: Patient, element: etree._Element, new: str) -> None:
    """Another id, wherever the old one is mentioned."""
    old = element.get("id", "")
    for one in patient.root.iter():
        if not isinstance(one.tag, str):
            continue
        for name, value in list(one.attrib.items()):
            if value == old and etree.QName(str(name)).localname != "name":
                patient.note(one, Fate.MAPPED, f"编号 {old} 改为 {new}", attribute=str(name))
                one.set(name, new)
        if (one.text or "").strip() == old and local(one) in ("incoming", "outgoing", "flowNodeRef"):
            patient.note(one, Fate.MAPPED, f"编号 {old} 改为 {new}", attribute="text")
            one.text = new


def _ends(patient: Patient, level: etree._Element) -> Iterator[Remedy]:
    nodes = [one for one in level if local(one) in FLOW_NODES]
    if not nodes or level.get("triggeredByEvent") in ("true", "1"):
        return
    starts = [one for one in nodes if local(one) == "startEvent"]
    if not starts:
        yield _start(patient, level, nodes)
    for node in nodes:
        last = local(node) not in ("endEvent",) and not flows_out_of(patient, node.get("id", ""))
        if last and not any(_compensates(one) for one in node):
            yield _end(patient, level, node)


def _compensates(child: etree._Element) -> bool:
    return local(child) in ("compensateEventDefinition", "linkEventDefinition")


def _start(patient: Patient, level: etree._Element, nodes: list[etree._Element]) -> Remedy:
    first = [one for one in nodes if local(one) != "boundaryEvent" and not flows_into(patient, one.get("id", ""))]

    def do(picked: str | None) -> None:
        start = new_node(patient, level, "startEvent", f"start_{level.get('id', '')}", name="开始")
        targets = [one.get("id", "") for one in first] or [nodes[0].get("id", "")]
        source = start.get("id", "")
        if len(targets) > 1:
            split = new_node(patient, level, "parallelGateway", f"begin_{level.get('id', '')}")
            flow_between(patient, level, source, split.get("id", ""))
            source = split.get("id", "")
        for target in targets:
            flow_between(patient, level, source, target)

    text = f"{label_of(level)}没有开始事件。可以在最前面的环节之前加上。"
    return Remedy("NO_START_EVENT", "error", level, text, Fix(f"start:{level.get('id', '')}", "加上开始事件", True), do)


def _end(patient: Patient, level: etree._Element, node: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        end = new_node(patient, level, "endEvent", f"end_{node.get('id', '')}", name="结束")
        flow_between(patient, level, node.get("id", ""), end.get("id", ""))

    text = f"{label_of(node)}后面没有连线。可以在它后面加上结束事件。"
    return Remedy("IMPLICIT_END", "error", node, text, Fix(f"end:{node.get('id', '')}", "加上结束事件", True), do)


def _unsupported(patient: Patient) -> Iterator[Remedy]:
    for element in patient.nodes(*_REPLACED):
        yield _replace(patient, element)
    for element in patient.nodes(*_DATA):
        yield _data(patient, element)


def _replace(patient: Patient, element: etree._Element) -> Remedy:
    kind, word = _REPLACED[local(element) or ""]

    def do(picked: str | None) -> None:
        patient.note(element, Fate.MAPPED, f"改为{word}")
        element.tag = f"{{{BPMN}}}{kind}"
        for one in list(element):
            if local(one) in ("completionCondition", "activationCondition"):
                patient.take_out(one, Fate.DROPPED, f"{word}没有这个条件")
        for name in ("ordering", "cancelRemainingInstances"):
            if element.attrib.pop(name, None) is not None:
                patient.note(element, Fate.DROPPED, f"{word}没有这个设置", attribute=name)

    text = f"{label_of(element)}引擎不能运行，最接近的是{word}。请核对含义后再改。"
    return Remedy(
        "UNSUPPORTED_ELEMENT", "error", element, text, Fix(f"replace:{element.get('id', '')}", f"改为{word}"), do
    )


def _data(patient: Patient, element: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        key = element.get("id", "")
        for association in patient.nodes("dataInputAssociation", "dataOutputAssociation"):
            if any((one.text or "").strip() == key for one in association):
                patient.take_out(association, Fate.DROPPED, "数据存储已去掉")
        remove_node(patient, element, Fate.DROPPED, "数据存储已去掉")

    name = element.get("name") or element.get("id")
    text = f"数据存储“{name}”引擎不支持。它只是图示时可以去掉；需要读写数据时请用自动任务。"
    return Remedy(
        "UNSUPPORTED_ELEMENT", "error", element, text, Fix(f"data:{element.get('id', '')}", "去掉数据存储"), do
    )


def _drawing(patient: Patient) -> Remedy:
    def do(picked: str | None) -> None:
        draw_missing(patient.root, patient.fresh_id)

    number = len(undrawn(patient.root))
    text = f"有 {number} 个元素没有画在图上，打开后看不到。可以自动排布。"
    return Remedy("NO_DRAWING", "warning", None, text, Fix("drawing", "自动排布图形", True), do)
