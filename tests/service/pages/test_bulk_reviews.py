"""Reviews with rows are decided together: one opinion for all, each case with the values it brings itself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from service.orchestration import tasks
from storage.models.applications import ReviewOpinion
from storage.models.instances import Submission
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]
OPINION = {"checks--met": "满足", "credit": "无失信限制", "result": "通过", "opinion": "条件满足，金额无误。"}


@pytest.fixture
def waiting(world: World) -> list[UUID]:
    """Two applications for one item, both claimed for their first review; the task ids."""
    item = route.open_item(world)
    found = []
    for login in ("applicant", "applicant2"):
        root = route.apply(world, item.id, by=login)
        route.accept(world, root)
        task = world.task("review_first", root)
        tasks.claim_task(world.runtime, task.id, by=world.actor("reviewer1"))
        found.append(task.id)
    return found


def decide(visitor: Visitor, chosen: list[UUID], **changes: str) -> None:
    asked = {"task": [str(each) for each in chosen], "step": "decide", **OPINION, **changes}
    visitor.post("/work/decision", asked)


def test_one_opinion_answers_every_row_and_each_case_keeps_its_own_amount(
    world: World, signed_in: SignedIn, waiting: list[UUID]
) -> None:
    reviewer = signed_in("reviewer1")
    reviewer.get("/work?tab=mine")
    assert "批量办理勾选的任务" in reviewer.text
    reviewer.post("/work/decision", {"task": [str(each) for each in waiting]})
    assert "（每一行）" in reviewer.text
    assert "核定金额" in reviewer.text

    decide(reviewer, waiting)

    assert "共 2 项，完成 2 项" in reviewer.text
    answers = [row.answers for row in world.rows(Submission, element_id="review_first")]
    assert [{row["met"] for row in each["checks"]} for each in answers] == [{"满足"}, {"满足"}]
    roots = [row.root_id for row in world.rows(Submission, element_id="review_first")]
    proposed = sorted(route.application(world, root).requested_fen for root in roots)
    assert sorted(row.amount_fen for row in world.rows(ReviewOpinion)) == proposed


def test_a_case_that_brings_too_little_is_refused_in_words_and_the_other_is_done(
    world: World, signed_in: SignedIn, waiting: list[UUID]
) -> None:
    reviewer = signed_in("reviewer1")
    reviewer.get("/work?tab=mine")
    tasks.save_draft(world.runtime, waiting[0], {"amount": ""}, by=world.actor("reviewer1"))

    decide(reviewer, waiting)

    assert "共 2 项，完成 1 项" in reviewer.text
    assert "核定金额（元）：" in reviewer.text
    assert [row.task_id for row in world.rows(Submission, element_id="review_first")] == [waiting[1]]


def test_what_somebody_wrote_in_a_row_stays(world: World, signed_in: SignedIn, waiting: list[UUID]) -> None:
    reviewer = signed_in("reviewer1")
    reviewer.get("/work?tab=mine")
    kept = {"amount": "100", "checks": [{"met": "不满足", "evidence": "未见证书"}]}
    tasks.save_draft(world.runtime, waiting[0], kept, by=world.actor("reviewer1"))

    decide(reviewer, waiting[:1])

    assert "条件不满足，不能通过" in reviewer.text
    assert world.rows(Submission, element_id="review_first") == []
