"""A process owner puts a task into a diagram and publishes it: what runs stays as it is, what comes passes through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.orchestration.deployments import deploy
from storage.models.instances import ProcessInstance
from tests import applying
from tests.browser.house import Screen
from tests.journeys import applying_route
from tests.world import World

pytestmark = pytest.mark.browser

NAME = "核对企业信用"
#: Where the middle of the first leg of a flow is on the screen.
MIDDLE = """id => { const modeler = window.__designer, canvas = modeler.get('canvas');
  const [a, b] = modeler.get('elementRegistry').get(id).waypoints, box = canvas.viewbox();
  const frame = canvas.getContainer().getBoundingClientRect();
  const x = (a.x + b.x) / 2 - box.x, y = (a.y + b.y) / 2 - box.y;
  return {x: frame.left + x * box.scale, y: frame.top + y * box.scale}; }"""
TAKE_OUT = """id => { const modeler = window.__designer;
  modeler.get('modeling').removeConnection(modeler.get('elementRegistry').get(id)); }"""
ZOOM = "id => window.__designer.get('canvas').scrollToElement(id, 200)"


def insert_task(page: Page, flow: str) -> None:
    """Drop a task from the palette on a flow, as a hand does it."""
    page.evaluate("window.__designer.get('canvas').zoom(1)")
    page.evaluate(ZOOM, flow)
    place = page.evaluate(MIDDLE, flow)
    page.locator(".djs-palette [data-action='create.user-task']").click()
    page.mouse.move(place["x"] - 6, place["y"])
    page.mouse.move(place["x"], place["y"], steps=4)
    page.mouse.click(place["x"], place["y"])
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")


def describe_task(page: Page, department: str) -> None:
    """Say in the panel who does it and what is asked."""
    page.get_by_label("办理岗位").select_option(label="复审人")
    page.get_by_label("哪个部门的人办理").select_option(label="由表达式算出")
    editor = page.locator("[data-entry-id='zhida-department'] .cm-content")
    editor.click()
    editor.press("ControlOrMeta+a")
    page.keyboard.type(department)
    page.get_by_role("button", name="加一栏").click()
    page.get_by_label("第 1 栏的名称").fill("credit_ok")
    page.get_by_label("第 1 栏的名称").press("Tab")
    page.get_by_label("第 1 栏的类型").select_option(label="是否")
    page.wait_for_timeout(400)  # the panel writes a moment after the last key


def without_scenarios(world: World) -> None:
    """The shipped scenarios would refuse a diagram that takes another way: they are taken out, with a reason."""
    none = b'{"process": "review", "scenarios": []}'
    why = "流程要改，场景随新版本另行补充"
    deploy(world.runtime, {"review.scenarios": none}, by=world.actor("publisher"), comment="清空场景", override=why)


def ask_publication(page: Page, reason: str) -> None:
    page.get_by_role("button", name="发布……").click()
    expect(page.locator("dialog")).to_contain_text("影响")
    page.get_by_label("修改原因").fill(reason)
    page.get_by_role("button", name="提交发布").click()


def test_a_published_task_is_met_by_the_next_application_and_not_by_the_running_one(
    screen: Screen, world: World
) -> None:
    item = applying_route.open_item(world)
    running = applying_route.apply(world, item.id)
    applying_route.accept(world, running)
    without_scenarios(world)
    page = screen.sign_in("process_owner").page
    screen.open("/designer/review")
    screen.wait_for_diagram()

    insert_task(page, "flow_4")
    describe_task(page, "implementer_org")
    screen.press("检查")
    expect(page.locator(".zd-findings-summary")).to_contain_text("可以发布")
    ask_publication(page, "审批前先核对企业信用")
    expect(page.locator(".zd-findings-summary")).to_contain_text("已发布：review 第 2 版")

    after = applying_route.apply(world, item.id, by="applicant2")
    applying_route.accept(world, after)
    versions = {each.root_id: each.version for each in world.rows(ProcessInstance, process_key="review")}
    assert versions == {running: 1, after: 2}
    for root in (running, after):
        world.do("reviewer1", "review_first", applying.opinion(), root)

    assert NAME not in [task.name for task in world.open_tasks(running)]
    screen.sign_in("reviewer2").claim(NAME)
    page.get_by_label("credit_ok").check()
    screen.press("提交办结")
    expect(page.get_by_role("status").first).to_contain_text(f"“{NAME}”已办结")
    assert [task.element_id for task in world.open_tasks(after)] == [
        task.element_id for task in world.open_tasks(running)
    ]


def test_a_diagram_with_an_error_is_not_published_and_its_finding_leads_to_the_element(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/designer/review")
    screen.wait_for_diagram()
    page.evaluate(TAKE_OUT, "flow_12")

    ask_publication(page, "试试")

    expect(page.locator(".zd-findings-summary")).to_contain_text("未能发布")
    page.locator("[data-finding-element='review_second']").first.click()
    assert page.evaluate("window.__designer.get('selection').get().map(e => e.id)") == ["review_second"]
    screen.open("/definitions/process/review")
    expect(page.get_by_role("row").filter(has_text="第 1 版")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="第 2 版")).to_have_count(0)
