"""Journeys through an application on the real diagrams: acceptance scenarios 4, 14 and 17, withdrawal, objections."""

from __future__ import annotations

from tests.journeys import applying_route as route
from tests.world import World


def test_an_online_application_is_approved_and_waits_in_the_pool(world: World) -> None:
    item = route.open_item(world)
    root = route.approve(world, item.id)
    made = route.application(world, root)
    assert (made.status, made.approved_fen) == ("待兑现", 10_000_000)
    assert world.open_tasks(root) == []
    assert world.instance(root).business_key == made.number
