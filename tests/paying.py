"""Answers as the people who pay benefits and evaluate policies give them: one good set per form, to be varied."""

from __future__ import annotations

from datetime import date
from typing import Any

from forms.identifiers import make_credit_code, make_id_number
from tests.making import agreed as agreed


def firm_code(number: int) -> str:
    """The credit code of an invented enterprise; 0 and 1 belong to the demo applicants."""
    return make_credit_code(f"91220101MA0EXAMP{number}")


def batch(item_id: object, **changes: Any) -> dict[str, Any]:
    """A batch of everything that waits for the item."""
    return {"item": str(item_id), "period_from": "2026-07-01", "period_to": "2026-07-31", **changes}


def periodic_batch(item_id: object, **changes: Any) -> dict[str, Any]:
    """A batch for the figures of June."""
    return batch(
        item_id, **{"period_from": "2026-06-01", "period_to": "2026-06-30", "produced_on": "2026-06-30", **changes}
    )


def report(**changes: Any) -> dict[str, Any]:
    """F30."""
    return {
        "source_unit": "新区税务局",
        "produced_on": "2026-06-30",
        "no_occurrence": False,
        "beneficiaries": 120,
        "times": 130,
        "amount": "350000",
        **changes,
    }


def zero_report(**changes: Any) -> dict[str, Any]:
    """F30 of a period in which nothing happened."""
    return {"source_unit": "新区税务局", "produced_on": "2026-06-30", "no_occurrence": True, **changes}


def beneficiary(number: int = 5, **changes: Any) -> dict[str, Any]:
    """One enterprise of a list."""
    name = f"示例智能装备{number}号有限公司"
    return {
        "name": name,
        "kind": "企业",
        "code": firm_code(number),
        "account_name": name,
        "account": f"22010100000000{number:02d}",
        "amount": "200000",
        "facts": "列入上级公布的认定名单",
        "decision": "享受",
        **changes,
    }


def resident(number: int = 11, **changes: Any) -> dict[str, Any]:
    """One person of a list."""
    return beneficiary(
        name="张三丰",
        kind="居民",
        code=make_id_number("220193", born=date(1990, 1, 2), sequence=number),
        account_name="张三丰",
        account=f"62220000000000{number:02d}",
        amount="3600",
        **changes,
    )


def beneficiary_list(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """F29."""
    return {
        "rule_version": "2026年第1版",
        "data_sources": [{"source": "省工信厅认定名单", "as_of": "2026-09-30"}],
        "beneficiaries": list(rows) or [beneficiary(5), beneficiary(6)],
        **changes,
    }


def publicity(begin: str, end: str, **changes: Any) -> dict[str, Any]:
    """F24."""
    return {
        "from_on": begin,
        "to_on": end,
        "channels": ["网上大厅", "门户网站"],
        "contact": "0431-81190000",
        **changes,
    }


def funds(**changes: Any) -> dict[str, Any]:
    """财政局 has the money."""
    return {"fund_confirmed": True, "opinion": "资金已落实。", **changes}


def no_funds() -> dict[str, Any]:
    return {"fund_confirmed": False, "opinion": "上级资金尚未下达。"}


def transfer(amount: str, **changes: Any) -> dict[str, Any]:
    """More money for the item."""
    return {
        "budget_choice": "调剂",
        "amount": amount,
        "source": "新区产业发展专项资金",
        "document_no": "长新财〔2026〕12号",
        "reason": "兑现金额超过年度额度。",
        **changes,
    }


def waiting() -> dict[str, Any]:
    return {"budget_choice": "排队", "reason": "等待下半年资金。"}


def stopping() -> dict[str, Any]:
    return {"budget_choice": "停止申报", "reason": "本年度额度用尽。"}


def receipt(paid_on: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """The bank paid one line."""
    return {"outcome": "成功", "paid_on": paid_on, "voucher_no": f"PZ{number:05d}", **changes}


def failure(reason: str = "收款户名与账号不符") -> dict[str, Any]:
    """The bank did not pay one line."""
    return {"outcome": "失败", "reason": reason}


def receipts(*lines: dict[str, Any]) -> dict[str, Any]:
    """F27."""
    return {"lines": list(lines)}


def kept(count: int) -> list[dict[str, Any]]:
    return [{"keep": "保留"}] * count


def adjustment(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"lines": list(lines), "note": "按审批意见调整。", **changes}


def returned(field: str, opinion: str = "请核对金额。") -> dict[str, Any]:
    """Somebody sends a paper back."""
    return {field: "退回", "opinion": opinion}


def amount_filing(beneficiaries: int, amount: str, **changes: Any) -> dict[str, Any]:
    """F28: what the batch of July produced."""
    return {
        "period_from": "2026-07-01",
        "period_to": "2026-07-31",
        "beneficiaries": beneficiaries,
        "amount": amount,
        **changes,
    }


def periodic_filing(**changes: Any) -> dict[str, Any]:
    """F30 as filed: the figures of June."""
    return {
        "period_from": "2026-06-01",
        "period_to": "2026-06-30",
        "source_unit": "新区税务局",
        "no_occurrence": False,
        "people_or_firms": 120,
        "times": 130,
        "amount": "350000",
        **changes,
    }


def zero_filing(**changes: Any) -> dict[str, Any]:
    """F30 as filed when nothing happened."""
    answers = periodic_filing(no_occurrence=True, **changes)
    for name in ("people_or_firms", "times", "amount"):
        answers.pop(name)
    return answers


def evaluation(report: str, **changes: Any) -> dict[str, Any]:
    """F32."""
    return {
        "targets": [{"indicator": "新增高新技术企业", "goal": "40家", "actual": "43家", "source": "科技创新局"}],
        "satisfaction": "电话回访受益企业30家，满意29家。",
        "problems": "证书原件仍须到窗口核验。",
        "experience": [{"lesson": "证书信息可由数据共享取得，下一项政策不再要求原件。"}],
        "conclusion": "达到预期",
        "recommend": "终止",
        "reason": "目标已完成。",
        "summary": "两年共奖励企业43家。",
        "report": [report],
        **changes,
    }


def comment(**changes: Any) -> dict[str, Any]:
    """政数局 on the evaluation."""
    return {"stance": "同意", "comment": "建议将免申即享作为后续政策的首选。", **changes}
