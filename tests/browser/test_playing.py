"""A diagram that would stop is shown stopping: the counter-example of a finding is played on the canvas."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import Screen

pytestmark = pytest.mark.browser

MAKE_PARALLEL = """id => { const modeler = window.__designer;
  const element = modeler.get('elementRegistry').get(id);
  modeler.get('bpmnReplace').replaceElement(element, {type: 'bpmn:ParallelGateway'}); }"""
GATEWAY = """() => window.__designer.get('elementRegistry').filter(
  each => each.businessObject.$type === 'bpmn:ParallelGateway')[0].id"""
HAS = "([id, marker]) => window.__designer.get('canvas').hasMarker(id, marker)"


def _has(page: Page, element: str, marker: str) -> bool:
    return bool(page.evaluate(HAS, [element, marker]))


def test_the_way_into_a_deadlock_is_played_and_stepped_by_keyboard(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    page.emulate_media(reduced_motion="reduce")
    screen.open("/designer/review")
    screen.wait_for_diagram()
    page.evaluate(MAKE_PARALLEL, "depth_reached")
    gateway = str(page.evaluate(GATEWAY))
    page.locator("[data-action='check']").click()

    page.get_by_role("button", name="播放走法").first.click()
    bar = page.get_by_role("group", name="播放走法")
    expect(bar.locator("output")).to_contain_text("第 1 步")
    assert _has(page, "review_begun", "zd-play-here")

    page.keyboard.press("ArrowRight")
    expect(bar.locator("output")).to_contain_text("第 2 步")
    assert _has(page, "review_begun", "zd-play-passed") and not _has(page, "review_begun", "zd-play-here")

    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(bar.locator("output")).to_contain_text("会永远等待")
    assert _has(page, gateway, "zd-play-blocked")

    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    assert not _has(page, gateway, "zd-play-blocked") and not _has(page, "review_first", "zd-play-passed")
    expect(page.get_by_role("button", name="播放走法").first).to_be_focused()
