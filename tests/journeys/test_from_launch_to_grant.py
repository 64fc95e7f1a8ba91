"""A policy made, issued, launched and opened on the real diagrams is applied for and granted: nothing made by hand."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from processes.errors import BusinessError
from service.orchestration import reading
from storage.models.instances import Incident
from storage.models.items import PolicyItem
from tests import applying
from tests.journeys import applying_route as route
from tests.journeys import launching_route
from tests.world import World


def _rows(world: World, root: UUID, element_id: str, by: str, field: str) -> int:
    """How many rows the form of the open task asks to be filled in."""
    shown = reading.read_task(world.runtime, world.task(element_id, root).id, by=world.actor(by))
    return len(shown.prepared.given[field])


def _open(world: World) -> PolicyItem:
    return launching_route.open_item(world)[1]


def test_an_item_launched_the_whole_way_is_applied_for_at_the_window_and_granted(world: World) -> None:
    item = _open(world)
    root = route.begin(world, item.id, by="window_clerk")
    documents = _rows(world, root, "submit_application", "window_clerk", "materials")
    conditions = _rows(world, root, "submit_application", "window_clerk", "conditions")
    answers = applying.window_form(
        "",
        conditions=[{"met": "符合"}] * conditions,
        materials=[{"handed_in": "纸质件", "place": "一份，窗口一号柜"}] * documents,
    )
    world.do("window_clerk", "submit_application", answers, root)
    accepted = applying.acceptance(*["合格"] * documents, paper_place="一号柜")
    world.do("window_clerk", "accept_at_window", accepted, root)
    checks = [{"met": "满足", "evidence": "认定证书"}] * conditions
    for login, element in (
        ("reviewer1", "review_first"),
        ("reviewer2", "review_second"),
        ("approver", "decide_application"),
    ):
        world.do(login, element, applying.opinion(checks=checks), root)

    made = route.application(world, root)
    assert (made.status, made.approved_fen, made.guide_version) == ("待兑现", 10_000_000, 1)
    assert world.rows(Incident) == []


def test_a_minute_before_the_opening_nobody_can_apply(world: World) -> None:
    item = _open(world)
    opened = world.clock.now()
    world.clock.set(opened - timedelta(minutes=1))
    with pytest.raises(BusinessError) as refused:
        route.begin(world, item.id)
    assert refused.value.code == "ITEM_NOT_OPEN"
    world.clock.set(opened)
    assert route.open_elements(world, route.begin(world, item.id)) == ["submit_application"]
