"""An open item, and answers with which people apply for it, accept and review: valid as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from processes.clock import SHANGHAI
from processes.item_words import ItemStatus
from processes.policy_words import PolicyStatus
from service.seed.people import ENTERPRISE, ENTERPRISE_2
from storage.db import new_id
from storage.items import next_item_number
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.numbers import next_number

#: Two documents: one from the applicant, which may follow later, and one that is looked up in shared data.
MATERIALS: list[dict[str, Any]] = [
    {
        "no": "M1",
        "name": "高新技术企业证书",
        "kind": "电子件",
        "copies": 1,
        "paper_required": False,
        "source": "申报人自备",
        "share_source": None,
        "formal_check_standard": "证书在有效期内，名称与营业执照一致。",
        "tolerable": True,
        "validity": "三年",
    },
    {
        "no": "M2",
        "name": "营业执照",
        "kind": "电子件",
        "copies": 1,
        "paper_required": False,
        "source": "数据共享",
        "share_source": "市场监管登记库",
        "formal_check_standard": "登记状态为存续。",
        "tolerable": False,
        "validity": None,
    },
]

CONDITIONS: list[dict[str, Any]] = [
    {"no": 1, "text": "首次认定为高新技术企业", "field": None, "operator": None, "value": None, "source": None},
    {
        "no": 2,
        "text": "上年度研发投入不低于 100 万元",
        "field": "rd_cost",
        "operator": "不低于",
        "value": "100",
        "source": "税务",
    },
]


#: An item that pays up to 10万元 a year to one applicant, from a budget of 500万元.
ITEM: dict[str, Any] = {
    "name": "高新技术企业首次认定奖励",
    "clause_no": "三",
    "benefit_kind": "奖补类",
    "disbursement_type": "APPLY",
    "implementer_org": "STB",
    "beneficiary": "在新区注册的企业",
    "conditions": CONDITIONS,
    "materials": MATERIALS,
    "handling_days": 15,
    "benefit_content": "最高10万元",
    "calc_rule": "首次认定每户10万元",
    "budget_fen": 500_000_000,
    "cap_fen": 10_000_000,
    "channels": "线上和窗口",
    "window_org": "SVC",
    "supervise_phone": "12345",
    "open_mode": "常年",
    "open_at": datetime(2026, 8, 1, 9, tzinfo=SHANGHAI),
    "publicity_days": 5,
}


def open_item(session: Session, district_id: str, by: UUID, at: datetime, **changes: Any) -> PolicyItem:
    """An item that takes applications at `at`, of a policy that was in force before it came into the system."""
    policy = _policy(session, district_id, by, at)
    item = PolicyItem(
        district_id=district_id,
        id=new_id(),
        number=next_item_number(session, policy),
        policy_id=policy.id,
        inherited=True,
        status=ItemStatus.OPEN,
        filled_by=by,
        filled_at=at,
        launched_at=at,
        opened_at=at,
        created_at=at,
        updated_at=at,
    )
    for name, value in {**ITEM, **changes}.items():
        setattr(item, name, value)
    session.add(item)
    session.flush()
    return item


def _policy(session: Session, district_id: str, by: UUID, at: datetime) -> Policy:
    policy = Policy(
        district_id=district_id,
        id=new_id(),
        number=next_number(session, district_id, "ZC", on=at.date(), width=4),
        title="长春新区高新技术企业认定奖励措施",
        status=PolicyStatus.RUNNING,
        maker_org="STB",
        implementer_orgs=["STB"],
        level="新区",
        role="制定",
        target="惠企",
        specialised=False,
        economic_activity=True,
        inherited=True,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    session.add(policy)
    session.flush()
    return policy


def form(file: str, **changes: Any) -> dict[str, Any]:
    """F20 of the first example enterprise, online."""
    return {
        "kind": "企业",
        "applicant_name": "示例光电科技有限公司",
        "uscc": ENTERPRISE,
        "legal_rep": "申大明",
        "contact": "申小明",
        "phone": "13800000001",
        "account_name": "示例光电科技有限公司",
        "account_bank": "示例银行长春新区支行",
        "account_no": "6222000011112222",
        "requested_amount": "100000",
        "statement": "2026年7月首次认定为高新技术企业，证书编号 GR202622000001。",
        "conditions": [{"met": "符合"}, {"met": "符合", "value": "260 万元"}],
        "materials": [{"handed_in": "电子件", "files": [file]}, {"handed_in": "数据共享"}],
        "auth_data_query": True,
        "commitment": True,
        **changes,
    }


def other_form(file: str, **changes: Any) -> dict[str, Any]:
    """F20 of the second example enterprise."""
    name = "示例生物医药有限公司"
    return form(file, **{"applicant_name": name, "uscc": ENTERPRISE_2, "account_name": name, **changes})


def window_form(file: str, **changes: Any) -> dict[str, Any]:
    """F20 typed in at the window for the person in front of it."""
    agent = {"typed_for_them": True, "agent_name": "申小明", "agent_phone": "13800000001"}
    return form(file, **{**agent, **changes})


def acceptance(*outcomes: str, **changes: Any) -> dict[str, Any]:
    """F21 that accepts; one outcome per document."""
    lines = [
        {"outcome": each} if each == "合格" else {"outcome": each, "note": "缺少盖章页，请补盖公章后重新上传。"}
        for each in outcomes or ("合格", "合格")
    ]
    return {"lines": lines, "accept_result": "受理", **changes}


def to_correct(**changes: Any) -> dict[str, Any]:
    """F21 that asks for a correction of the first document."""
    return acceptance("不合格", "合格", **{"accept_result": "补正", "reason": "证书缺少盖章页。", **changes})


def correction(file: str, **changes: Any) -> dict[str, Any]:
    """F22 of the applicant."""
    return {"missing": [{"files": [file]}], "explanation": "已补盖公章。", **changes}


def opinion(**changes: Any) -> dict[str, Any]:
    """F23 that passes with the whole request."""
    return {
        "checks": [{"met": "满足", "evidence": "证书"}, {"met": "满足", "evidence": "年度审计报告"}],
        "credit": "无失信限制",
        "result": "通过",
        "amount": "100000",
        "opinion": "条件满足。",
        **changes,
    }


def refusal(reason: str = "Q2", **changes: Any) -> dict[str, Any]:
    """F23 that does not pass."""
    refused = {"result": "不通过", "reason_code": reason, "opinion": "研发投入不足。"}
    return {**{name: value for name, value in opinion().items() if name != "amount"}, **refused, **changes}


def sent_back(**changes: Any) -> dict[str, Any]:
    """F23 that goes back to the first reviewer."""
    return {**refusal(), "result": "退回上一环节", "opinion": "依据不充分，请补充。", "reason_code": None, **changes}


def expert_opinion(**changes: Any) -> dict[str, Any]:
    """F03."""
    words = {"expert": "庄教授", "unit": "示例大学", "field": "光电", "stance": "同意", "opinion": "技术路线成熟。"}
    return {**words, **changes}


def site_visit(day: str, **changes: Any) -> dict[str, Any]:
    """F23b by two people."""
    people = [{"name": "初审言", "unit": "科技创新局"}, {"name": "傅审言", "unit": "科技创新局"}]
    visit = {"visited_on": day, "people": people, "findings": "研发场地和设备属实。", "outcome": "与申报一致"}
    return {**visit, **changes}


def objection(number: str, **changes: Any) -> dict[str, Any]:
    """F25 against an application."""
    return {
        "objector_name": "示例生物医药有限公司",
        "objector_phone": "13800000002",
        "target": "申报",
        "application_no": number,
        "text": "该企业并非首次认定。",
        **changes,
    }


def handling(**changes: Any) -> dict[str, Any]:
    """What the department answers to an objection it dismisses."""
    words = {"findings": "经核对认定文件，确为首次认定。", "answer": "经核实，异议不成立。"}
    return {**words, "result": "不成立", "effect": "维持", **changes}
