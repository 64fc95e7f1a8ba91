"""What the diagram viewer shows of an instance, and the same as a table for those who cannot see a diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from processes import engine
from processes.actors import Actor
from processes.vocabulary import DefinitionKind, TaskState
from service import permissions
from service.orchestration.runtime import Runtime
from service.pages.translation import gettext, to_translate
from storage import history, instances, worklists
from storage.models.instances import Incident, ProcessInstance, Task, Wait
from storage.people import names_of

#: Elements a person is interested in; gateways and flows stay in the drawing.
_LISTED = ("Task", "callActivity", "subProcess", "Event")
STATES: dict[str, str] = {
    "ready": to_translate("待认领"),
    "claimed": to_translate("办理中"),
    "waiting": to_translate("等待中"),
    "incident": to_translate("出错停住"),
    "passed": to_translate("已经过"),
    "": to_translate("未到达"),
}


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element of the diagram with what is known of it in this instance."""

    element_id: str
    name: str
    lane: str
    state: str
    who: str
    since: datetime | None
    due_at: datetime | None

    @property
    def word(self) -> str:
        return gettext(STATES[self.state])


@dataclass(frozen=True, slots=True)
class Diagram:
    """Settings of the viewer island and the rows of the table beside it."""

    settings: Mapping[str, Any]
    rows: Sequence[ElementRow]


def of_instance(session: Session, runtime: Runtime, actor: Actor, instance: ProcessInstance) -> Diagram:
    """The diagram of the version on which the instance runs: where it stands and which way it came."""
    stored = runtime.definitions.get(
        session, actor.district_id, DefinitionKind.PROCESS, instance.process_key, instance.version
    )
    tasks = instances.list_open_tasks(session, actor.district_id, instance.id)
    waits = instances.list_waits(session, actor.district_id, instance.id)
    incidents = worklists.list_incidents_of(session, actor.district_id, [instance.id])
    taken = taken_path(session, actor.district_id, instance.id)
    states = _states(tasks, waits, incidents, set(taken))
    settings = {
        "xmlUrl": url_for("pages.diagram_file", key=instance.process_key, version=instance.version),
        "tokens": _tokens(tasks, waits, incidents),
        "taken": taken,
        "stuck": [
            {"elementId": each.element_id, "message": each.message} for each in incidents if each.element_id is not None
        ],
    }
    shown = permissions.sees_colleagues(actor)
    people = {
        task.assignee_id for task in tasks if task.assignee_id is not None and (shown or task.assignee_id == actor.id)
    }
    who = names_of(session, actor.district_id, people)
    places = _places(tasks, waits, who)
    elements = [each for each in engine.parse(stored.content).elements if each.kind.endswith(_LISTED) and each.name]
    rows = [
        ElementRow(each.id, each.name, each.lane or "", states.get(each.id, ""), *places.get(each.id, ("", None, None)))
        for each in elements
    ]
    return Diagram(settings, rows)


def taken_path(session: Session, district_id: str, instance_id: UUID) -> list[str]:
    """Ids of the elements and flows the instance has passed, from its history, each once."""
    passed: dict[str, None] = {}
    for row in history.list_history(session, district_id, instance_id):
        if row.kind == "task_completed" and row.element_id is not None:
            passed[row.element_id] = None
        for entry in row.changes.get("passed") or ():
            passed[str(entry[0])] = None
    return list(passed)


def _states(
    tasks: Sequence[Task], waits: Sequence[Wait], incidents: Sequence[Incident], taken: set[str]
) -> dict[str, str]:
    states = dict.fromkeys(taken, "passed")
    states.update({wait.element_id: "waiting" for wait in waits})
    states.update({task.element_id: str(task.state) for task in tasks})
    states.update({each.element_id: "incident" for each in incidents if each.element_id is not None})
    return states


def _tokens(tasks: Sequence[Task], waits: Sequence[Wait], incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    stuck = {each.element_id for each in incidents}
    counts: dict[tuple[str, str], int] = {}
    for task in tasks:
        state = "incident" if task.element_id in stuck else str(TaskState(task.state))
        counts[task.element_id, state] = counts.get((task.element_id, state), 0) + 1
    for wait in waits:
        if wait.attached_to is None:
            state = "incident" if wait.element_id in stuck else "waiting"
            counts[wait.element_id, state] = counts.get((wait.element_id, state), 0) + 1
    return [{"elementId": element, "state": state, "count": count} for (element, state), count in counts.items()]


def _places(
    tasks: Sequence[Task], waits: Sequence[Wait], who: Mapping[UUID, str]
) -> dict[str, tuple[str, datetime | None, datetime | None]]:
    places: dict[str, tuple[str, datetime | None, datetime | None]] = {
        wait.element_id: ("", wait.since, wait.due_at) for wait in waits
    }
    for task in tasks:
        name = "" if task.assignee_id is None else who.get(task.assignee_id, "")
        places[task.element_id] = (name, task.created_at, task.due_at)
    return places
