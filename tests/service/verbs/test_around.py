"""Delegating, holding, copying, urging and handing over: what each refuses, and who sees what."""

from __future__ import annotations

from datetime import date

import pytest

from processes.errors import BadRequest, Conflict, Forbidden, NotFound, TaskDelegated, TaskHeld, UrgedRecently
from service import permissions
from service.orchestration import delegation, holding, reading, tasks
from service.orchestration.copying import copy_case, mark_copy_read
from service.orchestration.handover import hand_over
from service.orchestration.signing import add_signers, sign
from service.orchestration.urging import urge_task
from storage.models.desk import CaseCopy, SigningRound
from storage.models.instances import Draft
from storage.models.notices import Notice
from tests.service.verbs.plays import PLAYS
from tests.service.verbs.stage import BARRED, COLLEAGUE, HOLDER, THIRD, Stage, complete_work, play
from tests.world import World


@pytest.fixture
def stage(desk: World) -> Stage:
    return play(desk, "plain task")


def test_a_delegate_gives_an_opinion_and_only_the_owner_completes(stage: Stage) -> None:
    world = stage.world
    PLAYS["delegate"].act(stage)

    with pytest.raises(TaskDelegated, match="委派给您"):
        complete_work(stage, COLLEAGUE)
    with pytest.raises(Forbidden):
        complete_work(stage, HOLDER)
    assert "recall" in reading.read_task(world.runtime, stage.task_id, by=world.actor(HOLDER)).actions
    assert "return_delegated" in reading.read_task(world.runtime, stage.task_id, by=world.actor(COLLEAGUE)).actions
    delegation.return_delegated(world.runtime, stage.task_id, by=world.actor(COLLEAGUE), opinion="没有问题")
    complete_work(stage, HOLDER)

    assert stage.task().owner_id is None


def test_a_delegation_is_recalled_by_its_owner_and_by_nobody_else(stage: Stage) -> None:
    world = stage.world
    PLAYS["delegate"].act(stage)

    with pytest.raises(Forbidden):
        delegation.recall_delegated(world.runtime, stage.task_id, by=world.actor(THIRD))
    delegation.recall_delegated(world.runtime, stage.task_id, by=world.actor(HOLDER))

    with pytest.raises(Conflict, match="没有委派"):
        delegation.recall_delegated(world.runtime, stage.task_id, by=world.actor(HOLDER))
    assert stage.task().assignee_id == stage.user(HOLDER)


def test_a_held_task_is_not_completed_and_not_moved(stage: Stage) -> None:
    world = stage.world
    holder = world.actor(HOLDER)
    with pytest.raises(BadRequest, match="不能早于今天"):
        holding.hold_task(world.runtime, stage.task_id, by=holder, reason="等材料", until=date(2026, 8, 1))
    holding.hold_task(world.runtime, stage.task_id, by=holder, reason="等材料", until=date(2026, 8, 20))

    with pytest.raises(TaskHeld, match=r"2026-08-20.*等材料"):
        complete_work(stage)
    with pytest.raises(TaskHeld):
        tasks.release_task(world.runtime, stage.task_id, by=holder)
    holding.resume_task(world.runtime, stage.task_id, by=holder)
    complete_work(stage)


def test_a_copy_is_read_once_and_never_acted_on(stage: Stage) -> None:
    world, reader = stage.world, stage.world.actor("finance_officer")
    assert not permissions.may_see_instance(world.session, reader, stage.instance())
    copy_case(world.runtime, stage.task_id, [reader.id], by=world.actor(HOLDER), note="请知悉")

    assert permissions.may_see_instance(world.session, reader, stage.instance())
    view = reading.read_task(world.runtime, stage.task_id, by=reader)
    assert view.actions == frozenset()
    mark_copy_read(world.runtime, stage.root, by=reader)
    mark_copy_read(world.runtime, stage.root, by=reader)

    assert world.one(CaseCopy).read_at is not None
    assert stage.kinds().count("copy_read") == 1
    with pytest.raises(NotFound):
        mark_copy_read(world.runtime, stage.root, by=world.actor("legal_officer"))


def test_a_task_is_urged_once_in_four_hours_and_three_times_a_day(stage: Stage) -> None:
    world = stage.world

    def urge(login: str) -> int:
        return urge_task(world.runtime, stage.task_id, by=world.actor(login), words="请抓紧")

    assert urge("maker") == 1
    with pytest.raises(UrgedRecently, match="13:00"):
        urge("maker")
    with pytest.raises(NotFound):
        urge("legal_officer")
    assert urge(BARRED) == 1
    assert urge(THIRD) == 1
    with pytest.raises(UrgedRecently, match="今天已被催办 3 次"):
        urge(COLLEAGUE)
    world.advance(days=1)

    assert urge(COLLEAGUE) == 1
    assert len(world.rows(Notice, kind="task_urged", user_id=stage.user(HOLDER))) == 4


def test_an_unclaimed_task_is_urged_with_everybody_on_its_post(desk: World) -> None:
    stage = play(desk, "plain task", claimed=False)

    assert urge_task(desk.runtime, stage.task_id, by=desk.actor("maker"), words="") == 5


def test_a_handover_says_of_every_task_what_became_of_it(stage: Stage) -> None:
    world = stage.world
    other = play(world, "child instance")
    with pytest.raises(Forbidden):
        hand_over(world.runtime, stage.user(HOLDER), stage.user(COLLEAGUE), by=world.actor(THIRD), reason="离职")

    refused = hand_over(world.runtime, stage.user(HOLDER), stage.user(BARRED), by=world.actor("admin"), reason="离职")
    assert [(each.done, "受审分离" in each.refusal) for each in refused] == [(False, True)] * 2
    lines = hand_over(
        world.runtime, stage.user(HOLDER), stage.user(COLLEAGUE), by=world.actor("maker_head"), reason="离职"
    )

    assert [each.done for each in lines] == [True, True]
    assert {stage.task().assignee_id, other.task().assignee_id} == {stage.user(COLLEAGUE)}


def test_a_handover_takes_the_signatures_and_leaves_what_was_staged_as_a_draft(stage: Stage) -> None:
    world = stage.world
    PLAYS["add signer after"].act(stage)

    hand_over(world.runtime, stage.user(COLLEAGUE), stage.user("legal_officer"), by=world.actor("admin"), reason="离职")
    sign(world.runtime, stage.task_id, by=world.actor("legal_officer"), agree=True, opinion="")
    hand_over(world.runtime, stage.user(HOLDER), stage.user(THIRD), by=world.actor("admin"), reason="离职")

    assert world.one(SigningRound).state == "cancelled"
    assert world.one(Draft, user_id=stage.user(THIRD)).answers == {"result": "同意"}
    complete_work(stage, THIRD)
    assert stage.broken() == []


def test_a_delegated_task_gets_no_signers(stage: Stage) -> None:
    world = stage.world
    PLAYS["delegate"].act(stage)

    with pytest.raises(TaskDelegated):
        add_signers(
            world.runtime,
            stage.task_id,
            [stage.user(THIRD)],
            by=world.actor(COLLEAGUE),
            placing="before",  # type: ignore[arg-type]  # programs send the word
            mode="all",  # type: ignore[arg-type]
            reason="请会签",
        )
