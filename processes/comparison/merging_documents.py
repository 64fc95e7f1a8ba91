"""Three-way merge of JSON files (forms, scenarios): parts in lists are known by their key, id or name."""

from __future__ import annotations

from typing import Any

from processes.comparison.change import Conflict
from processes.comparison.documents import read_document, said, written

_ABSENT = object()


def merge_documents(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes, list[Conflict]]:
    """The merged file and what both sides changed differently. Raises DefinitionRefused for unreadable content."""
    conflicts: list[Conflict] = []
    merged = _value(read_document(base), read_document(mine), read_document(theirs), ("", ""), conflicts)
    return written(merged), conflicts


def _value(base: Any, mine: Any, theirs: Any, where: tuple[str, str], conflicts: list[Conflict]) -> Any:
    """`where` is the key of the nearest named part and the path below it."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        earlier = base if isinstance(base, dict) else {}
        return _parts(earlier, mine, theirs, where, conflicts)
    if _is_named(mine) and _is_named(theirs):
        listed = [_by_name(one) if _is_named(one) else {} for one in (base, mine, theirs)]
        return list(_parts(listed[0], listed[1], listed[2], where, conflicts, named=True).values())
    _disagree(base, mine, theirs, where, conflicts)
    return mine


def _parts(
    base: dict[str, Any],
    mine: dict[str, Any],
    theirs: dict[str, Any],
    where: tuple[str, str],
    conflicts: list[Conflict],
    *,
    named: bool = False,
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in _order(list(mine), list(theirs)):
        below = (key, "") if named else (where[0], f"{where[1]}.{key}" if where[1] else key)
        sides = [one.get(key, _ABSENT) for one in (base, mine, theirs)]
        value = _value(sides[0], sides[1], sides[2], below, conflicts)
        if value is not _ABSENT:
            merged[key] = value
    return merged


def _order(mine: list[str], theirs: list[str]) -> list[str]:
    order = list(theirs)
    for number, key in enumerate(mine):
        if key not in order:
            behind = next((order.index(one) for one in reversed(mine[:number]) if one in order), -1)
            order.insert(behind + 1, key)
    return order


def _is_named(value: Any) -> bool:
    """True for a list of parts that each have a name of their own."""
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        return False
    names = [_name(one) for one in value]
    return all(names) and len(set(names)) == len(names)


def _name(part: dict[str, Any]) -> str:
    return str(part.get("key") or part.get("path") or part.get("id") or part.get("name") or part.get("value") or "")


def _by_name(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {_name(one): one for one in parts}


def _disagree(base: Any, mine: Any, theirs: Any, where: tuple[str, str], conflicts: list[Conflict]) -> None:
    shown = [None if one is _ABSENT else _short(one) for one in (base, mine, theirs)]
    quoted = [f"“{one}”" if one is not None else "（没有）" for one in shown]
    label = f"“{where[0]}”" if where[0] else "文件"
    what = where[1] or "整个部分"
    text = f"{label}的 {what}：原来是{quoted[0]}，您改成{quoted[1]}，对方改成{quoted[2]}。暂按您的，请核对。"
    conflicts.append(Conflict(where[0], what, shown[0], shown[1], shown[2], text))


def _short(value: Any) -> str:
    text = said(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
