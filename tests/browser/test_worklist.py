"""The work list in a real browser: several at once, saved views, the keyboard, and a list that stays up to date."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.orchestration import tasks
from storage.models.desk import SavedView
from storage.models.instances import Submission
from tests.browser.house import Screen
from tests.service.pages.test_work_together import assessed
from tests.world import World

pytestmark = pytest.mark.browser


def open_work(screen: Screen, world: World, *, count: int = 2, tab: str = "claimable") -> Page:
    for number in range(1, count + 1):
        assessed(world, f"示例政策{number}")
    page = screen.sign_in("maker_head").page
    screen.open(f"/work?tab={tab}")
    return page


def claim_all(screen: Screen) -> None:
    screen.page.get_by_label("全选本页").check()
    screen.press("认领勾选的任务")
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("批量认领结果")


def test_a_head_claims_and_decides_several_reviews_at_once(screen: Screen, world: World) -> None:
    page = open_work(screen, world)
    claim_all(screen)
    expect(page.get_by_role("main")).to_contain_text("共 2 项，完成 2 项")

    screen.open("/work?tab=mine")
    page.get_by_label("全选本页").check()
    screen.press("批量办理勾选的任务")
    expect(page.get_by_role("main")).to_contain_text("将要办理的 2 项")
    screen.press("提交全部 2 项")
    expect(page.locator("#form-problems")).to_be_visible()
    page.get_by_label("同意", exact=True).check()
    screen.press("提交全部 2 项")

    expect(page.get_by_role("heading", level=1)).to_have_text("批量办理结果")
    expect(page.get_by_role("main")).to_contain_text("共 2 项，完成 2 项")
    assert len(world.rows(Submission, element_id="sign_assessment")) == 2


def test_a_view_is_saved_opened_and_deleted(screen: Screen, world: World) -> None:
    page = open_work(screen, world)
    page.get_by_label("环节或办件名称").fill("示例政策2")
    screen.press("筛选")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("把当前筛选存为视图").fill("二号政策")
    screen.press("保存视图")

    screen.open("/work?tab=claimable")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="二号政策").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    screen.press("删除“二号政策”")

    expect(page.get_by_role("link", name="二号政策")).to_have_count(0)
    assert world.rows(SavedView) == []


def test_the_keyboard_leads_from_task_to_task(screen: Screen, world: World) -> None:
    page = open_work(screen, world, count=3)
    page.locator("tbody th a").first.click()
    position = page.locator("[data-neighbours]")
    expect(position).to_contain_text("列表中第 1 项")

    def press(keys: str) -> None:
        page.wait_for_load_state("load")
        page.keyboard.press(keys)

    press("Alt+ArrowDown")
    expect(position).to_contain_text("列表中第 2 项")
    press("Alt+ArrowDown")
    expect(position).to_contain_text("列表中第 3 项")
    press("Alt+ArrowUp")
    expect(position).to_contain_text("列表中第 2 项")
    press("j")
    expect(position).to_contain_text("列表中第 3 项")
    press("k")
    expect(position).to_contain_text("列表中第 2 项")


def test_a_letter_that_is_typed_leads_nowhere(screen: Screen, world: World) -> None:
    page = open_work(screen, world, count=2)
    page.locator("tbody th a").first.click()
    page.get_by_text("催办", exact=True).click()
    words = page.locator(".zd-verb[open] textarea, .zd-verb[open] input[type=text]").first
    words.focus()

    page.keyboard.press("j")

    expect(words).to_have_value("j")
    expect(page.locator("[data-neighbours]")).to_contain_text("列表中第 1 项")


def test_the_list_stays_up_to_date_and_keeps_what_is_typed_and_ticked(screen: Screen, world: World) -> None:
    page = screen.page
    page.clock.install()
    open_work(screen, world, count=3)
    page.get_by_label("环节或办件名称").fill("还没有写完")
    boxes = page.locator("tbody input[type=checkbox]")
    expect(boxes).to_have_count(3)
    boxes.nth(1).check()
    kept = boxes.nth(1).get_attribute("value")
    first = boxes.nth(0).get_attribute("value")
    claimed = next(task for task in world.open_tasks() if str(task.id) == first)
    tasks.claim_task(world.runtime, claimed.id, by=world.actor("maker_head"))

    page.clock.fast_forward(31_000)

    expect(boxes).to_have_count(2)
    expect(page.get_by_label("环节或办件名称")).to_have_value("还没有写完")
    expect(page.locator(f"#task-{kept}")).to_be_checked()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_work_list_fits_every_width(screen: Screen, world: World, width: int) -> None:
    page = open_work(screen, world)
    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
