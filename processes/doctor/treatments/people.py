"""Who does a task: assignees, candidate groups and users of other tools become our posts."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.checks.diagram import properties_of
from processes.doctor.diagnosis import Fate, Fix
from processes.doctor.patient import (
    Patient,
    Remedy,
    choice,
    label_of,
    set_property,
    vendor_attribute,
    vendor_children,
)
from processes.vocabulary import STARTER

_GROUPS = ("candidateGroups", "candidateUsers", "assignee")
_STARTERS = frozenset({"initiator", "starter", "startUserId", "applyUserId"})


def remedies(patient: Patient) -> Iterator[Remedy]:
    """POST_FOREIGN for each user task whose people another tool names, NO_POST's fix for one without."""
    for task in patient.nodes("userTask"):
        said = list(_said(task))
        if said:
            yield _map(patient, task, said)
        elif "post" not in properties_of(task):
            yield _pick(patient, task)


def _said(task: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """(element, attribute, value) for each place that names people."""
    for name in _GROUPS:
        found = vendor_attribute(task, name)
        if found:
            yield task, found[0], found[1]
    for one in vendor_children(task, "assignmentDefinition"):
        for name in _GROUPS:
            if one.get(name):
                yield one, name, one.get(name, "")


def _map(patient: Patient, task: etree._Element, said: list[tuple[etree._Element, str, str]]) -> Remedy:
    values = "、".join(value for _, _, value in said)
    guess = _guess(patient, [value for _, _, value in said])
    key = task.get("id", "")

    def do(picked: str | None) -> None:
        post = picked or guess or STARTER
        for element, attribute, _ in said:
            patient.move_attribute(element, attribute, f"办理岗位改为 {post}")
            if element is not task and not element.attrib:
                patient.take_out(element, Fate.MAPPED, f"办理岗位改为 {post}")
        set_property(task, "post", post)

    text = f"{label_of(task)}指定了其他系统的办理人“{values}”，这里按岗位分派。请选择对应的岗位。"
    fix = Fix(f"post:{key}", "换成本系统的岗位", guess is not None, choice("role", _roles(patient), guess))
    return Remedy("POST_FOREIGN", "error", task, text, fix, do)


def _pick(patient: Patient, task: etree._Element) -> Remedy:
    def do(picked: str | None) -> None:
        set_property(task, "post", picked or STARTER)

    text = f"{label_of(task)}没有写明由谁办理，将由发起人办理。请选择岗位。"
    fix = Fix(f"post:{task.get('id', '')}", "选择岗位", False, choice("role", _roles(patient), STARTER))
    return Remedy("POST_MISSING", "warning", task, text, fix, do)


def _roles(patient: Patient) -> dict[str, str]:
    return {STARTER: "发起人", **patient.catalogue.roles}


def _guess(patient: Patient, values: list[str]) -> str | None:
    """The role a name certainly means: the starter, or a role of that key or Chinese name."""
    names = [part.strip() for value in values for part in value.split(",")]
    plain = [name.strip('${}#=" ') for name in names]
    if any(name in _STARTERS for name in plain):
        return STARTER
    by_title = {title: key for key, title in patient.catalogue.roles.items()}
    for name in plain:
        if name in patient.catalogue.roles:
            return name
        if name in by_title:
            return by_title[name]
    return None
