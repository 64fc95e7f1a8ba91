"""兑现报备, the money: within the budget, confirmed once, paid by somebody else, and told to every application."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.registry import REGISTRY
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.payment_words import PublicityKind
from storage import publicity as public
from storage.budgets import budget_use
from storage.disbursements import arisen_amount
from tests import paying
from tests.stages import paying_steps as steps
from tests.stages.desk import DISTRICT, Desk

STAGE = "disbursement_filing"


class TestMoney:
    def test_a_batch_above_the_budget_is_refused_with_the_difference(self, desk: Desk) -> None:
        item = steps.item(desk, budget_fen=15_000_000)
        steps.approved(desk, item, number=5)
        steps.approved(desk, item, number=6)
        steps.approved_batch(desk, item.id)
        with pytest.raises(BusinessError) as refused:
            desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        assert refused.value.code == "BUDGET_EXCEEDED"
        assert "50,000.00 元" in refused.value.message
        assert refused.value.facts["shortage_fen"] == 5_000_000
        assert desk.prepare("maker", "resolve_budget").facts[0].value == "本批次还差 50,000.00 元。"

        with pytest.raises(AnswersRefused) as short:
            desk.do("maker", f"{STAGE}/resolve_budget", paying.transfer("49999.99"))
        assert "50,000.00" in short.value.fields["amount"][0]
        desk.do("maker", f"{STAGE}/resolve_budget", paying.transfer("50000"))
        desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        assert budget_use(desk.session, item, 2026).left_fen == 0
        assert steps.batch(desk).status == "资金已确认"

    def test_money_promised_to_one_batch_is_not_promised_to_another(self, desk: Desk) -> None:
        item = steps.item(desk, budget_fen=15_000_000)
        steps.approved(desk, item, number=5)
        steps.approved_batch(desk, item.id)
        desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        desk.at(2026, 8, 3)
        steps.approved(desk, item, number=6)
        steps.approved_batch(desk, item.id)
        with pytest.raises(BusinessError) as refused:
            desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        assert refused.value.facts["shortage_fen"] == 5_000_000

    def test_stopping_frees_the_applications_and_holds_the_item(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.approved_batch(desk, item.id)
        desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.no_funds())
        assert steps.batch(desk).status == "额度不足"
        desk.do("maker", f"{STAGE}/resolve_budget", paying.waiting())
        desk.do("maker", f"{STAGE}/resolve_budget", paying.stopping())
        assert (steps.batch(desk).status, item.status, application.status) == ("已停止", "暂停", "待兑现")
        assert len(desk.prepare("payer", "create_batch").options["applications"]) == 1

    def test_an_objection_between_approval_and_money_keeps_its_line_out(self, desk: Desk) -> None:
        item = steps.item(desk)
        disputed = steps.approved(desk, item, number=5)
        steps.approved(desk, item, number=6)
        steps.approved_batch(desk, item.id)
        objection = steps.object_to(desk, disputed)
        desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        assert steps.states(desk) == ["异议待决", "在批"]
        assert steps.batch(desk).total_fen == 10_000_000
        objection.effect, objection.closed_at = "维持", desk.now
        desk.session.commit()
        assert len(desk.prepare("payer", "create_batch").options["applications"]) == 1

    def test_a_batch_whose_every_line_is_disputed_gets_no_money(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.approved_batch(desk, item.id)
        steps.object_to(desk, application)
        with pytest.raises(BusinessError) as refused:
            desk.do("finance_officer", f"{STAGE}/confirm_fund", paying.funds())
        assert refused.value.code == "OBJECTION_OPEN"


class TestPayment:
    def test_paid_lines_and_a_failed_one_each_tell_their_application(self, desk: Desk) -> None:
        item = steps.item(desk)
        good, bad = steps.approved(desk, item, number=5), steps.approved(desk, item, number=6)
        steps.sent(desk, item.id)
        assert (good.status, bad.status) == ("兑现中", "兑现中")
        desk.at(2026, 8, 13)
        answers = paying.receipts(paying.receipt("2026-08-12"), paying.failure())
        desk.do("payer", f"{STAGE}/register_payment", answers)
        result = desk.serve("settle_payments", batch_id=desk.variables["batch_id"])
        told = {message.instance_id: dict(message.variables) for message in result.messages}
        assert told == {
            good.instance_id: {"payment_result": "成功", "paid_on": "2026-08-12"},
            bad.instance_id: {"payment_result": "失败", "paid_on": None},
        }
        assert result.outputs == {"paid_count": 1, "failed_count": 1, "paid_amount": 10_000_000}
        assert (good.status, good.paid_on) == ("已兑现", date(2026, 8, 12))
        assert (bad.status, bad.pooled_at) == ("待兑现", None)
        assert budget_use(desk.session, item, 2026).paid_fen == 10_000_000

    def test_the_first_success_starts_the_filing_and_a_failed_line_can_be_paid_later(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item, number=5)
        bad = steps.approved(desk, item, number=6)
        steps.paid(desk, item.id, paying.receipt("2026-08-11"), paying.failure())
        anchor = REGISTRY.anchors["paid_on"](desk.session, DISTRICT, desk.variables)
        assert anchor == date(2026, 8, 11)
        assert REGISTRY.anchors["produced_on"](desk.session, DISTRICT, desk.variables) is None
        arisen = arisen_amount(desk.session, steps.batch(desk))
        assert (arisen.beneficiaries, arisen.amount_fen, arisen.cumulative_fen) == (1, 10_000_000, 10_000_000)

        bad.account_no, bad.pooled_at = "2201010000000006", desk.now
        desk.session.commit()
        desk.do("payer", f"{STAGE}/create_batch", paying.batch(item.id))
        steps.checked(desk)
        assert [(line.application_id, line.account) for line in steps.lines(desk)] == [(bad.id, "2201010000000006")]

    def test_who_approved_or_funded_does_not_pay(self, desk: Desk) -> None:
        item = steps.item(desk)
        application = steps.approved(desk, item)
        steps.sent(desk, item.id)
        receipts = paying.receipts(paying.receipt("2026-08-11"))
        for login in ("approver", "finance_officer"):
            with pytest.raises(SeparationOfDuties):
                desk.do(login, f"{STAGE}/register_payment", receipts)
        steps.judged(desk, application, "payer", "review_first")
        with pytest.raises(SeparationOfDuties):
            desk.do("payer", f"{STAGE}/register_payment", receipts)

    def test_every_line_is_registered_with_a_day_the_bank_could_pay_on(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.sent(desk, item.id)
        for receipts in ([], [paying.receipt("2026-08-10")], [paying.receipt("2026-08-12")]):
            with pytest.raises(AnswersRefused):
                desk.do("payer", f"{STAGE}/register_payment", paying.receipts(*receipts))

    def test_what_was_paid_is_public_for_good_and_counted(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.paid(desk, item.id)
        desk.serve("publish_payment_results", batch_id=desk.variables["batch_id"])
        ((row, _, policy),) = public.list_public(desk.session, DISTRICT, kinds=(PublicityKind.PAID,))
        assert (row.to_on, row.total_fen) == (None, 10_000_000)
        ((_, year, payments, payees, fen),) = [
            (each.item, each.year, each.payments, each.payees, each.paid_fen)
            for each in public.list_paid_totals(desk.session, DISTRICT)
        ]
        assert (year, payments, payees, fen) == (2026, 1, 1, 10_000_000)
        policy.confidential, policy.confidential_reason = True, "涉密"
        desk.session.commit()
        assert public.list_public(desk.session, DISTRICT) == []

    def test_when_nothing_arrives_nothing_is_published(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.paid(desk, item.id, paying.failure())
        desk.serve("publish_payment_results", batch_id=desk.variables["batch_id"])
        assert steps.batch(desk).status == "全部未到账"
        assert public.list_public(desk.session, DISTRICT, kinds=(PublicityKind.PAID,)) == []
