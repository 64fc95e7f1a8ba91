"""Incidents: what stopped, why in words, and trying again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from service import permissions
from service.api.blueprint import ApiSchema, Blueprint, PageQuery, Reason
from service.entrance import allows, current_actor
from service.orchestration import repair
from service.wiring import runtime, session
from storage.incidents import get_incident, list_incidents
from storage.models.instances import Incident
from storage.worklists import Page

blueprint = Blueprint("incidents", __name__, url_prefix="/api/v1/incidents", description="What stopped, and why")


class IncidentAnswer(ApiSchema):
    """Something that stopped an instance; nothing of the failed step was stored."""

    id = fields.UUID(required=True)
    process_instance_id = fields.UUID(required=True, allow_none=True, attribute="instance_id")
    process_key = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    action = fields.String(required=True, attribute="verb", metadata={"description": "what will be tried again"})
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    resolution = fields.String(
        required=True, allow_none=True, metadata={"description": "why it was closed by hand, without another attempt"}
    )


class IncidentPage(ApiSchema):
    """A part of a list of incidents, oldest first, and how many there are in all."""

    items = fields.List(fields.Nested(IncidentAnswer), required=True)
    total = fields.Integer(required=True)


class IncidentQuery(PageQuery):
    """Which incidents to list; without a state the open ones."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "resolved"], error="没有这种状态。"))
    process_instance_id = fields.UUID()


@blueprint.get("")
@allows("read_all")
@blueprint.arguments(IncidentQuery, location="query")
@blueprint.response(200, IncidentPage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Incidents with their cause in words."""
    actor = current_actor()
    rows, total = list_incidents(
        session(),
        actor.district_id,
        permissions.visible(actor, Incident),
        Page(asked["page"], asked["page_size"]),
        state=asked["state"],
        instance_id=asked.get("process_instance_id"),
    )
    return {"items": rows, "total": total}


@blueprint.post("/<uuid:incident_id>/retry")
@allows("retry")
@blueprint.response(200, IncidentAnswer)
def retry(incident_id: UUID) -> Incident:
    """Do again what failed, in the right of whoever asked for it then."""
    actor = current_actor()
    repair.retry_incident(runtime(), incident_id, by=actor)
    return get_incident(session(), actor.district_id, incident_id)


@blueprint.post("/<uuid:incident_id>/closing")
@allows("retry")
@blueprint.arguments(Reason)
@blueprint.response(200, IncidentAnswer)
def close(asked: dict[str, Any], incident_id: UUID) -> Incident:
    """Close by hand an incident about a notice that did not leave the house; anything else is mended and retried."""
    actor = current_actor()
    repair.close_incident(runtime(), incident_id, by=actor, reason=asked["reason"])
    return get_incident(session(), actor.district_id, incident_id)
