"""A process owner changes a form in the browser: nothing is lost, the preview is what people meet, all is Chinese."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forms.registry import shipped_forms
from forms.subset import SETTINGS
from processes.vocabulary import DefinitionKind
from service.orchestration import deployments
from storage.definitions import get_definition
from tests.browser.house import Screen
from tests.world import DISTRICT, World

pytestmark = pytest.mark.browser

TEXT = "() => window.__formDocument.text()"
#: Opens every form in turn, and gives back what would be saved untouched and after one label was changed.
ROUND_TRIP = """async sources => { const out = {};
  for (const [key, source] of Object.entries(sources)) {
    await window.__formDocument.replace(source);
    const untouched = window.__formDocument.text();
    const e = window.__formEditor, all = e.get('formFieldRegistry').getAll();
    const field = all.find(f => f.type === 'textfield' || f.type === 'textarea' || f.type === 'radio');
    if (field) e.get('modeling').editFormField(field, {label: '改过的名称'});
    out[key] = [untouched, field ? window.__formDocument.text() : null];
  }
  return out; }"""
SELECT = """key => { const e = window.__formEditor;
  e.get('selection').set(e.get('formFieldRegistry').getAll().find(f => f.key === key || f.path === key)); }"""
#: English words that anybody can read on the editor, in texts and in what is read out.
ENGLISH = """() => { const found = [], root = document.querySelector('[data-island-target]');
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (walk.currentNode.parentElement.checkVisibility()) found.push(walk.currentNode.data);
  for (const e of root.querySelectorAll('[title], [aria-label], [placeholder], [alt]')) if (e.checkVisibility())
    found.push(...['title', 'aria-label', 'placeholder', 'alt'].map(n => e.getAttribute(n) ?? ''));
  const own = t => t === 'Powered by bpmn.io' || /^[a-z]+_[a-z0-9]+$/.test(t);
  return found.filter(t => !own(t) && /[A-Za-z]{3}/.test(t) && !/[\\u3400-\\u9fff]/.test(t)); }"""
MARK_IS_ON_TOP = """() => { const mark = document.querySelector('.fjs-powered-by'); mark.scrollIntoView();
  const box = mark.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.width > 20 && box.height > 10 && mark.contains(top); }"""


def open_form(screen: Screen, key: str) -> Page:
    screen.sign_in("process_owner")
    screen.open(f"/form-editor/{key}")
    screen.wait_for_diagram()
    return screen.page


def add(page: Page, component: str) -> None:
    """Take a component from the palette with the keyboard: it goes to the end of the form."""
    page.locator(f".fjs-palette-field[data-field-type='{component}']").press("Enter")


def saved(page: Page) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(page.evaluate(TEXT))
    return form


def test_every_shipped_form_is_saved_as_it_is_and_a_change_changes_only_that(screen: Screen) -> None:
    sources = {key: source.decode() for key, source in shipped_forms().items()}
    page = open_form(screen, "review/review_first")

    saved_forms = page.evaluate(ROUND_TRIP, sources)

    assert {key for key, (untouched, _) in saved_forms.items() if untouched != sources[key]} == set()
    for key, (_, edited) in saved_forms.items():
        if edited is not None:
            assert changed_places(json.loads(sources[key]), json.loads(edited)) == 1, key


def changed_places(before: Any, after: Any) -> int:
    """In how many places two values of JSON differ."""
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        return sum(changed_places(before[name], after[name]) for name in before)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return sum(changed_places(*pair) for pair in zip(before, after, strict=True))
    return int(before != after)


def test_what_the_editor_does_not_know_survives_an_edit(screen: Screen) -> None:
    page = open_form(screen, "review/review_first")
    strange = {"key": "a", "type": "textfield", "label": "甲", "vendor": {"deep": [1, {"x": None}]}, "id": "own_id"}
    form = {"type": "default", "id": "review_new", "schemaVersion": 16, "vendorTop": True, "components": [strange]}
    page.evaluate("source => window.__formDocument.replace(source)", json.dumps(form))

    add(page, "checkbox")

    kept = saved(page)
    assert kept["components"][0] == strange
    assert (kept["vendorTop"], kept["schemaVersion"]) == (True, 16)
    assert kept["components"][1]["type"] == "checkbox" and "id" not in kept["components"][1]


def test_a_form_with_a_component_outside_the_subset_is_not_opened_for_editing(screen: Screen) -> None:
    page = open_form(screen, "review/review_first")

    refused = page.evaluate(
        "async source => { try { await window.__formDocument.replace(source); } catch (e) { return e.message; } }",
        json.dumps({"type": "default", "id": "a", "components": [{"type": "html", "content": "<b>x</b>"}]}),
    )

    assert "html" in refused
    offered = page.locator(".fjs-palette-field").evaluate_all("all => all.map(e => e.dataset.fieldType)")
    assert set(offered) == set(SETTINGS)


def test_no_text_of_the_form_editor_is_left_in_english(screen: Screen) -> None:
    page = open_form(screen, "review/review_brand_new")
    left: list[str] = page.evaluate(ENGLISH)
    page.locator(".fjs-palette-search").fill("没有这种")
    left += page.evaluate(ENGLISH)
    page.locator(".fjs-palette-search").fill("")

    for component in page.locator(".fjs-palette-field").evaluate_all("all => all.map(e => e.dataset.fieldType)"):
        add(page, component)
        left += page.evaluate(ENGLISH)

    assert len(saved(page)["components"]) == 13
    assert left == []
    assert page.evaluate(MARK_IS_ON_TOP)


def test_a_field_is_added_described_tried_on_a_phone_and_published(screen: Screen, world: World) -> None:
    page = open_form(screen, "review/review_first")
    add(page, "textfield")
    page.get_by_label("名称", exact=True).fill("联系电话")
    page.get_by_label("栏目标识").fill("opinion")
    page.get_by_label("栏目标识").press("Tab")
    expect(page.locator("#setting-key-message")).to_contain_text("已经有别的栏目在用")
    page.get_by_label("栏目标识").fill("contact_phone")
    page.get_by_label("内容是什么").select_option(label="电话")
    page.get_by_label("必填").check()

    page.get_by_role("button", name="手机预览").click()
    frame = page.frame_locator(".zd-preview iframe")
    frame.get_by_label("联系电话").fill("123")
    page.get_by_role("button", name="校验填写的样例").click()
    expect(frame.locator("#field-contact_phone")).to_contain_text("电话号码不正确")
    frame.get_by_label("无失信限制").check()
    frame.get_by_label("不通过", exact=True).check()
    frame.get_by_label("不通过的理由").select_option(label="Q2 条件不满足")
    frame.get_by_label("意见说明").fill("样例")
    frame.get_by_label("联系电话").fill("0431-12345678")
    page.get_by_role("button", name="校验填写的样例").click()
    expect(page.locator(".zd-preview-bar")).to_contain_text('first_result = "不通过"')

    page.get_by_label("修改原因").fill("补充联系电话")
    screen.press("发布")
    expect(page.locator("[data-findings]")).to_contain_text("已发布新版本")
    stored = get_definition(world.session, DISTRICT, DefinitionKind.FORM, "review/review_first", 2)
    before = json.loads(shipped_forms()["review/review_first"])
    after = json.loads(stored.content)
    assert after["components"][:-1] == before["components"]
    assert after["components"][-1]["properties"] == {"kind": "phone"}


def test_a_draft_of_a_form_is_kept_by_itself_and_opened_again(screen: Screen) -> None:
    page = open_form(screen, "review/review_first")
    add(page, "separator")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已于")

    open_form(screen, "review/review_first")

    expect(page.locator("[data-draft-note]")).to_contain_text("您上次没有发布的草稿")
    assert saved(page)["components"][-1] == {"type": "separator"}
    page.get_by_role("button", name="放弃草稿").click()
    expect(page.locator("[data-draft-note]")).to_be_hidden()
    screen.wait_for_diagram()
    assert page.evaluate(TEXT).encode() == shipped_forms()["review/review_first"]


def test_a_finding_shows_while_editing_and_leads_to_its_field(screen: Screen) -> None:
    page = open_form(screen, "review/review_first")
    page.evaluate(SELECT, "amount")

    page.get_by_label("流程数据名").fill("first_result")
    page.get_by_label("流程数据名").press("Tab")

    finding = page.locator("[data-findings] button[data-finding-element='amount']")
    expect(finding).to_contain_text("用了不止一次")
    page.evaluate(SELECT, "opinion")
    finding.click()
    expect(page.get_by_label("栏目标识")).to_have_value("amount")
    expect(page.locator(".zd-settings .zd-message").first).to_contain_text("用了不止一次")


def test_a_new_version_of_the_house_is_what_the_editor_opens(screen: Screen, world: World) -> None:
    form = json.loads(shipped_forms()["review/review_first"])
    form["properties"]["title"] = "初审意见（新）"
    files = {"review/review_first.form": json.dumps(form, ensure_ascii=False).encode()}
    deployments.deploy(world.runtime, files, by=world.actor("process_owner"), comment="改名")

    page = open_form(screen, "review/review_first")

    expect(page.get_by_role("heading", level=1)).to_have_text("修改表单：初审意见（新）")
    assert page.evaluate(TEXT).encode() == files["review/review_first.form"]
