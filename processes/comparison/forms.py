"""Two versions of a form, told by its fields: the key of a field is what it is known by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processes.comparison.change import Change, added, changed, moved, removed
from processes.comparison.documents import flattened, read_document, said

_LABELS = {
    "label": "名称",
    "description": "说明",
    "type": "控件",
    "text": "文字",
    "validate.required": "必填",
    "validate.min": "最小值",
    "validate.max": "最大值",
    "validate.minLength": "最少字数",
    "validate.maxLength": "最多字数",
    "validate.pattern": "格式",
    "conditional.hide": "隐藏条件",
    "properties.output": "写入流程数据",
    "properties.kind": "内容种类",
    "properties.personal": "个人信息",
    "properties.readonly": "只读",
    "properties.min_rows": "最少行数",
    "properties.max_rows": "最多行数",
    "readonly": "只读",
    "defaultValue": "默认值",
    "valuesKey": "选项来源",
    "choices": "选项",
    "accept": "文件类型",
    "multiple": "可以多个",
    "decimalDigits": "小数位",
    "allowAddRemove": "可以增减行",
    "place": "所在分组",
}
_LEFT_OUT = frozenset({"key", "id", "components", "values", "layout"})


def compare_forms(old: bytes, new: bytes) -> Iterator[Change]:
    """Every difference, in the order of the new form; what is gone comes last."""
    one, other = read_document(old), read_document(new)
    yield from _differences("", "表单", _settings(one), _settings(other))
    before, after = dict(_fields(one, "")), dict(_fields(other, ""))
    for key, facts in after.items():
        label = _label(key, facts)
        if key not in before:
            yield added(key, label)
        else:
            yield from _differences(key, label, before[key], facts)
    yield from (removed(key, _label(key, facts)) for key, facts in before.items() if key not in after)
    yield from _order(before, after)


def _settings(form: Mapping[str, Any]) -> dict[str, str]:
    """What stands at the top of a form; who exported it is no difference."""
    kept = {key: value for key, value in form.items() if key in ("id", "properties", "versionTag")}
    return dict(flattened(kept))


def _fields(holder: Mapping[str, Any], place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The fields of a form with their facts, rows and groups opened; what has no key is known by its id."""
    for number, one in enumerate(holder.get("components") or [], start=1):
        if not isinstance(one, dict):
            continue
        own = str(one.get("key") or one.get("path") or one.get("id") or f"{one.get('type')}{number}")
        key = f"{place}.{own}" if place and one.get("key") else own
        yield key, _facts(one, place)
        inner = f"{place}.{own}" if place else own
        yield from _fields(one, inner if one.get("type") == "dynamiclist" else place)


def _facts(one: Mapping[str, Any], place: str) -> dict[str, str]:
    facts = dict(flattened({key: value for key, value in one.items() if key not in _LEFT_OUT}))
    if place:
        facts["place"] = place
    values = [each for each in one.get("values") or [] if isinstance(each, dict)]
    if values:
        facts["choices"] = "、".join(_choice(each) for each in values)
    return facts


def _choice(each: Mapping[str, Any]) -> str:
    label, value = said(each.get("label", "")), said(each.get("value", ""))
    return label if label == value else f"{label}（{value}）"


def _label(key: str, facts: Mapping[str, str]) -> str:
    return f"栏目“{facts.get('label') or facts.get('text', '')[:20] or key}”"


def _differences(key: str, label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for fact in dict.fromkeys([*before, *after]):
        if before.get(fact) != after.get(fact):
            yield changed(key, label, _LABELS.get(fact, fact), before.get(fact), after.get(fact))


def _order(before: Mapping[str, dict[str, str]], after: Mapping[str, dict[str, str]]) -> Iterator[Change]:
    """Fields that stand in another order among those both versions have: the first one out of place is told."""
    old_order, new_order = [key for key in before if key in after], [key for key in after if key in before]
    for old_key, new_key in zip(old_order, new_order, strict=True):
        if old_key != new_key:
            yield moved(new_key, _label(new_key, after[new_key]))
            return
