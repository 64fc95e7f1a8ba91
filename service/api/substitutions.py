"""Absences with dates, and who stands in for whom (代理)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from service import permissions
from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import allows, current_actor
from service.orchestration.substitutions import end_substitution, grant_substitution
from service.wiring import runtime, session
from storage.models.people import Substitution
from storage.people import get_substitution, list_substitutions, logins_of

blueprint = Blueprint(
    "substitutions", __name__, url_prefix="/api/v1/substitutions", description="Absences, and who stands in"
)


class Absence(ApiSchema):
    """Who is absent from which day to which, and who stands in; without a deputy nobody does."""

    absent = fields.String(required=True, validate=validate.Length(1, 60))
    deputy = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 200, error="请填写代理原因，最多 200 字。"))


class AbsenceAnswer(ApiSchema):
    """The same as noted, with when it was ended early. `absent` and `deputy` are login names."""

    id = fields.UUID(required=True)
    absent = fields.String(required=True)
    deputy = fields.String(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    reason = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class AbsencePage(ApiSchema):
    """Absences, the latest first."""

    items = fields.List(fields.Nested(AbsenceAnswer), required=True)
    total = fields.Integer(required=True)


@blueprint.get("")
@allows("work_on_tasks")
@blueprint.response(200, AbsencePage)
def list_all() -> dict[str, Any]:
    """One's own absences and substitutions; for those who keep accounts or read all, everybody's."""
    actor = current_actor()
    everybody = permissions.can(actor, "manage_people") or permissions.can(actor, "read_all")
    rows = list_substitutions(session(), actor.district_id, user_id=None if everybody else actor.id)
    return {"items": _answers(rows), "total": len(rows)}


@blueprint.post("")
@allows("work_on_tasks")
@blueprint.arguments(Absence)
@blueprint.response(201, AbsenceAnswer)
def grant(asked: dict[str, Any]) -> dict[str, Any]:
    """Note an absence, by the person, the head of the department or an administrator."""
    actor = current_actor()
    row_id = grant_substitution(
        runtime(),
        asked["absent"],
        asked["deputy"],
        since=asked["valid_from"],
        until=asked["valid_to"],
        reason=asked["reason"],
        by=actor,
    )
    return _answers([get_substitution(session(), actor.district_id, row_id)])[0]


@blueprint.delete("/<uuid:substitution_id>")
@allows("work_on_tasks")
@blueprint.response(200, AbsenceAnswer)
def end(substitution_id: UUID) -> dict[str, Any]:
    """The person is back; the record stays and says when."""
    actor = current_actor()
    end_substitution(runtime(), substitution_id, by=actor)
    return _answers([get_substitution(session(), actor.district_id, substitution_id)])[0]


def _answers(rows: Sequence[Substitution]) -> list[dict[str, Any]]:
    people = {row.user_id for row in rows} | {row.deputy_id for row in rows if row.deputy_id is not None}
    logins = logins_of(session(), current_actor().district_id, people)
    return [
        {
            "id": row.id,
            "absent": logins[row.user_id],
            "deputy": None if row.deputy_id is None else logins[row.deputy_id],
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "reason": row.reason,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]
