"""Rules of the item lifecycle's forms that span several fields (F42)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from processes.opening_words import PushChannel

#: Ways that happen at a place.
_AT_A_PLACE = (PushChannel.POSTER, PushChannel.SESSION)


def _pushes(values: dict[str, Any]) -> Mapping[str, str]:
    """Every push carries evidence; a poster and a session also their place."""
    refused: dict[str, str] = {}
    for number, row in enumerate(values["pushes"]):
        if not row["url"] and not row["evidence"]:
            refused[f"pushes.{number}.url"] = "请填写链接，或上传截图、照片作为证明。"
        if row["channel"] in _AT_A_PLACE and not row["place"]:
            refused[f"pushes.{number}.place"] = "海报张贴和解读会请填写地点。"
    return refused


RULES: Mapping[str, CrossFieldRules] = {"push_publicity": _pushes}
