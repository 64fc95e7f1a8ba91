"""Journeys of money on the real diagrams: acceptance scenarios 15, 16 and 18, and payers kept apart."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from processes.actors import system_actor
from processes.clock import end_of_day
from processes.errors import AnswersRefused, SeparationOfDuties
from service.orchestration import reading, tasks, timers
from service.orchestration.runtime import Unit, transaction
from storage import publicity as public
from storage.budgets import budget_use
from storage.db import new_id
from storage.models.applications import Applicant, Application
from storage.models.filings import Filing
from storage.models.instances import CaseLink, Incident
from storage.models.items import PolicyItem
from storage.models.people import Membership
from storage.models.records import Deadline
from storage.payment_gates import list_payment_breaches
from tests import applying, paying
from tests.journeys import applying_route
from tests.journeys import paying_route as route
from tests.world import DISTRICT, World


def _open(world: World, root: UUID) -> list[str]:
    return sorted(task.element_id for task in world.open_tasks(root))


def _end(world: World, root: UUID) -> tuple[str, str | None]:
    ended = world.instance(root)
    return str(ended.state), ended.end_element_id


def _auto_item(world: World, **changes: object) -> PolicyItem:
    return applying_route.open_item(world, disbursement_type="AUTO", name="专精特新奖励", cap_fen=None, **changes)


def _breaches(world: World) -> list[str]:
    found = list_payment_breaches(world.session, DISTRICT, world.runtime.calendars.current(world.session, DISTRICT))
    return [f"{each.gate}：{each.message}" for each in found]


def test_an_approved_application_is_published_paid_filed_and_rated(world: World) -> None:
    item = applying_route.open_item(world)
    case = applying_route.approve(world, item.id)
    root = route.pay(world, item.id)

    assert _end(world, root) == ("completed", "batch_paid")
    batch = route.batch(world, root)
    assert (batch.status, batch.paid_fen, batch.number) == ("已兑现", 10_000_000, world.instance(root).business_key)
    made = applying_route.application(world, case)
    assert (made.status, made.paid_on) == ("已兑现", date(2026, 8, 11))
    assert _open(world, case) == ["rate_service"]
    (filing,) = world.rows(Filing)
    assert (filing.on_time, filing.content["amount"], filing.status) == (True, 10_000_000, "已接收")
    kinds = [row.kind for row, _, _ in public.list_public(world.session, DISTRICT)]
    assert sorted(kinds) == ["兑现结果公开", "兑现结果公示"]
    assert _breaches(world) == []
    assert world.rows(Incident) == []


def test_results_stay_public_to_the_end_of_the_last_day_even_when_the_timer_is_moved(world: World) -> None:
    item = applying_route.open_item(world)
    applying_route.approve(world, item.id)
    root = route.create(world, item.id)
    end = route.publish(world, root)
    assert end == date(2026, 8, 10)
    tonight = end_of_day(world.clock.now().date())
    timers.move_timer(
        world.runtime, root, "publicity_over", tonight, by=world.actor("admin"), reason="试图提前结束公示"
    )
    world.at(2026, 8, 4)
    assert _open(world, root) == []
    incident: Incident = world.one(Incident)
    assert (incident.code, incident.state) == ("PUBLICITY_OPEN", "open")
    assert "8月10日24时" in incident.message
    world.at(2026, 8, 11)
    assert _open(world, root) == ["approve_batch"]


class TestSeparationOfDuties:
    """The batch and its applications share one history: nobody pays what he judged (G3)."""

    def test_who_accepted_the_application_cannot_register_its_payment(self, world: World) -> None:
        item = applying_route.open_item(world)
        applying_route.approve(world, item.id)
        root = route.create(world, item.id)
        route.wait_for_publicity(world, root)
        route.approve(world, root)
        _give_post(world, "platform_clerk", "payer")
        task_id = world.task("register_payment", root).id
        clerk = world.actor("platform_clerk")
        with pytest.raises(SeparationOfDuties):
            tasks.claim_task(world.runtime, task_id, by=clerk)
        receipts = paying.receipts(paying.receipt("2026-08-11"))
        with pytest.raises(SeparationOfDuties):
            tasks.complete_task(world.runtime, task_id, receipts, by=clerk)
        assert len(world.rows(CaseLink)) == 1
        route.register(world, root)

    def test_who_decided_the_application_is_not_offered_it_for_a_batch(self, world: World) -> None:
        item = applying_route.open_item(world)
        applying_route.approve(world, item.id)
        _give_post(world, "approver", "payer")
        root = world.start("disbursement_filing", by="approver")
        with pytest.raises(AnswersRefused) as refused:
            world.do("approver", "create_batch", paying.batch(item.id), root)
        assert "applications" in refused.value.fields

    def test_who_made_the_batch_neither_approves_nor_funds_it(self, world: World) -> None:
        item = applying_route.open_item(world)
        applying_route.approve(world, item.id)
        root = route.create(world, item.id)
        route.wait_for_publicity(world, root)
        _give_post(world, "payer", "approver")
        task_id = world.task("approve_batch", root).id
        with pytest.raises(SeparationOfDuties):
            tasks.claim_task(world.runtime, task_id, by=world.actor("payer"))


class TestObjection:
    """Scenario 15: one line waits for its objection, the others are paid; upheld means revoked."""

    @pytest.fixture
    def batch(self, world: World) -> tuple[UUID, UUID, UUID]:
        """A batch in publicity with two applications, one of which is disputed."""
        item = applying_route.open_item(world)
        disputed = applying_route.approve(world, item.id)
        other = applying_route.approve(world, item.id, by="applicant2")
        root = route.create(world, item.id)
        end = route.publish(world, root)
        world.at(2026, 8, 5)
        objection = world.start("objection", by="applicant2")
        number = applying_route.application(world, disputed).number
        world.do("applicant2", "register_objection", applying.objection(number), objection)
        world.at(end.year, end.month, end.day, 23, 59)
        world.advance(hours=10)
        assert _open(world, objection) == ["handle_objection"]
        return root, disputed, other

    def test_the_others_are_paid_while_the_disputed_line_waits(
        self, world: World, batch: tuple[UUID, UUID, UUID]
    ) -> None:
        root, disputed, other = batch
        assert sorted(line.state for line in route.lines(world, root)) == ["在批", "异议待决"]
        route.approve(world, root)
        route.register(world, root)
        route.file_amount(world, root)
        assert _end(world, root) == ("completed", "batch_paid")
        assert applying_route.application(world, other).status == "已兑现"
        assert applying_route.application(world, disputed).status == "待兑现"
        assert _breaches(world) == []

    def test_an_upheld_objection_revokes_the_application_and_tells_its_case(
        self, world: World, batch: tuple[UUID, UUID, UUID]
    ) -> None:
        root, disputed, _ = batch
        case = world.task("handle_objection").root_id
        upheld = applying.handling(
            result="成立", effect="撤销", findings="并非首次认定。", answer="异议成立，撤销资格。"
        )
        world.do("maker", "handle_objection", upheld, case)
        world.do("maker_head", "confirm_objection", paying.agreed("confirm_result"), case)
        world.do("applicant2", "accept_answer", {"answer_accepted": True}, case)
        assert _end(world, disputed) == ("completed", "application_revoked")
        assert applying_route.application(world, disputed).status == "异议成立撤销"
        route.approve(world, root)
        assert [line.state for line in route.lines(world, root)].count("在批") == 1


class TestBudget:
    """Scenario 16: a batch above the item's budget is refused with the difference, and the makers are asked."""

    @pytest.fixture
    def short(self, world: World) -> UUID:
        item = _auto_item(world, budget_fen=30_000_000)
        root = route.create(world, item.id)
        route.confirm_list(world, root)
        route.file_list(world, root)
        route.wait_for_publicity(world, root)
        world.do("approver", "approve_batch", paying.agreed("batch_result"), root)
        world.do("finance_officer", "confirm_fund", paying.funds(), root)
        return root

    def test_the_department_is_told_what_is_missing_and_closes_the_gap(self, world: World, short: UUID) -> None:
        assert _open(world, short) == ["resolve_budget"]
        refused = [row.changes["refused"] for row in world.history(short) if "refused" in row.changes]
        ((code, sentence),) = refused
        assert code == "BUDGET_EXCEEDED"
        assert "差额 100,000.00 元" in sentence
        shown = reading.read_task(world.runtime, world.task("resolve_budget", short).id, by=world.actor("maker"))
        assert "100,000.00 元" in str(shown)

        with pytest.raises(AnswersRefused):
            world.do("maker", "resolve_budget", paying.transfer("99999.99"), short)
        world.do("maker", "resolve_budget", paying.transfer("100000"), short)
        world.do("finance_officer", "confirm_fund", paying.funds(), short)
        route.register(world, short)
        assert _end(world, short) == ("completed", "batch_paid")
        item = world.one(PolicyItem)
        assert budget_use(world.session, item, 2026).left_fen == 0
        assert _breaches(world) == []

    def test_waiting_asks_the_finance_bureau_again_and_stopping_ends_the_batch(self, world: World, short: UUID) -> None:
        world.do("maker", "resolve_budget", paying.waiting(), short)
        assert _open(world, short) == ["confirm_fund"]
        world.do("finance_officer", "confirm_fund", paying.no_funds(), short)
        world.do("maker", "resolve_budget", paying.stopping(), short)
        assert _end(world, short) == ("completed", "batch_stopped")
        assert route.batch(world, short).status == "已停止"


class TestFailedPayment:
    """Scenario 18: the applicant corrects the account, a later batch pays, the first success starts DL7."""

    def test_a_failed_line_comes_back_corrected_and_the_first_success_starts_the_filing(self, world: World) -> None:
        item = applying_route.open_item(world)
        failed = applying_route.approve(world, item.id)
        good = applying_route.approve(world, item.id, by="applicant2")
        root = route.create(world, item.id)
        route.wait_for_publicity(world, root)
        route.approve(world, root)
        world.at(2026, 8, 14)
        by_case = {failed: paying.failure(), good: paying.receipt("2026-08-12")}
        receipts = [by_case[_case_of(world, line.application_id)] for line in route.lines(world, root)]
        route.register(world, root, *receipts)

        (deadline,) = world.rows(Deadline, rule="DL7")
        assert (deadline.anchor_on, deadline.due_on) == (date(2026, 8, 12), date(2026, 8, 13))
        assert _open(world, failed) == ["fix_account"]
        route.file_amount(world, root, late_reason="回单14日送达。")
        filing: Filing = world.one(Filing)
        assert (filing.on_time, filing.content["amount"]) == (False, 10_000_000)

        name = applying_route.application(world, failed).account_name
        account = {
            "account_name": name,
            "account_bank": "示例银行长春新区支行",
            "account_no": "2201010099990001",
            "reason": "账号填写有误。",
        }
        world.do("applicant", "fix_account", account, failed)
        again = route.create(world, item.id, period_from="2026-08-01", period_to="2026-08-31")
        assert [line.account for line in route.lines(world, again)] == ["2201010099990001"]
        route.wait_for_publicity(world, again)
        route.approve(world, again)
        route.register(world, again)
        assert applying_route.application(world, failed).status == "已兑现"
        assert _open(world, failed) == ["rate_service"]
        assert _breaches(world) == []


def test_a_batch_without_a_payable_line_ends_and_frees_its_applications(world: World) -> None:
    item = applying_route.open_item(world)
    case = applying_route.approve(world, item.id)
    _set_credit(world, "有失信限制")
    root = route.create(world, item.id)
    assert _end(world, root) == ("completed", "nothing_payable")
    assert route.batch(world, root).status == "无可兑现"
    assert applying_route.application(world, case).status == "待兑现"


def test_a_returned_batch_is_published_again_after_it_was_adjusted(world: World) -> None:
    item = applying_route.open_item(world)
    applying_route.approve(world, item.id)
    root = route.create(world, item.id)
    route.wait_for_publicity(world, root)
    world.do("approver", "approve_batch", paying.returned("batch_result"), root)
    world.do("payer", "adjust_batch", paying.adjustment(*paying.kept(1)), root)
    assert _open(world, root) == ["publish_results"]
    route.wait_for_publicity(world, root)
    route.approve(world, root)
    route.register(world, root)
    route.file_amount(world, root)
    assert _end(world, root) == ("completed", "batch_paid")


def _case_of(world: World, application_id: UUID | None) -> UUID:
    found: Application = world.one(Application, id=application_id)
    return found.root_id


def _give_post(world: World, login: str, role: str) -> None:
    """A person gets a further post in the implementing department."""
    user_id, since = world.actor(login).id, world.clock.now().date()

    def work(unit: Unit) -> None:
        post = {"user_id": user_id, "role": role, "organisation": "STB", "valid_from": since}
        unit.session.add(Membership(district_id=DISTRICT, id=new_id(), **post))

    transaction(world.runtime, system_actor(DISTRICT), work)


def _set_credit(world: World, state: str) -> None:
    def work(unit: Unit) -> None:
        unit.session.query(Applicant).filter_by(district_id=DISTRICT).update({"credit_state": state})

    transaction(world.runtime, system_actor(DISTRICT), work)
