"""An item from the issue of its policy to its opening, through the real door (scenarios 2 and 3)."""

from __future__ import annotations

from processes.item_words import ItemStatus
from tests.journeys import launching_route as route
from tests.world import World


def test_a_policy_is_issued_launched_trained_for_filed_and_opened(world: World) -> None:
    root, item = route.open_item(world)

    assert item.status == ItemStatus.OPEN
    assert world.open_tasks(root) == []
