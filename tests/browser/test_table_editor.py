"""A process owner changes a decision table in the browser: cells are checked, gaps are told, tests travel along."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from processes.scenarios import read_scenarios
from processes.vocabulary import DefinitionKind
from service.orchestration.deployments import deploy
from storage.definitions import find_definition, get_definition
from tests.browser.house import Screen
from tests.world import DISTRICT, World

pytestmark = pytest.mark.browser

SHIPPED = (resources.files("processes") / "bpmn" / "review_level.dmn").read_bytes()
FILES = "async () => Object.fromEntries((await window.__tableSession.files()).map(f => [f.name, f.content]))"
#: Writes into a cell of the table as the editor itself does when one leaves the cell.
EDIT = """([id, text]) => { const viewer = window.__tableEditor.getActiveViewer();
  viewer.get('modeling').editCell(viewer.get('elementRegistry').get(id).businessObject, text); }"""
#: Opens every menu and every editor of the table, so that all its texts are asked for.
WALK = """async () => { const rest = () => new Promise(r => setTimeout(r, 60));
  const root = document.querySelector('.zd-table-editor');
  const click = async (e, type) => { if (!e) return;
    e.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true, clientX: 300, clientY: 300}));
    await rest(); };
  for (const cell of root.querySelectorAll('th, td')) {
    await click(cell, 'mousedown'); await click(cell, 'click'); await click(cell, 'dblclick');
    await click(cell, 'contextmenu');
    await click(document.body, 'mousedown'); }
  for (const add of root.querySelectorAll('.add-input, .add-output, .add-rule')) await click(add, 'click'); }"""
MARK_IS_ON_TOP = """() => { const mark = document.querySelector('.zd-table-editor [class*=powered]');
  mark.scrollIntoView(); const box = mark.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.width > 20 && box.height > 10 && mark.contains(top); }"""


def open_table(screen: Screen, key: str = "review_level") -> Page:
    screen.sign_in("process_owner")
    screen.open(f"/table-editor/{key}")
    screen.wait_for_diagram()
    expect(screen.page.locator("[data-table-coverage]")).not_to_be_empty()
    return screen.page


def edit(page: Page, cell: str, text: str) -> None:
    page.evaluate(EDIT, [cell, text])


def test_a_table_that_was_not_touched_is_saved_as_it_is_and_an_edit_loses_nothing(screen: Screen) -> None:
    page = open_table(screen)
    untouched = page.evaluate(FILES)["review_level.dmn"].encode()

    edit(page, "rule_large_amount", ">= 60000000")
    edited = page.evaluate(FILES)["review_level.dmn"].encode()
    page.locator("[data-action='undo']").click()

    assert untouched == SHIPPED
    assert _without(edited, "&gt;= 60000000") == _without(SHIPPED, "&gt;= 50000000")
    assert page.evaluate(FILES)["review_level.dmn"].encode() == SHIPPED


def _without(content: bytes, cell: str) -> bytes:
    """The file in one canonical form, with one cell taken out."""
    text = etree.tostring(etree.fromstring(content), method="c14n2", strip_text=True).decode()
    assert text.count(cell) == 1
    return text.replace(cell, "").encode()


def test_no_text_of_the_table_editor_is_left_in_english(screen: Screen) -> None:
    page = open_table(screen)

    page.evaluate(WALK)

    assert page.evaluate("window.__missingTranslations") == []
    assert page.evaluate(MARK_IS_ON_TOP)


def test_a_cell_that_does_not_read_is_marked_where_it_is(screen: Screen) -> None:
    page = open_table(screen)

    page.locator("td[data-element-id='rule_large_amount']").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(">= ")
    page.locator("td[data-element-id='rule_small_flag']").click()

    cell = page.locator("td[data-element-id='rule_large_amount']")
    expect(cell).to_have_class(re.compile("has-is-bad"))
    expect(page.locator("[data-findings]")).to_contain_text("处错误")
    page.locator("[data-finding-element='rule_large_amount']").click()
    expect(cell).to_have_class(re.compile("is-revealed"))


def test_a_gap_is_told_filled_with_a_row_and_held_by_a_test_that_is_published_with_the_table(
    screen: Screen, world: World
) -> None:
    page = open_table(screen)
    edit(page, "rule_normal_amount", "[1000000..50000000]")
    coverage = page.locator("[data-table-coverage]")
    expect(coverage).to_contain_text("没有一行适用于“申请金额（分）”为 < 0，“专业性较强”为 false")

    coverage.get_by_role("button", name="加成测试").click()
    tests = page.locator("[data-table-tests]")
    expect(tests.get_by_label("第 6 条：requested_amount")).to_have_value("-1")
    tests.get_by_label("第 6 条：应得审查层级").fill("一般")
    tests.get_by_label("第 6 条：应得审查层级").press("Tab")
    expect(tests).to_contain_text("6 条测试有 1 条不通过")

    coverage.get_by_role("button", name="补一行").click()
    last = page.locator("td.output-cell[data-element-id]").last.get_attribute("data-element-id")
    edit(page, str(last), '"一般"')
    expect(tests).to_contain_text("6 条测试全部通过。走到 5 / 5 行规则")
    expect(coverage).to_contain_text("每一种输入都有规则")

    page.get_by_label("修改原因").fill("负数按一般")
    screen.press("发布")
    expect(page.locator("[data-findings]")).to_contain_text("已发布新版本")
    stored = get_definition(world.session, DISTRICT, DefinitionKind.SCENARIOS, "review_level")
    assert [case.inputs for case in read_scenarios(stored.content).cases][-1] == {
        "requested_amount": -1,
        "item_specialised": False,
    }
    assert get_definition(world.session, DISTRICT, DefinitionKind.DECISION, "review_level").version == 2


def test_a_failing_test_is_told_at_once_and_keeps_the_table_from_being_published(screen: Screen, world: World) -> None:
    page = open_table(screen)

    edit(page, "rule_large_level", '"一般"')

    expect(page.locator("[data-table-tests]")).to_contain_text("5 条测试有 1 条不通过")
    expect(page.locator("[data-table-tests]")).to_contain_text("应得 重大，实得 一般")
    expect(page.locator("[data-findings]")).to_contain_text("1 条测试不通过")
    page.get_by_label("修改原因").fill("试试")
    screen.press("发布")
    expect(page.locator("[data-findings]")).to_contain_text("没有通过")
    assert get_definition(world.session, DISTRICT, DefinitionKind.DECISION, "review_level").version == 1


def test_a_draft_is_kept_by_itself_and_opened_again(screen: Screen, world: World) -> None:
    page = open_table(screen)
    edit(page, "rule_large_amount", ">= 70000000")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已于")

    again = open_table(screen)

    expect(again.locator("[data-draft-note]")).to_contain_text("您上次没有发布的草稿")
    expect(again.locator("td[data-element-id='rule_large_amount']")).to_have_text(">= 70000000")
    again.get_by_role("button", name="放弃草稿").click()
    expect(again.locator("td[data-element-id='rule_large_amount']")).to_have_text(">= 50000000")


def test_a_draft_takes_in_what_was_published_meanwhile(screen: Screen, world: World) -> None:
    page = open_table(screen)
    edit(page, "rule_large_amount", ">= 70000000")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已于")
    published = SHIPPED.replace("其余".encode(), "其他情形".encode())
    deploy(world.runtime, {"review_level.dmn": published}, by=world.actor("publisher"), comment="改备注")

    open_table(screen)
    page.get_by_role("button", name="并入第 2 版").click()

    expect(page.locator("[data-draft-note]")).to_contain_text("已并入第 2 版。没有冲突。")
    expect(page.locator(".zd-table-editor")).to_contain_text("其他情形")
    expect(page.locator("td[data-element-id='rule_large_amount']")).to_have_text(">= 70000000")


def test_who_else_is_editing_is_named_and_can_be_taken_over_from(screen: Screen) -> None:
    page = open_table(screen)
    edit(page, "rule_large_amount", ">= 70000000")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已于")

    screen.sign_in("publisher")
    screen.open("/table-editor/review_level")
    screen.wait_for_diagram()

    note = page.locator("[data-draft-note]")
    expect(note).to_contain_text("正在编辑")
    expect(page.locator("td[data-element-id='rule_large_amount']")).to_have_text(">= 50000000")
    note.get_by_role("button", name="接管").click()
    expect(note).to_contain_text("已接管")
    edit(page, "rule_large_amount", ">= 80000000")
    expect(note).to_contain_text("草稿已于")


def test_a_new_table_begins_with_one_condition_and_one_result(screen: Screen, world: World) -> None:
    page = open_table(screen, "brand_new_table")

    expect(page.get_by_role("heading", level=1)).to_have_text("修改决策表：新决策表")
    assert list(page.evaluate(FILES)) == ["brand_new_table.dmn"]
    assert find_definition(world.session, DISTRICT, DefinitionKind.DECISION, "brand_new_table") is None
    assert json.loads(page.evaluate("JSON.stringify(window.__missingTranslations)")) == []
