"""Rules of the forms of objecting that span several fields (F25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import return_has_reason
from processes.application_words import Effect, ObjectionResult


def _handling(values: dict[str, Any]) -> Mapping[str, str]:
    if values["result"] == ObjectionResult.DISMISSED and values["effect"] != Effect.KEEP:
        return {"effect": "异议不成立的，兑现结果应维持。请改选处理结论或影响。"}
    return {}


RULES: Mapping[str, CrossFieldRules] = {
    "handle_objection": _handling,
    "confirm_objection": return_has_reason("confirm_result"),
}
