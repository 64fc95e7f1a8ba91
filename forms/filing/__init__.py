"""Rules of the filings' forms that span several fields (F16, F19, F28, F30, F31)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from processes.opening_words import Channel, ReceiveResult


def _period(values: dict[str, Any]) -> Mapping[str, str]:
    if values["period_to"] < values["period_from"]:
        return {"period_to": "期间的止日不能早于起日，请核对。"}
    return {}


def _reception(values: dict[str, Any]) -> Mapping[str, str]:
    if values["receive_result"] == ReceiveResult.RETURNED and not values["opinion"]:
        return {"opinion": "退回补充时请一次写明要补什么。"}
    return {}


def _publication(values: dict[str, Any]) -> Mapping[str, str]:
    """Evidence for every channel; the hall publishes itself and needs none."""
    return {
        f"channels.{number}.url": "请填写链接，或上传截图作为证明。"
        for number, row in enumerate(values["channels"])
        if row["channel"] != Channel.HALL and not row["url"] and not row["evidence"]
    }


RULES: Mapping[str, CrossFieldRules] = {
    "file_auto_list": _period,
    "file_amount": _period,
    "file_periodic": _period,
    "receive_filing": _reception,
    "publish_opening": _publication,
}
