"""A process owner tries a diagram: all scenarios at once, a walk step by step, and a scenario kept as a draft."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Page, expect

from processes.vocabulary import DefinitionKind
from storage.drafts import find_draft
from storage.models.instances import ProcessInstance
from tests.browser.house import Screen
from tests.world import DISTRICT, World

pytestmark = pytest.mark.browser

SUMMARY = ".zd-findings-summary"


def picture(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look (ZHIDA_PICTURES names the folder)."""
    folder = os.environ.get("ZHIDA_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def press_row(page: Page, scenario: str, action: str) -> None:
    page.locator(f"tr[data-scenario='{scenario}']").get_by_role("button", name=action).click()


def test_all_scenarios_run_and_the_coverage_stands_on_the_diagram_and_in_the_table(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/definitions/process/review/scenarios")

    expect(page.locator(SUMMARY)).to_contain_text("7 个场景全部通过。经过路径 18/18，环节 15/15。")
    expect(page.locator(".djs-element.zd-covered.djs-connection")).to_have_count(18)
    expect(page.locator("[data-trying='coverage'] tr")).to_have_count(33)
    picture(page, "all")

    press_row(page, "重大：专家论证、现场核查后审定不通过", "逐步看")
    expect(page.locator("[data-trying='position']")).to_contain_text("第 7 步，共 7 步：办理“审定”")
    for _ in range(3):
        screen.press("上一步")
    expect(page.locator(".djs-element.zd-here")).to_have_attribute("data-element-id", "give_joint_opinion")
    picture(page, "looking")


def test_a_walk_becomes_a_scenario_and_a_draft(screen: Screen, world: World) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/definitions/process/pre_assessment/scenarios")
    expect(page.locator(SUMMARY)).to_contain_text("全部通过")

    screen.press("新场景")
    write = page.locator("[data-choice='write_assessment']")
    write.get_by_label("评估结论").select_option(label="不建议制定")
    picture(page, "walking")
    write.get_by_role("button", name="办结", exact=True).click()
    sign = page.locator("[data-choice='sign_assessment']")
    sign.get_by_label("审签意见").select_option(label="同意")
    sign.get_by_role("button", name="办结", exact=True).click()
    expect(page.locator("[data-trying='choices']")).to_contain_text("流程已结束")
    page.get_by_role("button", name="以本次运行的路径为期望").click()
    expect(page.locator("[data-trying='details']")).to_contain_text(
        "应依次经过：编写事前评估报告 → 审签评估报告 → 不建议制定"
    )
    picture(page, "walked")
    screen.press("存为草稿")

    expect(page.locator(SUMMARY)).to_contain_text("场景已存为草稿")
    owner = world.actor("process_owner")
    draft = find_draft(world.session, DISTRICT, DefinitionKind.SCENARIOS, "pre_assessment", owner.id)
    assert draft is not None
    kept = orjson.loads(draft.content)["scenarios"][-1]
    assert kept["expect"]["end"] == "formulation_not_recommended"
    assert [step["task"] for step in kept["steps"]] == ["write_assessment", "sign_assessment"]
    assert world.rows(ProcessInstance) == []


def test_a_task_is_answered_by_its_real_form(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/definitions/process/review/scenarios")
    expect(page.locator(SUMMARY)).to_contain_text("全部通过")
    press_row(page, "简易：小额直接审定", "复制")
    press_row(page, "简易：小额直接审定（副本）", "逐步看")
    page.locator("[data-trying='steps'] > li").nth(2).get_by_text("改这一步").click()
    page.get_by_role("button", name="删去这一步").last.click()

    decide = page.locator("[data-choice='decide_application']")
    decide.get_by_text("用真实表单填写").click()
    expect(decide.locator(".zd-real-form .zd-field").first).to_be_visible()
    decide.get_by_role("button", name="按表单办结").click()
    expect(decide.locator(".zd-message", has_text="请选择“审查意见”").first).to_be_visible()
    picture(page, "form")


def test_a_scenario_that_fails_says_where_and_what(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/definitions/process/review/scenarios")
    expect(page.locator(SUMMARY)).to_contain_text("全部通过")
    press_row(page, "简易：小额直接审定", "逐步看")

    page.get_by_label("应在哪里结束").select_option(label="审定不通过")

    expect(page.locator("[data-trying='verdict']")).to_contain_text(
        "应在“审定不通过”（application_rejected）结束，实际在“审定通过”"
    )
    expect(page.locator(".djs-element.zd-wrong")).to_have_attribute("data-element-id", "application_approved")
    picture(page, "failing")
