"""People do their tasks in a real browser: fill, be refused, mend, upload, add rows, complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from storage.models.instances import Draft, Submission
from storage.models.policies import Policy, PreAssessment
from tests.browser.house import Screen
from tests.journeys import making_route
from tests.world import World

pytestmark = pytest.mark.browser


def group(page: Page, name: str) -> Any:
    return page.get_by_role("group", name=name)


def fill_initiation(page: Page) -> None:
    """F01, as a person fills it in."""
    page.get_by_label("标题").fill("示例奖励措施")
    for name, choice in (("惠及类型", "惠企"), ("层级", "新区"), ("新区角色", "制定")):
        group(page, name).first.get_by_label(choice, exact=True).check()
    page.get_by_label("制定部门").select_option(label="科技创新局")
    page.get_by_label("联系人").select_option(label="马志制")
    page.get_by_label("制定背景和依据").fill("落实上级要求。")
    page.get_by_label("计划出台日期").fill("2026-12-01")
    page.get_by_label("已阅读以往政策的评估经验").check()


def add_source(page: Page, number: int, level: str, ratio: str) -> None:
    page.get_by_role("button", name="增加一行").click()
    row = page.locator("[data-row]").nth(number)
    row.get_by_label(level, exact=True).check()
    row.get_by_label("比例（%）").fill(ratio)


def test_a_policy_is_registered_with_rows_after_a_refusal(screen: Screen, world: World) -> None:
    page = screen.sign_in("maker").page
    screen.open("/start")
    screen.press("发起“政策全生命周期”")
    expect(page.get_by_role("heading", level=1)).to_have_text("登记政策立项")

    fill_initiation(page)
    add_source(page, 0, "市", "50")
    add_source(page, 1, "新区", "30")
    screen.press("提交办结")

    problems = page.locator("#form-problems")
    expect(problems).to_contain_text("100%")
    expect(page.get_by_label("标题")).to_have_value("示例奖励措施")
    expect(page.locator("[data-row]")).to_have_count(2)
    problems.get_by_role("link").first.click()
    expect(page.locator("#field-fund_sources")).to_be_in_viewport()

    page.locator("[data-row]").nth(1).get_by_label("比例（%）").fill("50")
    screen.press("提交办结")

    expect(page.get_by_role("status").first).to_contain_text("“登记政策立项”已办结。下一环节：编写事前评估报告。")
    assert world.one(Policy).title == "示例奖励措施"
    assert [row["ratio"] for row in world.one(Submission).answers["fund_sources"]] == [50, 50]


def test_a_removed_row_is_gone(screen: Screen, world: World) -> None:
    page = screen.sign_in("maker").page
    world.start("policy_lifecycle", by="maker")
    screen.open("/work")
    page.get_by_role("link").filter(has_text="办理“登记政策立项”").click()
    fill_initiation(page)
    add_source(page, 0, "市", "40")
    add_source(page, 1, "新区", "60")
    page.locator("[data-row]").first.get_by_role("button", name="删除这一行").click()
    page.locator("[data-row]").first.get_by_label("比例（%）").fill("100")

    screen.press("提交办结")

    expect(page.get_by_role("status").first).to_contain_text("已办结")
    assert [row["fund_level"] for row in world.one(Submission).answers["fund_sources"]] == ["新区"]


def test_what_is_typed_is_kept_as_a_draft_without_asking(screen: Screen, world: World) -> None:
    page = screen.sign_in("maker").page
    task_id = world.task("initiate_policy", world.start("policy_lifecycle", by="maker")).id
    screen.open(f"/tasks/{task_id}")

    page.get_by_label("标题").fill("写到一半的政策")
    page.get_by_label("制定背景和依据").fill("还没写完")
    page.get_by_label("预算总额").focus()
    expect(page.locator(".zd-saved")).to_contain_text("草稿已于 09:00 保存")
    screen.open(f"/tasks/{task_id}")

    expect(page.get_by_label("标题")).to_have_value("写到一半的政策")
    expect(page.get_by_label("制定背景和依据")).to_have_value("还没写完")
    assert world.one(Draft).answers["title"] == "写到一半的政策"


def test_a_condition_shows_and_hides_its_fields_while_typing(screen: Screen, world: World) -> None:
    root = making_route.initiate(world)
    making_route.assess(world, root)
    page = screen.sign_in("maker").page
    screen.claim("发起意见征询")
    until = page.locator("[name='comment_to']")
    expect(until).to_have_count(0)

    page.locator("[name='public_comment']").check()
    expect(until).to_be_visible()
    until.fill("2026-09-30")
    page.locator("[name='public_comment']").uncheck()

    expect(until).to_have_count(0)


def test_a_file_chosen_before_the_scripts_arrive_is_stored_too(screen: Screen, world: World, tmp_path: Path) -> None:
    report = tmp_path / "事前评估报告.pdf"
    report.write_bytes(b"%PDF-1.7 example")
    making_route.initiate(world)
    page = screen.sign_in("maker").page
    screen.claim("编写事前评估报告")
    held: list[Route] = []
    page.route("**/*.js", lambda route: held.append(route), times=1)

    page.goto(page.url, wait_until="commit")
    page.locator("input[type='file']").set_input_files(report)
    held[0].continue_()

    expect(page.get_by_role("link", name="事前评估报告.pdf")).to_be_visible()


def test_files_are_uploaded_once_and_kept(screen: Screen, world: World, tmp_path: Path) -> None:
    report = tmp_path / "事前评估报告.pdf"
    report.write_bytes(b"%PDF-1.7 example")
    making_route.initiate(world)
    page = screen.sign_in("maker").page
    screen.claim("编写事前评估报告")

    page.locator("input[type='file']").set_input_files(report)
    expect(page.get_by_role("link", name="事前评估报告.pdf")).to_be_visible()
    page.locator("[name='necessity']").fill("区内高新技术企业数量偏少。")
    page.locator("[name='target_group']").focus()
    expect(page.locator(".zd-saved")).to_contain_text("已于")
    page.wait_for_timeout(800)
    screen.press("提交办结")

    expect(page.locator("#form-problems")).to_be_visible()
    expect(page.get_by_role("link", name="事前评估报告.pdf")).to_have_count(1)
    assert world.rows(PreAssessment) == []


def test_the_diagram_shows_where_the_case_stands_and_the_table_says_the_same(screen: Screen, world: World) -> None:
    root = making_route.initiate(world)
    page = screen.sign_in("maker").page
    screen.open(f"/instances/{root}")
    screen.wait_for_diagram()

    expect(page.locator(".zd-token.is-waiting")).to_have_attribute("title", "等待中：1 件")
    assert "initiate_policy" in page.evaluate(
        "[...document.querySelectorAll('.zd-taken')].map(e => e.dataset.elementId)"
    )
    page.get_by_text("环节表").click()
    expect(page.locator("tr[data-element-id='call_pre_assessment']").first).to_contain_text("等待中")

    page.get_by_role("link", name="事前评估").first.click()
    screen.wait_for_diagram()
    expect(page.locator(".zd-token.is-ready")).to_have_attribute("title", "待办理：1 件")


def test_a_task_can_be_done_without_scripts(world: World, screen: Screen) -> None:
    browser = screen.page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    without = Screen(plain.new_page(), screen.url)
    without.sign_in("maker")
    without.open("/start")
    without.press("发起“政策全生命周期”")

    fill_initiation(without.page)
    without.press("保存草稿")
    expect(without.page.get_by_label("标题")).to_have_value("示例奖励措施")
    without.press("提交办结")

    expect(without.page.get_by_role("status").first).to_contain_text("已办结")
    assert world.one(Policy).title == "示例奖励措施"
    plain.close()
