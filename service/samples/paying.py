"""How benefits are applied for, accepted, reviewed, listed, paid, filed and evaluated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forms.identifiers import make_credit_code
from service.samples.scene import Scene, answers


@answers("submit_application")
def application(scene: Scene) -> dict[str, Any]:
    """An enterprise applies for itself; a window clerk's form asks for the agent as well."""
    item = scene.sample.item
    return {
        "kind": "企业",
        "applicant_name": "示例光电科技有限公司",
        "uscc": scene.organisation or "",
        "legal_rep": "申小明",
        "contact": "申小明",
        "phone": "13800000001",
        "account_name": "示例光电科技有限公司",
        "account_bank": "示例银行长春新区支行",
        "account_no": "6222020000000000018",
        "requested_amount": item["cap"],
        "statement": f"符合{item['name']}条件，申请兑现。",
        "conditions": [{"met": "符合"} for _ in scene.rows("conditions")],
        "materials": [_handed_in(scene, each) for each in item["materials"]],
        "auth_data_query": True,
        "commitment": True,
    }


def _handed_in(scene: Scene, material: dict[str, Any]) -> dict[str, Any]:
    if material["paper"]:
        return {"handed_in": "纸质件", "place": "1 份，新区政务服务中心12号窗口"}
    return {"handed_in": "电子件", "files": scene.file(material["name"], "扫描件")}


@answers("accept_at_window", "accept_online")
def acceptance(scene: Scene) -> dict[str, Any]:
    return {"lines": [{"outcome": "合格"} for _ in scene.rows("lines")], "accept_result": "受理"}


@answers("correct_application")
def correction(scene: Scene) -> dict[str, Any]:
    rows = scene.rows("missing")
    return {
        "missing": [
            {"files": scene.file(f"补正{number}", "补正材料"), "explain": "已补齐。"}
            for number, _ in enumerate(rows, 1)
        ],
        "explanation": "已按告知书逐项补正。",
    }


@answers("approve_second_correction")
def second_correction(scene: Scene) -> dict[str, Any]:
    return {"second_correction": "同意", "opinion": "同意再补正一次。"}


@answers("review_first", "review_second", "decide_application")
def review(scene: Scene) -> dict[str, Any]:
    return {
        "checks": [{"met": "满足", "evidence": "证书和共享数据一致"} for _ in scene.rows("checks")],
        "credit": "无失信限制",
        "result": "通过",
        "amount": scene.initial.get("amount") or scene.sample.item["cap"],
        "opinion": "条件满足，金额无误。",
    }


@answers("visit_site")
def visit(scene: Scene) -> dict[str, Any]:
    return {
        "visited_on": scene.day(),
        "people": [{"name": "初审言", "unit": "科技创新局"}, {"name": "随行员", "unit": "科技创新局"}],
        "findings": "现场与申报材料一致。",
        "outcome": "与申报一致",
    }


@answers("give_joint_opinion")
def joint_opinion(scene: Scene) -> dict[str, Any]:
    return {"stance": "同意", "opinion": "没有不同意见。"}


@answers("fix_account")
def account(scene: Scene) -> dict[str, Any]:
    return {
        "account_name": "示例光电科技有限公司",
        "account_bank": "示例银行长春新区支行",
        "account_no": "6222020000000000026",
        "reason": "原账户已停用。",
    }


@answers("rate_service")
def rating(scene: Scene) -> dict[str, Any]:
    return {"rating_level": 5, "text": "办得快，说得清。"}


@answers("create_batch")
def batch(scene: Scene) -> dict[str, Any]:
    waiting = [each["value"] for each in scene.options.get("applications", ())]
    wanted = scene.sample.item["name"]
    item = next(each["value"] for each in scene.options["item"] if wanted in each["label"])
    kind = scene.sample.item["disbursement_type"]
    return {
        "item": item,
        "period_from": scene.today.replace(day=1).isoformat(),
        "period_to": scene.day(),
        "applications": waiting if kind == "APPLY" else [],
        "produced_on": scene.day() if kind == "PERIODIC" else None,
    }


@answers("report_periodic")
def periodic(scene: Scene) -> dict[str, Any]:
    return {
        "source_unit": "新区税务局",
        "produced_on": scene.day(),
        "no_occurrence": False,
        "beneficiaries": 1520,
        "times": 3040,
        "amount": "1286500",
    }


@answers("confirm_periodic")
def periodic_confirmed(scene: Scene) -> dict[str, Any]:
    return {"periodic_result": "同意"}


@answers("check_list")
def beneficiaries(scene: Scene) -> dict[str, Any]:
    names = ("示例光电科技有限公司", "示例生物医药有限公司", "示例装备制造有限公司")
    return {
        "rule_version": "2026-1",
        "data_sources": [{"source": "上级公布名单和共享数据", "as_of": scene.day(-1)}],
        "beneficiaries": [
            {
                "name": name,
                "kind": "企业",
                "code": make_credit_code(f"91220101MA0EXAMP{number}"),
                "account_name": name,
                "account": f"62220200000000010{number}{number}",
                "amount": "200000",
                "facts": "列入公布名单",
                "decision": "享受",
            }
            for number, name in enumerate(names)
        ],
    }


@answers("confirm_list")
def list_confirmed(scene: Scene) -> dict[str, Any]:
    return {"list_result": "同意"}


@answers("publish_results")
def results(scene: Scene) -> dict[str, Any]:
    return {
        "from_on": scene.day(),
        "to_on": scene.initial.get("to_on") or (scene.today + timedelta(days=14)).isoformat(),
        "channels": ["网上大厅", "门户网站", "政务公开专栏"],
        "contact": "0431-81190000",
    }


@answers("approve_batch")
def batch_approved(scene: Scene) -> dict[str, Any]:
    return {"batch_result": "同意", "opinion": "同意兑现。"}


@answers("adjust_batch")
def batch_adjusted(scene: Scene) -> dict[str, Any]:
    return {"lines": [{"keep": "保留"} for _ in scene.rows("lines")], "applications": [], "note": "已核对。"}


@answers("confirm_fund")
def fund(scene: Scene) -> dict[str, Any]:
    return {"fund_confirmed": True, "opinion": "额度充足。"}


@answers("resolve_budget")
def budget(scene: Scene) -> dict[str, Any]:
    return {"budget_choice": "排队", "reason": "等待追加预算。"}


@answers("register_payment")
def payment(scene: Scene) -> dict[str, Any]:
    return {
        "lines": [
            {"outcome": "成功", "paid_on": scene.day(), "voucher_no": f"PZ{scene.today:%Y%m%d}{number:02d}"}
            for number, _ in enumerate(scene.rows("lines"), 1)
        ]
    }


@answers("file_amount", "file_auto_list")
def amount_filing(scene: Scene) -> dict[str, Any]:
    filed = {
        "period_from": scene.initial.get("period_from") or scene.today.replace(day=1).isoformat(),
        "period_to": scene.initial.get("period_to") or scene.day(),
        "beneficiaries": scene.initial.get("beneficiaries") or 1,
        "amount": scene.initial.get("amount") or scene.sample.item["cap"],
    }
    if scene.element_id == "file_auto_list":
        filed["detail"] = scene.file("享受名单", "名单见明细表。")
    return filed


@answers("file_periodic")
def periodic_filing(scene: Scene) -> dict[str, Any]:
    return {
        "period_from": scene.initial.get("period_from") or scene.today.replace(day=1).isoformat(),
        "period_to": scene.initial.get("period_to") or scene.day(),
        "source_unit": "新区税务局",
        "no_occurrence": False,
        "people_or_firms": scene.initial.get("people_or_firms") or 1520,
        "times": scene.initial.get("times") or 3040,
        "amount": scene.initial.get("amount") or "1286500",
    }


@answers("write_evaluation")
def evaluation(scene: Scene) -> dict[str, Any]:
    policy = scene.sample.policy
    return {
        "targets": [
            {"indicator": "受益户数", "goal": f"{policy['beneficiaries']}户", "actual": "见指标", "source": "兑现台账"}
        ],
        "satisfaction": "评价均为满意以上。",
        "problems": "个别企业首次申报要件不齐。",
        "experience": [
            {"lesson": "要件的形式标准写得越细，补正越少；窗口培训应逐件讲解。"},
            {"lesson": "认定结果能够共享的，下一期宜改为免申即享。"},
        ],
        "conclusion": "达到预期",
        "recommend": "终止",
        "reason": "本期任务完成。",
        "summary": f"{scene.sample.title}执行期满，资金按期兑现，受益者评价良好。",
        "report": scene.file("实施效果评估报告", "指标、问题、经验和建议。"),
    }


@answers("comment_evaluation")
def evaluation_comment(scene: Scene) -> dict[str, Any]:
    return {"stance": "同意", "comment": "数据与平台记录一致。"}


@answers("register_objection")
def objection(scene: Scene) -> dict[str, Any]:
    return {
        "objector_name": "示例举报人",
        "objector_phone": "13800000009",
        "target": "公示",
        "text": "对公示名单有异议。",
        "evidence": scene.file("异议证据", "情况说明。"),
    }


@answers("handle_objection")
def objection_handled(scene: Scene) -> dict[str, Any]:
    return {
        "findings": "经核实，认定无误。",
        "result": "不成立",
        "effect": "维持",
        "answer": "认定依据充分，维持公示结果。",
    }


@answers("confirm_objection")
def objection_confirmed(scene: Scene) -> dict[str, Any]:
    return {"confirm_result": "同意"}


@answers("accept_answer")
def answer_accepted(scene: Scene) -> dict[str, Any]:
    return {"answer_accepted": True}


@answers("recheck_objection")
def objection_rechecked(scene: Scene) -> dict[str, Any]:
    return {"effect": "维持", "opinion": "复核后维持。"}
