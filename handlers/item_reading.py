"""An item's twenty elements in the words in which people read them: for guides, and for those who work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.item_case import elements_of
from processes.item_words import DisbursementType
from processes.money import format_yuan
from processes.policy_elements import DISBURSEMENT_TYPES, ELEMENTS
from storage.models.items import PolicyItem
from storage.models.policies import Policy


def content_of(item: PolicyItem, policy: Policy, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The twenty elements as [{number, label, value}]; `names` are those of organisations, by code."""
    values = elements_of(item) | {
        "implementer_org": names.get(item.implementer_org, item.implementer_org),
        "clause_no": f"{policy.title}（{policy.doc_no or policy.number}）第{item.clause_no}条",
        "disbursement_type": DISBURSEMENT_TYPES[DisbursementType(item.disbursement_type)],
        "handling_days": _handling(item),
        "materials": "\n".join(_material(row) for row in item.materials),
        "budget": "" if item.budget_fen is None else f"年度额度{format_yuan(item.budget_fen)}元",
        "window_addr": _window(item, names),
        "publicity_days": f"公示{item.publicity_days}个工作日",
        "contact": f"咨询 {item.contact}",
        "supervise_phone": f"监督投诉 {item.supervise_phone}",
    }
    return [
        {
            "number": element.number,
            "label": element.label,
            "value": "；".join(str(values[key]) for key in element.keys if values[key]) or "无",
        }
        for element in ELEMENTS
    ]


def _handling(item: PolicyItem) -> str:
    words = f"{item.handling_days}个工作日"
    return f"{words}（不计入：{item.handling_excludes}）" if item.handling_excludes else words


def _material(row: Mapping[str, Any]) -> str:
    facts = [str(row.get("kind") or ""), "须交纸质" if row.get("paper_required") else ""]
    facts += ["可容缺后补" if row.get("tolerable") else "", str(row.get("share_source") or "")]
    note = "，".join(fact for fact in facts if fact)
    return f"{row['name']}（{note}）" if note else str(row["name"])


def _window(item: PolicyItem, names: Mapping[str, str]) -> str:
    centre = names.get(item.window_org or "", "")
    return "，".join(part for part in (centre, item.window_addr) if part)
