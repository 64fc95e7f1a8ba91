"""Applying page by page: drafts that wait, steps that can be taken in any order, the own check, and the receipt."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from processes.item_words import ItemStatus
from service.seed.people import ENTERPRISE
from storage.models.applications import Applicant, Application
from storage.models.instances import Draft
from storage.models.items import PolicyItem
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]

APPLICANT = {
    name: value
    for name, value in applying.form("").items()
    if name in ("kind", "applicant_name", "uscc", "legal_rep", "contact", "phone")
}
CONDITIONS = {"conditions-0-met": "符合", "conditions-1-met": "符合", "conditions-1-value": "260 万元"}
MONEY = {
    name: value
    for name, value in applying.form("").items()
    if name in ("requested_amount", "statement", "account_name", "account_bank", "account_no")
}
PROMISE = {"auth_data_query": "true", "commitment": "true"}


def certificate() -> dict[str, Any]:
    upload = (io.BytesIO(b"%PDF-1.4\ncertificate"), "证书.pdf")
    return {"materials-0-handed_in": "电子件", "upload-materials-0-files": upload}


class Applying:
    """An enterprise that applies for an item with its browser."""

    def __init__(self, world: World, browser: Visitor, item: PolicyItem) -> None:
        self.world = world
        self.browser = browser
        self.code = route.code_of(world, item)

    def begin(self) -> Application:
        self.browser.get(f"/my/apply/{self.code}")
        self.browser.post(f"/my/apply/{self.code}")
        found: Application = self.world.rows(Application)[-1]
        return found

    def step(self, name: str, answers: dict[str, Any], go: str = "next") -> int:
        """Fill in the page one stands on, and press a button; the status of the answer."""
        before = self.browser.address.rpartition("/")[0]
        return self.browser.post(f"{before}/{name}", {**answers, "go": go}).status_code

    def fill_in(self, **changes: dict[str, Any]) -> None:
        """Every step, up to the check."""
        pages = {
            "applicant": APPLICANT,
            "conditions": CONDITIONS,
            "money": MONEY,
            "materials-1": certificate(),
            "materials-2": {"materials-1-handed_in": "数据共享"},
            "promise": PROMISE,
        }
        for name, answers in pages.items():
            assert self.browser.address.endswith(f"/steps/{name}")
            self.step(name, {**answers, **changes.get(name.replace("-", "_"), {})})
        assert self.browser.address.endswith("/steps/check")


@pytest.fixture
def applicant(world: World, signed_in: SignedIn) -> Applying:
    return Applying(world, signed_in("applicant"), route.open_item(world))


def test_an_enterprise_applies_page_by_page_and_gets_a_receipt_with_its_number(applicant: Applying) -> None:
    application = applicant.begin()
    assert ENTERPRISE in applicant.browser.page  # known from the register already
    applicant.fill_in()
    assert "可以提交" in applicant.browser.text
    assert "“营业执照”不必提交" in applicant.browser.text

    address = applicant.browser.address.removesuffix("/steps/check")
    applicant.browser.post(f"{address}/submission")

    assert applicant.browser.address == f"{address}/submitted"
    assert application.number in applicant.browser.text
    assert f"{address}/code.svg" in applicant.browser.page
    found = applicant.world.one(Application)
    assert (found.status, found.requested_fen, len(found.materials[0]["files"])) == ("已提交", 10_000_000, 1)
    applicant.browser.post(f"{address}/submission")
    assert applicant.browser.address == f"{address}/submitted"


def test_a_draft_waits_and_goes_on_where_something_is_missing(applicant: Applying) -> None:
    application = applicant.begin()
    applicant.step("applicant", APPLICANT)
    applicant.step("conditions", {"conditions-0-met": "符合"}, go="leave")
    assert applicant.browser.address == f"/my/applications/{application.id}"

    applicant.browser.get(f"/my/apply/{applicant.code}")
    assert application.number in applicant.browser.text
    applicant.browser.get(f"/my/applications/{application.id}/steps")

    assert applicant.browser.address.endswith("/steps/conditions")
    assert re.search(r'value="符合"[^>]* checked', applicant.browser.page)


def test_going_back_or_to_another_step_keeps_what_is_half_typed(applicant: Applying) -> None:
    applicant.begin()
    applicant.step("applicant", {**APPLICANT, "phone": "12"}, go="money")
    assert applicant.browser.address.endswith("/steps/money")
    applicant.step("money", {"requested_amount": "很多"}, go="back")
    assert applicant.browser.address.endswith("/steps/conditions")
    kept = applicant.world.one(Draft).answers
    assert (kept["phone"], kept["requested_amount"], kept["uscc"]) == ("12", "很多", ENTERPRISE)


def test_going_on_asks_for_what_is_wrong_on_this_page_only(applicant: Applying) -> None:
    applicant.begin()
    assert applicant.step("applicant", {**APPLICANT, "phone": "12"}) == 422
    assert "有 1 处需要修改" in applicant.browser.text
    assert 'value="12"' in applicant.browser.page
    assert applicant.step("applicant", APPLICANT) == 200
    assert applicant.browser.address.endswith("/steps/conditions")


def test_a_document_offers_only_the_ways_in_which_it_may_be_handed_in(applicant: Applying) -> None:
    application = applicant.begin()
    applicant.browser.get(f"/my/applications/{application.id}/steps/materials-1")
    assert "证书在有效期内，名称与营业执照一致。" in applicant.browser.text
    assert [way for way in ("电子件", "纸质件", "数据共享", "暂缺") if f'value="{way}"' in applicant.browser.page] == [
        "电子件",
        "暂缺",
    ]
    upload = {"upload-materials-0-files": (io.BytesIO(b"no pdf"), "证书.pdf")}
    assert applicant.step("materials-1", {"materials-0-handed_in": "电子件", **upload}) == 422
    assert "内容不是 pdf 格式" in applicant.browser.text


def test_the_own_check_says_in_words_what_a_reviewer_would_find(applicant: Applying) -> None:
    applicant.begin()
    applicant.step("applicant", APPLICANT, go="check")
    browser = applicant.browser
    assert "还不能提交" in browser.text
    assert "还没有上传“高新技术企业证书”。" in browser.text
    browser.get(browser.address.replace("check", "applicant"))
    applicant.fill_in(
        conditions={"conditions-0-met": "不符合", "conditions-1-value": "80 万元"},
        money={"requested_amount": "150000"},
    )
    assert "可以提交，请先看提示" in browser.text
    assert "您填写的是“不符合”：首次认定为高新技术企业" in browser.text
    assert "所填“80 万元”不满足（应不低于100）" in browser.text
    assert "超出年度最高 100,000.00 元，超出 50,000.00 元" in browser.text


def test_the_own_check_knows_a_running_application_and_a_foreign_account(
    world: World, signed_in: SignedIn, applicant: Applying
) -> None:
    applicant.begin()
    item = world.rows(PolicyItem)[0]
    applicant.fill_in(money={"account_name": "申大明"})
    assert "收款账户户名与申报主体" in applicant.browser.text
    address = applicant.browser.address.removesuffix("/steps/check")
    second = Applying(world, signed_in("applicant"), item)
    second.begin()
    second.fill_in()
    second.browser.post(f"{second.browser.address.removesuffix('/steps/check')}/submission")

    applicant.browser.get(f"{address}/steps/check")
    assert "不能重复申报" in applicant.browser.text
    assert applicant.browser.post(f"{address}/submission").status_code == 422
    assert "户名与申报主体" in applicant.browser.text
    assert [each.status for each in world.rows(Application)].count("已提交") == 1


def test_the_own_check_writes_nothing(applicant: Applying) -> None:
    applicant.begin()
    applicant.fill_in()
    applicant.browser.get(applicant.browser.address)
    assert applicant.world.rows(Applicant) == []
    assert applicant.world.one(Application).findings == []


def test_an_item_that_closes_meanwhile_is_told_before_handing_in(world: World, applicant: Applying) -> None:
    application = applicant.begin()
    item_id = application.item_id

    def close(unit: Any) -> None:
        unit.session.get(PolicyItem, (application.district_id, item_id)).status = ItemStatus.CLOSED

    route.change(world, close)
    applicant.browser.get(f"/my/applications/{application.id}/steps/check")
    assert "目前是“已关闭”，不受理申报" in applicant.browser.text
    applicant.browser.get(f"/my/apply/{applicant.code}")
    assert "不受理申报" in applicant.browser.text
    assert "开始填写" not in applicant.browser.text


def test_an_empty_form_and_an_example_are_there_for_everybody(
    world: World, signed_in: SignedIn, visitor: Callable[[], Visitor]
) -> None:
    file = world.attach("maker", "证书样表.pdf", b"%PDF-1.4\nform")
    with_form = {**applying.MATERIALS[0], "template": [file], "sample": []}
    item = route.open_item(world, materials=[with_form, applying.MATERIALS[1]])
    applicant = Applying(world, signed_in("applicant"), item)
    applicant.begin()
    applicant.browser.get(f"{applicant.browser.address.rpartition('/')[0]}/materials-1")
    address = f"/g/{applicant.code}/materials/M1/template"
    assert address in applicant.browser.page
    answer = visitor().get(address)
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.4\nform")
    assert visitor().get(f"/g/{applicant.code}/materials/M1/sample").status_code == 404
    assert visitor().get(f"/g/{applicant.code}/materials/M1/files").status_code == 404


def test_steps_of_others_and_steps_that_do_not_exist_are_not_there(signed_in: SignedIn, applicant: Applying) -> None:
    application = applicant.begin()
    stranger = signed_in("applicant2")
    for address in ("steps", "steps/applicant", "steps/check", "submitted"):
        assert stranger.get(f"/my/applications/{application.id}/{address}").status_code == 404
    assert applicant.browser.get(f"/my/applications/{application.id}/steps/nowhere").status_code == 404
    assert signed_in("reviewer1").get(f"/my/apply/{applicant.code}").status_code == 403
