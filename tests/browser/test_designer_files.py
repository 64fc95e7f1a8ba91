"""What the designer keeps: the very bytes until something changes, foreign extensions, and our properties in copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.designing import SAVE, select
from tests.browser.harness import Harness, Running, wait_for_islands

pytestmark = pytest.mark.browser

SHIPPED = sorted((Path(__file__).parents[2] / "processes" / "bpmn").glob("*.bpmn"))
FOREIGN = "https://example.org/other-tool"
COPY = "id => { const m = window.__designer; m.get('copyPaste').copy([m.get('elementRegistry').get(id)]); }"
PASTE = """() => { const m = window.__designer, registry = m.get('elementRegistry');
  const before = new Set(registry.filter(() => true).map(e => e.id));
  m.get('copyPaste').paste({element: registry.get('pool'), point: {x: 400, y: 120}});
  return registry.filter(e => e.type === 'bpmn:UserTask' && !before.has(e.id)).map(e => e.id); }"""


@pytest.fixture
def site() -> Iterator[Harness]:
    with Running() as harness:
        yield harness


def opened(page: Page, site: Harness) -> Page:
    page.goto(f"{site.url}/designer")
    wait_for_islands(page)
    page.locator("[data-findings] [role=status]").wait_for()
    return page


def checked_text(page: Page, site: Harness) -> str:
    """The file as the designer sends it to be checked."""
    page.get_by_role("button", name="检查").click()
    expect(page.locator(".zd-findings-summary")).to_contain_text("检查完成")
    return str(site.received[-1]["xml"])


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.stem))
def test_a_shipped_diagram_is_saved_byte_for_byte_when_nothing_was_changed(
    page: Page, site: Harness, file: Path
) -> None:
    site.xml = file.read_text(encoding="utf-8")

    opened(page, site)

    assert checked_text(page, site).encode() == file.read_bytes()


def test_a_change_that_was_taken_back_is_no_change(page: Page, site: Harness) -> None:
    opened(page, site)
    select(page, "accept_application")
    page.get_by_label("办理时限").select_option(label="初审 3 个工作日")
    page.get_by_role("button", name="撤销").click()

    assert checked_text(page, site) == site.xml


def test_a_foreign_extension_survives_an_edit_beside_it(page: Page, site: Harness) -> None:
    site.xml = site.xml.replace("<bpmn:definitions", f'<bpmn:definitions xmlns:other="{FOREIGN}"', 1).replace(
        '<bpmn:userTask id="accept_application"', '<bpmn:userTask other:colour="red" id="accept_application"', 1
    )
    holder = site.xml.index("<bpmn:extensionElements>", site.xml.index('id="accept_application"'))
    place = holder + len("<bpmn:extensionElements>")
    site.xml = f'{site.xml[:place]}<other:note kind="memo"><other:line>留着</other:line></other:note>{site.xml[place:]}'
    opened(page, site)
    expect(page.get_by_role("button", name="检查")).to_be_enabled()

    select(page, "accept_application")
    page.get_by_label("办理时限").select_option(label="初审 3 个工作日")

    root = etree.fromstring(checked_text(page, site).encode())
    [task] = root.xpath("//*[@id='accept_application']")
    assert task.get(f"{{{FOREIGN}}}colour") == "red"
    [note] = task.iter(f"{{{FOREIGN}}}note")
    assert (note.get("kind"), note[0].text) == ("memo", "留着")
    assert "deadline" in [item.get("name") for item in task.iter("{*}property")]


def test_a_copy_pasted_into_another_diagram_keeps_form_and_post(page: Page, site: Harness) -> None:
    opened(page, site)
    page.evaluate(COPY, "review_application")
    opened(page, site)

    [pasted] = page.evaluate(PASTE)

    root = etree.fromstring(page.evaluate(SAVE).encode())
    found = {
        element_id: {
            item.get("name"): item.get("value")
            for item in root.xpath(f"//*[@id='{element_id}']//*[local-name()='property']")
        }
        for element_id in ("review_application", pasted)
    }
    assert pasted != "review_application"
    assert found[pasted] == found["review_application"] != {}


def test_undo_and_redo_work_by_keys_on_the_canvas(page: Page, site: Harness) -> None:
    opened(page, site)
    select(page, "accept_application")
    page.get_by_label("办理时限").select_option(label="初审 3 个工作日")
    page.locator(".djs-container > svg").click(position={"x": 500, "y": 20})

    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="重做")).to_be_enabled()
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()
    page.keyboard.press("Control+y")
    expect(page.get_by_role("button", name="撤销")).to_be_enabled()
