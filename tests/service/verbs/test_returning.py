"""Return (退回) and withdrawal (撤回) through the door: who may, what goes with it, what nobody goes back behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from processes.desk_words import ReturnMode
from processes.errors import BadRequest, Conflict, Forbidden, InstanceNotRunning, ProcessError, TaskNotOpen
from service.orchestration import reading, repair, tasks
from service.orchestration.moving import list_return_targets, return_task
from service.orchestration.taking_back import may_withdraw, withdraw_task
from storage.db import new_id
from storage.models.desk import TaskReturn
from storage.models.instances import Draft, Incident, Task, Wait
from storage.models.notices import Notice
from storage.models.records import Deadline
from tests import applying
from tests.journeys import applying_route as route
from tests.service.verbs.stage import BARRED, COLLEAGUE, HOLDER, Stage, play
from tests.world import DISTRICT, World

REASON = "材料不全，请补充。"
ANSWERS = {
    "prepare": {"note": "已补充"},
    "work": {"result": "同意"},
    "other": {"seen": "已阅"},
    "after": {"ok": "同意"},
}


def back(stage: Stage, element_id: str = "prepare", *, by: str = HOLDER, **more: Any) -> UUID:
    world = stage.world
    return return_task(world.runtime, stage.task_id, element_id, by=world.actor(by), reason=REASON, **more)


def opened(world: World, root: UUID) -> list[str]:
    return sorted(each.element_id for each in world.open_tasks(root))


def incident(stage: Stage, verb: str, by: str, **arguments: str) -> UUID:
    """What the door keeps when a verb fails for a fault that is mended afterwards."""
    world = stage.world
    row = Incident(
        district_id=DISTRICT,
        id=new_id(),
        instance_id=stage.task().instance_id,
        element_id="work",
        code="FAULT",
        message="系统故障",
        verb=verb,
        arguments={**arguments, "by": str(stage.user(by))},
        state="open",
        created_at=world.clock.now(),
    )
    session = world.session
    session.add(row)
    session.commit()
    return row.id


def test_a_return_that_failed_is_done_again_from_its_incident(desk: World) -> None:
    stage = play(desk, "plain task")
    kept = {"task_id": str(stage.task_id), "element_id": "prepare", "reason": REASON, "mode": "straight_back"}
    failed = incident(stage, "return_task", HOLDER, **kept)

    repair.retry_incident(desk.runtime, failed, by=desk.actor("analyst"))

    assert opened(desk, stage.root) == ["prepare"]
    assert desk.one(TaskReturn).mode == "straight_back"
    assert desk.one(Incident, id=failed).state == "resolved"


def test_a_withdrawal_that_failed_is_done_again_from_its_incident(desk: World) -> None:
    stage = play(desk, "plain task", claimed=False)
    prepared = desk.one(Task, root_id=stage.root, element_id="prepare")
    failed = incident(stage, "withdraw_task", BARRED, task_id=str(prepared.id), reason=REASON)

    repair.retry_incident(desk.runtime, failed, by=desk.actor("analyst"))

    assert opened(desk, stage.root) == ["prepare"]
    assert desk.one(Incident, id=failed).state == "resolved"


def task_of(world: World, task_id: UUID) -> Task:
    found = world.session.get(Task, (DISTRICT, task_id))
    assert found is not None
    return found


def finish(world: World, root: UUID) -> None:
    """Complete `prepare` again and all that follows, by people who may."""
    people = {"prepare": BARRED, "work": HOLDER, "other": "payer", "after": "approver"}
    for _ in range(12):
        open_ = world.open_tasks(root)
        if not open_:
            break
        element = open_[0].element_id
        by = open_[0].assignee_id
        login = people[element]
        if by is not None and by != world.actor(login).id:
            login = HOLDER
        world.do(login, element, ANSWERS[element], root, open_[0].item)
    assert str(world.instance(root).state) == "completed"


@pytest.mark.parametrize("situation", ["plain task", "parallel branch", "half-finished counter-sign", "child instance"])
def test_a_return_opens_the_earlier_task_for_who_did_it_and_takes_all_the_rest_back(
    desk: World, situation: str
) -> None:
    stage = play(desk, situation)
    new = task_of(desk, back(stage))
    assert opened(desk, stage.root) == ["prepare"]
    assert (new.assignee_id, str(new.state)) == (stage.user(BARRED), "claimed")
    assert str(stage.task().state) == "cancelled"
    assert desk.one(Draft, task_id=new.id).answers == {"note": "已准备"}
    assert desk.one(Notice, task_id=new.id).user_id == stage.user(BARRED)
    row = next(row for row in desk.history(stage.root) if row.kind == "task_returned")
    assert (row.reason, row.changes["to"][0]) == (REASON, "prepare")
    kept = desk.one(TaskReturn, task_id=new.id)
    assert (kept.from_element_id, kept.mode, kept.returned_by) == ("work", "rerun", stage.user(HOLDER))
    assert [each.state for each in desk.rows(Deadline, task_id=stage.task_id)] in ([], ["cancelled"])
    assert stage.broken() == []
    finish(desk, stage.root)


def test_a_task_returned_straight_back_comes_back_to_who_returned_it(desk: World) -> None:
    stage = play(desk, "plain task")
    back(stage, mode=ReturnMode.STRAIGHT_BACK)
    desk.do(BARRED, "prepare", {"note": "已补充"}, stage.root)
    again = desk.task("work", stage.root)
    assert again.assignee_id == stage.user(HOLDER)
    finish(desk, stage.root)


@pytest.mark.parametrize("situation", ["parallel branch", "child instance"])
def test_where_a_jump_straight_back_is_not_possible_it_is_refused_before(desk: World, situation: str) -> None:
    stage = play(desk, situation)
    found = list_return_targets(desk.runtime, stage.task_id, by=desk.actor(HOLDER))
    assert [(each.element_id, each.allowed, each.straight_back_allowed) for each in found] == [("prepare", True, False)]
    with pytest.raises(Conflict, match="直接送回"):
        back(stage, mode=ReturnMode.STRAIGHT_BACK)
    assert "work" in opened(desk, stage.root)


def test_what_was_published_is_named_and_nobody_goes_back_behind_it(desk: World) -> None:
    stage = play(desk, "after a published side effect")
    before = opened(desk, stage.root)
    with pytest.raises(Conflict, match=r"对外公开.*政策变更.*异议"):
        back(stage)
    assert opened(desk, stage.root) == before
    found = list_return_targets(desk.runtime, stage.task_id, by=desk.actor(HOLDER))
    assert [each.allowed for each in found] == [False]
    assert "return" not in reading.read_task(desk.runtime, stage.task_id, by=desk.actor(HOLDER)).actions


def test_only_who_holds_the_task_returns_it_and_never_without_a_reason(desk: World) -> None:
    stage = play(desk, "plain task")
    with pytest.raises(ProcessError):
        back(stage, by=COLLEAGUE)
    with pytest.raises(BadRequest, match="退回原因"):
        return_task(desk.runtime, stage.task_id, "prepare", by=desk.actor(HOLDER), reason=" ")
    for wrong in ("after", "work", "nothing"):
        with pytest.raises(Conflict):
            back(stage, wrong)
    unclaimed = play(desk, "plain task", claimed=False)
    with pytest.raises(Forbidden, match="先认领"):
        back(unclaimed)


def test_a_returned_task_is_not_returned_or_completed_again(desk: World) -> None:
    stage = play(desk, "plain task")
    assert "return" in reading.read_task(desk.runtime, stage.task_id, by=desk.actor(HOLDER)).actions
    back(stage)
    with pytest.raises(TaskNotOpen):
        back(stage)
    with pytest.raises(TaskNotOpen):
        tasks.complete_task(desk.runtime, stage.task_id, {"result": "同意"}, by=desk.actor(HOLDER))


def test_returned_and_completed_at_once_one_wins(desk: World) -> None:
    stage = play(desk, "plain task")
    holder = desk.actor(HOLDER)

    def attempt(act: str) -> str:
        with desk.app.app_context():
            try:
                if act == "return":
                    back(stage)
                else:
                    tasks.complete_task(desk.runtime, stage.task_id, {"result": "同意"}, by=holder)
            except Conflict as refused:
                return refused.code
            return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(attempt, ["return", "complete", "return", "complete"]))
    assert answers.count("done") == 1
    assert set(answers) <= {"done", "TASK_NOT_OPEN", "CONFLICT"}
    assert len(desk.open_tasks(stage.root)) == 1


def test_the_completer_takes_a_task_back_while_nobody_has_touched_what_followed(desk: World) -> None:
    stage = play(desk, "plain task")
    desk.do(HOLDER, "work", {"result": "同意"}, stage.root)
    holder = desk.actor(HOLDER)
    assert reading.read_task(desk.runtime, stage.task_id, by=holder).actions == {"withdraw"}
    new = task_of(desk, withdraw_task(desk.runtime, stage.task_id, by=holder, reason="写错了"))
    assert (opened(desk, stage.root), new.assignee_id) == (["work"], holder.id)
    assert desk.one(Draft, task_id=new.id).answers == {"result": "同意"}
    assert "task_withdrawn" in stage.kinds()
    assert stage.broken() == []
    finish(desk, stage.root)


def test_a_task_before_a_fork_or_a_called_process_can_be_taken_back(desk: World) -> None:
    for situation in ("parallel branch", "child instance"):
        stage = play(desk, situation, claimed=False)
        prepared = desk.one(Task, root_id=stage.root, element_id="prepare").id
        withdraw_task(desk.runtime, prepared, by=desk.actor(BARRED), reason="写错了")
        assert opened(desk, stage.root) == ["prepare"]
        assert desk.rows(Wait, instance_id=stage.root) == []
        finish(desk, stage.root)


def test_it_is_too_late_when_what_followed_was_claimed_done_joined_published_or_over(desk: World) -> None:
    claimed = play(desk, "plain task")
    prepared = desk.one(Task, root_id=claimed.root, element_id="prepare").id
    barred, holder = desk.actor(BARRED), desk.actor(HOLDER)
    with pytest.raises(Conflict, match="接手"):
        withdraw_task(desk.runtime, prepared, by=barred, reason="写错了")
    with pytest.raises(Forbidden):
        withdraw_task(desk.runtime, prepared, by=desk.actor(HOLDER), reason="写错了")
    desk.do(HOLDER, "work", {"result": "同意"}, claimed.root)
    assert "已经办理" in (may_withdraw(desk.runtime, prepared, by=barred) or "")
    desk.do("approver", "after", ANSWERS["after"], claimed.root)
    with pytest.raises(InstanceNotRunning):
        withdraw_task(desk.runtime, claimed.task_id, by=holder, reason="写错了")
    joined = play(desk, "parallel branch")
    desk.do(HOLDER, "work", {"result": "同意"}, joined.root)
    with pytest.raises(Conflict, match="汇聚"):
        withdraw_task(desk.runtime, joined.task_id, by=holder, reason="写错了")
    published = play(desk, "after a published side effect", claimed=False)
    prepared = desk.one(Task, root_id=published.root, element_id="prepare").id
    with pytest.raises(Conflict, match="对外公开"):
        withdraw_task(desk.runtime, prepared, by=barred, reason="写错了")


def test_the_second_reviewer_returns_a_real_application_to_the_first(world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    world.do("reviewer1", "review_first", applying.opinion(), root)
    second = world.task("review_second", root)
    reviewer2 = world.actor("reviewer2")
    tasks.claim_task(world.runtime, second.id, by=reviewer2)
    found = {each.element_id: each for each in list_return_targets(world.runtime, second.id, by=reviewer2)}
    assert found["review_first"].allowed and found["review_first"].done_by == world.actor("reviewer1").name
    assert not found["accept_online"].allowed
    assert "出具受理回执" in (found["accept_online"].refusal or "")
    new = task_of(world, return_task(world.runtime, second.id, "review_first", by=reviewer2, reason=REASON))
    reviewer1 = world.actor("reviewer1")
    assert (new.element_id, new.assignee_id) == ("review_first", reviewer1.id)
    draft = world.one(Draft, task_id=new.id).answers
    assert {each.state for each in world.rows(Deadline, task_id=second.id)} == {"cancelled"}
    assert [each.state for each in world.rows(Deadline, task_id=new.id)] == ["open"]
    tasks.complete_task(world.runtime, new.id, draft, by=reviewer1)
    world.drain()
    world.do("reviewer2", "review_second", applying.opinion(), root)
    world.do("approver", "decide_application", applying.opinion(), root)
    assert "review_first" not in opened(world, root)
