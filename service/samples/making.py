"""How the makers of a sample policy, the departments and 政数局 fill in their forms."""

from __future__ import annotations

from typing import Any

from processes.policy_elements import CHECKLIST
from service.samples.scene import Scene, answers

#: Elements that the form takes as the sample has them.
_SAME = (
    "name",
    "benefit_kind",
    "disbursement_type",
    "beneficiary",
    "handling_days",
    "steps",
    "benefit_content",
    "calc_rule",
    "fund_source",
    "budget",
    "open_mode",
    "result_form",
    "publicity_days",
)
_FAIR_STANDARDS = ("市场准入和退出", "商品和要素自由流动", "影响生产经营成本", "影响生产经营行为")


@answers("initiate_policy")
def initiation(scene: Scene) -> dict[str, Any]:
    policy = scene.sample.policy
    return {
        "title": scene.sample.title,
        "target": policy["target"],
        "level": policy["level"],
        "role": policy["role"],
        "maker_org": scene.sample.maker_org,
        "contact": scene.options["contact"][0]["value"],
        "implementer_orgs": [scene.sample.maker_org],
        "background": policy["background"],
        "legal_basis": policy["legal_basis"],
        "specialised": policy.get("specialised", False),
        "economic_activity": policy.get("economic_activity", False),
        "major_decision": False,
        "budget_total": policy["budget_total"],
        "fund_sources": policy["fund_sources"],
        "planned_issue_on": scene.day(60),
        "lessons_read": True,
    }


@answers("revise_initiation")
def revision(scene: Scene) -> dict[str, Any]:
    changed = initiation(scene)
    del changed["maker_org"]
    return {**changed, "change_note": "按评估意见完善。"}


@answers("write_assessment")
def assessment(scene: Scene) -> dict[str, Any]:
    policy = scene.sample.policy
    return {
        "necessity": policy["background"],
        "target_group": policy["group"],
        "target_group_size": policy["group_size"],
        "est_beneficiaries": policy["beneficiaries"],
        "est_amount": policy["estimate"],
        "fund_source": policy["fund_source"],
        "expected_effects": [
            {"indicator": "受益户数", "goal": f"{policy['beneficiaries']}户", "measured_by": "兑现台账"}
        ],
        "precision_measures": "按上级认定文件和共享数据逐户核对，符合条件的才兑现。",
        "duplication_check": "已与现行政策逐条比对，没有重复和冲突。",
        "lessons_used": "已按以往评估经验明确要件和时限。",
        "auto_possible": scene.sample.item["disbursement_type"] == "AUTO",
        "auto_reason": "上级名单和共享数据能够确定对象的免申即享，其余需要申报人提供账户和证明。",
        "conclusion": "建议制定",
        "report": scene.file("事前评估报告", "必要性、对象、资金和效果评估。"),
    }


@answers("assess_fund_effect")
def fund_effect(scene: Scene) -> dict[str, Any]:
    return {
        "fund_clear": True,
        "fund_source": scene.sample.policy["fund_source"],
        "year_amount": scene.sample.policy["budget_total"],
        "fund_result": "有保障",
        "opinion": "资金已列入年度预算，效益目标明确。",
    }


@answers("sign_assessment", "sign_evaluation")
def signature(scene: Scene) -> dict[str, Any]:
    return {"sign_result": "同意", "opinion": "同意。"}


@answers("open_consultation")
def consultation(scene: Scene) -> dict[str, Any]:
    specialised = scene.sample.policy.get("specialised", False)
    return {
        "draft": scene.file("征求意见稿", scene.sample.policy["clause"]),
        "questions": [{"question": "兑现标准是否合理？"}, {"question": "申报要件能否再精简？"}],
        "invited": [
            {"source_type": "企业", "respondent": "示例光电科技有限公司"},
            {"source_type": "行业协会", "respondent": "示例高新技术企业协会"},
        ],
        "expert_orgs": ["EXP"] if specialised else [],
        "public_comment": False,
        "reply_due": scene.day(14),
    }


@answers("reply_outside")
def outside(scene: Scene) -> dict[str, Any]:
    return {
        "stance": "同意",
        "opinion": "标准合理，建议尽量线上办理。",
        "channel": "座谈会",
        "given_on": scene.day(),
        "typed_for_them": True,
        "files": scene.file("座谈记录", "企业和协会意见。"),
    }


@answers("argue_policy", "argue_application")
def argument(scene: Scene) -> dict[str, Any]:
    return {
        "expert": "庄教授",
        "unit": "示例大学",
        "field": "科技管理",
        "stance": "同意",
        "opinion": "目标清楚，措施可行。",
    }


@answers("collect_public_comments")
def comments(scene: Scene) -> dict[str, Any]:
    return {"comments": [], "summary": "征求期内没有收到意见。"}


@answers("draft_text", "revise_draft")
def text(scene: Scene) -> dict[str, Any]:
    return {
        "text_file": [scene.upload("政策文本.txt", scene.sample.text)],
        "clauses": scene.sample.clauses,
        "change_note": "吸收企业和协会意见。",
    }


@answers("review_fair_competition")
def fair(scene: Scene) -> dict[str, Any]:
    return {
        "stakeholders_heard": [{"stakeholder": "示例生物医药有限公司", "heard": "没有不同意见"}],
        "findings": [{"standard": name, "situation": "不涉及", "finding": "不违反"} for name in _FAIR_STANDARDS],
        "conclusion": "不具有排除限制竞争效果",
    }


@answers("reply_legal")
def legal(scene: Scene) -> dict[str, Any]:
    fair_result = "符合" if scene.sample.policy.get("economic_activity") else "不涉及"
    return {"stance": "同意", "opinion": "内容合法。", "legal_result": "通过", "fair_result": fair_result}


@answers("reply_finance")
def finance(scene: Scene) -> dict[str, Any]:
    return {"stance": "同意", **fund_effect(scene)}


@answers("reply_data_bureau")
def data_bureau(scene: Scene) -> dict[str, Any]:
    return {"stance": "同意", "opinion": "要素齐全，可以上线。", "online_feasible": True}


@answers("summarise_opinions")
def summary(scene: Scene) -> dict[str, Any]:
    count = len(scene.rows("rows"))
    return {"rows": [{"adopted": "采纳"}] * count, "published": True, "conclusion": "可行"}


@answers("confirm_summary")
def confirmed(scene: Scene) -> dict[str, Any]:
    return {"confirm_result": "同意"}


@answers("apply_review", "resubmit_review")
def review_application(scene: Scene) -> dict[str, Any]:
    filled = {
        "text_version": [scene.upload("政策文本.txt", scene.sample.text)],
        "clauses": scene.sample.clauses,
        "items_proposed": [proposed_item(scene)],
        "declared": True,
    }
    if scene.element_id == "resubmit_review":
        return {**filled, "change_note": "按审查意见修改。"}
    return {"guidance_wanted": False, **filled}


def proposed_item(scene: Scene) -> dict[str, Any]:
    """The item with its twenty elements, as the review's form takes it."""
    item = scene.sample.item
    proposed: dict[str, Any] = {name: item[name] for name in _SAME}
    proposed |= {
        "implementer_org": scene.sample.maker_org,
        "clause_no": "二",
        "conditions": "\n".join(each["text"] for each in item["conditions"]),
        "contact": "0431-81190000",
        "supervise_phone": "12345",
    }
    if item["disbursement_type"] == "APPLY":
        proposed |= {
            "materials": "\n".join(each["name"] for each in item["materials"]),
            "channels": item["channels"],
            "paper_required": any(each["paper"] for each in item["materials"]),
            "window_addr": item["window_addr"],
        }
    return {name: value for name, value in proposed.items() if value not in ("", None)}


@answers("give_guidance")
def guidance(scene: Scene) -> dict[str, Any]:
    elements = ("实施主体", "办理时限", "申报要件", "兑现内容")
    return {
        "elements": [{"element": each, "present": "表述笼统", "advised": "逐项写明"} for each in elements],
        "advice": "按二十要素逐项提炼。",
    }


@answers("review_text")
def review(scene: Scene) -> dict[str, Any]:
    findings = len(scene.rows("term_findings"))
    return {
        "checklist": [{"outcome": "合格"}] * len(CHECKLIST),
        "term_findings": [{"decision": "采纳"}] * findings,
        "result": "通过",
        "opinion": "要素齐全，用语规范。",
    }


@answers("approve_review")
def review_approval(scene: Scene) -> dict[str, Any]:
    return {"approve_result": "同意", "opinion": "同意。"}


@answers("register_issue")
def issue(scene: Scene) -> dict[str, Any]:
    return {
        "doc_no": scene.sample.policy["doc_no"],
        "issuing_body": "长春新区管委会",
        "signed_on": scene.day(),
        "published_on": scene.day(),
        "effective_from": scene.day(),
        "final_text": [scene.upload("正式文本.txt", scene.sample.text)],
        "confidential": False,
    }
