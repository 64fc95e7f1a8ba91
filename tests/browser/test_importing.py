"""A process owner brings in a diagram of another tool, treats it by clicks and goes on in the designer."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.house import Screen

pytestmark = pytest.mark.browser

CORPUS = Path(__file__).parents[1] / "processes" / "doctor" / "corpus"


def test_a_foreign_diagram_is_treated_by_clicks_and_opened_in_the_designer(screen: Screen) -> None:
    page = screen.sign_in("process_owner").page
    screen.open("/import")
    page.get_by_label("文件", exact=True).set_input_files(CORPUS / "c7_conditions.bpmn")
    page.get_by_role("button", name="诊断").click()
    expect(page.get_by_text("是其他系统的写法，可以改为").first).to_be_visible()

    page.get_by_role("button", name="全部确定的修复").click()
    screen.wait_for_diagram()
    row = page.get_by_role("row").filter(has_text="指定了其他系统的办理人")
    row.get_by_role("combobox").select_option(label="初审人")
    row.get_by_role("button", name="换成本系统的岗位").click()
    page.get_by_role("button", name="设默认连线").click()
    expect(page.get_by_text("没有阻碍运行的问题")).to_be_visible()

    page.get_by_role("button", name="存为草稿并打开设计器").click()
    expect(page).to_have_url(f"{screen.url}/designer/import_me")
