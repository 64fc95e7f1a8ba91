"""The frame of the pages: signing in with a demo account, the menu on a phone, nothing wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from storage.models.policies import Policy
from tests.browser.house import Screen
from tests.browser.test_islands import MARK_IS_ON_TOP
from tests.journeys import making_route
from tests.world import World

pytestmark = pytest.mark.browser

PAGES = (
    "/work?tab=claimable",
    "/start",
    "/policies",
    "/policies/new",
    "/instances",
    "/stuck?all=1",
    "/definitions",
    "/definitions/process/review",
    "/calendar?anchor=2026-10-12&days=-5",
    "/people",
)


def test_one_click_on_a_demo_account_fills_the_form(screen: Screen) -> None:
    screen.open("/sign-in")
    screen.page.get_by_role("link", name="dsb_reviewer").click()
    screen.press("登录")

    expect(screen.page.get_by_role("heading", level=1)).to_have_text("我的工作")
    expect(screen.page.locator(".zd-user")).to_contain_text("沈标准")


def test_on_a_phone_the_menu_opens_and_no_page_is_wider_than_the_screen(screen: Screen, world: World) -> None:
    root = making_route.initiate(world)
    page = screen.page
    page.set_viewport_size({"width": 390, "height": 844})
    screen.sign_in("admin")
    expect(page.get_by_role("link", name="办件")).to_be_hidden()
    screen.press("菜单")
    page.get_by_role("link", name="办件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("办件")

    for address in (*PAGES, f"/instances/{root}", f"/policies/{world.one(Policy).id}"):
        screen.open(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.parametrize("width", [390, 1440])
def test_the_bpmn_io_mark_is_whole_on_the_pages_that_show_a_diagram(screen: Screen, world: World, width: int) -> None:
    root = making_route.initiate(world)
    page = screen.sign_in("maker").page
    page.set_viewport_size({"width": width, "height": 844})
    for address in (f"/instances/{root}", f"/tasks/{world.task('write_assessment', root).id}"):
        screen.open(address)
        if address.startswith("/tasks"):
            page.get_by_role("tab", name="流程图").click()
        screen.wait_for_diagram()
        page.locator(".bjs-powered-by").scroll_into_view_if_needed()

        assert page.evaluate(MARK_IS_ON_TOP), address


def test_everything_can_be_reached_with_the_keyboard(screen: Screen, world: World) -> None:
    making_route.initiate(world)
    page = screen.sign_in("maker").page
    screen.open("/work?tab=claimable")

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    page.get_by_role("button").filter(has_text="认领“编写事前评估报告”").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("编写事前评估报告")
