"""Bearer tokens: one for name and password, and taking one back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from marshmallow import fields, validate

from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import allows, current_actor, public
from service.orchestration import access
from service.wiring import runtime, settings

blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens", description="Bearer tokens")


class Credentials(ApiSchema):
    """Name and password of an account."""

    name = fields.String(required=True, validate=validate.Length(1, 60, error="账号为 1 至 60 个字符。"))
    password = fields.String(required=True, validate=validate.Length(1, 200, error="密码为 1 至 200 个字符。"))
    purpose = fields.String(load_default="API", validate=validate.Length(1, 80, error="用途为 1 至 80 个字。"))
    days = fields.Integer(load_default=90, validate=validate.Range(1, 365, error="有效期为 1 至 365 天。"))


class IssuedToken(ApiSchema):
    """A token, shown this once: only its digest is kept."""

    token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


@blueprint.post("")
@public
@blueprint.arguments(Credentials)
@blueprint.response(201, IssuedToken)
def issue(asked: dict[str, Any]) -> dict[str, Any]:
    """A bearer token for name and password; five wrong passwords lock the account for half an hour."""
    token = access.issue_token(
        runtime(),
        settings().district_id,
        asked["name"],
        name=asked["purpose"],
        password=asked["password"],
        days=asked["days"],
        address=request.remote_addr,
    )
    return {
        "token": token,
        "token_type": "Bearer",
        "expires_at": runtime().clock.now() + timedelta(days=asked["days"]),
    }


@blueprint.delete("/current")
@allows("read_own")
@blueprint.response(204)
def revoke() -> None:
    """Take back the token this request was sent with; it is worth nothing from now on."""
    given = request.authorization
    access.revoke_token(runtime(), by=current_actor(), token=(given.token or "") if given is not None else "")
