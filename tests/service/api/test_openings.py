"""Moving the opening of an item over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys import launching_route as route
from tests.service.api.client import Program
from tests.world import World


def _launched(world: World) -> str:
    """An item online, to open on 2026-10-12; the address of its opening."""
    root = route.issue(world)
    world.at(2026, 9, 1)
    return f"/api/v1/policy-items/{route.launched(world, root).id}/opening"


def test_an_opening_is_moved_with_its_deadlines(world: World, maker: Program) -> None:
    address = _launched(world)

    answer = maker.post(address, {"open_at": "2026-10-09T09:00:00+08:00", "reason": "提前开放"})

    assert answer.status_code == 200
    assert answer.get_json()["open_at"] == "2026-10-09T09:00:00+08:00"
    assert answer.get_json()["moved_deadlines"] == 4


def test_a_move_that_cannot_be_is_refused_with_its_reason(
    world: World, maker: Program, program: Callable[[str | None], Program]
) -> None:
    address = _launched(world)
    body = {"open_at": "2026-10-09T09:00:00+08:00", "reason": "提前开放"}

    past = maker.post(address, {**body, "open_at": "2026-08-31T09:00:00+08:00"})
    other = program("dsb_operator").post(address, body)
    unknown = maker.post("/api/v1/policy-items/00000000-0000-0000-0000-000000000000/opening", body)
    unreasoned = maker.post(address, {"open_at": body["open_at"]})

    assert (past.status_code, past.get_json()["code"]) == (400, "BAD_REQUEST")
    assert (other.status_code, other.get_json()["code"]) == (403, "FORBIDDEN")
    assert unknown.status_code == 404
    assert (unreasoned.status_code, unreasoned.get_json()["code"]) == (422, "REQUEST_REFUSED")
