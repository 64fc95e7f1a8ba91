"""No page has a serious fault for people who see little, hear pages read out, or have no mouse (axe's rules)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.every_page import PAGES, WIDTHS, Shown, sign_in
from tests.browser.house import Served
from tests.sampled import objects_of, open_house
from tests.world import World

AXE = Path(__file__).parents[2] / "service/web/node_modules/axe-core/axe.min.js"
#: bpmn.io draws and labels its own canvas; every diagram has a table with the same content beside it.
NOT_OURS = (".bjs-container", ".bio-properties-panel-container", ".djs-container")
_RUN = """async (hidden) => (await axe.run({exclude: hidden.map(each => [each])},
  {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}))
  .violations.map(({id, impact, nodes}) => ({id, impact, where: nodes.map(each => each.target.join(" "))}))"""

#: Tables that must be scrolled sideways to be read.
_CLIPPED = """() => [...document.querySelectorAll('.zd-table-wrap')].filter(each => each.checkVisibility())
  .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText.slice(0, 40))"""


@pytest.fixture(scope="module")
def house(sampled_folder: Path) -> Iterator[tuple[World, str, dict[str, str]]]:
    """One sampled house for all pages: they are only read."""
    opened = open_house(sampled_folder)
    with opened.app.app_context(), Served(opened.app) as served:
        yield opened, served.url, objects_of(opened)


@pytest.mark.browser
@pytest.mark.parametrize("width", (WIDTHS["desk"], WIDTHS["phone"]))
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_no_page_has_a_serious_fault(
    page: Page, house: tuple[World, str, dict[str, str]], shown: Shown, width: int
) -> None:
    opened, url, things = house
    sign_in(opened, page, url, shown.login)
    page.set_viewport_size({"width": width, "height": 900})

    shown.open(page, url, things)
    page.evaluate(AXE.read_text())
    found = page.evaluate(_RUN, list(NOT_OURS))

    serious = [f"{each['id']} at {each['where'][:3]}" for each in found if each["impact"] in ("serious", "critical")]
    assert serious == []
    assert page.evaluate(_CLIPPED) == [], "a table reaches past its place: give it is-stacked"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "the page scrolls sideways"
