"""Rules of the post-evaluation's forms that span several fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules
from forms.policy_text import return_has_reason
from processes.payment_words import Achievement, Recommendation


def _evaluation(values: dict[str, Any]) -> Mapping[str, str]:
    refused: dict[str, str] = {}
    lessons = [row["lesson"] for row in values["experience"]]
    for number, lesson in enumerate(lessons):
        if lesson in lessons[:number]:
            refused[f"experience.{number}.lesson"] = "这条经验已经写过，请删除重复的一条。"
    if values["conclusion"] == Achievement.MISSED and values["recommend"] == Recommendation.CONTINUE:
        refused["recommend"] = "未达到预期的政策不能原样延续，请改选“修订延续”或“终止”。"
    return refused


RULES: Mapping[str, CrossFieldRules] = {
    "write_evaluation": _evaluation,
    "sign_evaluation": return_has_reason("sign_result"),
}
