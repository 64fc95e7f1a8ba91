"""Every text of the designer is Chinese: the test walks all menus and panels and collects what was not translated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

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
    titles = designer.evaluate(ENGLISH_TITLES)
    designer.evaluate("""() => { const m = window.__designer, r = m.get('elementRegistry');
      m.get('selection').select([r.get('accept_application'), r.get('check_duplicates')]);
      m.get('contextPad').open([r.get('accept_application'), r.get('check_duplicates')], true); }""")
    designer.evaluate("window.__designer.get('searchPad').toggle()")

    assert len(set(kinds)) > 30
    assert titles == []
    assert designer.evaluate("window.__missingTranslations") == []
