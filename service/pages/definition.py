"""One diagram, form, table or set of scenarios: its versions, its history, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.documentation import description
from processes.errors import NotFound
from processes.library_words import DEEDS
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import drafts as drafting
from service.orchestration import retiring
from service.orchestration.drafts import Place
from service.pages.shelves import sees_inside
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.pages.words import DEFINITION_KINDS
from service.wiring import runtime, session
from storage import definitions, worklists
from storage.drafts import list_drafts, list_events
from storage.models.definitions import Definition
from storage.people import names_of
from storage.publication_requests import find_retired, list_open_places

Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history: when, who, what, and why."""

    at: datetime
    person: str
    what: str
    note: str


@pages.get("/definitions/process/<key>")
@allows("read_definitions")
def process(key: str) -> Answer:
    """One process with its versions, its diagram and how many cases run on each version."""
    return _page(Place(DefinitionKind.PROCESS, key))


@pages.get("/definitions/<any(form, decision, scenarios):kind>/<path:key>")
@allows("read_definitions")
def definition(kind: str, key: str) -> Answer:
    """One form, table or set of scenarios with its versions."""
    return _page(Place(DefinitionKind(kind), key))


def _page(place: Place) -> Answer:
    actor, asked = current_actor(), request.args.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 8 else None
    stored = definitions.get_definition(session(), actor.district_id, place.kind, place.key, version)
    versions = _versions(actor, place)
    is_process = place.kind is DefinitionKind.PROCESS
    return page(
        "definition.html",
        stored=stored,
        kind_title=gettext(DEFINITION_KINDS[place.kind]),
        versions=versions,
        description=description(stored.content) if is_process else "",
        made=definitions.deployments_of(session(), actor.district_id, [row.deployment_id for row in versions]),
        people=names_of(session(), actor.district_id, {row.published_by for row in versions}),
        alive=worklists.count_alive_by_version(session(), actor.district_id, place.key) if is_process else {},
        settings=_viewer(place, stored.version) if is_process else None,
        **_around(actor, place, versions),
    )


def _viewer(place: Place, version: int) -> dict[str, str]:
    return {"xmlUrl": url_for("pages.diagram_file", key=place.key, version=version)}


def _around(actor: Actor, place: Place, versions: Sequence[Definition]) -> dict[str, Any]:
    """What stands beside the versions: drafts, the open request, whether it is out of use, the history."""
    inside = sees_inside(actor)
    waiting = list_open_places(session(), actor.district_id).get((place.kind, place.key)) if inside else None
    return {
        "retired": find_retired(session(), actor.district_id, place.kind, place.key),
        "drafts": _drafts(actor, place) if inside else (),
        "lock": drafting.lock_of(session(), place, at=runtime().clock.now(), seen_by=actor) if inside else None,
        "waiting": waiting,
        "deeds": _deeds(actor, place) if inside else (),
        "may_draft": permissions.can(actor, "draft"),
        "may_try": permissions.can(actor, "try_out") and place.kind is DefinitionKind.PROCESS,
        "may_read_migration": permissions.can(actor, "read_migration") and place.kind is DefinitionKind.PROCESS,
        "may_ask": permissions.can(actor, "ask_publication"),
        "may_retire": permissions.can(actor, "retire"),
        "second_person": runtime().second_person,
        "edit_address": edit_address(place),
        "newest": versions[0].version,
    }


def edit_address(place: Place) -> str | None:
    """Where a definition of this kind is edited; None for one that is edited elsewhere."""
    endpoints = {
        DefinitionKind.PROCESS: "pages.designer",
        DefinitionKind.FORM: "pages.form_editor",
        DefinitionKind.DECISION: "pages.table_editor",
    }
    endpoint = endpoints.get(place.kind)
    return None if endpoint is None else url_for(endpoint, key=place.key)


def _versions(actor: Actor, place: Place) -> list[Definition]:
    rows = definitions.list_definitions(session(), actor.district_id, place.kind)
    return [row for row in rows if row.key == place.key]


def _drafts(actor: Actor, place: Place) -> list[tuple[str, datetime, bool]]:
    rows = [row for row in list_drafts(session(), actor.district_id, key=place.key) if row.kind == place.kind]
    names = names_of(session(), actor.district_id, {row.owner_id for row in rows})
    return [(names.get(row.owner_id, ""), row.edited_at, row.owner_id == actor.id) for row in rows]


def _deeds(actor: Actor, place: Place) -> list[Deed]:
    rows = list_events(session(), actor.district_id, place.kind, place.key)
    people: dict[UUID, str] = names_of(session(), actor.district_id, {row.actor_id for row in rows})
    return [Deed(row.at, people.get(row.actor_id, ""), gettext(DEEDS[row.what]), row.note) for row in rows]


@pages.post("/definitions/<string:kind>/<path:key>/retirement")
@allows("retire")
def retire_definition(kind: str, key: str) -> Answer:
    """Take it out of use: nothing new is started with it."""
    retiring.retire(runtime(), asked_place(kind, key), by=current_actor(), reason=request.form.get("reason", ""))
    return _back(kind, key, gettext("已停用，不能再发起；在办的件继续办完。"))


@pages.post("/definitions/<string:kind>/<path:key>/restoration")
@allows("retire")
def restore_definition(kind: str, key: str) -> Answer:
    """Bring it back into use."""
    retiring.restore(runtime(), asked_place(kind, key), by=current_actor(), reason=request.form.get("reason", ""))
    return _back(kind, key, gettext("已恢复启用。"))


@pages.post("/definitions/<string:kind>/<path:key>/draft/discard")
@allows("draft")
def discard_definition_draft(kind: str, key: str) -> Answer:
    """Give up one's own draft."""
    drafting.discard_draft(runtime(), asked_place(kind, key), by=current_actor())
    flash(gettext("草稿已放弃。"), "success")
    return redirect(url_for("pages.definitions"), 303)


def asked_place(kind: str, key: str) -> Place:
    """The definition of an address. Raises NotFound for a kind there is not."""
    try:
        return Place(DefinitionKind(kind), key)
    except ValueError as error:
        raise NotFound("没有这一类定义。请从流程库重新打开。") from error


def definition_address(kind: str, key: str) -> str:
    """The page of a definition."""
    if kind == DefinitionKind.PROCESS:
        return url_for("pages.process", key=key)
    return url_for("pages.definition", kind=kind, key=key)


def _back(kind: str, key: str, words: str) -> Response:
    flash(words, "success")
    return redirect(definition_address(kind, key), 303)
