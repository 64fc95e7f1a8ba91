"""What the tests of the designer do on the screen of the whole house: open, select, type, read what would be saved."""

from __future__ import annotations

from lxml import etree
from playwright.sync_api import Page

from tests.browser.house import Screen

SAVE = "async () => (await window.__designer.saveXML({format: true})).xml"
SELECT = """id => { const modeler = window.__designer;
  modeler.get('selection').select(modeler.get('elementRegistry').get(id)); }"""


def open_designer(screen: Screen, key: str, *, as_login: str = "process_owner") -> Page:
    """The designer on a published process, when its pickers and its first check are there."""
    screen.sign_in(as_login)
    screen.open(f"/designer/{key}")
    screen.wait_for_diagram()
    screen.page.locator("[data-findings] [role=status]").wait_for()
    return screen.page


def select(page: Page, element_id: str) -> None:
    page.evaluate(SELECT, element_id)


def type_feel(page: Page, entry: str, text: str) -> None:
    """Type into an expression editor of the panel, over what stands there."""
    editor = page.locator(f"[data-entry-id='{entry}'] .cm-content")
    editor.click()
    editor.press("ControlOrMeta+a")
    page.keyboard.type(text)


def saved(page: Page, *, until: str) -> etree._Element:
    """The diagram as it would be saved, waited for until it holds this text: the panel writes after the last key."""
    xml = ""
    for _ in range(150):
        xml = page.evaluate(SAVE)
        if until in xml:
            return etree.fromstring(xml.encode())
        page.wait_for_timeout(30)
    raise AssertionError(f"{until!r} was never written:\n{xml}")
