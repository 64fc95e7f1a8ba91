"""An item from the issue of its policy to its opening, through the real door (scenarios 2 and 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from processes.clock import SHANGHAI, end_of_day
from processes.errors import BadRequest, BusinessError, Conflict, Forbidden
from processes.item_words import ItemStatus
from processes.policy_words import PolicyStatus
from service.orchestration import opening, withdrawal
from storage.models.guides import Guide
from storage.models.instances import ProcessInstance, Wait
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.records import Deadline, Escalation
from tests import launching, making
from tests.journeys import applying_route, making_route
from tests.journeys import launching_route as route
from tests.world import World


def _launched(world: World, open_date: str = "2026-10-12") -> UUID:
    """Issued at the beginning of September, online, to open on this day."""
    root = route.issue(world)
    world.at(2026, 9, 1)
    route.launched(world, root, open_date)
    return root


def _open_duties(world: World) -> dict[str, list[str]]:
    """Due days of the open deadlines by rule."""
    found: dict[str, list[str]] = {}
    for row in world.rows(Deadline, state="open"):
        found.setdefault(row.rule, []).append(row.due_on.isoformat())
    return {rule: sorted(days) for rule, days in found.items()}


def _move(world: World, day: int, *, by: str = "maker", reason: str = "会议要求提前开放") -> int:
    at = datetime(2026, 10, day, 9, tzinfo=SHANGHAI)
    return opening.move_opening(world.runtime, route.item(world).id, at, by=world.actor(by), reason=reason)


def _lifecycle(world: World) -> ProcessInstance:
    found: ProcessInstance = world.one(ProcessInstance, process_key="item_lifecycle")
    return found


def _ready(world: World, root: UUID) -> None:
    """All conditions fulfilled in time; the item waits for its opening."""
    route.train_reviewers(world, root)
    route.plan_trainings(world, root, date(2026, 9, 24))
    route.push(world, root)
    world.at(2026, 9, 24, 17)
    route.record_trainings(world, root)
    world.at(2026, 9, 29, 10)
    route.file_opening(world, root)


def test_a_policy_is_issued_launched_trained_for_filed_and_opened(world: World) -> None:
    root, item = route.open_item(world)

    assert item.status == ItemStatus.OPEN
    assert world.one(Policy).status == PolicyStatus.RUNNING
    assert world.open_tasks(root) == []
    assert _lifecycle(world).business_key == item.number


def test_an_item_nobody_applies_for_opens_without_a_filing(world: World) -> None:
    root, item = route.open_item(world, answers=launching.without_application())

    assert item.status == ItemStatus.OPEN
    assert "file_opening" not in {row.element_id for row in world.history(root)}


def test_duties_count_back_from_the_opening_over_the_holidays(world: World) -> None:
    _launched(world)

    duties = _open_duties(world)

    assert duties["DL1"] == ["2026-09-29"]
    assert duties["DL2"] == ["2026-09-29"]
    assert duties["DL3"] == ["2026-10-08"]
    assert duties["DL4"] == ["2026-10-11"]
    assert duties["DL10"] == ["2026-09-02"]


def test_moving_the_opening_moves_the_duties_and_the_history_shows_both_days(world: World) -> None:
    root = _launched(world)

    moved = _move(world, 9)

    assert moved == 4
    duties = _open_duties(world)
    assert (duties["DL1"], duties["DL2"], duties["DL3"]) == (["2026-09-24"], ["2026-09-24"], ["2026-09-29"])
    rows = world.history(root)
    opened = next(row for row in rows if row.kind == "opening_moved")
    assert opened.changes["open_at"] == ["2026-10-12T09:00:00+08:00", "2026-10-09T09:00:00+08:00"]
    assert opened.reason == "会议要求提前开放"
    days = {row.changes["rule"]: row.changes["due_on"] for row in rows if row.kind == "deadline_moved"}
    assert days["DL1"] == ["2026-09-29", "2026-09-24"]
    assert days["DL3"] == ["2026-10-08", "2026-09-29"]
    tasks = {task.element_id: task.due_at for task in world.open_tasks(root)}
    assert tasks["file_opening"] == end_of_day(date(2026, 9, 29))


def test_moving_the_opening_moves_the_timer_that_waits_for_it(world: World) -> None:
    root = _launched(world)
    _ready(world, root)
    waiting = world.one(Wait, element_id="open_time_reached")
    assert waiting.due_at == datetime(2026, 10, 12, 1, tzinfo=UTC)

    _move(world, 9)

    moved = next(row for row in world.history(root) if row.kind == "timer_moved")
    assert world.one(Wait, element_id="open_time_reached").due_at == datetime(2026, 10, 9, 1, tzinfo=UTC)
    assert moved.element_id == "open_time_reached"
    world.at(2026, 10, 9, 8, 59)
    assert route.item(world).status == ItemStatus.LAUNCHED
    world.at(2026, 10, 9, 9)
    assert route.item(world).status == ItemStatus.OPEN


def test_an_opening_moved_to_later_does_not_open_on_the_old_day(world: World) -> None:
    root = _launched(world)
    _ready(world, root)

    _move(world, 15, reason="系统维护")

    world.at(2026, 10, 12, 9, 1)
    assert route.item(world).status == ItemStatus.LAUNCHED
    world.at(2026, 10, 15, 9)
    assert route.item(world).status == ItemStatus.OPEN


def test_a_waiting_item_cannot_be_moved_to_a_day_for_which_it_is_too_late(world: World) -> None:
    root = _launched(world)
    _ready(world, root)

    with pytest.raises(BusinessError) as refused:
        _move(world, 8)

    assert refused.value.code == "OPENING_NOT_READY"
    assert "窗口形式审查培训于2026年9月24日完成" in refused.value.message
    assert route.item(world).open_at == datetime(2026, 10, 12, 1, tzinfo=UTC)


def test_only_the_making_department_moves_an_opening_with_a_reason_before_it_has_come(world: World) -> None:
    root = _launched(world)

    with pytest.raises(Forbidden):
        _move(world, 9, by="dsb_operator")
    with pytest.raises(BadRequest):
        _move(world, 9, reason=" ")
    with pytest.raises(BadRequest):
        opening.move_opening(
            world.runtime,
            route.item(world).id,
            world.clock.now() - timedelta(minutes=1),
            by=world.actor("maker"),
            reason="改期",
        )
    _ready(world, root)
    world.at(2026, 10, 12, 9)
    with pytest.raises(Conflict):
        _move(world, 15)


def test_a_late_window_training_is_told_upwards_and_keeps_the_opening_shut_until_the_exception_is_signed(
    world: World,
) -> None:
    root = _launched(world)
    route.train_reviewers(world, root)
    route.plan_trainings(world, root, date(2026, 9, 29))
    route.push(world, root)
    world.at(2026, 9, 29, 17)
    world.do("maker", "record_enterprise_training", launching.enterprise_record("2026-09-29"), root)
    world.at(2026, 9, 30, 10)

    told = {row.to_role for row in world.rows(Escalation, kind="overdue")}
    assert {"maker_head", "dsb_operator"} <= told
    answers = launching.window_record("2026-09-30", late_reason="主讲人生病。")
    world.do("maker", "record_window_training", answers, root)
    assert world.one(Deadline, rule="DL2", task_id=_done(world, root, "record_window_training")).state == "late"
    world.at(2026, 10, 8, 10)
    route.file_opening(world, root)

    assert [task.element_id for task in world.open_tasks(root)] == ["approve_exception"]
    world.do("maker_leader", "approve_exception", launching.exception("不同意"), root)
    world.do("maker", "remedy_opening", launching.remedy(), root)
    world.do("maker_leader", "approve_exception", launching.exception(), root)
    assert route.item(world).status == ItemStatus.LAUNCHED

    world.at(2026, 10, 12, 9)
    assert route.item(world).status == ItemStatus.OPEN


def _done(world: World, root: UUID, element_id: str) -> UUID:
    task_id = next(
        row.task_id for row in world.history(root) if row.element_id == element_id and row.kind == "task_completed"
    )
    assert task_id is not None
    return task_id


def test_a_remedy_that_moves_the_opening_opens_on_the_new_day(world: World) -> None:
    root = _launched(world)
    route.train_reviewers(world, root)
    route.plan_trainings(world, root, date(2026, 9, 29))
    route.push(world, root)
    world.at(2026, 9, 30, 10)
    world.do("maker", "record_enterprise_training", launching.enterprise_record("2026-09-30", late_reason="晚"), root)
    world.do("maker", "record_window_training", launching.window_record("2026-09-30", late_reason="晚"), root)
    world.at(2026, 10, 8, 10)
    route.file_opening(world, root)
    world.do("maker_leader", "approve_exception", launching.exception("不同意"), root)

    world.do("maker", "remedy_opening", launching.remedy("2026-10-13"), root)

    assert world.one(Wait, element_id="open_time_reached").due_at == datetime(2026, 10, 13, 1, tzinfo=UTC)
    world.at(2026, 10, 13, 9)
    assert route.item(world).status == ItemStatus.OPEN


def test_a_launch_sent_back_to_review_goes_on_with_the_items_of_the_new_review(world: World) -> None:
    root = route.issue(world)
    route.fill(world, root, launching.entry(handling_days=20))
    world.do("dsb_reviewer", "judge_differences", {"difference_result": "退回审查", "opinion": "须重审"}, root)
    assert [task.element_id for task in world.open_tasks(root)] == ["apply_review"]

    file = world.attach("maker", "text.txt", making.TEXT)
    proposal = making.proposed_item(handling_days=20)
    world.do("maker", "apply_review", making.application(file, items_proposed=[proposal]), root)
    world.do("dsb_reviewer", "review_text", making.review_answers(), root)
    world.do("dsb_approver", "approve_review", making.agreed("approve_result"), root)
    making_route.issue(world, root)
    route.fill(world, root, launching.entry(handling_days=20))

    states = {each.number[-2:]: each.status for each in world.rows(PolicyItem)}
    assert states == {"01": ItemStatus.CANCELLED, "02": ItemStatus.FILLED}
    assert [task.element_id for task in world.open_tasks(root)] == ["make_guide"]


def test_a_launch_the_approver_sends_back_is_entered_and_confirmed_again(world: World) -> None:
    root = route.issue(world)
    route.fill(world, root)
    route.guide(world, root)
    world.do("dsb_approver", "confirm_launch", launching.launch(launch_result="退回", note="窗口地址不对。"), root)
    assert [task.element_id for task in world.open_tasks(root)] == ["fill_item"]

    item = route.launched(world, root)

    assert item.status == ItemStatus.LAUNCHED
    assert [guide.version_no for guide in world.rows(Guide, status="已发布")] == [2]


def test_every_item_of_a_policy_lives_on_its_own_dates(world: World) -> None:
    second = making.proposed_item(name="高新技术企业重新认定奖励")
    root = route.issue(world, items_proposed=[making.proposed_item(), second])
    world.at(2026, 9, 1)
    for name in ("高新技术企业首次认定奖励", "高新技术企业重新认定奖励"):
        number = next(each.id for each in world.rows(PolicyItem) if each.name == name)
        world.do("maker", "fill_item", launching.entry(name=name), root, str(number))
    route.guide(world, root)
    answers = launching.launch(items=2)
    answers["items"][1]["open_date"] = "2026-10-13"
    world.do("dsb_approver", "confirm_launch", answers, root)
    while route.waits_for(world, root, "publish_by_hand"):
        world.do("dsb_operator", "publish_by_hand", launching.publication("2026-09-01", items=2), root)

    assert _open_duties(world)["DL3"] == ["2026-10-08", "2026-10-09"]
    assert len(world.rows(ProcessInstance, process_key="item_lifecycle")) == 2


def test_an_item_is_closed_when_its_policy_runs_out(world: World) -> None:
    root, _ = route.open_item(world)
    policy = world.one(Policy)
    assert policy.effective_to is None
    lasting = world.one(Wait, element_id="validity_expired")
    assert lasting.due_at.year == 2999

    world.send("EvaluationStop", business_key=route.item(world).number, variables={"stop_reason": "评估要求停止"})

    assert route.item(world).close_reason == "评估要求停止"
    assert [task.element_id for task in world.open_tasks(root)] == ["write_evaluation"]


def test_a_policy_with_an_end_closes_its_item_at_midnight_of_its_last_day(world: World) -> None:
    root = route.issue(world, effective_to="2026-12-31")
    world.at(2026, 9, 1)
    route.launched(world, root)
    _ready(world, root)
    world.at(2026, 10, 12, 9)
    world.at(2026, 12, 31, 23, 59)
    assert route.item(world).status == ItemStatus.OPEN

    world.at(2027, 1, 1, 0, 0)

    assert route.item(world).status == ItemStatus.OFFLINE
    assert world.one(Policy).status == PolicyStatus.EXPIRED


def test_an_item_with_a_case_under_way_is_over_only_when_that_case_is(world: World) -> None:
    root, item = route.open_item(world)
    case = applying_route.apply(world, item.id, conditions=[{"met": "符合"}])
    application = applying_route.application(world, case)
    world.send("PolicyAbolished", business_key=item.number, variables={"stop_reason": "政策废止"})
    assert _lifecycle(world).state == "running"

    withdrawal.withdraw_application(world.runtime, application.id, by=world.actor("applicant"), reason="不再申报")
    world.drain()
    assert world.open_tasks(root) == []
    world.advance(hours=24)

    assert _lifecycle(world).end_element_id == "item_closed"
    assert [task.element_id for task in world.open_tasks(root)] == ["write_evaluation"]


def test_an_item_whose_policy_has_ended_is_closed_and_the_policy_evaluated(world: World) -> None:
    root, item = route.open_item(world)

    world.send("PolicyAbolished", business_key=item.number, variables={"stop_reason": "政策废止"})

    assert route.item(world).status == ItemStatus.OFFLINE
    assert world.one(Policy).status == PolicyStatus.ABOLISHED
    assert [task.element_id for task in world.open_tasks(root)] == ["write_evaluation"]
