"""What an adjustment does to an item's elements: read from the form, shown in words, put in force on its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processes.change_words import MINOR_ELEMENTS
from processes.errors import AnswersRefused
from processes.item_words import Channels
from processes.money import format_yuan, parse_yuan
from storage.models.items import PolicyItem

#: Elements an adjustment may replace, with the words people know them by; documents have their own rows.
ADJUSTABLE: dict[str, str] = {
    "beneficiary": "惠及对象",
    "conditions": "申报条件",
    "exclusions": "不予支持情形",
    "form_names": "表单样表",
    "handling_days": "办理时限（工作日）",
    "steps": "办理环节",
    "benefit_content": "兑现内容",
    "calc_rule": "兑现标准",
    "cap": "每户年度上限（元）",
    "fund_source": "资金来源",
    "budget": "年度额度（元）",
    "window_addr": "受理地址、时间",
    "contact": "咨询电话",
    "supervise_phone": "监督电话",
    "result_form": "结果形式",
    "publicity_days": "公示期（工作日）",
}

_DAYS = ("handling_days", "publicity_days")
_MONEY = {"cap": "cap_fen", "budget": "budget_fen"}


def read_changes(item: PolicyItem, answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """(the typed new elements, the differences in words). Raises AnswersRefused, at the row that is wrong."""
    new: dict[str, Any] = {}
    refused: dict[str, list[str]] = {}
    for number, row in enumerate(answers.get("changes") or ()):
        try:
            new[row["element"]] = _typed(item, row["element"], row["new"])
        except ValueError as error:
            refused[f"changes.{number}.new"] = [str(error)]
    if answers.get("added_materials") or answers.get("dropped_materials"):
        new["materials"] = _materials(item, answers, refused)
    if refused:
        raise AnswersRefused(refused)
    differences = [_difference(item, key, value) for key, value in new.items()]
    return new, [row for row in differences if row["old"] != row["new"]]


def minor_only(new: Mapping[str, Any]) -> bool:
    """Whether these elements may be corrected without the five working days (gate G9)."""
    return set(new) <= MINOR_ELEMENTS


def put_in_force(item: PolicyItem, new: Mapping[str, Any]) -> None:
    """The item has these elements from now on, as its next version."""
    for key, value in new.items():
        setattr(item, _MONEY.get(key, key), value)
    if "materials" in new:
        item.paper_required = any(row.get("paper_required") for row in item.materials)
    item.version_no += 1


def _typed(item: PolicyItem, key: str, text: str) -> Any:
    """The value of an element as its column holds it. Raises ValueError with a Chinese sentence."""
    words = text.strip()
    if key in _DAYS:
        if not words.isdecimal() or int(words) > 366:
            raise ValueError(f"{ADJUSTABLE[key]}应为 0 至 366 的整数。")
        return int(words)
    if key in _MONEY:
        fen = parse_yuan(words)
        if fen <= 0:
            raise ValueError(f"{ADJUSTABLE[key]}应大于零。")
        return fen
    if key == "conditions":
        return _conditions(item, [line.strip() for line in words.splitlines() if line.strip()])
    return words


def _conditions(item: PolicyItem, lines: Sequence[str]) -> list[dict[str, Any]]:
    """The new list; a condition that stays as it was keeps how it is checked."""
    known = {row["text"]: row for row in item.conditions}
    fresh = dict.fromkeys(("field", "operator", "value", "source"))
    return [{**known.get(line, {**fresh, "text": line}), "no": f"C{n}"} for n, line in enumerate(lines, 1)]


def _materials(item: PolicyItem, answers: Mapping[str, Any], refused: dict[str, list[str]]) -> list[dict[str, Any]]:
    known = [str(row["name"]) for row in item.materials]
    dropped = [line.strip() for line in (answers.get("dropped_materials") or "").splitlines() if line.strip()]
    unknown = [name for name in dropped if name not in known]
    if unknown:
        refused["dropped_materials"] = [f"事项没有要件“{'、'.join(unknown)}”，现有要件：{'、'.join(known) or '无'}。"]
    kept = [dict(row) for row in item.materials if row["name"] not in dropped]
    taken = {row["name"] for row in kept}
    for number, row in enumerate(answers.get("added_materials") or ()):
        if row["name"] in taken:
            refused[f"added_materials.{number}.name"] = [f"要件“{row['name']}”已经有了，请换一个名称或删去这一行。"]
        if row["paper_required"] and item.channels == Channels.ONLINE:
            refused[f"added_materials.{number}.paper_required"] = ["该事项只在线上受理，不能要求交纸质要件。"]
        taken.add(row["name"])
        kept.append(_added(row))
    return [{**row, "no": f"M{n}"} for n, row in enumerate(kept, 1)]


def _added(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "kind": row["kind"],
        "copies": 1,
        "paper_required": row["paper_required"],
        "source": "申报人自备",
        "share_source": None,
        "formal_check_standard": row["formal_check_standard"],
        "tolerable": row["tolerable"],
        "validity": None,
    }


def _difference(item: PolicyItem, key: str, value: Any) -> dict[str, str]:
    old = getattr(item, _MONEY[key]) if key in _MONEY else getattr(item, key)
    words = _WORDS.get(key, str)
    label = ADJUSTABLE.get(key, "申报要件")
    return {"key": key, "label": label, "old": "" if old is None else words(old), "new": words(value)}


def _names(field: str) -> Callable[[Any], str]:
    return lambda rows: "；".join(str(row[field]) for row in rows)


_WORDS: dict[str, Callable[[Any], str]] = {
    "conditions": _names("text"),
    "materials": _names("name"),
    "cap": format_yuan,
    "budget": format_yuan,
}
