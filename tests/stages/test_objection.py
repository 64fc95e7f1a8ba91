"""异议处理: by people who had no part in the case, with an effect on the money, and a second look at most once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from processes.errors import AnswersRefused, BusinessError, Conflict, SeparationOfDuties
from service.seed.people import ENTERPRISE
from storage import objections
from storage.db import new_id
from storage.models.applications import Application
from storage.models.items import PolicyItem
from storage.models.objections import Objection
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import DISTRICT, Desk

AGREED = {"confirm_result": "同意"}


def _case(desk: Desk) -> None:
    """A case of its own begins."""
    desk.root = new_id()


def _registered(desk: Desk, of: Application | None = None, **changes: Any) -> Objection:
    """Somebody else objects to an approved application."""
    made = of or steps.approved(desk)
    _case(desk)
    desk.do("applicant2", "objection/register_objection", applying.objection(made.number, **changes))
    desk.serve("assign_objection", objection_id=desk.variables["objection_id"])
    return steps.objection(desk)


def _answered(desk: Desk, of: Application | None = None, **changes: Any) -> Objection:
    """Handled, confirmed and answered."""
    made = _registered(desk, of)
    desk.do("maker", "objection/handle_objection", applying.handling(**changes))
    desk.do("maker_head", "objection/confirm_objection", AGREED)
    desk.serve("answer_objection", objection_id=str(made.id))
    return made


def _close(desk: Desk, made: Objection) -> Any:
    return desk.serve("close_objection", objection_id=str(made.id), effect=desk.variables["effect"])


class TestRegistration:
    def test_an_objection_is_numbered_and_shares_duties_with_the_case_it_is_about(self, desk: Desk) -> None:
        made = steps.approved(desk)
        about = desk.root
        _case(desk)
        done = desk.do("applicant2", "objection/register_objection", applying.objection(made.number))
        assert (done.business_key, done.linked_roots) == ("YY-2026-0001", (about,))
        desk.serve("assign_objection", objection_id=desk.variables["objection_id"])
        assert desk.variables["handling_org"] == "STB"

    def test_while_it_is_open_the_application_is_disputed_and_nobody_objects_a_second_time(self, desk: Desk) -> None:
        made = steps.approved(desk)
        _registered(desk, made)
        assert objections.disputed_ids(desk.session, DISTRICT, [made.id]) == {made.id}
        with pytest.raises(BusinessError) as refused:
            desk.do("dsb_operator", "objection/register_objection", applying.objection(made.number))
        assert refused.value.code == "OBJECTION_OPEN"

    def test_an_application_without_a_result_cannot_be_objected_to(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        for number in (made.number, "SB-20200101-00001"):
            with pytest.raises(AnswersRefused) as refused:
                desk.do("applicant2", "objection/register_objection", applying.objection(number))
            assert "application_no" in refused.value.fields

    def test_a_published_name_leads_to_its_application(self, desk: Desk) -> None:
        item = steps.item(desk)
        made = steps.approved(desk, item)
        desk.do("applicant2", "objection/register_objection", _to_line(item, "示例光电科技有限公司"))
        assert steps.objection(desk).application_id == made.id

    def test_a_name_that_is_not_on_the_list_is_refused_and_one_on_a_list_without_applications_is_kept(
        self, desk: Desk
    ) -> None:
        with pytest.raises(AnswersRefused) as refused:
            desk.do("applicant2", "objection/register_objection", _to_line(steps.item(desk), "别家公司"))
        assert "beneficiary" in refused.value.fields
        listed = steps.item(desk, disbursement_type="AUTO", open_mode="不需申报")
        desk.do("applicant2", "objection/register_objection", _to_line(listed, "别家公司"))
        assert objections.disputed_beneficiaries(desk.session, listed) == {"别家公司"}


def _to_line(item: PolicyItem, name: str) -> dict[str, Any]:
    answers = applying.objection("", target="公示", item_no=item.number, beneficiary=name)
    del answers["application_no"]
    return answers


class TestHandling:
    @pytest.mark.parametrize("login", ["platform_clerk", "reviewer1", "reviewer2", "approver"])
    def test_nobody_who_had_a_part_in_the_case_handles_it(self, desk: Desk, login: str) -> None:
        _registered(desk)
        with pytest.raises(SeparationOfDuties):
            desk.do(login, "objection/handle_objection", applying.handling())

    def test_the_handler_does_not_confirm_and_a_return_says_why(self, desk: Desk) -> None:
        _registered(desk)
        desk.do("maker", "objection/handle_objection", applying.handling())
        with pytest.raises(SeparationOfDuties):
            desk.do("maker", "objection/confirm_objection", AGREED)
        with pytest.raises(AnswersRefused):
            desk.do("maker_head", "objection/confirm_objection", {"confirm_result": "退回"})
        returned = {"confirm_result": "退回", "opinion": "请补充认定文件。"}
        desk.do("maker_head", "objection/confirm_objection", returned)
        assert steps.objection(desk).confirmed_by is None
        assert "请补充认定文件。" in [fact.value for fact in desk.prepare("maker", "handle_objection").facts]

    def test_an_objection_that_does_not_stand_changes_nothing(self, desk: Desk) -> None:
        _registered(desk)
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "objection/handle_objection", applying.handling(effect="撤销"))
        assert "effect" in refused.value.fields

    def test_a_reduced_amount_is_less_than_what_was_granted(self, desk: Desk) -> None:
        _registered(desk)
        reduced = applying.handling(result="部分成立", effect="调减", adjusted_amount="100000")
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "objection/handle_objection", reduced)
        assert "adjusted_amount" in refused.value.fields


class TestSecondLook:
    def test_who_does_not_accept_says_why_and_others_look_once_more(self, desk: Desk) -> None:
        made = _answered(desk)
        with pytest.raises(AnswersRefused):
            desk.do("applicant2", "objection/accept_answer", {"answer_accepted": False})
        refused = {"answer_accepted": False, "reason": "认定文件另有其他企业。"}
        desk.do("applicant2", "objection/accept_answer", refused)
        with pytest.raises(SeparationOfDuties):
            desk.do("maker_head", "objection/recheck_objection", {"effect": "撤销", "opinion": "撤销。"})
        desk.do("dsb_approver", "objection/recheck_objection", {"effect": "撤销", "opinion": "非首次认定。"})
        assert (desk.variables["effect"], made.handled_effect) == ("撤销", "维持")
        with pytest.raises(Conflict):
            desk.do("dsb_approver", "objection/recheck_objection", {"effect": "维持", "opinion": "再看。"})

    def test_the_database_refuses_a_rechecker_who_confirmed(self, desk: Desk) -> None:
        made = _answered(desk)
        made.rechecked_by = made.confirmed_by
        with pytest.raises(IntegrityError):
            desk.session.commit()
        desk.session.rollback()


class TestEffect:
    def test_kept_frees_the_application_for_payment(self, desk: Desk) -> None:
        about = steps.approved(desk)
        done = _close(desk, _answered(desk, about))
        assert (about.status, about.approved_fen, done.messages) == ("待兑现", 10_000_000, ())
        assert objections.disputed_ids(desk.session, DISTRICT, [about.id]) == frozenset()

    def test_reduced_pays_less(self, desk: Desk) -> None:
        about = steps.approved(desk)
        done = _close(desk, _answered(desk, about, result="部分成立", effect="调减", adjusted_amount="60000"))
        assert (about.status, about.approved_fen) == ("待兑现", 6_000_000)
        assert done.changes["approved_fen"] == [10_000_000, 6_000_000]

    def test_revoked_tells_the_application_and_frees_the_budget(self, desk: Desk) -> None:
        about = steps.approved(desk)
        done = _close(desk, _answered(desk, about, result="成立", effect="撤销"))
        (message,) = done.messages
        assert (message.name, message.instance_id) == ("PaymentResult", about.instance_id)
        assert message.variables == {"payment_result": "撤销", "paid_on": None}
        assert about.status == "异议成立撤销"

    def test_what_was_paid_already_has_to_be_returned(self, desk: Desk) -> None:
        about = steps.approved(desk)
        about.status = "已兑现"
        made = _answered(desk, about, result="成立", effect="撤销")
        done = _close(desk, made)
        assert (made.clawback_fen, done.messages, about.status) == (10_000_000, (), "已兑现")

    def test_without_an_effect_nothing_is_closed(self, desk: Desk) -> None:
        with pytest.raises(Exception, match="effect"):
            desk.serve("close_objection", objection_id=str(_answered(desk).id), effect="待定")


class TestBadRating:
    def test_a_bad_rating_becomes_an_objection_of_its_own_kind(self, desk: Desk) -> None:
        made = steps.approved(desk)
        desk.do("applicant", "application/rate_service", {"rating_level": 1, "text": "等了太久。"})
        desk.serve("register_bad_rating", application_id=str(made.id))
        about = steps.objection(desk)
        assert (about.kind, about.text, about.application_id) == ("差评", "等了太久。", made.id)

    def test_without_a_rating_there_is_nothing_to_register(self, desk: Desk) -> None:
        made = steps.approved(desk)
        with pytest.raises(BusinessError):
            desk.serve("register_bad_rating", application_id=str(made.id))


def test_the_objector_is_known_to_the_form(desk: Desk) -> None:
    assert desk.prepare("applicant", "register_objection").initial == {"objector_name": "示例光电科技有限公司"}
    assert ENTERPRISE not in str(desk.prepare("dsb_operator", "register_objection").initial)
