"""Answers with which people make a policy, for tests: valid as they stand, changed by keyword."""

from __future__ import annotations

from typing import Any

from processes.policy_elements import CHECKLIST

TEXT = "长春新区高新技术企业认定奖励措施\n第三条 首次认定的，给予最高10万元奖励。".encode()
CHANGED_TEXT = TEXT.replace("10万元".encode(), "11万元".encode())

CLAUSES = [
    {"clause_no": "一", "content": "为支持科技创新，制定本措施。", "benefit": False},
    {"clause_no": "三", "content": "首次认定为高新技术企业的，给予最高10万元奖励。", "benefit": True},
]


def initiation(contact: str, **changes: Any) -> dict[str, Any]:
    """F01 of a policy that touches economic activity."""
    return {
        "title": "长春新区高新技术企业认定奖励措施",
        "target": "惠企",
        "level": "新区",
        "role": "制定",
        "maker_org": "STB",
        "contact": contact,
        "implementer_orgs": ["STB"],
        "background": "落实省、市关于培育高新技术企业的要求。",
        "specialised": False,
        "economic_activity": True,
        "major_decision": False,
        "budget_total": "5000000.00",
        "fund_sources": [
            {"fund_level": "市", "ratio": "50", "subject": "2060499"},
            {"fund_level": "新区", "ratio": "50", "subject": "2060499"},
        ],
        "planned_issue_on": "2026-12-01",
        "lessons_read": True,
        **changes,
    }


def assessment(report: str, **changes: Any) -> dict[str, Any]:
    """F02 below the amount from which the finance bureau is asked."""
    return {
        "necessity": "区内高新技术企业数量偏少。",
        "target_group": "区内科技型企业",
        "target_group_size": 300,
        "est_beneficiaries": 50,
        "est_amount": "500000",
        "fund_source": "新区财政",
        "expected_effects": [{"indicator": "新认定企业", "goal": "50 家", "measured_by": "认定文件"}],
        "precision_measures": "按认定文件逐户核对。",
        "duplication_check": "没有重复政策。",
        "auto_possible": False,
        "auto_reason": "认定名单不含账户信息，需要企业申报。",
        "conclusion": "建议制定",
        "report": [report],
        **changes,
    }


def opening(draft: str, **changes: Any) -> dict[str, Any]:
    """F04 without public comment."""
    return {
        "draft": [draft],
        "questions": [{"question": "奖励标准是否合理？"}],
        "invited": [{"source_type": "企业", "respondent": "示例光电科技有限公司"}],
        "public_comment": False,
        "reply_due": "2026-12-31",
        **changes,
    }


def outside_reply(**changes: Any) -> dict[str, Any]:
    return {"stance": "同意", "opinion": "标准合理。", "channel": "座谈会", "given_on": "2026-08-03", **changes}


def text_answers(file: str, **changes: Any) -> dict[str, Any]:
    return {"text_file": [file], "clauses": CLAUSES, "change_note": "吸收企业意见。", **changes}


def fair_review(conclusion: str = "不具有排除限制竞争效果", **changes: Any) -> dict[str, Any]:
    from forms.opinion_consultation import STANDARDS

    finding = {"不符合": "违反", "适用例外": "适用例外"}.get(conclusion, "不违反")
    return {
        "stakeholders_heard": [{"stakeholder": "示例生物医药有限公司", "heard": "没有不同意见"}],
        "findings": [{"standard": name, "situation": "不涉及", "finding": finding} for name in STANDARDS],
        "conclusion": conclusion,
        **changes,
    }


def legal_reply(**changes: Any) -> dict[str, Any]:
    return {"stance": "同意", "opinion": "合法。", "legal_result": "通过", "fair_result": "符合", **changes}


def finance_reply(**changes: Any) -> dict[str, Any]:
    return {
        "stance": "同意",
        "opinion": "资金已列入预算。",
        "fund_clear": True,
        "fund_source": "新区财政",
        "year_amount": "5000000",
        "fund_result": "有保障",
        **changes,
    }


def no_money_reply() -> dict[str, Any]:
    """财政局 says there is no money for it."""
    return finance_reply(stance="不同意", opinion="没有资金来源。", fund_clear=False, fund_result="无保障")


def summary(count: int, **changes: Any) -> dict[str, Any]:
    """F06 that adopts `count` opinions."""
    return {"rows": [{"adopted": "采纳"}] * count, "published": True, "conclusion": "可行", **changes}


def proposed_item(**changes: Any) -> dict[str, Any]:
    """An item with all twenty elements."""
    return {
        "name": "高新技术企业首次认定奖励",
        "implementer_org": "STB",
        "clause_no": "三",
        "benefit_kind": "奖补类",
        "disbursement_type": "APPLY",
        "beneficiary": "在新区注册的企业",
        "conditions": "首次通过高新技术企业认定",
        "materials": "高新技术企业证书\n营业执照",
        "handling_days": 15,
        "steps": "申报、受理、初审、审定、公示、兑现",
        "benefit_content": "最高10万元",
        "calc_rule": "首次认定每户10万元",
        "fund_source": "新区财政",
        "budget": "5000000",
        "channels": "线上和窗口",
        "paper_required": True,
        "window_addr": "新区政务服务中心一楼",
        "contact": "0431-81190000",
        "supervise_phone": "12345",
        "open_mode": "常年",
        "result_form": "兑现通知",
        "publicity_days": 5,
        **changes,
    }


def application(file: str, **changes: Any) -> dict[str, Any]:
    """F10."""
    return {
        "guidance_wanted": False,
        "text_version": [file],
        "clauses": CLAUSES,
        "items_proposed": [proposed_item()],
        "declared": True,
        **changes,
    }


def resubmission(file: str, **changes: Any) -> dict[str, Any]:
    answers = application(file, change_note="按审查意见修改。", **changes)
    del answers["guidance_wanted"]
    return answers


def review_answers(findings: int = 0, **changes: Any) -> dict[str, Any]:
    """F11 in which every line passes and every finding is adopted."""
    return {
        "checklist": [{"outcome": "合格"}] * len(CHECKLIST),
        "term_findings": [{"decision": "采纳"}] * findings,
        "result": "通过",
        "opinion": "要素齐全。",
        **changes,
    }


def issue(file: str, **changes: Any) -> dict[str, Any]:
    """F14."""
    return {
        "doc_no": "长新党政办发〔2026〕18号",
        "issuing_body": "长春新区管委会",
        "signed_on": "2026-08-03",
        "published_on": "2026-08-03",
        "effective_from": "2026-09-01",
        "final_text": [file],
        "confidential": False,
        **changes,
    }


def agreed(field: str) -> dict[str, Any]:
    """A head, or an approver, agrees."""
    return {field: "同意"}
