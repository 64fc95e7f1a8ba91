"""The panel of the designer: posts, deadlines, quick forms, processes, called versions and copies of a task."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.browser.designing import open_designer, saved, select, type_feel
from tests.browser.house import Screen

pytestmark = pytest.mark.browser

NAMES = {"spiff": "http://spiffworkflow.org/bpmn/schema/1.0/core"}


def properties(root: etree._Element, element_id: str) -> Mapping[str, str]:
    own = f"//*[@id='{element_id}']/*[local-name()='extensionElements']/spiff:properties/spiff:property"
    return {item.get("name"): item.get("value") for item in root.xpath(own, namespaces=NAMES)}


def test_a_post_is_chosen_by_role_and_department_and_a_vacant_one_is_told(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "review_first")

    page.get_by_label("办理岗位").select_option(label="政法办经办人")
    page.get_by_label("哪个部门的人办理").select_option(label="科技创新局")

    root = saved(page, until="legal_officer@&#34;STB&#34;")
    assert properties(root, "review_first")["post"] == 'legal_officer@"STB"'
    expect(page.locator("[data-entry-id='zhida-role']")).to_contain_text("没有人担任")


def test_a_deadline_rule_says_what_it_means(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "review_first")

    page.get_by_label("办理时限").select_option("DL13")

    expect(page.locator("[data-entry-id='zhida-deadline']")).to_contain_text("最迟为征询日后第 5 个工作日")
    assert properties(saved(page, until="DL13"), "review_first")["deadline"] == "DL13"


def test_a_quick_form_is_made_of_rows_and_refuses_a_name_twice(screen: Screen) -> None:
    page = open_designer(screen, "review")
    select(page, "review_first")
    page.get_by_label("办理表单").select_option(label="（未选择）")
    page.get_by_role("button", name="加一栏").click()
    page.get_by_label("第 1 栏的名称").fill("结论")
    page.get_by_label("第 1 栏的名称").press("Tab")
    page.get_by_role("button", name="加一栏").click()
    page.get_by_label("第 2 栏的名称").fill("结论")
    page.get_by_label("第 2 栏的名称").press("Tab")
    expect(page.locator(".zd-fault")).to_have_text("名称 结论 重复了。")

    page.get_by_label("第 2 栏的名称").fill("amount")
    page.get_by_label("第 2 栏的名称").press("Tab")
    page.get_by_label("第 2 栏的类型").select_option(label="整数")

    root = saved(page, until="amount:integer")
    assert properties(root, "review_first")["outputs"] == "结论:text, amount:integer"


def test_a_process_says_what_it_is_started_with_by_whom_and_what_approvals_allow(screen: Screen) -> None:
    page = open_designer(screen, "pre_assessment")
    pool = page.evaluate(
        "window.__designer.get('elementRegistry').filter(e => e.type === 'bpmn:Participant').map(e => e.id)[0]"
    )
    select(page, pool)

    page.get_by_label("发起人也可以审批自己的件").check(force=True)
    page.get_by_text("谁可以发起").click()
    page.get_by_label("流程负责人").check(force=True)

    root = saved(page, until="process_owner")
    found = properties(root, "pre_assessment")
    assert found["self_approval"] == "allowed"
    assert "process_owner" in found["starters"].split(",")
    assert "policy_id" in found["inputs"]


def test_a_call_can_be_pinned_to_a_version_and_brings_back_named_data(screen: Screen) -> None:
    page = open_designer(screen, "policy_lifecycle")
    call = page.evaluate(
        "window.__designer.get('elementRegistry').filter(e => e.type === 'bpmn:CallActivity').map(e => e.id)[0]"
    )
    select(page, call)
    page.get_by_label("用哪一版").select_option(label="固定用第 1 版")
    expect(page.locator("[data-entry-id='zhida-version']")).to_contain_text("以后发布的新版不会自动用上")

    page.get_by_label("带回的数据").fill("a = b")
    expect(page.locator("[data-entry-id='zhida-outputs']")).to_contain_text("用英文逗号隔开，不写表达式")
    page.get_by_label("带回的数据").fill("conclusion")
    page.get_by_label("带回的数据").press("Tab")

    found = properties(saved(page, until='value="conclusion"'), call)
    assert (found["version"], found["outputs"]) == ("1", "conclusion")


def test_the_early_end_of_many_copies_is_a_judged_expression(screen: Screen) -> None:
    page = open_designer(screen, "opinion_consultation")
    select(page, "reply_outside")

    type_feel(page, "zhida-completionCondition", "comment_cuont > 3")

    expect(page.locator(".zd-remarks")).to_contain_text("comment_cuont")
    saved(page, until="comment_cuont")
