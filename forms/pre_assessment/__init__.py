"""Rules of the pre-assessment's forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import return_has_reason
from processes.policy_words import FundResult


def _assessment(values: dict[str, Any]) -> Mapping[str, str]:
    if values["est_beneficiaries"] > values["target_group_size"]:
        return {"est_beneficiaries": "预计受益数不能大于惠及对象总数，请核对。"}
    return {}


def _fund_effect(values: dict[str, Any]) -> Mapping[str, str]:
    if values["fund_result"] == FundResult.SECURED and not values["fund_clear"]:
        return {"fund_result": "资金来源尚不明确，不能认定为“有保障”。请勾选资金来源已明确，或改选结论。"}
    if values["fund_clear"] and not values["fund_source"]:
        return {"fund_source": "资金来源已明确的，请写明来源。"}
    return {}


RULES: Mapping[str, CrossFieldRules] = {
    "write_assessment": _assessment,
    "assess_fund_effect": _fund_effect,
    "sign_assessment": return_has_reason("sign_result"),
}
