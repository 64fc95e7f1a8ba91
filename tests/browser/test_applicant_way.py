"""An applicant's whole way on a phone: from the code on a poster to the money on the account and the rating."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from forms.identifiers import make_credit_code
from storage.models.applications import Application
from tests import applying
from tests.browser.house import Served
from tests.journeys import applying_route as route
from tests.journeys import paying_route
from tests.world import World

pytestmark = pytest.mark.browser

NAME = "示例新材料有限公司"
LOGIN, PASSWORD = "newfirm", "Xin-cailiao-2026"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser, world: World) -> Iterator[Page]:
    """A phone that has just scanned the code of an open item whose first document comes with an empty form."""
    form = world.attach("maker", "证书样表.pdf", b"%PDF-1.4\nform")
    item = route.open_item(world, materials=[{**applying.MATERIALS[0], "template": [form]}, applying.MATERIALS[1]])
    code = route.publish_guide(world, item)
    with Served(world.app) as served:
        context = browser.new_context(viewport=PHONE, locale="zh-CN", base_url=served.url)
        page = context.new_page()
        page.goto(f"/g/{code}?qr=")
        yield page
        context.close()


def fits(page: Page) -> None:
    """Nothing on the page is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def press(page: Page, name: str) -> None:
    fits(page)
    page.get_by_role("button").filter(has_text=name).first.click()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name='{name}']").fill(value)


def register(page: Page) -> None:
    page.get_by_role("link", name="注册后申报").click()
    code = make_credit_code("91220101MA0EXAMP7")
    known = {"name": NAME, "number": code, "contact": "辛材", "phone": "13800000007", "login": LOGIN}
    fill(page, **known, password=PASSWORD, password_again=PASSWORD)
    page.locator("[name='consent']").check()
    press(page, "注册并登录")


def sign_in(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    fill(page, login=LOGIN, password=PASSWORD)
    press(page, "登录")


def apply_in_steps(page: Page, folder: Path) -> None:
    """Every step, with a pause in the middle."""
    press(page, "开始填写")
    expect(page.locator("[name='applicant_name']")).to_have_value(NAME)
    fill(page, legal_rep="辛大材", contact="辛材", phone="13800000007")
    press(page, "保存，下一步")
    for number in (0, 1):
        page.locator(f"[name='conditions-{number}-met'][value='符合']").check()
    press(page, "保存草稿，以后再填")
    expect(page.locator(".zd-standing")).to_contain_text("还没有提交")
    page.get_by_role("link", name="继续填写").click()
    fill(page, requested_amount="100000", statement="2026年7月首次认定。", account_name=NAME)
    fill(page, account_bank="示例银行", account_no="6222000011117777")
    press(page, "保存，下一步")
    expect(page.get_by_role("link", name="下载空白样表")).to_be_visible()
    certificate = folder / "证书.pdf"
    certificate.write_bytes(b"%PDF-1.4\ncertificate")
    page.locator("input[type='file']").set_input_files(certificate)
    expect(page.get_by_role("link", name="证书.pdf")).to_be_visible()  # stored as soon as it is chosen
    press(page, "保存，下一步")
    press(page, "保存，下一步")
    page.locator("[name='auth_data_query']").check()
    page.locator("[name='commitment']").check()
    press(page, "保存，下一步")


def answer_correction(page: Page, folder: Path) -> None:
    """Each fault beside its document."""
    sealed = folder / "盖章证书.pdf"
    sealed.write_bytes(b"%PDF-1.4\nsealed")
    page.reload()
    expect(page.locator(".zd-faults li").first).to_contain_text("缺少盖章页，请补盖公章后重新上传。")
    page.locator(".zd-faults input[type='file']").set_input_files(sealed)
    expect(page.get_by_role("link", name="盖章证书.pdf")).to_be_visible()
    press(page, "提交“补正材料”")


def pay(world: World, item_id: UUID) -> None:
    """Publicity and payment, as staff do them."""
    batch = paying_route.create(world, item_id)
    paying_route.wait_for_publicity(world, batch)
    paying_route.approve(world, batch)
    paying_route.register(world, batch)


def current(page: Page) -> str:
    """The step that is marked as the present one."""
    return page.locator(".zd-steps [aria-current='step']").inner_text()


def test_an_applicant_goes_from_the_code_on_a_poster_to_payment_and_rating(
    phone: Page, world: World, tmp_path: Path
) -> None:
    register(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("高新技术企业首次认定奖励")
    apply_in_steps(phone, tmp_path)
    expect(phone.locator(".zd-badge").first).to_have_text("可以提交")
    press(phone, "提交申报")
    application: Application = world.one(Application)
    root, address = application.root_id, f"/my/applications/{application.id}"
    expect(phone.locator(".zd-receipt-no")).to_have_text(application.number)

    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    phone.get_by_role("link", name="查看办理进度").click()
    answer_correction(phone, tmp_path)
    expect(phone.locator(".zd-standing")).to_contain_text("正在核对材料")
    assert "受理" in current(phone)

    route.accept(world, root)
    world.do("reviewer1", "review_first", applying.opinion(), root)
    world.do("reviewer2", "review_second", applying.opinion(), root)
    phone.goto(address)
    assert "审定" in current(phone)
    expect(phone.locator(".zd-deadline summary")).to_contain_text("2026年8月24日")
    fits(phone)
    world.do("approver", "decide_application", applying.opinion(), root)
    pay(world, application.item_id)

    sign_in(phone)  # the publicity took a week
    phone.get_by_role("link", name="需要您办理：评价服务").click()
    expect(phone.get_by_text("已拨付到您登记的账户").first).to_be_visible()
    assert "6222000011117777" not in phone.content()
    phone.get_by_label("满意", exact=True).check()
    press(phone, "提交“评价服务”")
    expect(phone.locator(".zd-standing")).to_have_text("全部办理完毕。")
    assert route.application(world, root).status == "办结"
