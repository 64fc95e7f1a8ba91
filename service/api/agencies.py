"""Agents (代办): authorisations one's applicant gave and those one was given; authorise, accept, decline, revoke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from processes.clock import business_date
from service.api.blueprint import ApiSchema, Blueprint
from service.api.policies import seen
from service.entrance import allows, current_actor
from service.orchestration import agencies as verbs
from service.orchestration.agencies import Authorisation
from service.wiring import runtime, session
from storage.agencies import list_granted, list_held
from storage.models.agencies import AgencyAuthorisation
from storage.people import logins_of

blueprint = Blueprint("agencies", __name__, url_prefix="/api/v1/agencies", description="Agents of applicants")


class AuthorisationRequest(ApiSchema):
    """Who shall act for the caller's applicant. `agent` is a login, credit code or id number; no `items`: all items."""

    agent = fields.String(required=True, validate=validate.Length(1, 60))
    items = fields.List(
        fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(1, verbs.MOST_ITEMS)
    )
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    letter_id = fields.UUID(required=True, metadata={"description": "an uploaded attachment: the signed letter"})


class AuthorisationAnswer(ApiSchema):
    """An authorisation. `agent` is a login, shown once it was accepted; `items` null means all items."""

    id = fields.UUID(required=True)
    organisation = fields.String(required=True)
    agent = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    items = fields.List(fields.UUID(), required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    letter_id = fields.UUID(required=True, allow_none=True)
    granted_at = fields.AwareDateTime(required=True)
    accepted_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class AuthorisationLists(ApiSchema):
    """What the caller's applicant gave, and what the caller was given; the newest first."""

    given = fields.List(fields.Nested(AuthorisationAnswer), required=True)
    held = fields.List(fields.Nested(AuthorisationAnswer), required=True)


@blueprint.get("")
@allows("apply_for_oneself")
@blueprint.response(200, AuthorisationLists)
def list_all() -> dict[str, Any]:
    """Both sides of the caller."""
    actor = current_actor()
    own = sorted(post.organisation for post in actor.posts if post.role == "applicant")
    return {
        "given": _answers(list_granted(session(), actor.district_id, own)),
        "held": _answers(list_held(session(), actor.district_id, actor.id)),
    }


@blueprint.post("")
@allows("apply_for_oneself")
@blueprint.arguments(AuthorisationRequest)
@blueprint.response(201, AuthorisationAnswer)
def authorise(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask somebody to act for the caller's applicant; it begins when they accept."""
    return _one(verbs.authorise(runtime(), Authorisation(**asked), by=current_actor()))


@blueprint.post("/<uuid:authorisation_id>/acceptance")
@allows("apply_for_oneself")
@blueprint.response(200, AuthorisationAnswer)
def accept(authorisation_id: UUID) -> dict[str, Any]:
    """Accept what one was asked to do."""
    verbs.accept(runtime(), authorisation_id, by=current_actor())
    return _one(authorisation_id)


@blueprint.post("/<uuid:authorisation_id>/refusal")
@allows("apply_for_oneself")
@blueprint.response(200, AuthorisationAnswer)
def decline(authorisation_id: UUID) -> dict[str, Any]:
    """Decline what one was asked to do."""
    verbs.decline(runtime(), authorisation_id, by=current_actor())
    return _one(authorisation_id)


@blueprint.delete("/<uuid:authorisation_id>")
@allows("apply_for_oneself")
@blueprint.response(200, AuthorisationAnswer)
def revoke(authorisation_id: UUID) -> dict[str, Any]:
    """End it at once, as the applicant or as the agent; the record stays."""
    verbs.revoke(runtime(), authorisation_id, by=current_actor())
    return _one(authorisation_id)


def _one(authorisation_id: UUID) -> dict[str, Any]:
    return _answers([seen(AgencyAuthorisation, authorisation_id, "这项代办授权")])[0]


def _answers(rows: Sequence[AgencyAuthorisation]) -> list[dict[str, Any]]:
    actor, today = current_actor(), business_date(runtime().clock.now())
    logins = logins_of(session(), actor.district_id, {row.agent_id for row in rows})
    copied = ("id", "organisation", "valid_from", "valid_to", "letter_id", "granted_at", "accepted_at", "revoked_at")
    return [
        {
            **{name: getattr(row, name) for name in copied},
            "agent": logins[row.agent_id] if row.accepted_at or row.agent_id == actor.id else None,
            "state": row.state_on(today),
            "items": None if row.all_items else [UUID(each) for each in row.items],
        }
        for row in rows
    ]
