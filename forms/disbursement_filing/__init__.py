"""Rules of the disbursement's forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.identifiers import is_credit_code, is_id_number
from forms.policy_text import return_has_reason

#: Kinds of beneficiary that are known by a 统一社会信用代码; people by their id number.
_BY_CREDIT_CODE = ("企业", "个体工商户", "社会组织")


def _period(values: dict[str, Any]) -> Mapping[str, str]:
    if values["period_to"] < values["period_from"]:
        return {"period_to": "期间止不能早于期间起，请核对。"}
    return {}


def _list(values: dict[str, Any]) -> Mapping[str, str]:
    refused: dict[str, str] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(values["beneficiaries"]):
        place = f"beneficiaries.{number}"
        code = row["code"].replace(" ", "").upper()
        if row["kind"] in _BY_CREDIT_CODE and not is_credit_code(code):
            refused[f"{place}.code"] = "统一社会信用代码不正确（18位，含校验码），请对照营业执照核对。"
        elif row["kind"] not in _BY_CREDIT_CODE and not is_id_number(code):
            refused[f"{place}.code"] = "身份证号码不正确（18位，含校验码），请核对。"
        elif code in seen:
            refused[f"{place}.code"] = f"与第 {seen[code] + 1} 行是同一主体，请合并。"
        seen.setdefault(code, number)
        if row["decision"] == "享受" and row["amount"] == 0:
            refused[f"{place}.amount"] = "享受的金额应大于 0；不享受的请认定为“剔除”。"
        if row["decision"] == "享受" and row["account_name"] != row["name"]:
            refused[f"{place}.account_name"] = "收款户名应与享受主体的名称一致，请核对账户。"
    return refused


def _publicity(values: dict[str, Any]) -> Mapping[str, str]:
    if values["to_on"] < values["from_on"]:
        return {"to_on": "公示截止日不能早于开始日，请核对。"}
    return {}


def _fund(values: dict[str, Any]) -> Mapping[str, str]:
    if values["fund_confirmed"] is False and not values["opinion"]:
        return {"opinion": "资金没有落实的，请说明原因，让制定部门知道如何处理。"}
    return {}


RULES: Mapping[str, CrossFieldRules] = {
    "create_batch": _period,
    "confirm_periodic": return_has_reason("periodic_result"),
    "check_list": _list,
    "confirm_list": return_has_reason("list_result"),
    "publish_results": _publicity,
    "approve_batch": return_has_reason("batch_result"),
    "confirm_fund": _fund,
}
