"""A clerk's day in a real browser: claim, check, correct at the window, accept, print the letter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from storage.models.applications import Acceptance, Application
from tests import applying
from tests.browser.house import Screen
from tests.journeys import applying_route as route
from tests.world import World

pytestmark = pytest.mark.browser

PROBLEM = "缺少盖章页，请补盖公章后重新提交。"


def line(page: Page, name: str) -> Any:
    """One document of the formal check."""
    return page.get_by_role("group", name=name, exact=True)


def judge(page: Page, name: str, outcome: str, problem: str = "") -> None:
    line(page, name).get_by_label(outcome, exact=True).check()
    if problem:
        line(page, name).get_by_label("问题").fill(problem)


def identify(screen: Screen, code: str) -> None:
    """Look the visitor up by the number on their licence."""
    screen.open("/window")
    screen.page.get_by_label("统一社会信用代码或居民身份证号码").fill(code)
    screen.press("查找申报主体")


def pages_of(document: bytes) -> int:
    """How many sheets a printed page takes."""
    return len(re.findall(rb"/Type\s*/Page[^s]", document))


def type_application(page: Page) -> None:
    """F20 at the window, for the visitor in front of it. Name and code stand there already."""
    known = applying.window_form("")
    page.get_by_label("代申报主体录入，已与申报主体当面核对").check()
    for name in ("agent_name", "agent_phone", "legal_rep", "contact", "phone", "account_bank", "account_no"):
        page.locator(f"[name='{name}']").fill(str(known[name]))
    page.locator("[name='requested_amount']").fill("100000")
    page.locator("[name='statement']").fill(str(known["statement"]))
    for number in (0, 1):
        page.locator(f"[name='conditions-{number}-met'][value='符合']").check()
    page.locator("[name='materials-0-handed_in'][value='纸质件']").check()
    page.locator("[name='materials-0-place']").fill("1 份")
    page.locator("[name='auth_data_query']").check()
    page.locator("[name='commitment']").check()
    expect(page.locator(".zd-saved")).to_contain_text("已于")


def test_a_clerk_takes_a_visitor_from_the_counter_to_the_receipt(screen: Screen, world: World, tmp_path: Path) -> None:
    route.open_item(world)
    page = screen.sign_in("window_clerk").page

    identify(screen, applying.ENTERPRISE)
    expect(page.get_by_role("main")).to_contain_text("示例光电科技有限公司")
    screen.press("代为申报")
    expect(page.locator("[name='uscc']")).to_have_value(applying.ENTERPRISE)
    expect(page.locator(".zd-page-head")).to_contain_text("代录")
    type_application(page)
    screen.press("提交办结")

    screen.press("认领并办理")
    expect(line(page, "高新技术企业证书")).to_contain_text("证书在有效期内，名称与营业执照一致。")
    judge(page, "高新技术企业证书", "不合格", PROBLEM)
    judge(page, "营业执照", "合格")
    page.get_by_role("group", name="受理意见").get_by_label("补正", exact=True).check()
    page.get_by_label("补正或不予受理的理由").fill("证书缺少盖章页。")
    screen.press("提交办结")

    expect(page.get_by_role("main")).to_contain_text("补正告知书")
    page.get_by_role("link", name="查看打印").first.click()
    expect(page.locator(".zd-letter")).to_contain_text(PROBLEM)
    assert pages_of(page.pdf(format="A4")) == 1
    page.go_back()
    stamped = tmp_path / "盖章页.pdf"
    stamped.write_bytes(b"%PDF-1.7 stamped")
    page.locator("input[type='file']").set_input_files(stamped)
    expect(page.get_by_role("link", name="盖章页.pdf")).to_be_visible()
    screen.press("提交办结")

    screen.press("认领并办理")
    judge(page, "高新技术企业证书", "合格")
    judge(page, "营业执照", "合格")
    page.get_by_role("group", name="受理意见").get_by_label("受理", exact=True).check()
    page.get_by_label("纸质材料存放处").fill("3 号柜 12 格")
    screen.press("提交办结")

    expect(page.get_by_role("main")).to_contain_text("SL-20260803-00001")
    page.get_by_role("link", name="查看打印 受理通知书").click()
    expect(page.locator(".zd-letter h1")).to_have_text("受理通知书")
    page.emulate_media(media="print")
    expect(page.locator(".zd-header")).to_be_hidden()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert pages_of(page.pdf(format="A4")) == 1
    assert [each.result for each in world.rows(Acceptance)] == ["补正", "受理"]
    assert world.one(Application).typed_for_them


def test_a_value_opened_in_full_is_shown_once(screen: Screen, world: World) -> None:
    root = route.apply(world, route.open_item(world).id)
    page = screen.sign_in("platform_clerk").page
    screen.open(f"/window/applications/{route.application(world, root).id}")
    phone = page.locator("#personal-phone")
    expect(phone).to_contain_text("138****0001")

    phone.locator("summary").click()
    phone.get_by_label("查看理由").fill("电话联系补正。")
    phone.get_by_role("button", name="查看").click()

    expect(phone).to_contain_text("13800000001")
    page.reload()
    expect(phone).to_contain_text("138****0001")


def test_a_clerk_accepts_without_scripts_and_by_keyboard(screen: Screen, world: World) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    browser = screen.page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    without = Screen(plain.new_page(), screen.url)
    page = without.sign_in("window_clerk").page
    without.open("/window")
    page.locator("main table").get_by_role("link").first.press("Enter")
    page.get_by_role("button", name="认领并办理").press("Enter")
    for name in ("高新技术企业证书", "营业执照"):
        line(page, name).get_by_label("合格", exact=True).press("Space")
    page.get_by_role("group", name="受理意见").get_by_label("受理", exact=True).press("Space")
    page.get_by_role("button", name="提交办结").press("Enter")

    expect(page.get_by_role("main")).to_contain_text("受理通知书")
    assert route.application(world, root).receipt_no is not None
    plain.close()
