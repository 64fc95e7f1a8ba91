"""Journeys through an application on the real diagrams: acceptance scenarios 14 and 17, withdrawal, ratings."""

from __future__ import annotations

from uuid import UUID

import pytest

from processes.errors import (
    AnswersRefused,
    BadRequest,
    BusinessError,
    Conflict,
    Forbidden,
    NotFound,
    SeparationOfDuties,
)
from service.orchestration import reading, withdrawal
from storage.models.applications import Acceptance, Application
from storage.models.instances import Incident
from storage.models.objections import Objection
from storage.models.records import Deadline
from tests import applying
from tests.journeys import applying_route as route
from tests.world import World


def _end(world: World, root: UUID) -> tuple[str, str | None]:
    ended = world.instance(root)
    return str(ended.state), ended.end_element_id


def test_an_online_application_is_approved_and_waits_in_the_pool(world: World) -> None:
    item = route.open_item(world)
    root = route.approve(world, item.id)
    made = route.application(world, root)
    assert (made.status, made.approved_fen) == ("待兑现", 10_000_000)
    assert world.open_tasks(root) == []
    assert world.instance(root).business_key == made.number
    assert world.rows(Incident) == []


class TestCorrections:
    """Scenario 14: one correction, a second with leave, and back to the applicant when it is overdue."""

    def _asked(self, world: World, root: UUID) -> None:
        world.do("platform_clerk", "accept_online", applying.to_correct(), root)

    def _corrected(self, world: World, root: UUID) -> None:
        file = world.attach("applicant", "stamped.pdf", b"%PDF-1.4\nstamped")
        world.do("applicant", "correct_application", applying.correction(file), root)

    def test_a_second_correction_needs_leave_of_the_approving_department(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        self._asked(world, root)
        assert route.open_elements(world, root) == ["correct_application"]
        self._corrected(world, root)
        self._asked(world, root)
        assert route.open_elements(world, root) == ["approve_second_correction"]
        world.do("approver", "approve_second_correction", {"second_correction": "同意"}, root)
        self._corrected(world, root)
        route.accept(world, root)
        assert [each.round_no for each in world.rows(Acceptance)] == [1, 2, 3]
        assert route.open_elements(world, root) == ["review_first"]

    def test_without_leave_the_front_desk_decides_on_what_there_is(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        self._asked(world, root)
        self._corrected(world, root)
        self._asked(world, root)
        refused = {"second_correction": "不同意", "opinion": "已一次性告知，不再补正。"}
        world.do("approver", "approve_second_correction", refused, root)
        refusal = applying.acceptance("不合格", "合格", accept_result="不予受理", reason="要件不齐。")
        world.do("platform_clerk", "accept_online", refusal, root)
        assert _end(world, root) == ("completed", "application_refused")
        assert route.application(world, root).status == "不予受理"

    def test_an_overdue_correction_is_returned_by_the_clock_and_may_be_applied_for_again(self, world: World) -> None:
        item = route.open_item(world)
        root = route.apply(world, item.id)
        self._asked(world, root)
        world.at(2026, 8, 17, 23, 59)
        assert route.open_elements(world, root) == ["correct_application"]
        world.at(2026, 8, 18, 0, 0)
        assert _end(world, root) == ("completed", "application_returned")
        assert route.application(world, root).status == "补正逾期退回"
        again = route.apply(world, item.id)
        assert route.open_elements(world, again) == ["accept_online"]


class TestReviewLevels:
    def test_a_small_amount_is_reviewed_once_and_decided(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id, requested_amount="9999.99")
        route.accept(world, root)
        world.do("reviewer1", "review_first", applying.opinion(amount="9999.99"), root)
        assert route.open_elements(world, root) == ["decide_application"]

    def test_a_large_amount_is_argued_by_experts_and_seen_on_site_and_that_time_does_not_count(
        self, world: World
    ) -> None:
        item = route.open_item(world, cap_fen=100_000_000, expert_orgs=["EXP"], joint_orgs=["TAX"])
        route.give_post(world, "finance_officer", "reviewer1", "TAX")
        root = route.apply(world, item.id, requested_amount="500000")
        route.accept(world, root)
        promised = route.application(world, root).promised_due_on
        world.do("reviewer1", "review_first", applying.opinion(amount="500000"), root)
        assert route.open_elements(world, root) == ["argue_application"]
        world.at(2026, 8, 6)
        world.do("expert", "argue_application", applying.expert_opinion(), root)
        world.at(2026, 8, 7)
        world.do("reviewer1", "visit_site", applying.site_visit("2026-08-07"), root)
        assert route.open_elements(world, root) == ["give_joint_opinion"]
        joint = {"stance": "同意", "opinion": "无欠税。"}
        world.do("finance_officer", "give_joint_opinion", joint, root)
        assert route.open_elements(world, root) == ["review_second"]
        made = route.application(world, root)
        assert (str(promised), str(made.promised_due_on)) == ("2026-08-24", "2026-08-28")
        deadline = world.one(Deadline, task_id=world.task("review_second", root).id)
        assert (str(deadline.due_on), deadline.days) == ("2026-08-28", 15)
        assert any("不计入办理时限" in day["label"] for day in deadline.walk)

    def test_a_decision_sent_back_is_reviewed_again_from_the_first_level(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        route.accept(world, root)
        world.do("reviewer1", "review_first", applying.opinion(), root)
        world.do("reviewer2", "review_second", applying.opinion(), root)
        world.do("approver", "decide_application", applying.sent_back(), root)
        assert route.open_elements(world, root) == ["review_first"]
        route.review(world, root)
        assert route.application(world, root).status == "待兑现"

    def test_a_refusal_ends_with_its_reason_in_words(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        route.accept(world, root)
        world.do("reviewer1", "review_first", applying.refusal(), root)
        world.do("reviewer2", "review_second", applying.refusal(), root)
        world.do("approver", "decide_application", applying.refusal(), root)
        made = route.application(world, root)
        assert _end(world, root) == ("completed", "application_refused")
        assert (made.status, made.reason_code) == ("审查不通过", "Q2")
        assert "条件不满足" in str(made.refusal_text)


def test_of_two_exclusive_items_the_reviewer_must_choose_and_both_stay_within_the_higher(world: World) -> None:
    """Scenario 17."""
    lower = route.open_item(world, name="科技小巨人奖励")
    higher = route.open_item(world, exclusive_item_ids=[str(lower.id)])
    route.approve(world, lower.id, amount="40000")
    root = route.apply(world, higher.id)
    route.accept(world, root)

    shown = reading.read_task(world.runtime, world.task("review_first", root).id, by=world.actor("reviewer1"))
    assert "就高不重复" in shown.prepared.given["exclusive_found"]
    with pytest.raises(AnswersRefused) as refused:
        world.do("reviewer1", "review_first", applying.opinion(amount="60000"), root)
    assert "exclusive_choice" in refused.value.fields
    this_one = {"exclusive_choice": "享受本事项（已享受的从中扣减）"}
    with pytest.raises(BusinessError, match=r"60,000\.00") as over:
        world.do("reviewer1", "review_first", applying.opinion(amount="100000", **this_one), root)
    assert over.value.code == "DUPLICATE_BENEFIT"
    for login, element in (
        ("reviewer1", "review_first"),
        ("reviewer2", "review_second"),
        ("approver", "decide_application"),
    ):
        world.do(login, element, applying.opinion(amount="60000", **this_one), root)
    assert route.application(world, root).approved_fen == 6_000_000


class TestWithdrawal:
    def _withdraw(self, world: World, root: UUID, by: str, reason: str = "材料需要重新准备。") -> None:
        made = route.application(world, root)
        withdrawal.withdraw_application(world.runtime, made.id, by=world.actor(by), reason=reason)
        world.drain()

    @pytest.mark.parametrize("reviewed", [False, True])
    def test_the_applicant_takes_it_back_while_nobody_has_decided(self, world: World, reviewed: bool) -> None:
        root = route.apply(world, route.open_item(world).id)
        if reviewed:
            route.accept(world, root)
        self._withdraw(world, root, "applicant")
        made = route.application(world, root)
        assert (made.status, made.withdraw_reason) == ("撤回", "材料需要重新准备。")
        assert _end(world, root) == ("completed", "application_withdrawn")
        assert world.open_tasks(root) == []
        asked = [row for row in world.history(root) if row.kind == "withdrawal_asked"]
        assert [(row.actor_name, row.reason) for row in asked] == [("申小明", "材料需要重新准备。")]

    def test_the_window_does_so_on_behalf_of_the_applicant(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        self._withdraw(world, root, "window_clerk")
        asked = [row for row in world.history(root) if row.kind == "withdrawal_asked"]
        assert [row.changes["on_behalf"] for row in asked] == [True]

    def test_the_enterprise_takes_back_what_the_window_typed_in_for_it(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        self._withdraw(world, root, "applicant")
        assert route.application(world, root).status == "撤回"

    def test_others_cannot_and_a_stranger_does_not_even_learn_that_it_exists(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        route.accept(world, root)
        with pytest.raises(Forbidden):
            self._withdraw(world, root, "reviewer1")
        with pytest.raises(NotFound):
            self._withdraw(world, root, "applicant2")
        assert route.application(world, root).status == "初审"

    def test_it_needs_a_reason_and_comes_too_late_after_the_decision(self, world: World) -> None:
        root = route.approve(world, route.open_item(world).id)
        with pytest.raises(BadRequest):
            self._withdraw(world, root, "applicant", reason=" ")
        with pytest.raises(Conflict, match="待兑现"):
            self._withdraw(world, root, "applicant")

    def test_a_draft_is_not_withdrawn(self, world: World) -> None:
        root = route.begin(world, route.open_item(world).id)
        with pytest.raises(Conflict):
            self._withdraw(world, root, "applicant")


def test_a_refused_start_leaves_nothing_behind(world: World) -> None:
    item = route.open_item(world)
    route.apply(world, item.id)
    with pytest.raises(BusinessError) as refused:
        route.begin(world, item.id)
    assert refused.value.code == "DUPLICATE_BENEFIT"
    assert len(world.rows(Application)) == 1
    assert world.rows(Incident) == []


def test_a_benefit_without_money_is_given_with_the_decision(world: World) -> None:
    item = route.open_item(world, benefit_kind="资质类", budget_fen=None, cap_fen=None)
    root = route.approve(world, item.id, amount="0")
    assert route.application(world, root).status == "已兑现"
    assert route.open_elements(world, root) == ["rate_service"]


class TestAfterPayment:
    def _paid(self, world: World) -> UUID:
        root = route.approve(world, route.open_item(world).id)
        paid = {"payment_result": "成功", "paid_on": "2026-08-03"}
        assert world.send("PaymentResult", instance_id=root, variables=paid)
        return root

    def test_a_failed_payment_comes_back_to_the_applicant_and_then_to_the_pool(self, world: World) -> None:
        root = route.approve(world, route.open_item(world).id)
        world.send("PaymentResult", instance_id=root, variables={"payment_result": "失败", "paid_on": None})
        answers = {"account_bank": "示例银行", "account_no": "6222000099998888", "reason": "账号有误。"}
        world.do("applicant", "fix_account", {"account_name": "示例光电科技有限公司", **answers}, root)
        assert route.application(world, root).status == "待兑现"
        assert world.send(
            "PaymentResult", instance_id=root, variables={"payment_result": "成功", "paid_on": "2026-08-20"}
        )
        assert route.open_elements(world, root) == ["rate_service"]

    def test_who_is_content_closes_the_case(self, world: World) -> None:
        root = self._paid(world)
        world.do("applicant", "rate_service", {"rating_level": 5}, root)
        assert _end(world, root) == ("completed", "application_finished")
        assert str(route.application(world, root).paid_on) == "2026-08-03"

    def test_without_a_rating_the_case_closes_after_thirty_days(self, world: World) -> None:
        root = self._paid(world)
        world.advance(days=30)
        assert _end(world, root) == ("completed", "application_finished")

    def test_a_bad_rating_is_followed_up_by_people_who_had_no_part_in_the_case(self, world: World) -> None:
        root = self._paid(world)
        world.do("applicant", "rate_service", {"rating_level": 1, "text": "等了太久。"}, root)
        route.give_post(world, "reviewer1", "maker", "STB")
        with pytest.raises(SeparationOfDuties):
            world.do("reviewer1", "handle_objection", applying.handling(), root)
        answer = applying.handling(result="成立", rectification="压缩审定时限。", answer="已整改。")
        world.do("maker", "handle_objection", answer, root)
        world.do("maker_head", "confirm_objection", {"confirm_result": "同意"}, root)
        world.do("applicant", "accept_answer", {"answer_accepted": True}, root)
        assert _end(world, root) == ("completed", "application_finished")
        assert world.one(Objection).kind == "差评"
