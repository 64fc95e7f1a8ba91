"""Where running instances of a process stand, for whoever is about to publish another version of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from storage.instances import ALIVE, OPEN_TASK
from storage.models.instances import ProcessInstance, Task, Wait


@dataclass(frozen=True, slots=True)
class Standing:
    """How many instances of a version stand at one element."""

    version: int
    element_id: str
    name: str
    count: int


def list_standing(session: Session, district_id: str, process_key: str) -> list[Standing]:
    """Open tasks and waits of running instances by version and element, newest version first.

    A boundary event is not counted: its instance stands at the activity the event is attached to.
    """
    alive = (
        ProcessInstance.district_id == district_id,
        ProcessInstance.process_key == process_key,
        ProcessInstance.state.in_(ALIVE),
    )
    tasks = (
        select(ProcessInstance.version, Task.element_id, Task.name, ProcessInstance.id)
        .join(Task, (Task.district_id == ProcessInstance.district_id) & (Task.instance_id == ProcessInstance.id))
        .where(*alive, Task.state.in_(OPEN_TASK))
    )
    waits = (
        select(ProcessInstance.version, Wait.element_id, Wait.name, ProcessInstance.id)
        .join(Wait, (Wait.district_id == ProcessInstance.district_id) & (Wait.instance_id == ProcessInstance.id))
        .where(*alive, Wait.attached_to.is_(None))
    )
    places = union_all(tasks, waits).subquery("places")
    version, element_id, name, instance_id = places.c
    query = (
        select(version, element_id, func.max(name), func.count(instance_id.distinct()))
        .group_by(version, element_id)
        .order_by(version.desc(), element_id)
    )
    return [Standing(*row) for row in session.execute(query)]


def count_alive_by_key(session: Session, district_id: str) -> dict[str, dict[int, int]]:
    """process key -> version -> how many instances are running or suspended, for all processes at once."""
    query = (
        select(ProcessInstance.process_key, ProcessInstance.version, func.count(literal(1)))
        .where(ProcessInstance.district_id == district_id, ProcessInstance.state.in_(ALIVE))
        .group_by(ProcessInstance.process_key, ProcessInstance.version)
    )
    found: dict[str, dict[int, int]] = {}
    for key, version, count in session.execute(query):
        found.setdefault(key, {})[version] = count
    return found
