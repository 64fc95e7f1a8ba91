"""A reviewer is absent: a deputy does the task, or somebody hands it on (scenario 20), through the real door."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from processes.errors import BadRequest, Conflict, Forbidden, NotFound, SeparationOfDuties
from service import permissions
from service.orchestration import tasks
from service.orchestration.substitutions import end_substitution, grant_substitution
from service.stuck import Reason, Waiting, why_waiting
from storage.models.instances import ProcessInstance, Task
from tests import applying
from tests.journeys import applying_route as route
from tests.service.api.client import Program
from tests.world import World

_SINCE, _UNTIL = date(2026, 8, 3), date(2026, 8, 14)


@pytest.fixture
def claimed(world: World) -> UUID:
    """An accepted application whose first review the reviewer has claimed; the case."""
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    tasks.claim_task(world.runtime, world.task("review_first", root).id, by=world.actor("reviewer1"))
    return root


def _leave(world: World, deputy: str | None, *, by: str = "admin", until: date = _UNTIL) -> UUID:
    return grant_substitution(
        world.runtime, "reviewer1", deputy, since=_SINCE, until=until, reason="年休假", by=world.actor(by)
    )


def _stuck(world: World, login: str = "admin") -> Waiting:
    actor = world.actor(login)
    seen = permissions.visible(actor, ProcessInstance)
    found = {each.element_id: each for each in why_waiting(world.session, world.runtime, actor, seen)}
    return found["review_first"]


def _complete(world: World, login: str, root: UUID) -> None:
    task_id = world.task("review_first", root).id
    tasks.complete_task(world.runtime, task_id, applying.opinion(), by=world.actor(login))


def test_the_deputy_completes_the_task_and_the_history_shows_both(world: World, claimed: UUID) -> None:
    _leave(world, "payer")

    _complete(world, "payer", claimed)

    done = next(
        row for row in world.history(claimed) if (row.kind, row.element_id) == ("task_completed", "review_first")
    )
    assert (done.actor_id, done.acting_for) == (world.actor("payer").id, world.actor("reviewer1").id)
    noted = next(row for row in world.history(claimed) if row.kind == "substitution_granted")
    assert noted.reason == "年休假"
    assert noted.changes["dates"] == ["2026-08-03", "2026-08-14"]


def test_a_task_nobody_claimed_is_offered_to_the_deputy_while_the_absence_lasts(world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    _leave(world, "payer")

    def offered() -> bool:
        query = world.session.query(Task).filter(permissions.offered(world.actor("payer")))
        return "review_first" in {task.element_id for task in query}

    assert offered()
    world.at(2026, 8, 15)
    assert not offered()


def test_without_a_deputy_the_stuck_list_says_who_is_absent_and_who_can_act(world: World, claimed: UUID) -> None:
    _leave(world, None)

    found = _stuck(world, "maker_head")

    assert found.reason is Reason.PERSON_ABSENT
    assert "目前不在岗" in found.sentence
    assert "部门主要负责人、系统管理员改派" in found.who_can_act


@pytest.mark.parametrize("login", ["maker_head", "admin"])
def test_the_head_or_an_administrator_hands_the_task_on(world: World, claimed: UUID, login: str) -> None:
    route.give_post(world, "payer", "reviewer1", "STB")
    _leave(world, None, by=login)
    task_id, payer = world.task("review_first", claimed).id, world.actor("payer")

    tasks.assign_task(world.runtime, task_id, payer.id, by=world.actor(login), reason="初审人休假")
    _complete(world, "payer", claimed)

    row = next(row for row in world.history(claimed) if row.kind == "task_assigned")
    assert (row.actor_id, row.reason) == (world.actor(login).id, "初审人休假")
    assert row.changes["assignee"] == [world.actor("reviewer1").name, payer.name]


def test_a_colleague_without_the_post_of_a_head_hands_nothing_on(world: World, claimed: UUID) -> None:
    _leave(world, None)
    task_id, approver = world.task("review_first", claimed).id, world.actor("approver")

    with pytest.raises(NotFound):
        tasks.assign_task(world.runtime, task_id, approver.id, by=approver, reason="代办")


def test_what_a_deputy_did_bars_the_deputy_and_the_absent_person_alike(world: World, claimed: UUID) -> None:
    for login in ("reviewer1", "payer"):
        route.give_post(world, login, "reviewer2", "STB")
    absence = _leave(world, "payer")
    _complete(world, "payer", claimed)
    end_substitution(world.runtime, absence, by=world.actor("admin"))

    second = world.task("review_second", claimed).id
    for login in ("payer", "reviewer1"):
        with pytest.raises(SeparationOfDuties):
            tasks.claim_task(world.runtime, second, by=world.actor(login))


def test_an_ended_absence_gives_no_right_any_more_and_stays_on_record(world: World, claimed: UUID) -> None:
    absence = _leave(world, "payer")
    end_substitution(world.runtime, absence, by=world.actor("reviewer1"))

    with pytest.raises(NotFound):
        _complete(world, "payer", claimed)
    assert "substitution_ended" in {row.kind for row in world.history(claimed)}
    with pytest.raises(Conflict):
        end_substitution(world.runtime, absence, by=world.actor("admin"))


def test_an_absence_that_cannot_be_is_refused(world: World) -> None:
    with pytest.raises(BadRequest):
        _leave(world, "reviewer1")
    with pytest.raises(BadRequest):
        _leave(world, "payer", until=date(2026, 8, 2))
    with pytest.raises(Forbidden):
        _leave(world, "payer", by="maker")
    _leave(world, "payer")
    with pytest.raises(Conflict):
        _leave(world, "approver")


def test_absences_are_noted_listed_and_ended_over_http(world: World) -> None:
    reviewer, payer = Program(world, "reviewer1"), Program(world, "payer")
    body = {"absent": "reviewer1", "deputy": "payer", "valid_from": "2026-08-03", "valid_to": "2026-08-14"}

    made = reviewer.post("/api/v1/substitutions", {**body, "reason": "年休假"})
    again = reviewer.post("/api/v1/substitutions", {**body, "reason": "年休假"})
    listed = payer.get("/api/v1/substitutions").get_json()
    foreign = payer.delete(f"/api/v1/substitutions/{made.get_json()['id']}")
    ended = reviewer.delete(f"/api/v1/substitutions/{made.get_json()['id']}")

    assert (made.status_code, made.get_json()["deputy"]) == (201, "payer")
    assert (again.status_code, again.get_json()["code"]) == (409, "CONFLICT")
    assert [row["absent"] for row in listed["items"]] == ["reviewer1"]
    assert foreign.status_code == 403
    assert ended.status_code == 200 and ended.get_json()["ended_at"] is not None
