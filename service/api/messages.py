"""Messages from other programs: delivered to whoever listens, or kept until somebody does."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api.blueprint import IDEMPOTENCY_HEADER, ApiSchema, Blueprint, idempotency_key, variables_field
from service.entrance import allows, current_actor
from service.orchestration.messages import send_message
from service.wiring import runtime

blueprint = Blueprint("messages", __name__, url_prefix="/api/v1/messages", description="Messages to processes")


class MessageBody(ApiSchema):
    """A message, addressed to an instance or to whatever instance carries the business key."""

    name = fields.String(required=True, validate=validate.Length(1, 120, error="消息名称为 1 至 120 个字符。"))
    process_instance_id = fields.UUID(allow_none=True)
    business_key = fields.String(allow_none=True, validate=validate.Length(1, 80, error="业务编号为 1 至 80 个字符。"))
    variables = variables_field()

    @validates_schema
    def has_one_address(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two addresses."""
        if (data.get("process_instance_id") is None) == (data.get("business_key") is None):
            raise ValidationError("请给出 process_instance_id 或 business_key 之一。", "process_instance_id")


class Receipt(ApiSchema):
    """`delivered`: an instance took it. `kept`: nobody listened yet; the next one that listens gets it."""

    state = fields.String(required=True, validate=validate.OneOf(["delivered", "kept"]))


@blueprint.post("")
@allows("send_message")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER])
@blueprint.arguments(MessageBody)
@blueprint.response(202, Receipt)
def send(asked: dict[str, Any]) -> dict[str, Any]:
    """Send a message. The same Idempotency-Key again has no second effect."""
    delivered = send_message(
        runtime(),
        asked["name"],
        asked["variables"],
        by=current_actor(),
        instance_id=asked.get("process_instance_id"),
        business_key=asked.get("business_key"),
        key=idempotency_key(),
    )
    return {"state": "delivered" if delivered else "kept"}
