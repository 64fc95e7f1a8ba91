"""Signers before and after (加签): who decides, who waits, and what is handed in by itself."""

from __future__ import annotations

import pytest

from processes.desk_words import SignerState, SigningMode, SigningOrder
from processes.errors import AnswersRefused, BadRequest, Conflict, Forbidden, NotFound, SeparationOfDuties, SigningOpen
from service import permissions
from service.orchestration import reading, tasks
from service.orchestration.signing import add_signers, read_rounds, remove_signer, sign, to_sign
from storage.models.desk import Signer, SigningRound
from storage.models.instances import Draft, Submission, Task
from storage.models.notices import Notice
from storage.worklists import count_tasks
from tests.service.verbs.stage import BARRED, COLLEAGUE, HOLDER, THIRD, Stage, play
from tests.world import DISTRICT, World

AFTER, BEFORE = SigningOrder.AFTER, SigningOrder.BEFORE


@pytest.fixture
def stage(desk: World) -> Stage:
    return play(desk, "plain task")


def ask(stage: Stage, *logins: str, mode: SigningMode = SigningMode.ALL, **more: object) -> None:
    world = stage.world
    more.setdefault("placing", BEFORE)
    add_signers(
        world.runtime,
        stage.task_id,
        [stage.user(each) for each in logins],
        by=world.actor(HOLDER),
        mode=mode,
        reason="请会签",
        **more,  # type: ignore[arg-type]
    )


def answer(stage: Stage, login: str, agree: bool = True) -> None:
    sign(stage.world.runtime, stage.task_id, by=stage.world.actor(login), agree=agree, opinion="意见")


def complete(stage: Stage) -> None:
    tasks.complete_task(stage.world.runtime, stage.task_id, {"result": "同意"}, by=stage.world.actor(HOLDER))


def states(stage: Stage) -> list[str]:
    rows = stage.world.rows(Signer, task_id=stage.task_id)
    return [each.state for each in sorted(rows, key=lambda each: each.position)]


def test_the_assignee_waits_until_everybody_has_signed(stage: Stage) -> None:
    ask(stage, COLLEAGUE, "finance_officer")
    with pytest.raises(SigningOpen, match="正在加签"):
        complete(stage)

    answer(stage, COLLEAGUE)
    with pytest.raises(SigningOpen):
        complete(stage)
    answer(stage, "finance_officer")
    complete(stage)

    assert states(stage) == [SignerState.AGREED, SignerState.AGREED]
    assert stage.broken() == []


def test_a_refused_round_before_has_to_be_asked_again(stage: Stage) -> None:
    ask(stage, COLLEAGUE, THIRD)
    answer(stage, COLLEAGUE, agree=False)

    assert states(stage) == [SignerState.REFUSED, SignerState.SPARED]
    with pytest.raises(SigningOpen, match="没有通过"):
        complete(stage)
    ask(stage, THIRD)
    answer(stage, THIRD)
    complete(stage)


def test_answers_staged_for_after_are_handed_in_in_the_name_of_the_assignee(stage: Stage) -> None:
    ask(stage, COLLEAGUE, placing=AFTER, answers={"result": "同意"})
    answer(stage, COLLEAGUE)

    task = stage.task()
    assert (task.state, task.completed_by) == ("completed", stage.user(HOLDER))
    assert stage.world.one(Submission, task_id=stage.task_id).submitted_by == stage.user(HOLDER)
    kinds = stage.kinds()
    assert kinds[kinds.index("task_signed") :] == ["task_signed", "signing_closed", "task_completed"]
    assert stage.world.task("after", stage.root)
    assert stage.broken() == []


def test_a_refusal_after_leaves_the_answers_as_a_draft(stage: Stage) -> None:
    ask(stage, COLLEAGUE, placing=AFTER, answers={"result": "同意"})
    answer(stage, COLLEAGUE, agree=False)

    assert stage.task().state == "claimed"
    assert stage.world.one(Draft, task_id=stage.task_id).answers == {"result": "同意"}
    complete(stage)


def test_what_is_staged_is_checked_when_it_is_staged(stage: Stage) -> None:
    with pytest.raises(AnswersRefused):
        ask(stage, COLLEAGUE, placing=AFTER, answers={"nonsense": 1})

    assert stage.world.rows(SigningRound) == []


def test_any_is_decided_by_the_first_who_agrees(stage: Stage) -> None:
    ask(stage, COLLEAGUE, THIRD, "expert", mode=SigningMode.ANY)
    answer(stage, COLLEAGUE, agree=False)
    answer(stage, THIRD)

    assert states(stage) == [SignerState.REFUSED, SignerState.AGREED, SignerState.SPARED]
    complete(stage)


def test_a_ratio_is_decided_as_soon_as_it_is_reached_or_out_of_reach(stage: Stage) -> None:
    ask(stage, COLLEAGUE, THIRD, "expert", mode=SigningMode.RATIO, ratio=60)
    answer(stage, COLLEAGUE, agree=False)
    assert stage.world.one(SigningRound).state == "open"
    answer(stage, THIRD, agree=False)

    assert stage.world.one(SigningRound).state == "refused"
    assert states(stage)[2] == SignerState.SPARED


def test_in_turn_the_second_is_asked_when_the_first_has_signed(stage: Stage) -> None:
    ask(stage, COLLEAGUE, THIRD, mode=SigningMode.IN_TURN)
    with pytest.raises(Conflict, match="还没有轮到您"):
        answer(stage, THIRD)

    answer(stage, COLLEAGUE)
    answer(stage, THIRD)

    told = {row.user_id for row in stage.world.rows(Notice, kind="signing_asked")}
    assert told == {stage.user(COLLEAGUE), stage.user(THIRD)}
    complete(stage)


def test_removing_the_last_who_has_not_answered_decides_the_round(stage: Stage) -> None:
    ask(stage, COLLEAGUE, THIRD)
    answer(stage, COLLEAGUE)
    remove_signer(stage.world.runtime, stage.task_id, stage.user(THIRD), by=stage.world.actor(HOLDER), reason="已出差")

    assert stage.world.one(SigningRound).state == "passed"
    complete(stage)


def test_only_who_added_a_signer_removes_one_and_only_before_the_answer(stage: Stage) -> None:
    world = stage.world
    ask(stage, COLLEAGUE, THIRD)
    answer(stage, COLLEAGUE)

    with pytest.raises(Forbidden):
        remove_signer(world.runtime, stage.task_id, stage.user(THIRD), by=world.actor(COLLEAGUE), reason="改")
    with pytest.raises(Conflict, match="已经签署"):
        remove_signer(world.runtime, stage.task_id, stage.user(COLLEAGUE), by=world.actor(HOLDER), reason="改")


def test_one_round_at_a_time_and_never_the_assignee_nor_who_is_barred(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="不能给自己加签"):
        ask(stage, HOLDER)
    with pytest.raises(SeparationOfDuties):
        ask(stage, BARRED)
    with pytest.raises(Forbidden):
        ask(stage, "applicant")
    ask(stage, COLLEAGUE)
    with pytest.raises(SigningOpen):
        ask(stage, THIRD)


def test_a_signer_reads_the_task_and_signs_and_does_nothing_else(stage: Stage) -> None:
    world, signer = stage.world, stage.world.actor("finance_officer")
    with pytest.raises(NotFound):
        reading.read_task(world.runtime, stage.task_id, by=signer)
    ask(stage, "finance_officer")

    view = reading.read_task(world.runtime, stage.task_id, by=signer)
    assert "sign" in view.actions and not view.actions & {"complete", "claim", "assign"}
    assert permissions.may_see_instance(world.session, signer, stage.instance())
    assert count_tasks(world.session, DISTRICT, to_sign(signer)) == 1
    with pytest.raises(Forbidden):
        tasks.complete_task(world.runtime, stage.task_id, {"result": "同意"}, by=signer)
    answer(stage, "finance_officer")
    assert count_tasks(world.session, DISTRICT, to_sign(signer)) == 0
    with pytest.raises(Conflict):
        answer(stage, "finance_officer")


def test_an_open_round_keeps_the_task_where_it_is(stage: Stage) -> None:
    world = stage.world
    ask(stage, THIRD)

    with pytest.raises(SigningOpen, match="转办"):
        tasks.assign_task(world.runtime, stage.task_id, stage.user(COLLEAGUE), by=world.actor("admin"), reason="出差")
    with pytest.raises(SigningOpen, match="退回岗位"):
        tasks.release_task(world.runtime, stage.task_id, by=world.actor(HOLDER))


def test_the_rounds_of_a_task_are_read_with_names_and_opinions(stage: Stage) -> None:
    ask(stage, THIRD)
    answer(stage, THIRD)

    session = stage.world.session
    [found] = read_rounds(session, session.get_one(Task, (DISTRICT, stage.task_id)))

    assert found.opened_by == "初审言"
    assert [(each.name, each.signer.opinion, each.added_by) for each in found.signers] == [("任初", "意见", "初审言")]
