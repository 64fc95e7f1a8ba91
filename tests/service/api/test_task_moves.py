"""Returning and taking back, as programs ask for it."""

from __future__ import annotations

from tests import applying
from tests.journeys import applying_route as route
from tests.service.api.client import Program
from tests.world import World


def test_a_task_is_taken_back_then_returned_and_refusals_say_why(world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    first = world.task("review_first", root).id
    world.do("reviewer1", "review_first", applying.opinion(), root)
    one, two = Program(world, "reviewer1"), Program(world, "reviewer2")

    assert one.get(f"/api/v1/tasks/{first}").get_json()["actions"] == ["withdraw"]
    taken = one.post(f"/api/v1/tasks/{first}/withdrawal", {"reason": "金额写错了"}).get_json()
    assert (taken["element_id"], taken["assignee"], taken["state"]) == ("review_first", "reviewer1", "claimed")
    world.do("reviewer1", "review_first", applying.opinion(), root)

    second = world.task("review_second", root).id
    assert two.post(f"/api/v1/tasks/{second}/claim").status_code == 200
    assert "return" in two.get(f"/api/v1/tasks/{second}").get_json()["actions"]
    targets = {each["element_id"]: each for each in two.get(f"/api/v1/tasks/{second}/return").get_json()}
    assert targets["review_first"]["allowed"] and not targets["accept_online"]["allowed"]
    refused = two.post(f"/api/v1/tasks/{second}/return", {"element_id": "accept_online", "reason": "重新受理"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "CONFLICT")
    assert two.post(f"/api/v1/tasks/{second}/return", {"element_id": "review_first"}).status_code == 422
    body = {"element_id": "review_first", "reason": "请补充依据", "mode": "straight_back"}
    returned = two.post(f"/api/v1/tasks/{second}/return", body).get_json()
    assert (returned["element_id"], returned["assignee"]) == ("review_first", "reviewer1")

    world.do("reviewer1", "review_first", applying.opinion(), root)
    assert world.task("review_second", root).assignee_id == world.actor("reviewer2").id
    late = two.post(f"/api/v1/tasks/{second}/return", body)
    assert (late.status_code, late.get_json()["code"]) == (409, "TASK_NOT_OPEN")
