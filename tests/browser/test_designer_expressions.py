"""Expressions in the designer: names and functions are offered, faults told while typing, simple ones need no FEEL."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.designing import open_designer, saved, select, type_feel
from tests.browser.house import Screen

pytestmark = pytest.mark.browser

CONDITION = "//*[local-name()='sequenceFlow'][@id='{}']/*[local-name()='conditionExpression']/text()"
TIMER = "//*[@id='{}']//*[local-name()='timeDuration' or local-name()='timeDate' or local-name()='timeCycle']"


def test_a_name_that_no_step_before_brings_is_told_while_typing(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "flow_5")

    type_feel(page, "zhida-condition", 'review_levl = "一般"')

    expect(page.locator(".zd-remarks")).to_contain_text("没有环节产生名称 review_levl。是否想写 review_level？")


def test_a_fault_of_grammar_is_told_in_chinese_by_the_server(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "flow_5")

    type_feel(page, "zhida-condition", "review_level = = 5")

    expect(page.locator(".zd-remarks .is-bad")).to_contain_text("第 1 行第")


def test_names_at_hand_and_functions_of_the_house_complete(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "flow_5")

    type_feel(page, "zhida-condition", "review_l")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered.first).to_contain_text("review_level")

    type_feel(page, "zhida-condition", "working days a")
    expect(offered.first).to_contain_text("working days after(date, n)")
    expect(page.locator(".cm-completionInfo")).to_have_text("某日之后第 n 个工作日")


def test_a_condition_is_put_together_from_rows_and_read_back(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "flow_13")
    expect(page.get_by_label("第 1 行的栏目")).to_have_value("second_result")
    expect(page.get_by_label("第 2 行的值")).to_have_value('"不通过"')
    expect(page.get_by_label("各行之间")).to_have_value("or")

    page.get_by_label("第 2 行怎么比").select_option(label="不等于")
    page.get_by_label("第 2 行的值").select_option(label="退回上一环节")
    page.get_by_label("各行之间").select_option(label="全部成立才走")

    root = saved(page, until=" and ")
    assert root.xpath(CONDITION.format("flow_13")) == ['=second_result = "通过" and second_result != "退回上一环节"']
    page.get_by_label("删除第 2 行").click()
    root = saved(page, until='>=second_result = "通过"<')
    assert root.xpath(CONDITION.format("flow_13")) == ['=second_result = "通过"']


def test_a_condition_that_is_no_row_of_comparisons_stays_as_it_is(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "flow_5")
    text = 'if review_level = "一般" then true else false'

    type_feel(page, "zhida-condition", text)

    saved(page, until=text)
    expect(page.locator(".zd-rows")).to_contain_text("这个条件不是简单的比较")


def test_a_timer_in_plain_words_is_what_the_engine_needs(screen: Screen) -> None:
    page = open_designer(screen, "application")
    select(page, "correction_period_over")
    expect(page.get_by_label("什么时候到点")).to_have_value("name")
    expect(page.get_by_label("哪一项数据")).to_have_value("correction_due_at")

    page.get_by_label("什么时候到点").select_option(label="几个工作日后")
    page.get_by_label("工作日数").fill("7")
    page.get_by_label("工作日数").press("Tab")
    root = saved(page, until="(today(), 7)")
    [timer] = root.xpath(TIMER.format("correction_period_over"))
    assert timer.text == '= working days after(today(), 7) + duration("P1D")'
    assert timer.tag.endswith("timeDate")

    page.get_by_label("什么时候到点").select_option(label="按办理时限规则")
    page.get_by_label("哪条办理时限").select_option("DL1")
    root = saved(page, until="open_on")
    [timer] = root.xpath(TIMER.format("correction_period_over"))
    assert timer.text == '= working days before(date(open_on), 5) + duration("P1D")'
    expect(page.locator("[data-entry-id='zhida-timer-rule']")).to_contain_text("政策开放日前第 5 个工作日")


def test_a_timer_of_days_and_one_that_repeats_are_read_back(screen: Screen) -> None:
    page = open_designer(screen, "application")
    select(page, "rating_period_over")
    expect(page.get_by_label("什么时候到点")).to_have_value("span")
    expect(page.get_by_label("多少")).to_have_value("30")

    page.get_by_label("什么时候到点").select_option(label="每隔一段时间反复")
    page.get_by_label("共几次（不填表示一直反复）").fill("4")
    page.get_by_label("共几次（不填表示一直反复）").press("Tab")

    root = saved(page, until="R4/P1D")
    [timer] = root.xpath(TIMER.format("rating_period_over"))
    assert timer.tag.endswith("timeCycle")
