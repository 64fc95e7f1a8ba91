"""Answers with which people launch an item and bring it to its opening: valid as they stand, changed by keyword."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MATERIALS = [
    {
        "name": "高新技术企业证书",
        "kind": "复印件",
        "copies": 1,
        "paper_required": True,
        "source": "申报人自备",
        "formal_check_standard": "证书在有效期内，名称与申报主体一致，加盖公章。",
        "tolerable": False,
    },
    {
        "name": "营业执照",
        "kind": "电子件",
        "paper_required": False,
        "source": "数据共享",
        "share_source": "市场监管登记信息",
        "formal_check_standard": "共享数据可核验，状态为存续。",
        "tolerable": True,
    },
]


def entry(**changes: Any) -> dict[str, Any]:
    """F12, with all twenty elements, just as tests/making.py proposes the item."""
    return {
        "name": "高新技术企业首次认定奖励",
        "implementer_org": "STB",
        "clause_no": "三",
        "benefit_kind": "奖补类",
        "disbursement_type": "APPLY",
        "beneficiary": "在新区注册的企业",
        "conditions": [{"text": "首次通过高新技术企业认定", "source": "省科技厅认定文件"}],
        "materials": MATERIALS,
        "handling_days": 15,
        "steps": "申报、受理、初审、审定、公示、兑现",
        "benefit_content": "最高10万元",
        "calc_rule": "首次认定每户10万元",
        "cap": "100000",
        "fund_source": "新区财政",
        "budget": "5000000",
        "channels": "线上和窗口",
        "window_org": "SVC",
        "window_addr": "新区政务服务中心一楼",
        "contact": "0431-81190000",
        "supervise_phone": "12345",
        "open_mode": "常年",
        "result_form": "兑现通知",
        "publicity_days": 5,
        "specialised": False,
        "tags": "高新技术企业",
        **changes,
    }


def without_application(kind: str = "AUTO", **changes: Any) -> dict[str, Any]:
    """F12 of an item nobody applies for."""
    answers = entry(disbursement_type=kind, open_mode="不需申报", **changes)
    for name in ("materials", "channels", "window_org", "window_addr"):
        answers.pop(name)
    return answers


def guide(**changes: Any) -> dict[str, Any]:
    """F13."""
    return {
        "title": "高新技术企业首次认定奖励办事指南",
        "summary": "首次认定的高新技术企业可得10万元。",
        "faq": [{"question": "何时可以申报？", "answer": "认定后即可申报。"}],
        "beneficiary_kinds": ["企业"],
        "level": "新区",
        "effective_on": "2026-10-12",
        **changes,
    }


def launch(open_date: str = "2026-10-12", *, items: int = 1, **changes: Any) -> dict[str, Any]:
    """F15: all items open on this day at nine."""
    row = {
        "external_no": "CC-2026-001",
        "hall_ok": True,
        "window_ok": True,
        "test_passed": True,
        "open_date": open_date,
        "open_time": "09:00",
    }
    return {"items": [dict(row) for _ in range(items)], "launch_result": "上线", **changes}


def publication(done_on: str, *, items: int = 1, **changes: Any) -> dict[str, Any]:
    """F16 by hand, for every item with an address."""
    rows = [{"url": f"https://portal.example/{number}"} for number in range(items)]
    return {"done_on": done_on, "items": rows, **changes}


def plan(plan_on: str, **changes: Any) -> dict[str, Any]:
    """F17."""
    return {
        "plan_on": plan_on,
        "plan_time": "14:00",
        "place": "新区政务服务中心三楼会议室",
        "trainer": "马志制",
        "audience": "窗口受理人员",
        "content": "形式审查标准",
        **changes,
    }


def system_record(held_on: str, **changes: Any) -> dict[str, Any]:
    """F18 of T2."""
    return {"operated": True, **_record(held_on), **changes}


def enterprise_record(held_on: str, **changes: Any) -> dict[str, Any]:
    """F18 of T3."""
    return {"told_time": True, "told_materials": True, "told_requirements": True, **_record(held_on), **changes}


def window_record(held_on: str, *, checked: Sequence[bool] = (True, True), **changes: Any) -> dict[str, Any]:
    """F18 of T4: one tick per material."""
    return {"standards": [{"checked": each} for each in checked], **_record(held_on), **changes}


def _record(held_on: str) -> dict[str, Any]:
    return {
        "held_on": held_on,
        "attendance": [{"name": "窦窗口", "unit": "新区政务服务中心", "signed": True}],
        "quiz_rate": "95",
        "finished": True,
    }


def opening_filing(**changes: Any) -> dict[str, Any]:
    """F19."""
    return {
        "est_count": 50,
        "est_amount": "5000000",
        "guide_url": "https://hall.example/g/1",
        "contact": "0431-81190000",
        **changes,
    }


def change_filing(effective_on: str, **changes: Any) -> dict[str, Any]:
    """F31."""
    return {
        "change_kind": "调整",
        "effective_on": effective_on,
        "content": "增加一个要件。",
        "channels": ["网上大厅", "门户网站", "政务公开专栏"],
        **changes,
    }


def received(**changes: Any) -> dict[str, Any]:
    return {"receive_result": "接收", **changes}


def opening_publication(done_on: str, **changes: Any) -> dict[str, Any]:
    """F16 of an opening: the hall publishes itself."""
    rows = [{}, {"url": "https://portal.example/open"}, {"url": "https://openness.example/open"}]
    return {"done_on": done_on, "channels": rows, **changes}


def pushes(sent_on: str, **changes: Any) -> dict[str, Any]:
    """F42."""
    row = {
        "channel": "政务新媒体",
        "audience": "高新技术企业",
        "content": "首次认定奖励开放申报。",
        "sent_on": sent_on,
        "reach": 300,
        "url": "https://media.example/1",
        **changes,
    }
    return {"pushes": [row]}


def exception(result: str = "同意", **changes: Any) -> dict[str, Any]:
    """F44."""
    answers: dict[str, Any] = {"exception_result": result, "reason": "窗口人员已补训，企业急需。"}
    if result == "同意":
        answers |= {"what": ["培训未按期完成仍开放"]}
    return {**answers, **changes}


def remedy(open_date: str | None = None, **changes: Any) -> dict[str, Any]:
    """Move the opening to this day, or explain when there is none."""
    if open_date is None:
        return {"measure": "说明情况再报审批", "explanation": "已逐人补训并测试。", **changes}
    moved = {"measure": "改开放时间", "open_date": open_date, "open_time": "09:00"}
    return {**moved, "explanation": "顺延开放。", **changes}
