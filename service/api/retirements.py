"""Taking definitions out of use (停用) and bringing them back."""

from __future__ import annotations

from typing import Any

from service.api.blueprint import Blueprint, Reason
from service.api.places import PLACE, asked_place
from service.entrance import allows, current_actor
from service.orchestration import retiring
from service.wiring import runtime

blueprint = Blueprint("retirements", __name__, url_prefix="/api/v1/retirements", description="Definitions out of use")


@blueprint.put(PLACE)
@allows("retire")
@blueprint.arguments(Reason)
@blueprint.response(204)
def retire(asked: dict[str, Any], kind: str, key: str) -> None:
    """Take a definition out of use: nothing new is started with it, what runs goes on."""
    retiring.retire(runtime(), asked_place(kind, key), by=current_actor(), reason=asked["reason"])


@blueprint.delete(PLACE)
@allows("retire")
@blueprint.arguments(Reason)
@blueprint.response(204)
def restore(asked: dict[str, Any], kind: str, key: str) -> None:
    """Bring a definition back into use."""
    retiring.restore(runtime(), asked_place(kind, key), by=current_actor(), reason=asked["reason"])
