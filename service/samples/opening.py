"""How an item is entered, explained, launched, trained for, filed and opened."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from docx import Document

from service.samples.making import proposed_item
from service.samples.scene import Scene, answers

#: Days between the confirmation of a launch and the opening: enough for trainings and filing to be in time.
_TO_OPENING = 16
#: The lines of a form that applicants fill in, and how somebody invented filled them in.
_LINES = ("申报主体名称", "统一社会信用代码", "申请金额（元）", "符合政策的事实")
_EXAMPLE = ("示例科技有限公司", "以营业执照为准", "100000.00", "写明认定文号、时间和数额")


@answers("fill_item")
def item_entry(scene: Scene) -> dict[str, Any]:
    item = scene.sample.item
    filled = proposed_item(scene)
    for name in ("materials", "conditions", "paper_required", "window_addr", "channels"):
        filled.pop(name, None)
    filled |= {
        "conditions": [{**each, "source": "上级认定文件或共享数据"} for each in item["conditions"]],
        "exclusive_items": [],
        "cap": item["cap"],
        "specialised": item.get("specialised", False),
        "joint_orgs": [],
        "tags": "\n".join(item["beneficiary_kinds"]),
    }
    if filled["specialised"]:
        filled["expert_orgs"] = ["EXP"]
    if item["disbursement_type"] == "APPLY":
        filled |= {"channels": item["channels"], "materials": [_material(scene, each) for each in item["materials"]]}
        if item["channels"] != "线上":
            filled |= {"window_org": "SVC", "window_addr": item["window_addr"]}
    return filled


def _material(scene: Scene, row: dict[str, Any]) -> dict[str, Any]:
    """A document of the item; a form comes with its empty form and an example, as applicants download them."""
    is_form = row["kind"] == "表格"
    return {
        "template": _form(scene, row["name"], "空白样表", ("", "", "", "")) if is_form else [],
        "sample": _form(scene, row["name"], "填写示例", _EXAMPLE) if is_form else [],
        "name": row["name"],
        "kind": row["kind"],
        "copies": 1,
        "paper_required": row["paper"],
        "source": row["source"],
        "formal_check_standard": row["standard"],
        "tolerable": False,
    }


def _form(scene: Scene, name: str, what: str, values: tuple[str, ...]) -> list[str]:
    """A Word file with the lines of a form, as the answer of a file field."""
    file = Document()
    file.add_heading(f"{scene.sample.title}\n{name}（{what}）", 1)
    table = file.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in zip(_LINES, values, strict=True):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    content = BytesIO()
    file.save(content)
    return [scene.upload(f"{name}（{what}）.docx", content.getvalue())]


@answers("judge_differences")
def differences(scene: Scene) -> dict[str, Any]:
    return {"difference_result": "接受", "opinion": "差异为文字完善，不影响兑现内容。"}


@answers("make_guide")
def guide(scene: Scene) -> dict[str, Any]:
    item = scene.sample.item
    return {
        "title": f"{item['name']}办事指南",
        "summary": item["benefit_content"],
        "faq": [{"question": "多久能办结？", "answer": f"自受理之日起{item['handling_days']}个工作日。"}],
        "beneficiary_kinds": item["beneficiary_kinds"],
        "industries": "\n".join(item.get("industries", [])),
        "level": "新区",
        "effective_on": scene.day(),
    }


@answers("confirm_guides")
def guides_confirmed(scene: Scene) -> dict[str, Any]:
    return {"guide_result": "同意"}


@answers("confirm_launch")
def launch(scene: Scene) -> dict[str, Any]:
    opening = _weekday(scene.today + timedelta(days=_TO_OPENING))
    row = {
        "external_no": "",
        "hall_ok": True,
        "window_ok": True,
        "test_passed": True,
        "open_date": opening.isoformat(),
        "open_time": "09:00",
    }
    return {"items": [row for _ in scene.rows("items")], "launch_result": "上线"}


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


@answers("publish_by_hand", "publish_opening")
def publication(scene: Scene) -> dict[str, Any]:
    table = "items" if scene.element_id == "publish_by_hand" else "channels"
    link = f"https://example.org/zhengce/{scene.sample.key}"
    return {"done_on": scene.day(), table: [{"url": link} for _ in scene.rows(table)]}


@answers("plan_system_training", "plan_enterprise_training", "plan_window_training")
def training_plan(scene: Scene) -> dict[str, Any]:
    return {
        "plan_on": scene.day(),
        "plan_time": "14:00",
        "place": "新区政务服务中心三楼会议室",
        "trainer": "于运营",
        "audience": scene.initial.get("audience") or "审批部门经办人",
        "content": scene.initial.get("content") or "系统操作",
    }


@answers("record_system_training", "record_enterprise_training", "record_window_training")
def training_record(scene: Scene) -> dict[str, Any]:
    record: dict[str, Any] = {
        "held_on": scene.day(),
        "attendance": [{"name": "示例学员", "unit": "示例单位", "signed": True}],
        "quiz_rate": 100,
        "finished": True,
    }
    if scene.element_id == "record_system_training":
        record["operated"] = True
    elif scene.element_id == "record_enterprise_training":
        record |= {"told_time": True, "told_materials": True, "told_requirements": True}
    else:
        record["standards"] = [{"checked": True} for _ in scene.rows("standards")]
    return record


@answers("push_publicity")
def push(scene: Scene) -> dict[str, Any]:
    return {
        "pushes": [
            {
                "channel": "企业服务专员微信群",
                "audience": scene.sample.policy["group"],
                "content": f"{scene.sample.item['name']}即将开放，请扫码看办事指南。",
                "sent_on": scene.day(),
                "reach": scene.sample.policy["group_size"],
                "evidence": scene.file("推送截图", "群消息截图。"),
            }
        ]
    }


@answers("file_opening")
def opening_filing(scene: Scene) -> dict[str, Any]:
    return {
        "est_count": scene.sample.policy["beneficiaries"],
        "est_amount": scene.sample.policy["estimate"],
        "guide_url": scene.initial.get("guide_url") or f"https://example.org/zhinan/{scene.sample.key}",
        "contact": "0431-81190000",
    }


@answers("receive_filing")
def filing_received(scene: Scene) -> dict[str, Any]:
    return {"receive_result": "接收", "opinion": "材料齐全。"}


@answers("approve_exception")
def exception(scene: Scene) -> dict[str, Any]:
    return {"what": ["培训未按期完成仍开放"], "exception_result": "同意", "reason": "培训已补办，不影响申报。"}


@answers("remedy_opening")
def remedy(scene: Scene) -> dict[str, Any]:
    return {"measure": "说明情况再报审批", "explanation": "已补齐缺少的事项。"}
