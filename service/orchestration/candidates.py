"""A task for a post that nobody holds: an incident that names the post, until somebody holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from processes.actors import Actor
from processes.errors import Conflict
from processes.vocabulary import ROLES
from service import permissions
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.incidents import list_open_of_code
from storage.instances import OPEN_TASK, lock_instance, lock_task
from storage.models.instances import Incident, ProcessInstance
from storage.people import find_organisation, has_holders

NO_CANDIDATE = "NO_CANDIDATE"
#: The verb of the incident: trying again looks again.
LOOK_AGAIN = "find_candidate"


def check_candidates(unit: Unit, instance: ProcessInstance, task: Mapping[str, Any]) -> None:
    """Note an incident when nobody holds the post of a task that opens. `task` are the values of its row."""
    role, organisation = task["role"], task["organisation"]
    if role is None or _held(unit, role, organisation):
        return
    unit.session.add(
        Incident(
            district_id=unit.district_id,
            id=new_id(),
            instance_id=instance.id,
            process_key=instance.process_key,
            element_id=task["element_id"],
            code=NO_CANDIDATE,
            message=_words(unit, task["name"], role, organisation),
            verb=LOOK_AGAIN,
            arguments={
                "task_id": str(task["id"]),
                "role": role,
                "organisation": organisation,
                "by": str(unit.actor.id),
            },
            state="open",
            created_at=unit.now,
        )
    )


def find_candidate(runtime: Runtime, task_id: UUID, *, by: Actor) -> None:
    """Look again whether somebody can do the task. Raises Conflict while nobody holds its post."""

    def work(unit: Unit) -> None:
        task, _ = lock_task(unit.session, unit.district_id, task_id)
        waits = task.state in OPEN_TASK and task.assignee_id is None and task.role is not None
        if waits and not has_holders(unit.session, unit.district_id, task.role or "", task.organisation, on=unit.today):
            raise Conflict(_words(unit, task.name, task.role or "", task.organisation))

    permissions.require(by, "read_own")
    transaction(runtime, by, work)


def fill_vacancies(unit: Unit, role: str, organisation: str) -> None:
    """Somebody got this post: the incidents of tasks that waited for it are resolved."""
    for incident in list_open_of_code(unit.session, unit.district_id, NO_CANDIDATE):
        asked = incident.arguments
        if asked["role"] != role or (organisation != "*" and asked["organisation"] not in (None, organisation)):
            continue
        incident.state, incident.resolved_at, incident.resolved_by = "resolved", unit.now, unit.actor.id
        if incident.instance_id is not None:
            instance = lock_instance(unit.session, unit.district_id, incident.instance_id)
            unit.record(instance, "incident_resolved", element_id=incident.element_id, changes={"verb": incident.verb})


def _held(unit: Unit, role: str, organisation: str | None) -> bool:
    post = (unit.district_id, role, organisation)
    if unit.runtime.held_posts.knows(post, unit.now):
        return True
    held = has_holders(unit.session, unit.district_id, role, organisation, on=unit.today)
    if held:
        unit.runtime.held_posts.note(post, unit.now)
    return held


def _words(unit: Unit, name: str, role: str, organisation: str | None) -> str:
    found = None if organisation is None else find_organisation(unit.session, unit.district_id, organisation)
    place = (organisation or "") if found is None else found.name
    return f"任务“{name}”应由{place}{ROLES.get(role, role)}办理，但今天没有人在这个岗位上，请系统管理员安排人员。"
