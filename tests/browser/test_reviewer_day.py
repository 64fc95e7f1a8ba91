"""A day of people working on a task together, in a browser: a phrase, a signature, a delegation, a pause."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from service.orchestration import phrases
from tests.browser.house import Screen
from tests.journeys import making_route
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_task_is_signed_delegated_and_held(screen: Screen, world: World) -> None:
    making_route.initiate(world)
    phrases.add_phrase(world.runtime, "数据齐全。", by=world.actor("maker"))
    page = screen.sign_in("maker").page
    screen.claim("编写事前评估报告")
    address = page.url.removeprefix(screen.url)

    page.locator("[name='necessity']").focus()
    page.get_by_role("button", name="数据齐全。").click()
    expect(page.locator("[name='necessity']")).to_have_value("数据齐全。")
    expect(page.locator(".zd-saved")).to_contain_text("已于")

    page.locator("#verb-add_signers > summary").click()
    page.get_by_label("签署人 1").select_option(value=str(world.actor("reviewer1").id))
    page.get_by_label("加签说明").fill("请核对数据。")
    screen.press("发出加签")
    expect(page.get_by_text("待签署")).to_be_visible()

    screen.sign_in("reviewer1")
    screen.open(address)
    page.get_by_label("同意", exact=True).check()
    page.get_by_label("签署意见").fill("数据无误。")
    screen.press("提交签署")
    expect(page.get_by_role("status").first).to_contain_text("已签署")

    screen.sign_in("maker")
    screen.open(address)
    expect(page.locator("[name='necessity']")).to_have_value("数据齐全。")
    page.locator("#verb-delegate > summary").click()
    page.get_by_label("委派给").select_option(value=str(world.actor("legal_officer").id))
    page.get_by_label("委派说明").fill("请看合法性。")
    screen.press("确认委派")
    expect(page.get_by_role("status").first).to_contain_text("已委派")

    screen.sign_in("legal_officer")
    screen.open(address)
    page.locator("#verb-return_delegated > summary").click()
    page.get_by_label("交回意见").fill("没有问题。")
    page.locator("#verb-return_delegated").get_by_role("button").click()
    expect(page.get_by_role("status").first).to_contain_text("已交回")

    screen.sign_in("maker")
    screen.open(address)
    page.locator("#verb-hold > summary").click()
    page.get_by_label("挂起说明").fill("等统计数据。")
    screen.press("确认挂起")
    expect(page.get_by_text("已挂起", exact=True)).to_be_visible()
    screen.press("恢复办理")
    expect(page.get_by_role("button", name="提交办结")).to_be_visible()
