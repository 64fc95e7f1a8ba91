"""My work: what is offered to whom, claiming and giving back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.models.instances import Task
from tests.journeys import making_route
from tests.journeys.applying_route import give_post
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def assessment(world: World) -> str:
    """The address of a task that waits for the makers of STB: a policy whose assessment is to be written."""
    root = making_route.initiate(world)
    return f"/tasks/{world.task('write_assessment', root).id}"


def test_a_task_is_offered_to_its_post_and_to_nobody_else(signed_in: SignedIn, assessment: str) -> None:
    assert "编写事前评估报告" in signed_in("maker").text
    for login in ("maker_hrb", "finance_officer", "applicant", "reviewer1"):
        stranger = signed_in(login)
        assert "编写事前评估报告" not in stranger.text, login
        assert stranger.get(assessment).status_code == 404, login


def test_a_claimed_task_moves_into_the_own_hands(signed_in: SignedIn, assessment: str) -> None:
    maker = signed_in("maker")
    maker.get("/work?tab=claimable")

    maker.post(f"{assessment}/claim")

    assert maker.address == assessment
    assert "已认领" in maker.text
    maker.get("/work?tab=mine")
    assert "编写事前评估报告" in maker.text
    maker.get("/work?tab=claimable")
    assert "现在没有可以认领的任务" in maker.text


def test_a_task_given_back_is_offered_again(signed_in: SignedIn, assessment: str) -> None:
    maker = signed_in("maker")
    maker.post(f"{assessment}/claim")

    maker.post(f"{assessment}/release")

    assert "已退回岗位" in maker.text
    maker.get("/work?tab=claimable")
    assert "编写事前评估报告" in maker.text


def test_what_somebody_else_has_claimed_cannot_be_claimed(world: World, signed_in: SignedIn, assessment: str) -> None:
    give_post(world, "maker_head", "maker", "STB")
    first, second = signed_in("maker"), signed_in("maker_head")
    second.get("/work?tab=claimable")
    first.post(f"{assessment}/claim")

    answer = second.post(f"{assessment}/claim")

    assert answer.status_code == 403
    assert "已由他人认领" in second.text


def test_the_deadline_says_how_many_working_days_are_left_and_why(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    making_route.assess(world, root)
    making_route.open_consultation(world, root)
    making_route.draft(world, root)

    lawyer = signed_in("legal_officer")

    assert "2026年8月10日 还有 5 个工作日" in lawyer.text
    assert "2026-08-08 周六，不计" in lawyer.text
    assert "2026-08-10 周一" in lawyer.text
    world.at(2026, 8, 12)
    assert "已逾期 2 个工作日" in signed_in("legal_officer").text


def test_done_tasks_show_what_was_handed_in(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    maker = signed_in("maker")

    maker.get("/work?tab=done")
    assert "登记政策立项" in maker.text

    done = world.one(Task, root_id=root, element_id="initiate_policy")
    maker.get(f"/tasks/{done.id}")
    assert "5,000,000.00 元" in maker.text
    assert "长春新区高新技术企业认定奖励措施" in maker.text
