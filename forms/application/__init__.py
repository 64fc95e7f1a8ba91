"""Rules of the forms of applying that span several fields (F21, F22, F43)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from processes.application_words import WORST_ACCEPTABLE_RATING, AcceptResult, Formal


def _acceptance(values: dict[str, Any]) -> Mapping[str, str]:
    """The result follows from the lines: nothing faulty is accepted, and nothing faultless is sent back."""
    lines = values["lines"]
    refused = {
        f"lines.{number}.note": "请写明缺什么、怎样改，以便一次性告知。"
        for number, row in enumerate(lines)
        if row["outcome"] != Formal.PASSED and not row["note"]
    }
    outcomes = [row["outcome"] for row in lines]
    if values["accept_result"] == AcceptResult.ACCEPTED:
        if Formal.FAILED in outcomes:
            refused["accept_result"] = "有不合格的要件，不能受理。请选“补正”，或将可以容缺的改为“容缺后补”。"
        if Formal.TOLERATED in outcomes and values["tolerated_due"] is None:
            refused["tolerated_due"] = "有容缺后补的要件，请填写补交期限。"
    if values["accept_result"] == AcceptResult.CORRECTION and Formal.FAILED not in outcomes:
        refused["accept_result"] = "没有不合格的要件，不需要补正。请选“受理”，或在要件中标明问题。"
    return refused


def _second_correction(values: dict[str, Any]) -> Mapping[str, str]:
    if values["second_correction"] == "不同意" and not values["opinion"]:
        return {"opinion": "不同意再次补正时请说明理由。"}
    return {}


def _correction(values: dict[str, Any]) -> Mapping[str, str]:
    """Everything at once: each point is answered by a document or by words."""
    return {
        f"missing.{number}.explain": "请上传补正材料，或说明情况。"
        for number, row in enumerate(values["missing"])
        if not row["files"] and not row["explain"]
    }


def _rating(values: dict[str, Any]) -> Mapping[str, str]:
    if values["rating_level"] < WORST_ACCEPTABLE_RATING and not values["text"]:
        return {"text": "不满意的请写明原因，我们会核实整改并答复您。"}
    return {}


RULES: Mapping[str, CrossFieldRules] = {
    "accept_at_window": _acceptance,
    "accept_online": _acceptance,
    "approve_second_correction": _second_correction,
    "correct_application": _correction,
    "rate_service": _rating,
}
