"""Every text of the designer is Chinese: the test walks all menus and panels and collects what was not translated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import Harness, Running, wait_for_islands

pytestmark = pytest.mark.browser

#: Turns a shape into every kind that its replace menu offers, selecting it each time so that the panel is drawn.
WALK_KINDS = """async () => {
  const m = window.__designer, get = n => m.get(n), rest = () => new Promise(r => setTimeout(r, 15));
  const registry = get('elementRegistry'), menu = get('popupMenu'), stack = get('commandStack');
  const seen = [];
  for (const {id} of registry.filter(e => !e.labelTarget)) {
    const select = async e => { get('selection').select(e); get('contextPad').open(e, true); await rest(); };
    await select(registry.get(id));
    if (menu.isEmpty(registry.get(id), 'bpmn-replace')) continue;
    menu.open(registry.get(id), 'bpmn-replace', {x: 200, y: 200}, {search: true});
    const entries = menu._current.entries;
    menu.close();
    for (const [key, entry] of Object.entries(entries)) {
      const before = stack._stackIdx;
      await entry.action(new MouseEvent('click'), entry);
      for (const e of get('selection').get()) { await select(e); seen.push(key); }
      while (stack._stackIdx > before) stack.undo();
    }
  }
  return seen;
}"""

#: Opens the menus from which any kind is created or appended, and reads what they offer.
WALK_MENUS = """async () => {
  const m = window.__designer, get = n => m.get(n), task = get('elementRegistry').get('accept_application');
  const read = (target, menu) => { get('popupMenu').open(target, menu, {x: 200, y: 200}, {search: true});
    const found = Object.keys(get('popupMenu')._current.entries);
    get('popupMenu').close(); return found; };
  return {create: read(get('canvas').getRootElement(), 'bpmn-create'), append: read(task, 'bpmn-append')};
}"""

ENGLISH_TITLES = """() => [...document.querySelectorAll('.djs-container [title], .bio-properties-panel [title]')]
  .map(e => e.getAttribute('title')).filter(t => /[A-Za-z]{3}/.test(t) && !/[\\u3400-\\u9fff]/.test(t))"""


@pytest.fixture
def designer(page: Page) -> Iterator[Page]:
    with Running() as site:
        open_designer(page, site)
        yield page


def open_designer(page: Page, site: Harness) -> None:
    page.goto(f"{site.url}/designer")
    wait_for_islands(page)


def test_no_text_of_the_designer_is_left_in_english(designer: Page) -> None:
    kinds = designer.evaluate(WALK_KINDS)
    offered = designer.evaluate(WALK_MENUS)
    designer.evaluate("window.__designer.get('minimap').open(); window.__designer.get('minimap').close()")
    titles = designer.evaluate(ENGLISH_TITLES)
    designer.evaluate("""() => { const m = window.__designer, r = m.get('elementRegistry');
      m.get('selection').select([r.get('accept_application'), r.get('check_duplicates')]);
      m.get('contextPad').open([r.get('accept_application'), r.get('check_duplicates')], true); }""")
    designer.evaluate("window.__designer.get('searchPad').toggle()")

    assert len(set(kinds)) > 30
    assert {"create-user-task", "create-parallel-gateway"} <= set(offered["create"])
    assert {"append-service-task", "append-none-end-event"} <= set(offered["append"])
    assert titles == []
    assert designer.evaluate("window.__missingTranslations") == []


def test_the_menus_offer_nothing_the_engine_does_not_carry_out(designer: Page) -> None:
    offered = designer.evaluate(WALK_MENUS)

    kinds = " ".join([*offered["create"], *offered["append"]])
    for word in ("complex", "compensation", "ad-hoc", "transaction", "data-store", "link"):
        assert word not in kinds
    assert "create-task" not in offered["create"]


def test_the_help_on_keys_and_the_search_are_chinese(designer: Page) -> None:
    designer.get_by_role("button", name="键盘操作").click()
    text = designer.locator("dialog").inner_text()
    assert "撤销" in text and "粘贴到另一张图" in text
    designer.get_by_role("button", name="知道了").click()

    designer.get_by_role("button", name="查找环节").click()
    designer.get_by_label("在图中查找").fill("初审")
    designer.keyboard.press("Shift")  # the library looks when a key goes up
    expect(designer.locator(".djs-search-result").first).to_contain_text("初审")
    assert designer.evaluate("window.__missingTranslations") == []
