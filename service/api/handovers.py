"""Handing over all that waits for a person who leaves (离职转办)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields, validate

from service.api.blueprint import ApiSchema, Blueprint
from service.api.task_verbs import person_of
from service.entrance import allows, current_actor
from service.orchestration.handover import hand_over
from service.wiring import runtime

blueprint = Blueprint("handovers", __name__, url_prefix="/api/v1/handovers", description="Tasks of who leaves")


class HandoverBody(ApiSchema):
    """Who leaves and who takes over (login names), and why."""

    from_user = fields.String(required=True, validate=validate.Length(1, 60))
    to_user = fields.String(required=True, validate=validate.Length(1, 60))
    reason = fields.String(required=True, validate=validate.Length(1, 500, error="请填写转办原因，最多 500 个字。"))


class HandoverLineAnswer(ApiSchema):
    """What became of one task; `refusal` says why it stayed."""

    task_id = fields.UUID(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    done = fields.Boolean(required=True)
    refusal = fields.String(required=True)


class HandoverAnswer(ApiSchema):
    """A line for every task that waited for the leaver."""

    lines = fields.List(fields.Nested(HandoverLineAnswer), required=True)


@blueprint.post("")
@allows("work_on_tasks")
@blueprint.arguments(HandoverBody)
@blueprint.response(200, HandoverAnswer)
def hand_over_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Hand over, by an administrator or the head of the leaver's department; each task checks its own rules."""
    lines = hand_over(
        runtime(),
        person_of(asked["from_user"]),
        person_of(asked["to_user"]),
        by=current_actor(),
        reason=asked["reason"],
    )
    return {"lines": [asdict(each) for each in lines]}
