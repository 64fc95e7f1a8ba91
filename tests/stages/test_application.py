"""申报受理: who may apply for what, when, through which channel and with which documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from forms.compiler import compile_form
from forms.display import display
from forms.identifiers import make_id_number
from forms.model import find_field
from forms.registry import shipped_forms
from processes.clock import SHANGHAI
from processes.errors import AnswersRefused, BusinessError, Forbidden, NotFound
from processes.item_words import ItemStatus
from processes.matching import satisfies
from service.seed.people import ENTERPRISE_2
from storage import applications
from storage.db import new_id
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import Desk


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
            ({"handed_in": "纸质件", "place": "一式两份"}, "网上申报请先上传电子件"),
            ({"handed_in": "数据共享"}, "没有共享数据来源"),
        ],
    )
    def test_a_document_comes_in_a_way_the_item_allows(
        self, desk: Desk, handed_in: dict[str, str], reason: str
    ) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, materials=[handed_in, {"handed_in": "数据共享"}])
        assert reason in refused.value.fields["materials.0.handed_in"][0]

    def test_paper_is_handed_in_at_the_window_and_looked_at_before_as_a_file_online(self, desk: Desk) -> None:
        item = steps.item(desk, materials=[{**each, "paper_required": True} for each in applying.MATERIALS])
        shared = {"handed_in": "数据共享"}
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, item, by="window_clerk")
        assert "纸质件" in refused.value.fields["materials.0.handed_in"][0]
        steps.submitted(desk, item, by="window_clerk", materials=[{"handed_in": "纸质件", "place": "一份"}, shared])
        steps.submitted(desk, item, by="applicant2")
        kinds = [each["kind"] for each in steps.application(desk).findings if each["serious"]]
        assert kinds == ["纸质件"]

    def test_a_document_that_may_follow_later_can_be_missing_another_cannot(self, desk: Desk) -> None:
        item = steps.item(desk)
        with pytest.raises(AnswersRefused) as refused:
            steps.submitted(desk, item, materials=[{"handed_in": "暂缺"}, {"handed_in": "暂缺"}])
        assert list(refused.value.fields) == ["materials.1.handed_in"]
        steps.submitted(desk, item, materials=[{"handed_in": "暂缺"}, {"handed_in": "数据共享"}])

    def test_a_resident_applies_with_an_id_number_and_is_masked_in_titles(self, desk: Desk) -> None:
        steps.opened(desk, by="window_clerk")
        number = make_id_number("220102", born=date(1990, 3, 7), sequence=451)
        resident = {"kind": "居民", "resident_name": "张晓春", "id_no": number, "account_name": "张晓春"}
        answers = applying.window_form(desk.attach(b"x"), **resident)
        for name in ("applicant_name", "uscc", "legal_rep"):
            del answers[name]
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
