"""兑现报备 without applications: beneficiary lists confirmed and filed on their day, and periodic reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handlers.registry import REGISTRY
from processes.errors import AnswersRefused, SeparationOfDuties
from processes.payment_words import PublicityKind
from storage import publicity as public
from storage.benefit_lists import find_report
from storage.models.people import Membership
from tests import paying
from tests.stages import paying_steps as steps
from tests.stages.desk import DISTRICT, Desk

STAGE = "disbursement_filing"


class TestListsWithoutApplication:
    def _confirmed(self, desk: Desk, *rows: dict[str, Any], **changes: Any) -> None:
        item = steps.item(desk, "AUTO", **changes)
        steps.created(desk, item.id)
        desk.do("reviewer1", f"{STAGE}/check_list", paying.beneficiary_list(*rows))
        desk.do("approver", f"{STAGE}/confirm_list", paying.agreed("list_result"))

    def test_the_confirmation_fixes_the_list_and_starts_its_filing_on_the_same_day(self, desk: Desk) -> None:
        desk.at(2026, 10, 10, 17, 20)
        self._confirmed(desk, paying.beneficiary(5), paying.beneficiary(6, decision="剔除", reason="已迁出新区"))
        anchor = REGISTRY.anchors["list_confirmed_on"](desk.session, DISTRICT, desk.variables)
        assert anchor == date(2026, 10, 10)
        assert steps.newest_list(desk).confirmed_at == desk.now
        assert [(line.payee, line.amount_fen) for line in steps.lines(desk)] == [
            ("示例智能装备5号有限公司", 20_000_000)
        ]
        assert steps.batch(desk).status == "名单已确认"

    def test_the_day_of_confirmation_is_a_day_in_shanghai(self, desk: Desk) -> None:
        desk.at(2026, 10, 11, 0, 5)
        self._confirmed(desk)
        assert steps.batch(desk).arose_on == date(2026, 10, 11)

    def test_the_checker_does_not_confirm_and_a_returned_list_gets_another_round(self, desk: Desk) -> None:
        item = steps.item(desk, "AUTO")
        steps.created(desk, item.id)
        desk.do("reviewer1", f"{STAGE}/check_list", paying.beneficiary_list())
        with pytest.raises(SeparationOfDuties):
            desk.do("reviewer1", f"{STAGE}/confirm_list", paying.agreed("list_result"))
        desk.do("approver", f"{STAGE}/confirm_list", paying.returned("list_result", "缺一家企业。"))
        prepared = desk.prepare("reviewer1", "check_list")
        assert prepared.facts[0].value == "缺一家企业。"
        assert len(prepared.initial["beneficiaries"]) == 2
        desk.do("reviewer1", f"{STAGE}/check_list", paying.beneficiary_list())
        assert steps.newest_list(desk).round_no == 2
        desk.do("approver", f"{STAGE}/confirm_list", paying.agreed("list_result"))
        assert steps.batch(desk).total_fen == 40_000_000

    def test_a_list_is_refused_where_a_code_is_wrong_double_or_somebody_elses(self, desk: Desk) -> None:
        item = steps.item(desk, "AUTO")
        steps.created(desk, item.id)
        steps.applicant(desk, 5, name="示例旧名有限公司")
        wrong = paying.beneficiary(6, code="91220101MA0EXAMP00")
        for rows, place in (
            ([wrong], "beneficiaries.0.code"),
            ([paying.beneficiary(7), paying.beneficiary(7)], "beneficiaries.1.code"),
            ([paying.beneficiary(5)], "beneficiaries.0.name"),
            ([paying.beneficiary(7, account_name="别的公司")], "beneficiaries.0.account_name"),
        ):
            with pytest.raises(AnswersRefused) as refused:
                desk.do("reviewer1", f"{STAGE}/check_list", paying.beneficiary_list(*rows))
            assert place in refused.value.fields

    def test_an_objection_to_a_listed_name_holds_its_line(self, desk: Desk) -> None:
        self._confirmed(desk)
        steps.object_to(desk, item_id=steps.batch(desk).item_id, beneficiary="示例智能装备5号有限公司")
        steps.checked(desk)
        assert steps.states(desk) == ["异议待决", "在批"]

    def test_nobody_gets_a_mixed_item_twice_for_the_same_days(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item, steps.applicant(desk, 5))
        steps.created(desk, item.id)
        item.disbursement_type = "AUTO"
        desk.session.commit()
        steps.created(desk, item.id)
        desk.do("reviewer1", f"{STAGE}/check_list", paying.beneficiary_list())
        desk.do("approver", f"{STAGE}/confirm_list", paying.agreed("list_result"))
        steps.checked(desk)
        assert steps.states(desk) == ["已剔除", "在批"]
        assert "不能重复享受" in str(steps.lines(desk)[0].reason)

    def test_a_list_payment_that_failed_is_proposed_for_the_next_list(self, desk: Desk) -> None:
        self._confirmed(desk)
        item_id = steps.batch(desk).item_id
        steps.checked(desk)
        desk.do("payer", f"{STAGE}/publish_results", paying.publicity("2026-08-03", "2026-08-10"))
        steps.over(desk)
        desk.do("approver", f"{STAGE}/approve_batch", paying.agreed("batch_result"))
        desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        desk.serve("export_payment_list", batch_id=desk.variables["batch_id"])
        receipts = paying.receipts(paying.receipt("2026-08-11"), paying.failure())
        desk.do("payer", f"{STAGE}/register_payment", receipts)
        desk.serve("settle_payments", batch_id=desk.variables["batch_id"])
        assert steps.batch(desk).arose_on == date(2026, 8, 3)
        steps.created(desk, item_id, period_from="2026-08-01", period_to="2026-08-31")
        rows = desk.prepare("reviewer1", "check_list").initial["beneficiaries"]
        assert [row["name"] for row in rows] == ["示例智能装备6号有限公司"]


class TestPeriodicReports:
    def _created(self, desk: Desk, **changes: Any) -> None:
        desk.session.query(Membership).update({"valid_from": date(2026, 1, 1)})
        item = steps.item(desk, "PERIODIC")
        desk.do("payer", f"{STAGE}/create_batch", paying.periodic_batch(item.id, **changes))

    def test_an_amount_of_30_june_typed_on_2_july_is_two_days_late_and_needs_a_reason(self, desk: Desk) -> None:
        desk.at(2026, 7, 2)
        self._created(desk)
        anchor = REGISTRY.anchors["produced_on"](desk.session, DISTRICT, desk.variables)
        assert anchor == date(2026, 6, 30)
        assert "逾期" in [fact.label for fact in desk.prepare("payer", "report_periodic").facts]
        with pytest.raises(AnswersRefused) as refused:
            desk.do("payer", f"{STAGE}/report_periodic", paying.report())
        assert "late_reason" in refused.value.fields
        desk.do("payer", f"{STAGE}/report_periodic", paying.report(late_reason="税务数据2日送达。"))
        desk.do("approver", f"{STAGE}/confirm_periodic", paying.agreed("periodic_result"))
        desk.serve("publish_statistics", batch_id=desk.variables["batch_id"])
        ((row, _, _),) = public.list_public(desk.session, DISTRICT, kinds=(PublicityKind.STATISTICS,))
        assert row.total_fen == 35_000_000
        assert steps.batch(desk).status == "汇总已报"

    def test_nothing_happened_is_a_report_too(self, desk: Desk) -> None:
        desk.at(2026, 6, 30)
        self._created(desk)
        desk.do("payer", f"{STAGE}/report_periodic", paying.zero_report())
        desk.do("approver", f"{STAGE}/confirm_periodic", paying.agreed("periodic_result"))
        report = find_report(desk.session, steps.batch(desk))
        assert report is not None
        assert (report.no_occurrence, report.amount_fen, report.late_reason) == (True, 0, None)

    def test_the_writer_does_not_confirm_and_a_returned_report_gets_another_round(self, desk: Desk) -> None:
        desk.at(2026, 6, 30)
        self._created(desk)
        desk.do("payer", f"{STAGE}/report_periodic", paying.report())
        with pytest.raises(SeparationOfDuties):
            desk.do("payer", f"{STAGE}/confirm_periodic", paying.agreed("periodic_result"))
        desk.do("approver", f"{STAGE}/confirm_periodic", paying.returned("periodic_result", "次数少于户数。"))
        assert desk.prepare("payer", "report_periodic").initial["amount"] == "350000.00"
        desk.do("payer", f"{STAGE}/report_periodic", paying.report(beneficiaries=100))
        report = find_report(desk.session, steps.batch(desk))
        assert report is not None
        assert (report.round_no, report.beneficiaries) == (2, 100)

    def test_a_jump_against_the_last_period_is_explained(self, desk: Desk) -> None:
        desk.at(2026, 6, 30)
        self._created(desk)
        desk.do("payer", f"{STAGE}/report_periodic", paying.report())
        desk.do("approver", f"{STAGE}/confirm_periodic", paying.agreed("periodic_result"))
        item_id = steps.batch(desk).item_id
        desk.at(2026, 7, 31)
        july = paying.periodic_batch(
            item_id, period_from="2026-07-01", period_to="2026-07-31", produced_on="2026-07-31"
        )
        desk.do("payer", f"{STAGE}/create_batch", july)
        half_more = paying.report(produced_on="2026-07-31", amount="525000.01")
        with pytest.raises(AnswersRefused) as refused:
            desk.do("payer", f"{STAGE}/report_periodic", half_more)
        assert "explanation" in refused.value.fields
        desk.do("payer", f"{STAGE}/report_periodic", {**half_more, "amount": "525000"})

    def test_a_period_is_reported_once_and_with_a_day_that_has_come(self, desk: Desk) -> None:
        desk.at(2026, 6, 30)
        self._created(desk)
        item_id = steps.batch(desk).item_id
        for changes in ({}, {"period_from": "2026-07-01", "period_to": "2026-07-31", "produced_on": "2026-07-01"}):
            with pytest.raises(AnswersRefused):
                desk.do("payer", f"{STAGE}/create_batch", paying.periodic_batch(item_id, **changes))
        with pytest.raises(AnswersRefused) as refused:
            desk.do("payer", f"{STAGE}/create_batch", paying.batch(item_id))
        assert "produced_on" in refused.value.fields
