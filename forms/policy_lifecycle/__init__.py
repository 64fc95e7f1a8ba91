"""Rules of the lifecycle's own forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import clause_numbers_once
from processes.policy_words import DistrictRole, Level


def _initiation(values: dict[str, Any]) -> Mapping[str, str]:
    """Who makes what, and whole shares of the money."""
    refused: dict[str, str] = {}
    if values["role"] == DistrictRole.MAKES and values["level"] != Level.DISTRICT:
        refused["role"] = "国家、省、市的政策由新区落实，请把新区角色改为“落实”，或把层级改为“新区”。"
    shares = [row["ratio"] for row in values["fund_sources"]]
    if shares and sum(shares, Decimal(0)) != 100:
        refused["fund_sources"] = f"各级资金比例合计为 {sum(shares, Decimal(0))}%，应为 100%，请调整。"
    return refused


def _issue(values: dict[str, Any]) -> Mapping[str, str]:
    """Dates in their order."""
    refused: dict[str, str] = {}
    if values["published_on"] < values["signed_on"]:
        refused["published_on"] = "发布日期不能早于成文日期，请核对。"
    if values["effective_to"] is not None and values["effective_to"] < values["effective_from"]:
        refused["effective_to"] = "失效日期不能早于生效日期，请核对。"
    return refused


RULES: Mapping[str, CrossFieldRules] = {
    "initiate_policy": _initiation,
    "revise_initiation": _initiation,
    "revise_draft": clause_numbers_once,
    "register_issue": _issue,
}
