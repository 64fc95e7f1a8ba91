"""Problems appear while one draws, and a certain one is mended by its button, in one step of undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.designing import open_designer, saved
from tests.browser.house import Screen

pytestmark = pytest.mark.browser

WITHOUT_DEFAULT = """id => { const m = window.__designer, e = m.get('elementRegistry').get(id);
  m.get('modeling').updateProperties(e, {default: undefined}); }"""
CONDITION_ON = """id => { const m = window.__designer, e = m.get('elementRegistry').get(id);
  const body = m.get('bpmnFactory').create('bpmn:FormalExpression', {body: '=true'});
  m.get('modeling').updateProperties(e, {conditionExpression: body}); }"""
RENAME = """([id, name]) => { const m = window.__designer;
  m.get('modeling').updateProperties(m.get('elementRegistry').get(id), name); }"""
SECOND_WAY = """() => { const m = window.__designer, r = m.get('elementRegistry');
  const source = r.get('prepare_review_step');
  m.get('modeling').connect(source, r.get('review_first'), {type: 'bpmn:SequenceFlow'}); }"""
CUT = """id => { const m = window.__designer; m.get('modeling').removeConnection(m.get('elementRegistry').get(id)); }"""
STEPS = "window.__designer.get('commandStack')._stackIdx"


def problem(page: Page, words: str) -> Locator:
    """The line of the list of problems with these words, which appears by itself after a change."""
    return page.locator("[data-findings] li").filter(has_text=words)


def test_problems_are_counted_and_listed_while_drawing(screen: Screen) -> None:
    page = open_designer(screen, "review")
    expect(page.locator(".zd-findings-summary")).to_contain_text("可以发布")

    page.evaluate(WITHOUT_DEFAULT, "review_depth")

    expect(page.locator(".zd-findings-summary")).to_contain_text("改正错误后才能发布")
    problem(page, "没有默认连线").get_by_role("button").first.click()
    assert page.evaluate("window.__designer.get('selection').get().map(e => e.id)") == ["review_depth"]
    page.get_by_role("button", name="收起", exact=True).click()
    expect(page.locator("[data-findings] li")).to_have_count(0)
    page.get_by_role("button", name="展开", exact=True).click()
    expect(problem(page, "没有默认连线")).to_be_visible()


def test_the_only_open_way_becomes_the_default_one(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(WITHOUT_DEFAULT, "review_depth")

    problem(page, "没有默认连线").get_by_role("button", name="设为默认连线").click()

    root = saved(page, until='default="flow_7"')
    assert root.xpath("//*[@id='review_depth']/@default") == ["flow_7"]
    expect(page.locator(".zd-findings-summary")).to_contain_text("可以发布")


def test_a_condition_nobody_looks_at_is_deleted_and_comes_back_with_undo(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(CONDITION_ON, "flow_8")

    problem(page, "条件").get_by_role("button", name="删除条件").click()

    expect(problem(page, "删除条件")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(problem(page, "条件").get_by_role("button", name="删除条件")).to_be_visible()


def test_several_ways_out_get_a_gateway_in_one_step(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(SECOND_WAY)
    before = page.evaluate(STEPS)

    problem(page, "条连线离开").get_by_role("button", name="加并行网关").click()

    root = saved(page, until="parallelGateway")
    [gateway] = root.xpath("//*[local-name()='parallelGateway'][not(@name)]/@id")
    assert len(root.xpath(f"//*[local-name()='sequenceFlow'][@sourceRef='{gateway}']")) == 2
    assert len(root.xpath("//*[local-name()='sequenceFlow'][@sourceRef='prepare_review_step']")) == 1
    page.get_by_role("button", name="撤销").click()
    assert page.evaluate(STEPS) == before


def test_a_way_that_just_stops_gets_an_end(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(CUT, "flow_15")

    problem(page, "后面没有连线").get_by_role("button", name="接上结束事件").click()

    expect(problem(page, "后面没有连线")).to_have_count(0)


def test_a_task_without_a_name_is_offered_the_title_of_its_form(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(RENAME, ["review_second", {"name": ""}])

    problem(page, "没有名称").get_by_role("button", name="命名为“复审意见”").click()

    root = saved(page, until="复审意见")
    assert root.xpath("//*[@id='review_second']/@name") == ["复审意见"]


def test_a_reserved_id_is_replaced_by_a_free_one(screen: Screen) -> None:
    page = open_designer(screen, "review")
    page.evaluate(RENAME, ["application_approved", {"id": "End"}])

    problem(page, "保留名称").get_by_role("button", name="编号改为 own_end").click()

    assert saved(page, until='id="own_end"').xpath("//*[@id='End']") == []
