"""Rules of the trainings' forms that span several fields (F17, F18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.compiler import CrossFieldRules


def _somebody_came(values: dict[str, Any]) -> dict[str, str]:
    """A training was held when at least one person signed in."""
    if any(row["signed"] for row in values["attendance"]):
        return {}
    return {"attendance": "没有人签到的培训不能登记为完成，请勾选到场人员。"}


def _window(values: dict[str, Any]) -> Mapping[str, str]:
    """The standard of every single material was explained (三(三)2)."""
    missing = {
        f"standards.{number}.checked": "这个要件的形式审查标准还没有讲解，请补讲后再登记。"
        for number, row in enumerate(values["standards"])
        if not row["checked"]
    }
    return missing | _somebody_came(values)


RULES: Mapping[str, CrossFieldRules] = {
    "record_system_training": _somebody_came,
    "record_enterprise_training": _somebody_came,
    "record_window_training": _window,
}
