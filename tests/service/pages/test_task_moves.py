"""Sending a task back, and taking one's own back, from its page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from storage.models.instances import Task
from tests.sampled import objects_of
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World


def at_desk(house: World, login: str) -> Visitor:
    return Visitor(house.app.test_client()).sign_in(login)


def first_review(house: World) -> Task:
    """The first review that is done in the sampled case under second review."""
    root = house.one(Task, id=UUID(objects_of(house)["task"])).root_id
    query = select(Task).where(Task.district_id == DISTRICT, Task.root_id == root, Task.element_id == "review_first")
    return house.session.scalars(query.order_by(Task.created_at.desc())).first()  # type: ignore[return-value]


def test_a_reviewer_sends_the_case_back_to_the_first_review(sampled: World) -> None:
    task, visitor = objects_of(sampled)["task"], at_desk(sampled, "reviewer2")
    visitor.get(f"/tasks/{task}")
    visitor.post(f"/tasks/{task}/claim")
    done = first_review(sampled)
    assert "退回到" in visitor.text

    target = f"{done.instance_id} review_first"
    visitor.post(
        f"/tasks/{task}/return", {"return-to": target, "return-mode": "straight_back", "return-reason": "请核对金额"}
    )

    assert visitor.address == "/work"
    again = sampled.task("review_first")
    assert again.id != done.id
    assert again.assignee_id == sampled.actor("reviewer1").id
    page = at_desk(sampled, "reviewer1").get(f"/tasks/{again.id}").text
    assert "请核对金额" in page


def test_sending_back_without_a_reason_keeps_the_choice_on_the_page(sampled: World) -> None:
    task, visitor = objects_of(sampled)["task"], at_desk(sampled, "reviewer2")
    visitor.get(f"/tasks/{task}")
    visitor.post(f"/tasks/{task}/claim")
    target = f"{first_review(sampled).instance_id} review_first"

    visitor.post(f"/tasks/{task}/return", {"return-to": target, "return-reason": " "})

    assert visitor.answer is not None and visitor.answer.status_code == 422
    assert f'value="{target}" checked' in visitor.page
    assert sampled.one(Task, id=UUID(task)).state == "claimed"


def test_sending_back_to_nowhere_is_refused(sampled: World) -> None:
    task, visitor = objects_of(sampled)["task"], at_desk(sampled, "reviewer2")
    visitor.get(f"/tasks/{task}")
    visitor.post(f"/tasks/{task}/claim")

    visitor.post(f"/tasks/{task}/return", {"return-to": "", "return-reason": "退"})

    assert "请选择退回到哪个环节" in visitor.text


def test_who_completed_a_task_takes_it_back_before_anybody_goes_on(sampled: World) -> None:
    done, visitor = first_review(sampled), at_desk(sampled, "reviewer1")
    visitor.get(f"/tasks/{done.id}")
    assert "确认撤回" in visitor.text

    visitor.post(f"/tasks/{done.id}/withdrawal", {"withdraw-reason": "金额填错了"})

    again = sampled.task("review_first")
    assert visitor.address == f"/tasks/{again.id}"
    assert again.assignee_id == sampled.actor("reviewer1").id


def test_nobody_takes_back_what_another_goes_on_with(sampled: World) -> None:
    task, second = objects_of(sampled)["task"], at_desk(sampled, "reviewer2")
    second.get(f"/tasks/{task}")
    second.post(f"/tasks/{task}/claim")
    done, first = first_review(sampled), at_desk(sampled, "reviewer1")
    first.get(f"/tasks/{done.id}")
    assert "确认撤回" not in first.text

    first.post(f"/tasks/{done.id}/withdrawal", {"withdraw-reason": "金额填错了"})

    assert first.answer is not None and first.answer.status_code == 409
    assert sampled.one(Task, id=UUID(task)).state == "claimed"
