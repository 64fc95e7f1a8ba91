"""Move the opening of a policy item, with the duties and the timer that hang on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from service.api.blueprint import ApiSchema, Blueprint
from service.api.policies import seen
from service.entrance import allows, current_actor
from service.orchestration.opening import move_opening
from service.wiring import runtime
from storage.models.items import PolicyItem

blueprint = Blueprint(
    "policy-item-openings", __name__, url_prefix="/api/v1/policy-items", description="Openings of policy items"
)


class Opening(ApiSchema):
    """When the item shall open instead, and why."""

    open_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000, error="请填写改期原因，最多 2000 字。"))


class MovedOpening(ApiSchema):
    """What the item has now, and how many open deadlines moved with it."""

    item_id = fields.UUID(required=True)
    open_at = fields.AwareDateTime(required=True)
    moved_deadlines = fields.Integer(required=True)


@blueprint.post("/<uuid:item_id>/opening")
@allows("move_dates")
@blueprint.arguments(Opening)
@blueprint.response(200, MovedOpening)
def move(asked: dict[str, Any], item_id: UUID) -> dict[str, Any]:
    """Let the item open at another time; its duties, its reminders and its timer move with it."""
    seen(PolicyItem, item_id, "这个政策服务事项")
    moved = move_opening(runtime(), item_id, asked["open_at"], by=current_actor(), reason=asked["reason"])
    return {"item_id": item_id, "open_at": asked["open_at"], "moved_deadlines": moved}
