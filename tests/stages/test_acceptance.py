"""受理: the formal check of every document, corrections, the receipt with its promised day, the pool and the rating."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from handlers.registry import REGISTRY
from processes.errors import AnswersRefused, BusinessError, Conflict, SeparationOfDuties
from storage import objections
from storage.models.applications import Application
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import DISTRICT, Desk


class TestFormalCheck:
    def test_every_document_is_judged_by_its_own_standard(self, desk: Desk) -> None:
        steps.submitted(desk)
        lines = desk.prepare("platform_clerk", "accept_online").given["lines"]
        assert [line["standard"] for line in lines] == ["证书在有效期内，名称与营业执照一致。", "登记状态为存续。"]
        with pytest.raises(AnswersRefused) as refused:
            desk.do("platform_clerk", "application/accept_online", applying.acceptance("合格"))
        assert "lines" in refused.value.fields

    def test_an_accepted_application_gets_a_receipt_and_a_promised_day(self, desk: Desk) -> None:
        desk.at(2026, 9, 24)
        made = steps.accepted(desk)
        assert (made.receipt_no, made.acceptor_id) == ("SL-20260924-00001", desk.person("platform_clerk"))
        # 15 working days over the Mid-Autumn and National Day holidays, with 2026-10-10 worked
        assert desk.variables["promised_due_on"] == str(made.promised_due_on) == "2026-10-22"

    def test_nothing_faulty_is_accepted_and_nothing_faultless_is_sent_back(self, desk: Desk) -> None:
        steps.submitted(desk)
        for outcomes, result in ((("不合格", "合格"), "受理"), (("合格", "合格"), "补正")):
            answers = applying.acceptance(*outcomes, accept_result=result, reason="见上。")
            with pytest.raises(AnswersRefused) as refused:
                desk.do("platform_clerk", "application/accept_online", answers)
            assert "accept_result" in refused.value.fields

    def test_a_document_may_follow_only_where_the_guide_says_so_and_until_a_day(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        with pytest.raises(AnswersRefused) as refused:
            desk.do(
                "platform_clerk",
                "application/accept_online",
                applying.acceptance("合格", "容缺后补", tolerated_due="2026-08-14"),
            )
        assert "lines.1.outcome" in refused.value.fields
        with pytest.raises(AnswersRefused) as refused:
            desk.do("platform_clerk", "application/accept_online", applying.acceptance("容缺后补", "合格"))
        assert "tolerated_due" in refused.value.fields
        tolerated = applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-14")
        desk.do("platform_clerk", "application/accept_online", tolerated)
        assert [each["name"] for each in made.tolerated] == ["高新技术企业证书"]

    def test_a_refusal_says_why_and_where_to_turn(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        refusal = applying.acceptance("不合格", "合格", accept_result="不予受理", reason="不属于本事项受理范围。")
        desk.do("platform_clerk", "application/accept_online", refusal)
        desk.serve("refuse_application", application_id=str(made.id))
        desk.serve("notify_refusal", application_id=str(made.id))
        assert made.status == "不予受理"
        assert "不属于本事项受理范围" in str(made.refusal_text)
        assert "12345" in str(made.refusal_text)

    def test_the_window_decides_on_the_spot_and_the_platform_on_the_next_working_day(self, desk: Desk) -> None:
        days = REGISTRY.limits["DL15"]
        steps.submitted(desk, by="window_clerk")
        assert days(desk.session, DISTRICT, desk.variables) == 0
        steps.submitted(desk)
        assert days(desk.session, DISTRICT, desk.variables) is None


class TestCorrection:
    def test_everything_is_told_at_once_and_the_applicant_has_ten_working_days(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        assert (made.status, desk.variables["correction_round"]) == ("补正中", 1)
        assert desk.variables["correction_due_at"] == "2026-08-18T00:00:00+08:00"
        prepared = desk.prepare("applicant", "correct_application")
        assert [row["material"] for row in prepared.given["missing"]] == ["高新技术企业证书"]
        desk.at(2026, 8, 10)
        desk.do("applicant", "application/correct_application", applying.correction(desk.attach(b"stamped")))
        assert (made.status, len(made.materials[0]["files"])) == ("已提交", 2)
        assert REGISTRY.anchors["submitted_on"](desk.session, DISTRICT, desk.variables) == date(2026, 8, 10)

    def test_a_point_left_without_document_and_without_words_is_refused(self, desk: Desk) -> None:
        steps.submitted(desk)
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        with pytest.raises(AnswersRefused) as refused:
            desk.do("applicant", "application/correct_application", {"missing": [{}]})
        assert "missing.0.explain" in refused.value.fields

    def test_a_second_correction_needs_leave_of_somebody_else_and_starts_its_own_period(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        desk.do("applicant", "application/correct_application", applying.correction(desk.attach(b"wrong")))
        desk.do("platform_clerk", "application/accept_online", applying.to_correct(reason="盖章不清。"))
        assert (made.status, desk.variables["correction_round"]) == ("已提交", 2)
        with pytest.raises(SeparationOfDuties):
            desk.do("platform_clerk", "application/approve_second_correction", {"second_correction": "同意"})
        desk.at(2026, 8, 5)
        desk.do("approver", "application/approve_second_correction", {"second_correction": "同意"})
        assert (made.status, desk.variables["correction_due_at"]) == ("补正中", "2026-08-20T00:00:00+08:00")

    def test_leave_that_is_not_given_says_why_to_the_front_desk(self, desk: Desk) -> None:
        steps.submitted(desk)
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        desk.do("applicant", "application/correct_application", applying.correction(desk.attach(b"wrong")))
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        with pytest.raises(AnswersRefused):
            desk.do("approver", "application/approve_second_correction", {"second_correction": "不同意"})
        answer = {"second_correction": "不同意", "opinion": "已一次性告知。"}
        desk.do("approver", "application/approve_second_correction", answer)
        assert "已一次性告知。" in [fact.value for fact in desk.prepare("platform_clerk", "accept_online").facts]

    def test_after_the_last_day_no_correction_is_taken_and_the_applicant_may_apply_again(self, desk: Desk) -> None:
        item = steps.item(desk)
        made = steps.submitted(desk, item)
        desk.do("platform_clerk", "application/accept_online", applying.to_correct())
        desk.at(2026, 8, 18, 0, 0)
        with pytest.raises(BusinessError, match="8月17日") as refused:
            desk.do("applicant", "application/correct_application", applying.correction(desk.attach(b"late")))
        assert refused.value.code == "CORRECTION_OVERDUE"
        desk.serve("return_overdue_application", application_id=str(made.id))
        assert (made.status, desk.variables["correction_overdue"]) == ("补正逾期退回", True)
        assert steps.submitted(desk, item).status == "已提交"


class TestEnding:
    def test_a_failed_payment_is_put_right_only_with_an_own_account(self, desk: Desk) -> None:
        made = steps.approved(desk)
        answers = {"account_name": "申大明", "account_bank": "示例银行", "account_no": "6222000099998888"}
        with pytest.raises(BusinessError) as refused:
            desk.do("applicant", "application/fix_account", {**answers, "reason": "更正。"})
        assert refused.value.code == "ACCOUNT_MISMATCH"
        answers["account_name"] = "示例光电科技有限公司"
        desk.do("applicant", "application/fix_account", {**answers, "reason": "更正。"})
        assert made.account_no == "6222000099998888"
        desk.serve("join_payment_pool", application_id=str(made.id))
        assert made.status == "待兑现"

    def test_a_bad_rating_says_why_and_a_rating_is_given_once(self, desk: Desk) -> None:
        made = steps.approved(desk)
        with pytest.raises(AnswersRefused):
            desk.do("applicant", "application/rate_service", {"rating_level": 2})
        desk.do("applicant", "application/rate_service", {"rating_level": 2, "text": "等了太久。"})
        rating = objections.find_rating(desk.session, made)
        assert rating is not None
        assert (rating.level, desk.variables["rating_level"]) == (2, 2)
        with pytest.raises(Conflict):
            desk.do("applicant", "application/rate_service", {"rating_level": 5})

    def test_a_paid_application_is_closed_with_the_day_of_payment(self, desk: Desk) -> None:
        made = steps.approved(desk)
        desk.variables |= {"payment_result": "成功", "paid_on": "2026-09-10"}
        desk.serve("close_application", application_id=str(made.id))
        assert (made.status, made.paid_on) == ("办结", date(2026, 9, 10))

    def test_a_withdrawn_application_frees_the_applicant_for_another(self, desk: Desk) -> None:
        item = steps.item(desk)
        made = steps.submitted(desk, item)
        desk.serve("withdraw_application", application_id=str(made.id))
        assert made.status == "撤回"
        assert steps.submitted(desk, item).id != made.id


def test_a_granted_application_without_receipt_cannot_be_stored(desk: Desk) -> None:
    made = steps.submitted(desk)
    made.status, made.approved_fen = "审定通过", 1
    with pytest.raises(IntegrityError):
        desk.session.commit()
    desk.session.rollback()
    assert desk.session.get(Application, (DISTRICT, made.id)) is not None
