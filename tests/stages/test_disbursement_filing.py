"""兑现报备: checked line by line, public before paid, apart in duty, within the budget, and reported on its day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from processes.application_words import ApplicationStatus, CreditState, ExclusiveChoice
from processes.errors import AnswersRefused, BusinessError, Forbidden, SeparationOfDuties
from storage import publicity as public
from storage.models.disbursements import DisbursementLine, Publicity
from tests import paying
from tests.stages import paying_steps as steps
from tests.stages.desk import DISTRICT, Desk

STAGE = "disbursement_filing"


class TestMakingABatch:
    def test_everything_that_waits_is_taken_and_the_cases_share_their_duties(self, desk: Desk) -> None:
        item = steps.item(desk)
        first, second = steps.approved(desk, item, number=5), steps.approved(desk, item, number=6)
        result = desk.do("payer", f"{STAGE}/create_batch", paying.batch(item.id))
        batch = steps.batch(desk)
        assert (batch.number, batch.total_fen, batch.status) == ("DX-2026-1", 20_000_000, "拟定")
        assert result.business_key == "DX-2026-1"
        assert set(result.linked_roots) == {first.root_id, second.root_id}
        assert desk.variables["maker_org"] == "STB"
        assert desk.variables["accepted_on"] == "2026-08-03"

    def test_an_application_is_never_in_two_batches(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.created(desk, item.id)
        with pytest.raises(AnswersRefused, match="请看各栏目"):
            steps.created(desk, item.id)
        copy = DisbursementLine(
            district_id=DISTRICT,
            batch_id=steps.batch(desk).id,
            line_no=9,
            application_id=application.id,
            applicant_id=application.applicant_id,
            payee="x",
            account="2201010000000005",
            amount_fen=1,
            state="在批",
        )
        desk.session.add(copy)
        with pytest.raises(IntegrityError):
            desk.session.flush()
        desk.session.rollback()

    def test_a_person_who_judged_a_case_does_not_pay_it(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.judged(desk, application, "payer", "accept_online")
        assert desk.prepare("payer", "create_batch").options["applications"] == ()
        with pytest.raises(AnswersRefused) as refused:
            steps.created(desk, item.id, applications=[str(application.id)])
        assert "applications" in refused.value.fields
        with pytest.raises(AnswersRefused, match="请看各栏目"):
            steps.created(desk, item.id)

    def test_another_departments_item_is_not_offered(self, desk: Desk) -> None:
        item = steps.item(desk, implementer_org="IND")
        assert desk.prepare("payer", "create_batch").options["items"] == ()
        with pytest.raises((AnswersRefused, Forbidden)):
            steps.created(desk, item.id)

    def test_a_disputed_application_stays_in_the_pool(self, desk: Desk) -> None:
        item = steps.item(desk)
        disputed, other = steps.approved(desk, item, number=5), steps.approved(desk, item, number=6)
        steps.object_to(desk, disputed)
        steps.created(desk, item.id)
        assert [line.application_id for line in steps.lines(desk)] == [other.id]


class TestChecking:
    def test_a_line_that_may_not_be_paid_leaves_the_batch_with_its_reason(self, desk: Desk) -> None:
        item = steps.item(desk, cap_fen=15_000_000)
        restricted = steps.applicant(desk, 6, credit_state=CreditState.RESTRICTED)
        steps.approved(desk, item, number=5)
        steps.approved(desk, item, restricted)
        steps.approved(desk, item, number=7, approved_fen=16_000_000)
        steps.approved(desk, item, number=8, account_name="别的公司")
        steps.created(desk, item.id)
        steps.checked(desk)
        assert (desk.variables["payable_count"], desk.variables["excluded_count"]) == (1, 3)
        reasons = [line.reason for line in steps.lines(desk) if line.state == "已剔除"]
        assert [word in reason for word, reason in zip(("失信", "10,000.00 元", "户名"), reasons, strict=True)] == [
            True
        ] * 3
        assert steps.batch(desk).total_fen == 10_000_000

    def test_a_wrong_account_goes_back_to_the_applicant_and_out_of_the_pool(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item, account_name="别的公司")
        steps.created(desk, item.id)
        result = desk.serve("check_batch", batch_id=desk.variables["batch_id"])
        (message,) = result.messages
        assert (message.name, message.instance_id) == ("PaymentResult", application.instance_id)
        assert message.variables["payment_result"] == "失败"
        assert steps.batch(desk).status == "无可兑现"
        assert desk.prepare("payer", "create_batch").options["applications"] == ()

    def test_the_cap_of_a_year_counts_what_earlier_batches_paid(self, desk: Desk) -> None:
        item = steps.item(desk, cap_fen=15_000_000)
        who = steps.applicant(desk)
        steps.approved(desk, item, who)
        steps.paid(desk, item.id)
        first = steps.lines(desk)[0].application_id
        desk.session.query(steps.Application).filter_by(id=first).update({"status": ApplicationStatus.FINISHED})
        steps.approved(desk, item, who)
        steps.created(desk, item.id, period_from="2026-08-01", period_to="2026-08-31")
        steps.checked(desk)
        assert "50,000.00 元" in str(steps.lines(desk)[0].reason)

    def test_two_exclusive_items_are_not_both_paid_unless_the_reviewer_deducted_the_other(self, desk: Desk) -> None:
        item = steps.item(desk)
        other = steps.item(desk, exclusive_item_ids=[str(item.id)], name="高新技术企业培育奖励")
        who = steps.applicant(desk)
        steps.approved(desk, other, who)
        steps.created(desk, other.id)
        application = steps.approved(desk, item, who)
        steps.created(desk, item.id)
        steps.checked(desk)
        assert "就高不重复" in str(steps.lines(desk)[0].reason)

        desk.session.add(steps.opinion(desk, application, details={"exclusive_choice": str(ExclusiveChoice.THIS)}))
        desk.session.commit()
        steps.created(desk, item.id)
        steps.checked(desk)
        assert steps.states(desk) == ["在批"]

    def test_a_revoked_application_is_not_paid_though_it_was_taken_in(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.created(desk, item.id)
        application.status = ApplicationStatus.REVOKED
        desk.session.commit()
        steps.checked(desk)
        assert "异议成立已撤销" in str(steps.lines(desk)[0].reason)


class TestPublicity:
    def test_five_working_days_from_28_september_end_on_10_october(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        desk.at(2026, 9, 28)
        steps.created(desk, item.id)
        steps.checked(desk)
        with pytest.raises(AnswersRefused) as refused:
            desk.do("payer", f"{STAGE}/publish_results", paying.publicity("2026-09-28", "2026-10-09"))
        assert "2026-10-10" in refused.value.fields["to_on"][0]
        desk.do("payer", f"{STAGE}/publish_results", paying.publicity("2026-09-28", "2026-10-10"))
        assert desk.variables["publicity_to_at"] == "2026-10-11T00:00:00+08:00"

    def test_an_item_may_ask_for_a_longer_publicity(self, desk: Desk) -> None:
        item = steps.item(desk, publicity_days=7)
        steps.approved(desk, item)
        steps.created(desk, item.id)
        steps.checked(desk)
        with pytest.raises(AnswersRefused):
            desk.do("payer", f"{STAGE}/publish_results", paying.publicity("2026-08-03", "2026-08-10"))

    def test_residents_are_masked_and_no_account_is_shown(self, desk: Desk) -> None:
        item = steps.item(desk, name="育儿补贴")
        person = paying.resident()
        who = steps.applicant(desk, kind="居民", name="张三丰", uscc=None, id_no=person["code"])
        steps.approved(desk, item, who, account_no=person["account"])
        steps.published(desk, item.id)
        (row,) = desk.session.query(Publicity).all()
        assert row.entries == [{"name": "张**", "amount_fen": 10_000_000}]
        assert person["account"] not in str(row.entries)
        shown = public.list_public(desk.session, DISTRICT, running_on=date(2026, 8, 10))
        assert [each[0].id for each in shown] == [row.id]
        assert public.list_public(desk.session, DISTRICT, running_on=date(2026, 8, 11)) == []

    def test_nothing_goes_on_before_the_last_day_is_over(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.published(desk, item.id)
        desk.at(2026, 8, 10, 23, 59)
        with pytest.raises(BusinessError) as refused:
            desk.serve("exclude_disputed_lines", batch_id=desk.variables["batch_id"])
        assert refused.value.code == "PUBLICITY_OPEN"
        with pytest.raises(BusinessError, match="期满前不能兑现"):
            desk.do("approver", f"{STAGE}/approve_batch", paying.agreed("batch_result"))

    def test_a_disputed_line_waits_and_the_others_go_on(self, desk: Desk) -> None:
        item = steps.item(desk)
        disputed, other = steps.approved(desk, item, number=5), steps.approved(desk, item, number=6)
        steps.published(desk, item.id)
        steps.object_to(desk, disputed)
        steps.over(desk)
        assert desk.variables["payable_count"] == 1
        assert steps.states(desk) == ["异议待决", "在批"]
        assert (disputed.status, other.status) == ("待兑现", "待兑现")
        assert steps.batch(desk).total_fen == 10_000_000

    def test_an_amount_reduced_after_publicity_is_published_again(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.approved(desk, item, number=6)
        steps.published(desk, item.id)
        application.approved_fen = 5_000_000
        desk.session.commit()
        steps.over(desk)
        assert steps.states(desk) == ["异议待决", "在批"]
        assert "重新公示" in str(steps.lines(desk)[0].reason)


class TestApproval:
    def test_who_made_the_batch_does_not_approve_it(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.published(desk, item.id)
        steps.over(desk)
        with pytest.raises(SeparationOfDuties):
            desk.do("payer", f"{STAGE}/approve_batch", paying.agreed("batch_result"))

    def test_a_returned_batch_is_adjusted_checked_and_published_again(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item, number=5)
        steps.approved(desk, item, number=6)
        steps.published(desk, item.id)
        steps.over(desk)
        desk.do("approver", f"{STAGE}/approve_batch", paying.returned("batch_result"))
        third = steps.approved(desk, item, number=7)
        prepared = desk.prepare("payer", "adjust_batch")
        assert prepared.facts[0].value == "请核对金额。"
        answers = paying.adjustment(
            {"keep": "移出", "reason": "金额待核"}, {"keep": "保留"}, applications=[str(third.id)]
        )
        result = desk.do("payer", f"{STAGE}/adjust_batch", answers)
        assert result.linked_roots == (third.root_id,)
        steps.checked(desk)
        assert steps.states(desk) == ["已退出", "在批", "在批"]
        assert desk.variables["payable_count"] == 2
        desk.do("payer", f"{STAGE}/publish_results", paying.publicity("2026-08-11", "2026-08-18"))
        desk.at(2026, 8, 18)
        with pytest.raises(BusinessError, match="期满前"):
            desk.do("approver", f"{STAGE}/approve_batch", paying.agreed("batch_result"))

    def test_money_is_split_by_the_sources_of_the_policy_to_the_last_fen(self, desk: Desk) -> None:
        item = steps.item(desk)
        policy = steps.steps.policy(desk)
        policy.fund_sources = [
            {"fund_level": "市", "ratio": 33.3, "subject": "2150805"},
            {"fund_level": "新区", "ratio": 66.7, "subject": None},
        ]
        steps.approved(desk, item, approved_fen=10_000_001)
        steps.approved_batch(desk, item.id)
        shares = [each["amount_fen"] for each in steps.batch(desk).fund_split]
        assert sum(shares) == 10_000_001
        assert shares == [3_330_000, 6_670_001]
