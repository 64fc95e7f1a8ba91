"""受审分离 on the real diagrams, acceptance scenario 4: who accepted an application never reviews it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from processes.errors import SeparationOfDuties
from service import permissions
from service.orchestration import tasks
from storage.db import new_id
from storage.models.applications import ReviewOpinion
from storage.models.instances import Task
from storage.models.people import Substitution
from tests import applying
from tests.journeys import applying_route as route
from tests.world import DISTRICT, World


def _offered(world: World, login: str) -> list[str]:
    """What the person's task list offers to take."""
    found = world.session.query(Task).filter(permissions.offered(world.actor(login))).all()
    return sorted(task.element_id for task in found)


class TestTheAcceptorWhoBecomesAReviewer:
    """A window clerk accepts an application and gets the post of a reviewer afterwards."""

    @pytest.fixture
    def accepted(self, world: World) -> UUID:
        """Accepted at the window by a clerk who becomes a reviewer of the same department afterwards."""
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        world.do("window_clerk", "accept_at_window", applying.acceptance(), root)
        route.give_post(world, "window_clerk", "reviewer1", "STB")
        return root

    def test_the_task_is_offered_to_other_reviewers_and_not_to_him(self, world: World, accepted: UUID) -> None:
        assert "review_first" in _offered(world, "reviewer1")
        assert "review_first" not in _offered(world, "window_clerk")

    def test_a_direct_claim_and_a_direct_completion_are_refused(self, world: World, accepted: UUID) -> None:
        task, clerk = world.task("review_first", accepted), world.actor("window_clerk")
        with pytest.raises(SeparationOfDuties) as refused:
            tasks.claim_task(world.runtime, task.id, by=clerk)
        assert refused.value.code == "SOD_VIOLATION"
        with pytest.raises(SeparationOfDuties):
            tasks.complete_task(world.runtime, task.id, applying.opinion(), by=clerk)
        assert world.rows(ReviewOpinion) == []
        assert route.open_elements(world, accepted) == ["review_first"]

    def test_neither_a_reviewer_nor_an_administrator_can_hand_it_to_him(self, world: World, accepted: UUID) -> None:
        task, clerk = world.task("review_first", accepted), world.actor("window_clerk")
        tasks.claim_task(world.runtime, task.id, by=world.actor("reviewer1"))
        for login in ("reviewer1", "admin"):
            with pytest.raises(SeparationOfDuties):
                tasks.assign_task(world.runtime, task.id, clerk.id, by=world.actor(login), reason="请代办")

    def test_standing_in_for_an_absent_reviewer_does_not_help_him(self, world: World, accepted: UUID) -> None:
        today = world.clock.now().date()
        route.add(
            world,
            Substitution(
                district_id=DISTRICT,
                id=new_id(),
                user_id=world.actor("reviewer1").id,
                deputy_id=world.actor("window_clerk").id,
                valid_from=today,
                valid_to=today + timedelta(days=5),
                reason="休假",
                created_by=world.actor("admin").id,
            ),
        )
        assert "review_first" not in _offered(world, "window_clerk")
        with pytest.raises(SeparationOfDuties):
            tasks.claim_task(world.runtime, world.task("review_first", accepted).id, by=world.actor("window_clerk"))

    def test_nobody_reviews_twice_or_decides_what_he_reviewed(self, world: World, accepted: UUID) -> None:
        for role in ("reviewer2", "approver"):
            route.give_post(world, "reviewer1", role, "STB")
        route.give_post(world, "reviewer2", "approver", "STB")
        world.do("reviewer1", "review_first", applying.opinion(), accepted)
        with pytest.raises(SeparationOfDuties):
            world.do("reviewer1", "review_second", applying.opinion(), accepted)
        world.do("reviewer2", "review_second", applying.opinion(), accepted)
        for login in ("reviewer1", "reviewer2"):
            with pytest.raises(SeparationOfDuties):
                world.do(login, "decide_application", applying.opinion(), accepted)
        world.do("approver", "decide_application", applying.opinion(), accepted)
        assert route.application(world, accepted).status == "待兑现"
