"""Journeys of amounts that are reported on their day: acceptance scenarios 5 and 6 on the real diagrams."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from processes.actors import system_actor
from processes.clock import end_of_day
from processes.errors import AnswersRefused
from service.orchestration.runtime import Unit, transaction
from storage import publicity as public
from storage.models.filings import Filing
from storage.models.items import PolicyItem
from storage.models.people import Membership
from storage.models.records import Deadline, Escalation
from storage.payment_gates import list_payment_breaches
from tests import launching, paying
from tests.journeys import applying_route
from tests.journeys import paying_route as route
from tests.world import DISTRICT, World


def _end(world: World, root: UUID) -> tuple[str, str | None]:
    ended = world.instance(root)
    return str(ended.state), ended.end_element_id


def _auto_item(world: World, **changes: object) -> PolicyItem:
    return applying_route.open_item(world, disbursement_type="AUTO", name="专精特新奖励", cap_fen=None, **changes)


def _breaches(world: World) -> list[str]:
    found = list_payment_breaches(world.session, DISTRICT, world.runtime.calendars.current(world.session, DISTRICT))
    return [f"{each.gate}：{each.message}" for each in found]


class TestListOfThoseWhoNeedNotApply:
    """Scenario 5: the filing is due on the calendar day of the confirmation, by the clock of Shanghai."""

    @pytest.fixture
    def confirmed(self, world: World) -> UUID:
        item = _auto_item(world)
        world.at(2026, 10, 10, 17, 20)
        root = route.create(world, item.id)
        route.confirm_list(world, root)
        return root

    def test_filed_ten_minutes_before_midnight_it_is_on_time(self, world: World, confirmed: UUID) -> None:
        (deadline,) = [row for row in world.rows(Deadline, rule="DL5") if row.state == "open"]
        assert deadline.due_on == date(2026, 10, 10)
        world.at(2026, 10, 10, 23, 50)
        route.file_list(world, confirmed)
        filing: Filing = world.one(Filing)
        assert (filing.on_time, filing.late_reason) == (True, None)
        assert [row.state for row in world.rows(Deadline, rule="DL5")] == ["met"]

    def test_filed_five_minutes_after_midnight_it_is_late_and_says_why(self, world: World, confirmed: UUID) -> None:
        world.at(2026, 10, 11, 0, 5)
        told = [row for row in world.rows(Escalation) if row.kind == "overdue"]
        assert {row.to_role for row in told} >= {"maker_head", "dsb_operator"}
        with pytest.raises(AnswersRefused) as refused:
            route.file_list(world, confirmed)
        assert "late_reason" in refused.value.fields
        route.file_list(world, confirmed, late_reason="名单附件传输中断。")
        filing: Filing = world.one(Filing)
        assert filing.on_time is False
        assert [row.state for row in world.rows(Deadline, rule="DL5")] == ["late"]

    def test_the_list_is_published_masked_paid_and_not_filed_a_second_time(self, world: World) -> None:
        item = _auto_item(world)
        root = route.create(world, item.id)
        route.confirm_list(world, root, paying.beneficiary(5), paying.resident())
        route.file_list(world, root)
        route.wait_for_publicity(world, root)
        route.approve(world, root)
        route.register(world, root)
        assert _end(world, root) == ("completed", "batch_paid")
        assert len(world.rows(Filing)) == 1
        shown = [entry["name"] for row, _, _ in public.list_public(world.session, DISTRICT) for entry in row.entries]
        assert set(shown) == {"示例智能装备5号有限公司", "张**"}
        assert _breaches(world) == []


class TestPeriodicReport:
    """Scenario 6: the day on which the amount arose counts, not the day on which somebody types it."""

    @pytest.fixture
    def item(self, world: World) -> PolicyItem:
        _posts_since(world, date(2026, 1, 1))
        return applying_route.open_item(world, disbursement_type="PERIODIC", name="六税两费减免")

    def test_the_figures_of_june_typed_on_2_july_are_two_days_late(self, world: World, item: PolicyItem) -> None:
        world.at(2026, 7, 2)
        root = world.start("disbursement_filing", by="payer")
        world.do("payer", "create_batch", paying.periodic_batch(item.id), root)
        (deadline,) = world.rows(Deadline, rule="DL6")
        assert (deadline.due_on, deadline.due_at) == (date(2026, 6, 30), end_of_day(date(2026, 6, 30)))
        late = paying.report(late_reason="税务数据2日送达。")
        world.do("payer", "report_periodic", late, root)
        world.do("approver", "confirm_periodic", paying.agreed("periodic_result"), root)
        with pytest.raises(AnswersRefused) as refused:
            world.do("payer", "file_periodic", paying.periodic_filing(), root)
        assert "late_reason" in refused.value.fields
        world.do("payer", "file_periodic", paying.periodic_filing(late_reason="税务数据2日送达。"), root)
        world.do("dsb_operator", "receive_filing", launching.received(), root)
        filing: Filing = world.one(Filing)
        assert (filing.on_time, filing.due_at) == (False, end_of_day(date(2026, 6, 30)))
        assert {row.state for row in world.rows(Deadline, rule="DL6")} == {"late"}
        assert _end(world, root) == ("completed", "periodic_reported")

    def test_nothing_happened_is_reported_filed_and_published(self, world: World, item: PolicyItem) -> None:
        world.at(2026, 6, 30, 16)
        root = world.start("disbursement_filing", by="payer")
        world.do("payer", "create_batch", paying.periodic_batch(item.id), root)
        world.do("payer", "report_periodic", paying.zero_report(), root)
        world.do("approver", "confirm_periodic", paying.agreed("periodic_result"), root)
        world.do("payer", "file_periodic", paying.zero_filing(), root)
        world.do("dsb_operator", "receive_filing", launching.received(), root)
        filing: Filing = world.one(Filing)
        assert filing.on_time is True
        ((row, _, _),) = public.list_public(world.session, DISTRICT)
        assert (row.kind, row.total_fen) == ("汇总数据公开", 0)
        assert _end(world, root) == ("completed", "periodic_reported")


def _posts_since(world: World, day: date) -> None:
    """Everybody has held his post since that day."""

    def work(unit: Unit) -> None:
        unit.session.query(Membership).filter_by(district_id=DISTRICT).update({"valid_from": day})

    transaction(world.runtime, system_actor(DISTRICT), work)
