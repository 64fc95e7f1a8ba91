"""What a diagram may refer to: feeds the designer's pickers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from processes import deadlines
from processes.clock import business_date
from processes.deadline_meaning import meaning, timer_expression
from processes.vocabulary import STARTER, DefinitionKind
from service.api.blueprint import ApiSchema, Blueprint
from service.catalogue import build_catalogue
from service.entrance import allows, current_actor
from service.wiring import runtime, session
from storage.definitions import list_newest

blueprint = Blueprint("catalogue", __name__, url_prefix="/api/v1/catalogue", description="What diagrams may refer to")


class Parameter(ApiSchema):
    """A parameter of a service task's handler."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)


class HandlerAnswer(ApiSchema):
    """A registered handler; `outputs` are the variables it may set."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    parameters = fields.List(fields.Nested(Parameter), required=True)
    outputs = fields.List(fields.String(), required=True)
    messages = fields.List(fields.String(), required=True, metadata={"description": "messages it may send"})
    errors = fields.List(fields.String(), required=True, metadata={"description": "codes it may answer with"})
    makes = fields.List(fields.String(), required=True, metadata={"description": "kinds of records it may add"})
    starts = fields.List(fields.String(), required=True, metadata={"description": "processes it may start"})
    irreversible = fields.Boolean(required=True)


class Keyed(ApiSchema):
    """A thing known by a key."""

    key = fields.String(required=True)
    title = fields.String(required=True)


class Named(ApiSchema):
    """A thing known by an id."""

    id = fields.String(required=True)
    title = fields.String(required=True)


class HeldRole(Keyed):
    """A role, and the departments in which somebody holds it today."""

    holders = fields.List(fields.String(), required=True)


class DeadlineRuleAnswer(Named):
    """A deadline rule: in a sentence how its day is counted, and a timer text for the end of that day, if there is."""

    meaning = fields.String(required=True)
    timer = fields.String(required=True, allow_none=True)


class CalledProcess(Keyed):
    """A published process and its newest version."""

    version = fields.Integer(required=True)


class FormEntry(Keyed):
    """A published form; `entries` are the fields that a person fills in."""

    entries = fields.List(fields.Nested(Keyed), required=True)


class CatalogueAnswer(ApiSchema):
    """Handlers, forms, roles, organisations, deadline rules, decision tables and processes."""

    handlers = fields.List(fields.Nested(HandlerAnswer), required=True)
    forms = fields.List(fields.Nested(FormEntry), required=True)
    roles = fields.List(fields.Nested(HeldRole), required=True)
    organisations = fields.List(fields.Nested(Keyed), required=True)
    deadlines = fields.List(fields.Nested(DeadlineRuleAnswer), required=True)
    decisions = fields.List(fields.Nested(Named), required=True)
    processes = fields.List(fields.Nested(CalledProcess), required=True)


@blueprint.get("")
@allows("read_definitions")
@blueprint.response(200, CatalogueAnswer)
def everything() -> dict[str, Any]:
    """Everything that is published and registered now."""
    wired = runtime()
    today = business_date(wired.clock.now())
    district_id = current_actor().district_id
    found = build_catalogue(session(), district_id, wired.handlers, wired.definitions, on=today)
    held = found.holders or {}
    return {
        "handlers": list(found.handlers.values()),
        "forms": [
            {"key": form.key, "title": form.title, "entries": _listed("key", form.fields)}
            for form in found.forms.values()
        ],
        "roles": [
            {"key": key, "title": title, "holders": sorted(held.get(key, ()))}
            for key, title in {STARTER: "发起人", **found.roles}.items()
        ],
        "organisations": _listed("key", found.organisations),
        "deadlines": [
            {"id": key, "title": rule.duty, "meaning": meaning(rule), "timer": timer_expression(rule)}
            for key, rule in deadlines.RULES.items()
        ],
        "decisions": _listed("id", found.decisions),
        "processes": [
            {"key": row.key, "title": row.title, "version": row.version}
            for row in list_newest(session(), district_id, DefinitionKind.PROCESS)
        ],
    }


def _listed(name: str, titles: Any) -> list[dict[str, str]]:
    return [{name: key, "title": title} for key, title in titles.items()]
