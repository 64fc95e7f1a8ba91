"""The editor of forms: the newest version of a form, or a new one, with the tasks that use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import url_for

from forms.compiler import form_key
from processes import engine
from processes.actors import Actor
from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from service.entrance import allows, current_actor
from service.orchestration.forms import writable_of
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import definitions

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}(/[a-z][a-z0-9_]{0,59})?")


@dataclass(frozen=True, slots=True)
class Use:
    """A task of a published diagram that asks for the form."""

    process_key: str
    process_title: str
    element_id: str
    name: str
    writable: tuple[str, ...] | None  # the fields it fills in, None for all


@pages.get("/form-editor/<path:key>")
@allows("draft")
def form_editor(key: str) -> tuple[str, int]:
    """The editor on the newest version of a form, or on an empty one when there is none of that key."""
    actor = current_actor()
    newest = definitions.find_definition(session(), actor.district_id, DefinitionKind.FORM, key)
    if newest is None and not (_KEY.fullmatch(key) and form_key(key.replace("/", "_")) == key):
        raise NotFound("表单标识应写成 阶段/任务，例如 review/check_seal，只用小写英文字母、数字和下划线。")
    settings: dict[str, Any] = {
        "key": key,
        "checksUrl": "/api/v1/process-definitions/checks",
        "publicationsUrl": "/api/v1/publication-requests",
        "draftUrl": f"/api/v1/drafts/form/{key}",
        "previewUrl": url_for("pages.form_preview"),
        "content": _empty_form(key) if newest is None else newest.content.decode(),
        "baseVersion": None if newest is None else newest.version,
    }
    return page(
        "form_editor.html",
        key=key,
        title=gettext("新表单") if newest is None else newest.title,
        version=newest and newest.version,
        settings=settings,
        uses=list_uses(actor, key),
    )


def _empty_form(key: str) -> str:
    form = {
        "type": "default",
        "id": key.replace("/", "_"),
        "schemaVersion": 18,
        "properties": {"title": gettext("新表单")},
        "components": [],
    }
    return orjson.dumps(form, option=orjson.OPT_INDENT_2).decode() + "\n"


def _writable(properties: Mapping[str, str]) -> tuple[str, ...] | None:
    writable = writable_of(properties)
    return None if writable is None else tuple(sorted(writable))


def list_uses(actor: Actor, key: str) -> list[Use]:
    """Every task of the newest published diagrams that asks for this form."""
    found: list[Use] = []
    for row in definitions.list_newest(session(), actor.district_id, DefinitionKind.PROCESS):
        stored = runtime().definitions.get(session(), actor.district_id, DefinitionKind.PROCESS, row.key, row.version)
        found += [
            Use(row.key, row.title, element.id, element.name or element.id, _writable(element.properties))
            for element in engine.parse(stored.content).elements
            if element.properties.get("form") == key
        ]
    return found
