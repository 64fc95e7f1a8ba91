"""An analyst moves running cases in the browser: says what answers to what, watches the batch, takes moves back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.house import Screen
from tests.service.migrating.stage import KEY, begin, publish
from tests.world import World

pytestmark = pytest.mark.browser


def test_an_analyst_maps_moves_watches_and_takes_back(screen: Screen, world: World) -> None:
    publish(world)
    cases = [begin(world) for _ in range(2)]
    publish(world, "S:s U:a U:b2 U:c E:e s>a>b2>c>e")
    page = screen.sign_in("analyst").page
    screen.open(f"/definitions/process/{KEY}")
    page.get_by_role("link", name="迁移在办实例").click()

    expect(page.get_by_text("请指定它对应到哪个环节").first).to_be_visible()
    page.get_by_label("环节b对应到").select_option(label="环节b2")
    screen.press("按这些对应关系重新查看")
    expect(page.get_by_text("环节b → 环节b2").first).to_be_visible()
    expect(page.locator("figure .djs-container")).to_have_count(2)
    page.get_by_label("迁移原因").fill("新规定施行")
    screen.press("开始迁移")

    expect(page.get_by_text("已处理 0 / 2 件")).to_be_visible()
    world.drain()
    expect(page.get_by_text("已处理 2 / 2 件")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("已完成")).to_be_visible()
    assert [world.instance(case).version for case in cases] == [2, 2]
    page.reload()
    page.get_by_role("button", name="撤回").first.click()
    expect(page.get_by_text("已撤回这个实例的迁移")).to_be_visible()
    assert sorted(world.instance(case).version for case in cases) == [1, 2]
