"""Rules of the forms of reviewing that span several fields (F23)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from processes.application_words import CreditState, ExclusiveChoice, Verdict

_NOT_MET = "不满足"


def _review(values: dict[str, Any]) -> Mapping[str, str]:
    """Passing needs every condition met, no restriction of credit, and this item chosen among exclusive ones."""
    refused = {
        f"checks.{number}.evidence": "不满足的条件请写明依据。"
        for number, row in enumerate(values["checks"])
        if row["met"] == _NOT_MET and not row["evidence"]
    }
    if values["result"] != Verdict.PASSED:
        return refused
    failed = [number for number, row in enumerate(values["checks"], 1) if row["met"] == _NOT_MET]
    if failed:
        lines = "、".join(str(number) for number in failed)
        refused["result"] = f"第 {lines} 项条件不满足，不能通过。请选“不通过”并选择理由。"
    elif values["credit"] == CreditState.RESTRICTED:
        refused["result"] = "有失信限制，不能通过。请选“不通过”，理由选“Q7 信用限制”。"
    elif values["exclusive_choice"] == ExclusiveChoice.OTHER:
        refused["result"] = "已选择保留互斥事项，本件不能通过。请选“不通过”，理由选“Q4 重复享受”。"
    return refused


RULES: Mapping[str, CrossFieldRules] = {
    "review_first": _review,
    "review_second": _review,
    "decide_application": _review,
}
