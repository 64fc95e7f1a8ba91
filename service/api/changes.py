"""Changes of open items: reading them, and taking one back before it takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields

from service import permissions
from service.api.blueprint import ApiSchema, Blueprint, Reason
from service.api.policies import seen
from service.entrance import allows, current_actor
from service.orchestration.changes import withdraw_change
from service.wiring import runtime, session
from storage.changes import get_change, list_changes
from storage.models.changes import ChangeRequest
from storage.models.items import PolicyItem

blueprint = Blueprint("changes", __name__, url_prefix="/api/v1", description="Changes of open policy items")


class ChangeAnswer(ApiSchema):
    """One change of an item. `differences` say in words what becomes what; `late` is judged by DL8."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    item_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    effective_at = fields.AwareDateTime(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    reason = fields.String(required=True)
    transition = fields.String(required=True)
    differences = fields.List(fields.Dict(keys=fields.String()), required=True)
    took_effect_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


@blueprint.get("/policy-items/<uuid:item_id>/changes")
@allows("read_policies")
@blueprint.response(200, ChangeAnswer(many=True))
def list_all(item_id: UUID) -> Sequence[ChangeRequest]:
    """The changes of an item, the newest first; who is no staff sees those in force."""
    seen(PolicyItem, item_id, "这个政策服务事项")
    actor = current_actor()
    rows = list_changes(session(), actor.district_id, item_id=item_id)
    return [row for row in rows if permissions.is_staff(actor) or row.took_effect_at is not None]


@blueprint.post("/policy-changes/<uuid:change_id>/withdrawal")
@allows("work_on_tasks")
@blueprint.arguments(Reason)
@blueprint.response(200, ChangeAnswer)
def withdraw(asked: dict[str, Any], change_id: UUID) -> ChangeRequest:
    """Take a change back; the item stays as it is."""
    actor = current_actor()
    withdraw_change(runtime(), change_id, by=actor, reason=asked["reason"])
    return get_change(session(), actor.district_id, change_id)
