"""申报受理: who may apply for what and when, the formal check, corrections, the receipt, the pool and the rating."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from forms.compiler import compile_form
from forms.display import display
from forms.model import find_field
from forms.registry import shipped_forms
from handlers.application.checks import satisfies
from handlers.registry import REGISTRY
from processes.clock import SHANGHAI
from processes.errors import AnswersRefused, BusinessError, Conflict, Forbidden, NotFound, SeparationOfDuties
from processes.item_words import ItemStatus
from service.seed.people import ENTERPRISE_2
from storage import applications, objections
from storage.db import new_id
from storage.models.applications import Application
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import DISTRICT, Desk


def _refused_code(desk: Desk, item: Any, *, by: str = "applicant") -> str:
    with pytest.raises(BusinessError) as refused:
        steps.opened(desk, item, by=by)
    return refused.value.code


class TestOpening:
    def test_an_application_is_numbered_by_day_and_the_case_is_known_by_that_number(self, desk: Desk) -> None:
        item = steps.item(desk)
        desk.at(2026, 8, 17)
        first = desk.serve("open_application", by="applicant", item_id=str(item.id))
        assert (first.business_key, first.title) == ("SB-20260817-00001", "高新技术企业首次认定奖励申报")
        assert steps.opened(desk, item, by="applicant2").number == "SB-20260817-00002"

    def test_the_post_of_the_starter_decides_the_channel(self, desk: Desk) -> None:
        item = steps.item(desk)
        online, window = steps.opened(desk, item), steps.opened(desk, item, by="window_clerk")
        assert (online.channel, window.channel, window.window_org) == ("线上", "窗口", "SVC")
        assert desk.variables["correction_round"] == 0
        assert desk.variables["correction_overdue"] is False

    @pytest.mark.parametrize("status", [ItemStatus.LAUNCHED, ItemStatus.FILLED, ItemStatus.OFFLINE, ItemStatus.HELD])
    def test_an_item_that_is_not_open_takes_no_application(self, desk: Desk, status: ItemStatus) -> None:
        item = steps.item(desk)
        item.status = status
        assert _refused_code(desk, item) == "ITEM_NOT_OPEN"

    def test_applications_begin_at_the_opening_instant_and_end_at_the_closing_one(self, desk: Desk) -> None:
        item = steps.item(
            desk,
            open_at=datetime(2026, 8, 4, 9, tzinfo=SHANGHAI),
            close_at=datetime(2026, 8, 31, 18, tzinfo=SHANGHAI),
        )
        desk.at(2026, 8, 4, 8, 59)
        assert _refused_code(desk, item) == "ITEM_NOT_OPEN"
        desk.at(2026, 8, 4, 9, 0)
        assert steps.opened(desk, item).status == "草稿"
        desk.at(2026, 8, 31, 18, 0)
        with pytest.raises(BusinessError, match="截止"):
            steps.opened(desk, item, by="applicant2")

    def test_a_draft_cannot_be_handed_in_after_the_closing_instant(self, desk: Desk) -> None:
        item = steps.item(desk, close_at=datetime(2026, 8, 31, 18, tzinfo=SHANGHAI))
        steps.opened(desk, item)
        desk.at(2026, 8, 31, 18, 0)
        with pytest.raises(BusinessError) as refused:
            desk.do("applicant", "application/submit_application", applying.form(desk.attach(b"certificate")))
        assert refused.value.code == "ITEM_NOT_OPEN"
        assert steps.application(desk).status == "草稿"

    def test_what_is_granted_without_application_is_not_applied_for(self, desk: Desk) -> None:
        assert _refused_code(desk, steps.item(desk, disbursement_type="AUTO")) == "ITEM_NOT_OPEN"

    def test_a_channel_the_item_does_not_offer_is_refused_with_the_way_that_is_open(self, desk: Desk) -> None:
        item = steps.item(desk, channels="窗口", window_addr="新区政务服务中心一楼")
        with pytest.raises(BusinessError, match="新区政务服务中心一楼") as refused:
            steps.opened(desk, item)
        assert refused.value.code == "CHANNEL_NOT_OFFERED"
        assert steps.opened(desk, item, by="window_clerk").channel == "窗口"

    def test_only_an_applicant_or_a_window_applies(self, desk: Desk) -> None:
        with pytest.raises(Forbidden):
            steps.opened(desk, by="reviewer1")

    def test_an_unknown_item_is_not_found(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            desk.serve("open_application", by="applicant", item_id=str(new_id()))


class TestSubmission:
    def test_what_is_handed_in_is_kept_with_its_applicant(self, desk: Desk) -> None:
        made = steps.submitted(desk)
        applicant = applications.get_applicant(desk.session, made)
        assert (made.status, made.requested_fen) == ("已提交", 10_000_000)
        assert (applicant.name, applicant.organisation) == ("示例光电科技有限公司", applicant.uscc)
        assert [each["handed_in"] for each in made.materials] == ["电子件", "数据共享"]
        assert desk.variables["requested_amount"] == 10_000_000

    def test_a_second_application_is_refused_while_the_first_is_under_way(self, desk: Desk) -> None:
        item = steps.item(desk)
        first = steps.submitted(desk, item)
        with pytest.raises(BusinessError, match=first.number) as refused:
            steps.opened(desk, item)
        assert refused.value.code == "DUPLICATE_BENEFIT"
        assert steps.submitted(desk, item, by="applicant2").status == "已提交"

    def test_of_two_drafts_only_one_can_be_handed_in(self, desk: Desk) -> None:
        item = steps.item(desk)
        steps.opened(desk, item, by="window_clerk")
        draft = desk.variables["application_id"]
        steps.submitted(desk, item)
        desk.variables["application_id"] = draft
        with pytest.raises(BusinessError) as refused:
            desk.do("window_clerk", "application/submit_application", applying.window_form(desk.attach(b"x")))
        assert refused.value.code == "DUPLICATE_BENEFIT"

    def test_the_database_itself_holds_one_running_application_per_item_and_applicant(self, desk: Desk) -> None:
        item = steps.item(desk)
        first = steps.submitted(desk, item)
        second = steps.opened(desk, item, by="window_clerk")
        second.applicant_id, second.submitted_at, second.status = first.applicant_id, desk.now, "已提交"
        with pytest.raises(IntegrityError):
            desk.session.commit()
        desk.session.rollback()

    def test_nobody_applies_online_for_a_stranger(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, uscc=ENTERPRISE_2)
        assert "窗口" in refused.value.fields["uscc"][0]

    def test_an_account_of_somebody_else_is_refused(self, desk: Desk) -> None:
        with pytest.raises(BusinessError) as refused:
            steps.submitted(desk, account_name="申大明")
        assert refused.value.code == "ACCOUNT_MISMATCH"

    def test_typing_for_somebody_else_shows_as_such(self, desk: Desk) -> None:
        item = steps.item(desk)
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, item, by="window_clerk", typed_for_them=False)
        assert "typed_for_them" in refused.value.fields
        assert steps.submitted(desk, item, by="window_clerk").typed_for_them is True

    @pytest.mark.parametrize(
        ("handed_in", "reason"),
        [
            ({"handed_in": "纸质件", "place": "一式两份"}, "网上申报请上传电子件"),
            ({"handed_in": "数据共享"}, "没有共享数据来源"),
        ],
    )
    def test_a_document_comes_in_a_way_the_item_allows(
        self, desk: Desk, handed_in: dict[str, str], reason: str
    ) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, materials=[handed_in, {"handed_in": "数据共享"}])
        assert reason in refused.value.fields["materials.0.handed_in"][0]

    def test_a_document_that_may_follow_later_can_be_missing_another_cannot(self, desk: Desk) -> None:
        item = steps.item(desk)
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, item, materials=[{"handed_in": "暂缺"}, {"handed_in": "暂缺"}])
        assert list(refused.value.fields) == ["materials.1.handed_in"]
        steps.submitted(desk, item, materials=[{"handed_in": "暂缺"}, {"handed_in": "数据共享"}])

    def test_a_resident_applies_with_an_id_number_and_is_masked_in_titles(self, desk: Desk) -> None:
        steps.opened(desk, by="window_clerk")
        answers = applying.window_form(
            desk.attach(b"x"), kind="居民", resident_name="张晓春", id_no="220102199003074514", account_name="张晓春"
        )
        for name in ("applicant_name", "uscc", "legal_rep"):
            del answers[name]
        answers["id_no"] = _resident()
        done = desk.do("window_clerk", "application/submit_application", answers)
        assert done.title == "张**：高新技术企业首次认定奖励"

    def test_personal_fields_are_masked_on_every_screen(self) -> None:
        fields = compile_form(shipped_forms()["application/submit_application"]).fields
        shown = {
            "id_no": display(find_field(fields, "id_no"), "220102199003074514"),
            "account_no": display(find_field(fields, "account_no"), "6222000011112222"),
            "phone": display(find_field(fields, "phone"), "13800000001"),
            "resident_name": display(find_field(fields, "resident_name"), "张晓春"),
        }
        assert shown == {
            "id_no": "220102********4514",
            "account_no": "************2222",
            "phone": "138****0001",
            "resident_name": "张**",
        }

    def test_the_next_application_begins_with_what_is_known(self, desk: Desk) -> None:
        steps.opened(desk)
        first = desk.prepare("applicant", "submit_application")
        assert first.initial["applicant_name"] == "示例光电科技有限公司"
        steps.submitted(desk, account_bank="另一家示例银行")
        steps.opened(desk)
        assert desk.prepare("applicant", "submit_application").initial["account_bank"] == "另一家示例银行"


def _resident() -> str:
    from forms.identifiers import make_id_number

    return make_id_number("220102", born=date(1990, 3, 7), sequence=451)


class TestChecksBeforeTheDesk:
    def test_findings_are_facts_for_the_front_desk_and_decide_nothing(self, desk: Desk) -> None:
        made = steps.submitted(desk, conditions=[{"met": "不符合"}, {"met": "符合", "value": "80 万元"}])
        assert desk.variables["finding_count"] == 2
        texts = [fact.value for fact in desk.prepare("platform_clerk", "accept_online").facts]
        assert any("80 万元" in text for text in texts)
        assert any("市场监管登记库" in text for text in texts)
        assert made.status == "已提交"

    def test_a_name_that_differs_from_the_register_is_noticed(self, desk: Desk) -> None:
        steps.submitted(desk, applicant_name="示例光电公司", account_name="示例光电公司")
        assert desk.variables["finding_count"] == 1

    @pytest.mark.parametrize(
        ("operator", "wanted", "stated", "met"),
        [
            ("不低于", "100", "100 万元", True),
            ("不低于", "1,000", "999.99", False),
            ("不高于", "20", "约 25 人", False),
            ("属于", "光电、生物医药", "光电", True),
            ("属于", "光电、生物医药", "化工", False),
            ("等于", "存续", "存续", True),
            ("具备", None, "GR2026", True),
            ("不低于", "100", "很多", None),
            ("不低于", "100", None, None),
            (None, None, "260", None),
        ],
    )
    def test_a_stated_value_is_compared_as_the_condition_says(
        self, operator: str | None, wanted: str | None, stated: str | None, met: bool | None
    ) -> None:
        assert satisfies({"operator": operator, "value": wanted}, stated) is met


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
