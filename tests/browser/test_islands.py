"""The diagram viewer and the designer, driven in a real browser on the built bundle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import Harness, Running, wait_for_islands

pytestmark = pytest.mark.browser

NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "spiff": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}

SELECT = """id => { const modeler = window.__designer;
  modeler.get('selection').select(modeler.get('elementRegistry').get(id)); }"""
SAVE = "async () => (await window.__designer.saveXML({format: true})).xml"
MARK_IS_ON_TOP = """() => { const box = document.querySelector('.bjs-powered-by').getBoundingClientRect();
  const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]];
  return box.width > 30 && points.every(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && top.closest('.bjs-powered-by'); }); }"""


@pytest.fixture
def site() -> Iterator[Harness]:
    with Running() as harness:
        yield harness


@pytest.fixture
def viewer(page: Page, site: Harness) -> Page:
    page.goto(f"{site.url}/viewer")
    wait_for_islands(page)
    return page


@pytest.fixture
def designer(page: Page, site: Harness) -> Page:
    page.goto(f"{site.url}/designer")
    wait_for_islands(page)
    return page


def shape(page: Page, element_id: str) -> Locator:
    return page.locator(f"g.djs-element[data-element-id='{element_id}']")


def fill(page: Page, entry: str, text: str) -> None:
    """Types into an expression editor of the panel, which is not a plain input."""
    editor = page.locator(f"[data-entry-id='{entry}'] .cm-content")
    editor.click()
    editor.press("ControlOrMeta+a")
    page.keyboard.type(text)


def saved(page: Page, *, until: str) -> etree._Element:
    """The saved file, waited for until it holds this text: the panel writes a moment after the last key."""
    for _ in range(100):
        xml = page.evaluate(SAVE)
        if until in xml:
            return etree.fromstring(xml.encode())
        page.wait_for_timeout(30)
    raise AssertionError(f"{until!r} was never written:\n{xml}")


def one(root: etree._Element, path: str) -> Any:
    found = root.xpath(path, namespaces=NAMES)
    assert len(found) == 1, (path, found)
    return found[0]


def test_the_viewer_shows_how_many_cases_stand_at_each_element(viewer: Page) -> None:
    badges = viewer.locator(".zd-token").all_inner_texts()

    assert sorted(badges) == ["12", "2", "3"]


def test_a_stuck_badge_sits_on_the_middle_of_the_top_edge(viewer: Page) -> None:
    box = shape(viewer, "check_duplicates").locator(".djs-visual").bounding_box()
    badge = viewer.get_by_title("查重接口没有回应").bounding_box()

    assert box is not None and badge is not None
    assert abs((badge["x"] + badge["width"] / 2) - (box["x"] + box["width"] / 2)) < 4
    assert abs((badge["y"] + badge["height"] / 2) - box["y"]) < 6


def test_the_taken_path_is_drawn_in_blue_and_the_rest_is_not(viewer: Page) -> None:
    taken = viewer.evaluate("[...document.querySelectorAll('.zd-taken')].map(e => e.dataset.elementId)")

    assert {"submitted", "to_accept", "accept_application", "when_accepted"} <= set(taken)
    assert "check_duplicates" not in taken
    expect(shape(viewer, "when_accepted").locator(".djs-visual path").first).to_have_css("stroke", "rgb(11, 78, 162)")
    expect(shape(viewer, "otherwise").locator(".djs-visual path").first).not_to_have_css("stroke", "rgb(11, 78, 162)")


def test_element_and_table_row_select_each_other(viewer: Page) -> None:
    viewer.evaluate("document.addEventListener('zhida:element', e => { window.__told = e.detail.elementId; })")

    shape(viewer, "accept_application").locator(".djs-hit").first.click()

    expect(viewer.locator("tr[data-element-id='accept_application']")).to_have_class("is-selected")
    assert viewer.evaluate("window.__told") == "accept_application"

    viewer.locator("tr[data-element-id='review_application']").click()

    expect(shape(viewer, "review_application")).to_have_class(re.compile("zd-selected"))
    expect(shape(viewer, "accept_application")).not_to_have_class(re.compile("zd-selected"))


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("island", ["viewer", "designer"])
def test_the_bpmn_io_mark_is_whole_and_on_top(page: Page, site: Harness, island: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.url}/{island}")
    wait_for_islands(page)

    page.locator(".bjs-powered-by").scroll_into_view_if_needed()

    assert page.evaluate(MARK_IS_ON_TOP)


def test_a_diagram_that_is_not_bpmn_is_reported_in_words(page: Page, site: Harness) -> None:
    site.xml = "<not-bpmn/>"

    page.goto(f"{site.url}/viewer")

    expect(page.get_by_role("alert")).to_contain_text("流程图没有显示出来")


def test_a_user_task_gets_form_and_post(designer: Page) -> None:
    designer.evaluate(SELECT, "review_application")
    designer.get_by_label("办理表单").select_option(label="初审意见表")
    designer.get_by_label("办理岗位").select_option(label="综合窗口受理员")
    designer.get_by_label("哪个部门的人办理").select_option(label="由表达式算出")
    fill(designer, "zhida-department", "applicant.department")

    root = saved(designer, until="window_clerk@applicant.department")

    values = root.xpath("//bpmn:userTask[@id='review_application']//spiff:property", namespaces=NAMES)
    properties = {item.get("name"): item.get("value") for item in values}
    assert properties["form"] == "review_application"
    assert properties["post"] == "window_clerk@applicant.department"
    assert properties["separate_from"] == "accept_application"


def test_a_ticked_task_is_added_to_the_separation_of_duties(designer: Page) -> None:
    designer.evaluate(SELECT, "accept_application")
    designer.get_by_text("受审分离").click()
    designer.get_by_label("办过“初审”的人不得办理本环节").check(force=True)

    root = saved(designer, until='"separate_from" value="review_application"')

    path = "//bpmn:userTask[@id='accept_application']//spiff:property[@name='separate_from']/@value"
    assert one(root, path) == "review_application"


def test_a_service_task_keeps_the_parameters_its_new_handler_shares(designer: Page) -> None:
    designer.evaluate(SELECT, "urge_reviewer")
    fill(designer, "zhida-parameter-receiver", "reviewer")

    root = saved(designer, until='id="receiver"')

    operator = one(root, "//bpmn:serviceTask[@id='urge_reviewer']//spiff:serviceTaskOperator")
    values = operator.xpath(".//spiff:parameter", namespaces=NAMES)
    assert operator.get("id") == "send_notice"
    assert [(item.get("id"), item.get("type"), item.get("value")) for item in values] == [
        ("text", "text", '"请尽快初审"'),
        ("receiver", "text", "reviewer"),
    ]


def test_a_condition_is_stored_with_an_equals_sign(designer: Page) -> None:
    designer.evaluate(SELECT, "when_accepted")
    fill(designer, "zhida-condition", "amount > 500")

    root = saved(designer, until="amount &gt; 500")

    assert one(root, "//bpmn:sequenceFlow[@id='when_accepted']/bpmn:conditionExpression").text == "=amount > 500"


def test_a_timer_literal_and_a_called_process_are_stored(designer: Page) -> None:
    designer.evaluate(SELECT, "review_overdue")
    designer.get_by_label("时限取值").fill("P6D")
    saved(designer, until="P6D")
    expect(designer.get_by_label("什么时候到点")).to_have_value("span")
    designer.get_by_label("多少").fill("7")
    designer.get_by_label("多少").press("Tab")
    saved(designer, until="P7D")
    designer.evaluate(SELECT, "file_disbursement")
    designer.get_by_label("被调用的流程").select_option(label="培训")

    root = saved(designer, until='calledElement="training"')

    assert one(root, "//bpmn:boundaryEvent//bpmn:timeDuration").text == "P7D"


def test_one_undo_takes_back_one_choice(designer: Page) -> None:
    before = designer.evaluate(SAVE)
    designer.evaluate(SELECT, "accept_application")
    designer.get_by_label("办理时限").select_option(label="初审 3 个工作日")

    designer.get_by_role("button", name="撤销").click()

    assert designer.evaluate(SAVE) == before
    expect(designer.get_by_role("button", name="撤销")).to_be_disabled()


def test_opening_and_saving_loses_no_extension(designer: Page, site: Harness) -> None:
    original = etree.fromstring(site.xml.encode())
    written = etree.fromstring(designer.evaluate(SAVE).encode())

    def extensions(root: etree._Element) -> list[tuple[str, dict[str, str], str]]:
        found = root.xpath("//spiff:*", namespaces=NAMES)
        return [(str(item.tag), dict(item.attrib), (item.text or "").strip()) for item in found]

    assert extensions(written) == extensions(original)


def test_findings_lead_to_their_element(designer: Page, site: Harness) -> None:
    finding = {"severity": "error", "element_id": "grade", "message": "决策任务“评定等级”没有选择决策表。"}
    site.answer = (200, {"ok": False, "findings": [finding]})

    designer.get_by_role("button", name="检查").click()
    designer.get_by_role("button", name="没有选择决策表").click()

    assert designer.evaluate("window.__designer.get('selection').get().map(e => e.id)") == ["grade"]
    expect(designer.locator(".zd-finding-mark")).to_have_text("错误")
    expect(designer.get_by_role("status")).to_have_text("检查发现 1 处错误，改正后才能发布。")


def ask_publication(page: Page, reason: str) -> None:
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_label("修改原因").fill(reason)
    page.get_by_role("button", name="提交发布").click()


def test_publishing_sends_file_reason_and_token(designer: Page, site: Harness) -> None:
    file = {"key": "sample_application", "based_on": {"sample_application": 2}}
    site.answer = (201, {"state": "published", "files": [file], "assessment": {"findings": []}})

    ask_publication(designer, "初审改为五日")

    expect(designer.locator(".zd-findings-summary")).to_contain_text("sample_application 第 3 版")
    sent = site.received[-1]
    assert (sent["path"], sent["name"]) == ("/publication-requests", "sample_application.bpmn")
    assert (sent["body"]["comment"], sent["token"]) == ("初审改为五日", "token-of-the-page")
    assert (sent["body"]["release_note"], sent["body"]["effective_on"]) == ("", None)
    assert sent["xml"] == site.xml


def test_nothing_is_published_without_a_reason(designer: Page, site: Harness) -> None:
    ask_publication(designer, " ")

    expect(designer.get_by_role("alert")).to_contain_text("请先写明这次修改的原因")
    assert [sent["path"] for sent in site.received if sent["path"] != "/checks"] == []


def test_a_refused_publication_shows_the_servers_sentence(designer: Page, site: Harness) -> None:
    site.answer = (422, {"code": "DIAGRAM_REFUSED", "detail": "流程图有 1 处错误，没有发布。", "findings": []})

    ask_publication(designer, "试试")

    expect(designer.locator(".zd-findings-summary")).to_have_text("流程图有 1 处错误，没有发布。")


def test_a_diagram_that_was_not_read_completely_cannot_be_saved(page: Page, site: Harness) -> None:
    site.xml = site.xml.replace('targetRef="finished"', 'targetRef="nowhere"')

    page.goto(f"{site.url}/designer")
    wait_for_islands(page)

    for name in ("检查", "发布", "下载"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    expect(page.get_by_role("status")).to_contain_text("没有完整读入")
    expect(page.locator("[data-findings]")).to_contain_text("nowhere")


def test_a_list_variable_of_a_multi_instance_survives_editing(page: Page, site: Harness) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics id="loop"><bpmn:loopDataInputRef>item_ids</bpmn:loopDataInputRef>'
        '<bpmn:inputDataItem id="item_id" name="item_id" /></bpmn:multiInstanceLoopCharacteristics>'
    )
    site.xml = site.xml.replace("</bpmn:callActivity>", f"{loop}</bpmn:callActivity>")
    page.goto(f"{site.url}/designer")
    wait_for_islands(page)

    expect(page.get_by_role("button", name="发布")).to_be_enabled()
    page.evaluate(SELECT, "file_disbursement")
    expect(page.get_by_label("清单变量")).to_have_value("item_ids")
    page.get_by_label("清单变量").fill("批次")

    root = saved(page, until="批次")
    assert one(root, "//bpmn:loopDataInputRef").text == "批次"


def test_the_diagram_is_clear_of_the_palette_after_fitting(designer: Page) -> None:
    designer.get_by_role("button", name="适应窗口").click()

    palette = designer.locator(".djs-palette").bounding_box()
    pool = shape(designer, "pool").locator(".djs-visual").bounding_box()
    assert palette is not None and pool is not None
    assert pool["x"] >= palette["x"] + palette["width"]
