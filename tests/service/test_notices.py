"""Who is told what, from the steps of real cases (domain reference 10.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import event

from processes.actors import system_actor
from processes.notice_words import NoticeKind
from service.orchestration import inbox, step_notices, tasks
from service.orchestration.notices import tell
from service.orchestration.runtime import transaction
from service.orchestration.substitutions import grant_substitution
from storage.db import db, new_id
from storage.items import lock_item
from storage.models.notices import Notice, Subscription
from storage.models.records import Escalation, Job
from tests import applying, making
from tests.journeys import applying_route as route
from tests.journeys import making_route
from tests.world import DISTRICT, World


def titles(world: World, login: str, kind: str | None = None) -> list[str]:
    found = world.rows(Notice, user_id=world.actor(login).id)
    return [row.title for row in sorted(found, key=lambda row: row.id) if kind in (None, row.kind)]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_new_task_is_told_to_the_holders_of_its_post_and_to_nobody_else(world: World) -> None:
    root = making_route.initiate(world)
    task = world.task("write_assessment", root)

    told = world.rows(Notice, task_id=task.id)

    assert {row.user_id for row in told} == {world.actor("maker").id}
    assert (told[0].kind, told[0].link, told[0].root_id) == (NoticeKind.OFFERED, f"/tasks/{task.id}", root)


def test_whoever_may_not_take_a_task_is_not_told_of_it(world: World) -> None:
    route.give_post(world, "platform_clerk", "reviewer1", "STB")
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    task = world.task("review_first", root)

    told = {row.user_id for row in world.rows(Notice, task_id=task.id)}

    assert world.actor("reviewer1").id in told
    assert world.actor("platform_clerk").id not in told


def test_the_deputy_of_an_absent_colleague_is_told_too(world: World) -> None:
    today = date(2026, 8, 3)
    grant_substitution(
        world.runtime, "maker", "maker_head", since=today, until=today, reason="出差", by=world.actor("maker")
    )

    root = making_route.initiate(world)

    task = world.task("write_assessment", root)
    told = {row.user_id for row in world.rows(Notice, task_id=task.id)}
    assert told == {world.actor("maker").id, world.actor("maker_head").id}


def test_the_applicant_hears_of_every_state_once_and_the_specialist_without_details(world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    number = route.application(world, root).number
    step_notices.tell_step(world.runtime, DISTRICT, [root], [])

    told = titles(world, "applicant", NoticeKind.STATUS)

    states = [title.rpartition("：")[2] for title in told]
    assert states[0] == "已提交"
    assert len(states) == len(set(states)) >= 2
    assert all(number in title for title in told)
    specialist = world.rows(Notice, user_id=world.actor("specialist").id, kind=NoticeKind.STATUS)
    assert {row.title for row in specialist} == set(told)
    assert {(row.body, row.link) for row in specialist} == {("", None)}
    assert titles(world, "applicant2") == []


def test_a_correction_is_told_once_with_the_full_list(world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)

    (told,) = world.rows(Notice, user_id=world.actor("applicant").id, kind=NoticeKind.CORRECTION)

    assert "需要补正：" in told.body
    assert "1. " in told.body


def test_subscribers_hear_that_an_item_is_open_once(world: World) -> None:
    item = route.open_item(world)
    subscriber = world.actor("applicant2").id
    route.add(
        world,
        Subscription(district_id=DISTRICT, id=new_id(), user_id=subscriber, item_id=item.id, since=world.clock.now()),
    )
    route.begin(world, item.id)
    case = item.instance_id or new_id()
    transaction(world.runtime, system_actor(DISTRICT), lambda unit: _own_case(unit, item.id, case))

    step_notices.tell_step(world.runtime, DISTRICT, [case], [])
    step_notices.tell_step(world.runtime, DISTRICT, [case], [])

    assert titles(world, "applicant2") == [f"事项“{item.name}”已开放申报"]
    assert f"事项“{item.name}”已开放申报" in titles(world, "applicant")


def _own_case(unit: Any, item_id: UUID, case: UUID) -> None:
    lock_item(unit.session, DISTRICT, item_id).instance_id = case


def test_an_overdue_duty_reaches_every_level_of_its_ladder(world: World) -> None:
    root = making_route.initiate(world)
    making_route.assess(world, root)
    making_route.open_consultation(world, root)
    making_route.draft(world, root)
    task = next(task.id for task in world.open_tasks(root) if task.role == "legal_officer")

    world.at(2026, 8, 14)

    levels = world.rows(Escalation, task_id=task, kind="overdue")
    told = world.rows(Notice, task_id=task, kind=NoticeKind.OVERDUE)
    assert levels
    assert {row.key.rpartition(":")[2] for row in told} <= {str(each.level) for each in levels}
    assert world.actor("legal_officer").id in {row.user_id for row in told}
    assert world.rows(Notice, task_id=task, kind=NoticeKind.DUE_SOON)


def test_a_completion_asks_for_one_job_and_stays_cheap(world: World) -> None:
    root = making_route.initiate(world)
    task, maker = world.task("write_assessment", root), world.actor("maker")
    tasks.claim_task(world.runtime, task.id, by=maker)
    world.drain()
    answers = making.assessment(world.attach("maker", "report.txt", b"report"))

    with statements() as seen:
        tasks.complete_task(world.runtime, task.id, answers, by=maker)

    assert len(world.rows(Job, job="tell_step", state="todo")) == 1
    assert not [each for each in seen if "notices" in each]


def test_a_key_is_told_to_a_person_once(world: World) -> None:
    maker = world.actor("maker").id

    for _ in range(2):
        transaction(
            world.runtime,
            system_actor(DISTRICT),
            lambda unit: [tell(unit, [maker], kind="other", title="一件事", key="once") for _ in range(2)],
        )

    assert titles(world, "maker") == ["一件事"]


def test_reading_marks_only_the_own_notices(world: World) -> None:
    people = [world.actor("maker").id, world.actor("maker_head").id]
    transaction(
        world.runtime,
        system_actor(DISTRICT),
        lambda unit: tell(unit, people, kind="other", title="一件事", key="once"),
    )

    assert inbox.mark_everything_read(world.runtime, by=world.actor("maker")) == 1

    assert world.one(Notice, user_id=people[0]).read_at == world.clock.now()
    assert world.one(Notice, user_id=people[1]).read_at is None
