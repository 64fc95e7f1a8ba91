"""Changing and abolishing an open item through the real door (scenarios 7, 8 and 23; 三(三)4, G9, G10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from processes.change_words import ChangeStatus
from processes.errors import ChangeTooLate, Conflict, Forbidden
from processes.item_words import ItemStatus
from processes.policy_words import PolicyStatus
from service.orchestration.changes import withdraw_change
from storage.guides import find_published_guide
from storage.models.changes import ChangeRequest
from storage.models.policies import Policy
from tests import changing, launching, making
from tests.journeys import applying_route
from tests.journeys import launching_route as route
from tests.service.api.client import Program
from tests.world import World


@pytest.fixture
def opened(world: World) -> UUID:
    """The case of a policy whose item is open in September."""
    root, _ = route.open_item(world, 40)
    world.at(2026, 9, 29)
    return root


def _apply(world: World, answers: dict[str, Any]) -> UUID:
    root = world.start("policy_change", by="maker")
    world.do("maker", "apply_change", {"item": str(route.item(world).id), **answers}, root)
    return root


def _agree(world: World, root: UUID, effective_on: str, kind: str) -> None:
    """政数局 agrees, the change is filed and accepted, the channels are prepared."""
    world.do("dsb_reviewer", "review_change", making.agreed("review_result"), root)
    world.do("dsb_approver", "approve_change", making.agreed("change_result"), root)
    world.do("maker", "file_change", launching.change_filing(effective_on, change_kind=kind), root)
    world.do("dsb_operator", "receive_filing", launching.received(), root)
    world.do("dsb_operator", "prepare_channels", changing.plan(), root)


def _change(world: World) -> ChangeRequest:
    found: ChangeRequest = world.one(ChangeRequest)
    return found


def test_a_late_abolition_is_refused_with_the_earliest_day_and_one_in_time_is_taken(world: World, opened: UUID) -> None:
    world.at(2026, 9, 30)
    root = world.start("policy_change", by="maker")
    answers = {"item": str(route.item(world).id), **changing.abolition("2026-10-12")}
    with pytest.raises(ChangeTooLate) as refused:
        world.do("maker", "apply_change", answers, root)

    assert "最早可于2026年10月13日生效" in refused.value.message
    assert world.rows(ChangeRequest) == []
    world.do("maker", "apply_change", answers | {"effective_on": "2026-10-13"}, root)
    assert [task.element_id for task in world.open_tasks(root)] == ["review_change"]


def test_an_abolition_applied_for_on_the_last_day_ends_the_item_at_midnight_and_the_policy_is_evaluated(
    world: World, opened: UUID
) -> None:
    root = _apply(world, changing.abolition("2026-10-12"))
    _agree(world, root, "2026-10-12", "废止")
    assert route.item(world).status == ItemStatus.ADJUSTING

    world.at(2026, 10, 11, 23, 59)
    assert route.item(world).status == ItemStatus.ADJUSTING
    world.at(2026, 10, 12, 0)

    assert route.item(world).status == ItemStatus.OFFLINE
    assert find_published_guide(world.session, route.item(world)) is None
    assert world.one(Policy).status == PolicyStatus.ABOLISHED
    assert [task.element_id for task in world.open_tasks(opened)] == ["write_evaluation"]
    world.at(2026, 10, 12, 9)
    world.do("dsb_operator", "confirm_channels", changing.confirmation("2026-10-12"), root)
    assert world.instance(root).end_element_id == "change_done"
    assert _change(world).status == ChangeStatus.DONE


def test_a_late_change_goes_on_only_with_the_leader(world: World, opened: UUID) -> None:
    world.at(2026, 9, 30)
    root = _apply(world, changing.abolition("2026-10-12", late_reason="上级通知较晚。"))

    world.do("maker_leader", "approve_late_change", changing.late_decision("不同意"), root)
    world.do("maker", "revise_change", changing.abolition("2026-10-12", late_reason="确有必要。"), root)
    world.do("maker_leader", "approve_late_change", changing.late_decision(), root)

    assert [task.element_id for task in world.open_tasks(root)] == ["review_change"]
    assert _change(world).round_no == 2


def test_an_adjustment_shows_on_its_day_and_not_before(world: World, opened: UUID) -> None:
    root = _apply(world, changing.adjustment("2026-10-12"))
    _agree(world, root, "2026-10-12", "调整")
    before = find_published_guide(world.session, route.item(world))
    assert before is not None and before.version_no == 1

    world.at(2026, 10, 12, 0)

    item = route.item(world)
    guide = find_published_guide(world.session, item)
    assert guide is not None and guide.version_no == 2
    assert (item.status, item.version_no, item.materials[-1]["name"]) == (ItemStatus.OPEN, 2, "纳税证明")


def test_a_withdrawn_change_changes_nothing(world: World, opened: UUID) -> None:
    root = _apply(world, changing.abolition("2026-10-12"))
    _agree(world, root, "2026-10-12", "废止")
    with pytest.raises(Forbidden):
        withdraw_change(world.runtime, _change(world).id, by=world.actor("dsb_operator"), reason="不办了")

    withdraw_change(world.runtime, _change(world).id, by=world.actor("maker"), reason="上位政策恢复执行")
    world.at(2026, 10, 12, 9)

    assert world.instance(root).end_element_id == "change_withdrawn"
    assert (_change(world).status, _change(world).withdraw_reason) == (ChangeStatus.WITHDRAWN, "上位政策恢复执行")
    assert route.item(world).status == ItemStatus.OPEN
    assert find_published_guide(world.session, route.item(world)) is not None


def test_a_change_in_force_is_not_withdrawn(world: World, opened: UUID) -> None:
    root = _apply(world, changing.abolition("2026-10-12"))
    _agree(world, root, "2026-10-12", "废止")
    world.at(2026, 10, 12, 0)

    with pytest.raises(Conflict):
        withdraw_change(world.runtime, _change(world).id, by=world.actor("maker"), reason="不办了")


def test_a_change_is_read_and_taken_back_over_http(world: World, opened: UUID) -> None:
    root = _apply(world, changing.abolition("2026-10-12"))
    maker = Program(world, "maker")
    (listed,) = maker.get(f"/api/v1/policy-items/{route.item(world).id}/changes").get_json()

    public = Program(world, "applicant").get(f"/api/v1/policy-items/{route.item(world).id}/changes").get_json()
    unreasoned = maker.post(f"/api/v1/policy-changes/{listed['id']}/withdrawal", {})
    foreign = Program(world, "dsb_operator").post(f"/api/v1/policy-changes/{listed['id']}/withdrawal", {"reason": "x"})
    answer = maker.post(f"/api/v1/policy-changes/{listed['id']}/withdrawal", {"reason": "上位政策恢复执行"})

    assert (listed["kind"], listed["due_on"], listed["late"]) == ("废止下线", "2026-09-29", False)
    assert public == []
    assert (unreasoned.status_code, foreign.status_code) == (422, 403)
    assert (answer.status_code, answer.get_json()["status"]) == (200, "撤回")
    assert world.instance(root).end_element_id == "change_withdrawn"


def test_applications_nobody_decided_end_with_an_abolition_that_says_so(world: World, opened: UUID) -> None:
    running = applying_route.apply(
        world,
        route.item(world).id,
        by="window_clerk",
        conditions=[{"met": "符合"}],
        materials=[{"handed_in": "纸质件", "place": "一份，窗口一号柜"}] * 2,
    )
    root = _apply(world, changing.abolition("2026-10-12", transition="终止并告知"))
    _agree(world, root, "2026-10-12", "废止")
    assert applying_route.application(world, running).status == "已提交"

    world.at(2026, 10, 12, 0)

    ended = applying_route.application(world, running)
    assert ended.status == "撤回"
    assert ended.withdraw_reason is not None and "政策终止（变更 TZ-2026-1）" in ended.withdraw_reason
