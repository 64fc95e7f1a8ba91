"""Two versions of a diagram side by side: marked, chosen together, moved together, with the bpmn.io marks in sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from service.orchestration import deployments
from tests.browser.house import Screen
from tests.processes.checks.seeded import also, attribute, cut, flow, new_flow, prop
from tests.world import World

pytestmark = pytest.mark.browser

REVIEW = Path(__file__).parents[2] / "processes" / "bpmn" / "review.bpmn"
SHOWN = """number => { const canvas = window.__viewers[number].get('canvas');
  const {x, y, width, height} = canvas.viewbox(); return [x, y, width, height].map(Math.round); }"""
MARKED = "([number, id, marker]) => window.__viewers[number].get('canvas').hasMarker(id, marker)"
TOPMOST = """mark => { const box = mark.getBoundingClientRect();
  return mark.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""


def _publish_second_version(world: World) -> None:
    root = etree.fromstring(REVIEW.read_bytes())
    also(
        prop("review_first", "deadline", "DL13"),
        attribute("visit_site", "name", "现场查看"),
        new_flow("straight_on", "depth_reached", "review_second"),
        cut("flow_11"),
        cut("flow_10"),
        flow("flow_9", target="give_joint_opinion"),
        new_flow("and_then", "give_joint_opinion", "depth_reached"),
    )(root)
    content = etree.tostring(root)
    deployments.deploy(
        world.runtime, {"review.bpmn": content}, by=world.actor("publisher"), comment="试一试", override="只为比较"
    )


def _marked(page: Page, number: int, element: str, marker: str) -> bool:
    return bool(page.evaluate(MARKED, [number, element, marker]))


def test_a_change_is_chosen_in_the_table_and_seen_in_both_diagrams(screen: Screen, world: World) -> None:
    _publish_second_version(world)
    page = screen.sign_in("process_owner").page
    screen.open("/compare/process/review")
    screen.wait_for_diagram()

    assert _marked(page, 0, "review_first", "zd-changed") and _marked(page, 1, "review_first", "zd-changed")
    assert _marked(page, 0, "flow_10", "zd-removed") and _marked(page, 1, "straight_on", "zd-added")
    expect(page.locator(".zd-change-note.is-changed").first).to_have_text("修改")

    page.locator("tr[data-element-id='visit_site']").click()
    assert _marked(page, 0, "visit_site", "zd-selected") and _marked(page, 1, "visit_site", "zd-selected")

    page.evaluate("window.__viewers[1].get('canvas').zoom(1.5)")
    assert page.evaluate(SHOWN, 0) == page.evaluate(SHOWN, 1)
    for mark in page.locator(".bjs-powered-by").all():
        mark.scroll_into_view_if_needed()
        assert mark.evaluate(TOPMOST)
