"""Starting a process: those this person may start, each with what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes import engine
from processes.actors import Actor
from processes.documentation import description
from processes.stages import CALLABLE, LIFECYCLES, STAGES
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.entrance.asking import find_actor
from service.orchestration.start import start_instance
from service.pages.form_view import as_id
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import instances
from storage.db import new_id
from storage.definitions import get_definition, list_newest
from storage.models.definitions import Definition
from storage.publication_requests import list_retired

#: The order in which processes are offered: the lifecycle first, then the stages as they follow each other.
_ORDER = [info.stem for info in (*LIFECYCLES, *STAGES, *CALLABLE)]


@dataclass(frozen=True, slots=True)
class Startable:
    """A published process as it is offered. `key` makes a doubled click start it only once.

    `from_guide`: it is about one item, so it is started from that item's guide.
    """

    definition: Definition
    description: str
    key: UUID
    from_guide: bool = False


@pages.get("/start")
@allows("start")
def startable() -> tuple[str, int]:
    return page("start.html", offered=_offered(current_actor()))


@pages.post("/start/<process_key>")
@allows("start")
def start(process_key: str) -> Response:
    """Start the process and go to its first task when it came to the same person, else to the instance."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    instance_id = start_instance(runtime(), process_key, by=actor, idempotency_key=key if as_id(key) else None)
    flash(gettext("已发起。"), "success")
    return redirect(first_page(actor, instance_id), 303)


def first_page(actor: Actor, instance_id: UUID) -> str:
    """Where somebody goes on who started an instance: to an own task, else to the instance."""
    for task in instances.list_open_tasks(session(), actor.district_id, instance_id):
        if task.assignee_id == actor.id:
            return url_for("pages.task", task_id=task.id)
    return url_for("pages.instance", instance_id=instance_id)


def may_start_process(process_key: str) -> bool:
    """True for a person whose post starts the process; who is not signed in yet is asked to do so."""
    actor = find_actor()
    if actor is None:
        return False
    stored = get_definition(session(), actor.district_id, DefinitionKind.PROCESS, process_key)
    starters = engine.parse(stored.content).properties.get("starters", "").split(",")
    return permissions.may_start(actor, [name.strip() for name in starters])


def _offered(actor: Actor) -> list[Startable]:
    found = []
    retired = list_retired(session(), actor.district_id)
    for row in list_newest(session(), actor.district_id, DefinitionKind.PROCESS):
        if (row.kind, row.key) in retired:
            continue
        stored = runtime().definitions.get(session(), actor.district_id, DefinitionKind.PROCESS, row.key, row.version)
        properties = engine.parse(stored.content).properties
        starters = [name.strip() for name in properties.get("starters", "").split(",")]
        if permissions.may_start(actor, starters):
            about_item = "item_id" in [name.strip() for name in properties.get("inputs", "").split(",")]
            found.append(Startable(row, description(stored.content), new_id(), about_item))
    return sorted(found, key=lambda each: _place(each.definition.key))


def _place(key: str) -> tuple[int, str]:
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER), key)
