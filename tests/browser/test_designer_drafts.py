"""Drafts in the designer: kept by themselves, found again, locked while a colleague edits, and merged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from processes.vocabulary import DefinitionKind
from service.orchestration.deployments import deploy
from service.orchestration.drafts import Place, save_draft
from storage.definitions import get_definition
from tests.browser.designing import open_designer, select
from tests.browser.house import Screen
from tests.world import DISTRICT, World

pytestmark = pytest.mark.browser

PLACE = Place(DefinitionKind.PROCESS, "review")


def published(world: World) -> bytes:
    return get_definition(world.session, DISTRICT, DefinitionKind.PROCESS, "review").content


def rename(page: Page, name: str) -> None:
    """Give the first review another name, as a hand does it."""
    select(page, "review_first")
    page.get_by_label("名称", exact=True).fill(name)


def test_what_is_drawn_is_kept_and_found_again_and_can_be_dropped(screen: Screen) -> None:
    page = open_designer(screen, "review")
    rename(page, "先看一遍")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")

    page = open_designer(screen, "review")

    expect(page.locator("[data-draft-note]")).to_contain_text("保存的草稿")
    select(page, "review_first")
    expect(page.get_by_label("名称", exact=True)).to_have_value("先看一遍")
    page.get_by_role("button", name="放弃草稿").click()
    with page.expect_navigation():
        page.locator("dialog").get_by_role("button", name="放弃", exact=True).click()
    screen.wait_for_diagram()
    select(page, "review_first")
    expect(page.get_by_label("名称", exact=True)).not_to_have_value("先看一遍")


def test_while_a_colleague_edits_nothing_is_kept_until_one_takes_over(screen: Screen, world: World) -> None:
    save_draft(world.runtime, PLACE, published(world), base_version=1, revision=0, by=world.actor("publisher"))
    page = open_designer(screen, "review")
    expect(page.get_by_role("alert")).to_contain_text("正在修改这个流程图")
    rename(page, "先看一遍")
    page.wait_for_timeout(2_000)  # longer than a draft waits for the next change
    expect(page.get_by_role("alert")).to_contain_text("正在修改这个流程图")

    page.get_by_role("button", name="接过来由我修改").click()

    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")


def test_a_draft_behind_a_newer_version_is_merged_after_its_conflicts_were_shown(screen: Screen, world: World) -> None:
    name = 'name="初审"'.encode()
    before = published(world)
    assert name in before
    mine, theirs = (
        before.replace(name, 'name="我的初审"'.encode(), 1),
        before.replace(name, 'name="别人的初审"'.encode(), 1),
    )
    save_draft(world.runtime, PLACE, mine, base_version=1, revision=0, by=world.actor("process_owner"))
    deploy(world.runtime, {"review.bpmn": theirs}, by=world.actor("publisher"), comment="改名")
    page = open_designer(screen, "review")
    expect(page.get_by_role("alert")).to_contain_text("从第 1 版改起的，现在已经发布到第 2 版")

    page.get_by_role("button", name="合入新版").click()
    expect(page.locator("dialog")).to_contain_text("两边改得不一样")
    expect(page.locator("dialog li")).to_contain_text("别人的初审")
    page.locator("dialog").get_by_role("button", name="合并", exact=True).click()

    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")
    select(page, "review_first")
    expect(page.get_by_label("名称", exact=True)).to_have_value("我的初审")


def test_a_second_window_of_the_same_person_does_not_write_over_the_newer_draft(screen: Screen, world: World) -> None:
    page = open_designer(screen, "review")
    save_draft(world.runtime, PLACE, published(world), base_version=1, revision=0, by=world.actor("process_owner"))

    rename(page, "先看一遍")
    expect(page.get_by_role("alert")).to_contain_text("草稿没有保存")
    page.get_by_role("button", name="用这里的覆盖").click()

    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")
