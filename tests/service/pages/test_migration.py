"""The pages on which running instances move: verdicts, mapping, rehearsal, progress, report, and back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.orchestration.taking_back import may_withdraw
from storage.models.instance_migrations import InstanceMigration
from storage.models.instances import Incident
from tests.service.migrating.stage import KEY, begin, claimed, publish
from tests.service.pages.conftest import Visitor
from tests.world import World

PAGE = f"/definitions/process/{KEY}/migration"
RENAMED = "S:s U:a U:b2 U:c U:d E:e s>a>b2>c>d>e"


def running(world: World) -> tuple[UUID, UUID]:
    """A case at `a` and one at `b`, and a second version in which `b` has another id."""
    publish(world)
    cases = begin(world, done=""), begin(world)
    publish(world, RENAMED)
    return cases


def test_the_verdicts_ask_for_what_is_missing_and_show_it_beside_the_diagrams(
    world: World, signed_in: Callable[[str], Visitor]
) -> None:
    running(world)
    browser = signed_in("analyst")
    browser.get(f"/definitions/process/{KEY}")
    assert f'href="{PAGE}"' in browser.page

    browser.get(PAGE)

    assert "“环节b”正在办理，新版本没有这个环节，请指定它对应到哪个环节。" in browser.text
    assert "需要指定对应环节" in browser.text
    assert browser.page.count('data-island="viewer"') == 2
    browser.get(f"{PAGE}?verdict=needs_mapping")
    assert "共 1 条" in browser.text
    browser.get(f"{PAGE}?map.b=b2")
    assert "环节b → 环节b2" in browser.text


def test_a_batch_is_rehearsed_begun_watched_reported_and_taken_back(
    world: World, signed_in: Callable[[str], Visitor]
) -> None:
    at_a, at_b = running(world)
    browser = signed_in("admin")
    browser.get(f"{PAGE}?map.b=b2")
    asked = {"to": "2", "from": "1", "map.b": "b2"}

    browser.post(PAGE, {**asked, "act": "rehearse"})
    assert "试迁移没有改变任何数据" in browser.text and "已处理 0 / 2" in browser.text
    assert "hx-get" in browser.page
    world.drain()
    browser.get(browser.address)
    assert "可以迁移 2" in browser.text and "hx-get" not in browser.page
    assert world.instance(at_b).version == 1
    browser.get(PAGE)
    browser.post(PAGE, {**asked, "act": "move"})
    assert "请填写迁移原因" in browser.text
    browser.get(PAGE)
    browser.post(PAGE, {**asked, "act": "move", "reason": "新规定施行"})
    batch = browser.address
    world.drain()
    browser.get(batch)
    assert "已迁移 2" in browser.text
    assert world.task("b2", at_b)

    report = browser.client.get(f"{batch}.csv")
    assert report.get_data(as_text=True).count("已迁移") == 2
    browser.post(f"{batch}/instances/{at_a}/undo", {"reason": "先不迁"})
    assert "已撤回这个实例的迁移" in browser.page
    browser.post(f"{batch}/undo", {"reason": "发错了"})
    world.drain()
    browser.get(batch)
    assert "已撤回 2" in browser.text
    assert (world.instance(at_a).version, world.instance(at_b).version) == (1, 1)


def test_a_running_batch_is_stopped_and_goes_on_from_the_page(
    world: World, signed_in: Callable[[str], Visitor]
) -> None:
    running(world)
    browser = signed_in("analyst")
    browser.get(PAGE)
    browser.post(PAGE, {"to": "2", "from": "1", "act": "move", "reason": "新规定施行"})
    batch = browser.address
    browser.post(f"{batch}/stop")
    world.drain()
    browser.get(batch)
    assert "已停止" in browser.text
    browser.post(f"{batch}/continue")
    world.drain()
    browser.get(batch)
    assert "未能迁移 1" in browser.text and "未能迁移的再试一次" in browser.text


def test_the_pages_of_a_moved_case_open_although_its_history_names_elements_that_are_gone(
    world: World, signed_in: Callable[[str], Visitor]
) -> None:
    publish(world)
    root = begin(world, done="a b")
    publish(world, "S:s U:a2 U:c U:d E:e s>a2>c>d>e")
    task_id = claimed(world, "c", root)
    browser = signed_in("admin")
    browser.get(PAGE)
    browser.post(PAGE, {"to": "2", "from": "1", "act": "move", "reason": "新规定施行"})
    world.drain()

    assert browser.get(f"/instances/{root}").status_code == 200
    assert "迁移到新版本" in browser.text
    worker = signed_in("reviewer1")
    assert worker.get(f"/tasks/{task_id}").status_code == 200
    done = signed_in("reviewer1_tax")
    first = next(each.task_id or task_id for each in world.history(root) if each.kind == "task_completed")
    assert done.get(f"/tasks/{first}").status_code == 200
    refusal = may_withdraw(world.runtime, first, by=world.actor("reviewer1_tax"))
    assert refusal is not None and "流程已迁移到新版本" in refusal
    done.post(f"/tasks/{first}/withdrawal", {"withdraw-reason": "看错了"})
    assert done.answer is not None and done.answer.status_code == 409
    assert world.rows(Incident) == []


def test_a_process_owner_reads_verdicts_without_titles_and_begins_nothing(
    world: World, signed_in: Callable[[str], Visitor]
) -> None:
    _, at_b = running(world)
    browser = signed_in("process_owner")
    browser.get(PAGE)
    assert "开始迁移" not in browser.text
    assert world.instance(at_b).title not in browser.page.split('id="per-instance"')[1]
    assert f"…{str(at_b)[-8:]}" in browser.text
    browser.post(PAGE, {"to": "2", "from": "1", "act": "move", "reason": "新规定施行"})
    assert browser.answer is not None and browser.answer.status_code == 403
    assert world.rows(InstanceMigration) == []
