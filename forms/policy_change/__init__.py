"""Rules of the forms of changing an open policy that span several fields (F16, F39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import return_has_reason
from processes.change_words import ChangeKind, Transition
from processes.opening_words import Channel


def _change(values: dict[str, Any]) -> Mapping[str, str]:
    """An adjustment says what becomes what; what ends has no new rule to follow."""
    adjusting = values["kind"] == ChangeKind.ADJUST
    if adjusting and values["transition"] == Transition.END:
        return {"transition": "调整的事项继续办理，在办件请选“按旧政策办结”或“按新政策”。"}
    if not adjusting and values["transition"] == Transition.FOLLOW:
        return {"transition": "废止的事项没有新政策，在办件请选“按旧政策办结”或“终止并告知”。"}
    if not adjusting:
        return {}
    if not (values["changes"] or values["added_materials"] or values["dropped_materials"]):
        return {"changes": "请填写要调整的要素，或要增减的要件。"}
    return _once(values["changes"])


def _once(rows: Any) -> dict[str, str]:
    seen: set[str] = set()
    refused = {}
    for number, row in enumerate(rows):
        if row["element"] in seen:
            refused[f"changes.{number}.element"] = "同一要素填了不止一次，请合并。"
        seen.add(row["element"])
    return refused


def _settled(values: dict[str, Any]) -> Mapping[str, str]:
    """Every channel that is not ours says what will be shown there."""
    return {
        f"channels.{number}.note": "请填写链接、上传样稿，或说明将如何更新。"
        for number, row in enumerate(values["channels"])
        if row["channel"] != Channel.HALL and not (row["url"] or row["evidence"] or row["note"])
    }


def _confirmed(values: dict[str, Any]) -> Mapping[str, str]:
    """Evidence for every channel; the hall is part of this house and needs none."""
    return {
        f"channels.{number}.url": "请填写链接，或上传截图作为证明。"
        for number, row in enumerate(values["channels"])
        if row["channel"] != Channel.HALL and not row["url"] and not row["evidence"]
    }


RULES: Mapping[str, CrossFieldRules] = {
    "apply_change": _change,
    "revise_change": _change,
    "review_change": return_has_reason("review_result"),
    "approve_change": return_has_reason("change_result"),
    "prepare_channels": _settled,
    "confirm_channels": _confirmed,
}
