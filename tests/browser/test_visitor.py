"""A visitor with a phone and without scripts: from the hall's search to a guide, what fits, and large text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import Served
from tests.journeys import launching_route as route
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, world: World) -> Iterator[Page]:
    """The hall of a house with one published item, on a phone that runs no scripts."""
    root = route.issue(world)
    world.at(2026, 9, 1)
    route.launched(world, root)
    with Served(world.app) as served:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN", base_url=served.url
        )
        page = context.new_page()
        page.goto("/")
        yield page
        context.close()


def test_a_search_on_a_phone_without_scripts_leads_to_a_guide_that_fits_the_screen(phone: Page) -> None:
    phone.get_by_role("searchbox").fill("首次认定")
    phone.get_by_role("button", name="查找").click()
    phone.get_by_role("link", name="高新技术企业首次认定奖励").first.click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("高新技术企业首次认定奖励办事指南")
    expect(phone.locator(".zd-elements dt")).to_have_count(20)
    expect(phone.get_by_role("link", name="政策匹配")).to_be_visible()
    body = phone.locator("main").bounding_box()
    assert body is not None and body["width"] <= 390


def test_matching_and_large_text_work_without_scripts(phone: Page) -> None:
    phone.get_by_role("navigation", name="主导航").get_by_role("link", name="政策匹配").click()
    phone.get_by_role("link", name="企业", exact=True).click()
    expect(phone.get_by_role("heading", name="可能符合")).to_be_visible()

    phone.get_by_role("link", name="大字版").click()

    expect(phone.locator("html")).to_have_class("is-large")
    expect(phone.get_by_role("link", name="普通字")).to_be_visible()
    assert "who=" in phone.url
