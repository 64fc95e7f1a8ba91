"""Why is it stuck: each reason of the closed list that can be brought about, in its own sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from processes.actors import Actor
from processes.clock import business_date
from processes.errors import ProcessError
from service import permissions
from service.orchestration import repair, tasks
from service.orchestration.runtime import Unit, transaction
from service.stuck import Reason, Waiting, why_waiting
from storage.db import new_id
from storage.models.instances import Incident, ProcessInstance, Wait
from storage.models.people import Membership, Substitution, User
from tests.journeys import applying_route, launching_route, making_route
from tests.world import DISTRICT, World


def look(world: World, by: str = "analyst") -> dict[str, Waiting]:
    """What is waited for, by element."""
    actor: Actor = world.actor(by)
    visible = permissions.visible(actor, ProcessInstance)
    return {each.element_id: each for each in why_waiting(world.session, world.runtime, actor, visible)}


def write(world: World, work: Callable[[Unit], Any]) -> None:
    """Change rows as an administrator's verb or a fault would leave them."""
    transaction(world.runtime, world.actor("admin"), work)


@pytest.fixture
def root(world: World) -> UUID:
    """A policy whose assessment waits for the makers of STB."""
    return making_route.initiate(world)


def test_a_task_nobody_took_names_who_can_take_it(world: World, root: UUID) -> None:
    found = look(world)["write_assessment"]

    assert found.reason is Reason.UNCLAIMED
    assert found.sentence == "“编写事前评估报告”等待科技创新局政策制定部门经办人认领，已 0 个工作日。"
    assert found.who_can_act == "马志制"
    assert not found.is_stuck


def test_the_parent_says_where_its_child_is(world: World, root: UUID) -> None:
    found = look(world)["call_pre_assessment"]

    assert found.reason is Reason.CHILD
    assert "正在下级流程" in found.sentence


def test_a_post_that_nobody_holds_is_a_reason(world: World, root: UUID) -> None:
    def leave(unit: Unit) -> None:
        unit.session.execute(
            update(Membership)
            .where(Membership.user_id == world.actor("maker").id)
            .values(valid_to=unit.today - timedelta(days=1), valid_from=date(2020, 1, 1))
        )

    write(world, leave)
    found = look(world)["write_assessment"]

    assert found.reason is Reason.NOBODY_HOLDS_POST
    assert "没有人担任这个岗位" in found.sentence
    assert found.is_stuck


def test_a_task_in_the_hands_of_somebody_away_is_a_reason(world: World, root: UUID) -> None:
    tasks.claim_task(world.runtime, world.task("write_assessment", root).id, by=world.actor("maker"))
    today = business_date(world.clock.now())

    def away(unit: Unit) -> None:
        unit.session.add(
            Substitution(
                district_id=DISTRICT,
                id=new_id(),
                user_id=world.actor("maker").id,
                deputy_id=world.actor("maker_head").id,
                valid_from=today,
                valid_to=today,
                reason="出差",
                created_by=world.actor("admin").id,
            )
        )

    write(world, away)
    found = look(world)["write_assessment"]

    assert found.reason is Reason.PERSON_ABSENT
    assert "马志制目前不在岗" in found.sentence


def test_a_closed_account_counts_as_absent(world: World, root: UUID) -> None:
    tasks.claim_task(world.runtime, world.task("write_assessment", root).id, by=world.actor("maker"))
    maker = world.actor("maker").id
    write(world, lambda unit: unit.session.execute(update(User).where(User.id == maker).values(active=False)))

    assert look(world)["write_assessment"].reason is Reason.PERSON_ABSENT


def test_everybody_barred_by_separation_of_duties_is_a_reason(world: World) -> None:
    item = applying_route.open_item(world)
    root = applying_route.apply(world, item.id)
    applying_route.give_post(world, "reviewer1", "platform_clerk", "DSB")
    world.do("reviewer1", "accept_online", applying_route.applying.acceptance(), root)

    found = look(world)["review_first"]

    assert found.reason is Reason.EVERYBODY_BARRED
    assert "受审分离" in found.sentence
    assert found.is_stuck


def test_an_overdue_task_says_by_how_much(world: World, root: UUID) -> None:
    making_route.assess(world, root)
    making_route.open_consultation(world, root)
    making_route.draft(world, root)
    world.at(2026, 8, 12)

    found = look(world)["reply_legal"]

    assert found.reason is Reason.OVERDUE
    assert found.sentence == "“答复合法性意见”无人认领，已逾期 2 个工作日。"
    assert found.who_can_act == "法正"


def test_what_the_applicant_must_do_is_told_apart(world: World) -> None:
    item = applying_route.open_item(world)
    applying_route.begin(world, item.id)

    assert look(world)["submit_application"].reason in (Reason.APPLICANT, Reason.IN_HAND)


def test_a_timer_tells_its_day_and_a_missed_one_is_a_reason(world: World, root: UUID) -> None:
    making_route.assess(world, root)
    making_route.open_consultation(world, root, public_comment=True, comment_from="2026-08-03", comment_to="2026-09-30")

    found = look(world)["comment_period_over"]
    assert found.reason is Reason.TIMER
    assert "2026-10-01" in found.sentence or "2026-09-30" in found.sentence

    world.clock.advance(days=120)
    assert look(world)["comment_period_over"].reason is Reason.TIMER_MISSED


def test_a_suspended_case_says_why(world: World, root: UUID) -> None:
    repair.suspend_instance(world.runtime, root, by=world.actor("admin"), reason="等待上级文件")

    found = look(world)["write_assessment"]

    assert found.reason is Reason.SUSPENDED
    assert "等待上级文件" in found.sentence


def test_a_fault_is_shown_with_what_can_be_retried(world: World, root: UUID) -> None:
    incident = new_id()

    def fail(unit: Unit) -> None:
        child = world.task("write_assessment", root)
        unit.session.add(
            Incident(
                district_id=DISTRICT,
                id=incident,
                instance_id=child.instance_id,
                process_key="pre_assessment",
                element_id="write_assessment",
                code="HANDLER_FAULT",
                message="办理动作执行出错，已全部撤销。",
                verb="fire_timers",
                arguments={"by": str(world.actor("admin").id)},
                state="open",
                attempts=3,
                created_at=unit.now,
            )
        )

    write(world, fail)
    found = look(world)

    assert found["write_assessment"].reason is Reason.FAILED
    assert found["write_assessment"].incident_id == incident
    assert "已试过 3 次" in found["write_assessment"].sentence
    assert found["call_pre_assessment"].reason is Reason.CHILD_FAILED


def test_a_message_that_does_not_come_is_reported_after_a_while(world: World, root: UUID) -> None:
    def wait(unit: Unit) -> None:
        unit.session.add(
            Wait(
                district_id=DISTRICT,
                id=new_id(),
                instance_id=root,
                token="example",
                element_id="example",
                name="等待回执",
                kind="message",
                message="Receipt",
                since=unit.now,
            )
        )

    write(world, wait)
    assert look(world)["example"].reason is Reason.MESSAGE
    world.clock.advance(days=40)

    assert look(world)["example"].reason is Reason.MESSAGE_MISSING


def test_nobody_sees_what_waits_in_cases_of_others(world: World, root: UUID) -> None:
    assert look(world, by="applicant") == {}
    assert "write_assessment" in look(world, by="maker")


def test_the_longest_stuck_stands_first(world: World, root: UUID) -> None:
    making_route.assess(world, root)
    making_route.open_consultation(world, root)
    making_route.draft(world, root)
    world.at(2026, 8, 12)
    second = world.start("policy_lifecycle", by="maker")
    actor = world.actor("analyst")

    found = why_waiting(world.session, world.runtime, actor, permissions.visible(actor, ProcessInstance))

    assert [each.is_stuck for each in found] == sorted((each.is_stuck for each in found), reverse=True)
    assert found[-1].instance_id == second


def test_retrying_what_cannot_be_retried_says_so(world: World) -> None:
    with pytest.raises(ProcessError, match="没有找到这个异常事项"):
        repair.retry_incident(world.runtime, new_id(), by=world.actor("analyst"))


def test_events_of_which_one_is_enough_are_never_reported_as_missing(world: World) -> None:
    launching_route.open_item(world)
    world.clock.advance(days=60)

    found = [each for each in look(world).values() if "和其他事件一起等待" in each.sentence]

    assert found
    assert all(each.reason is Reason.MESSAGE for each in found)
