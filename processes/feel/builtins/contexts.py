"""Context functions (DMN 1.5)."""

from __future__ import annotations

from processes.feel.builtins.registry import feel
from processes.feel.values import Value


@feel("get value(m: c, key: s)", "get value(context: c, key: s)", "get value(m: c, keys: l)")
def get_value(m: dict[str, Value], key: Value) -> Value:
    """The value under a key, or under a path of keys; null when there is none."""
    value: Value = m
    for each in key if key.__class__ is list else [key]:
        if value.__class__ is not dict or each.__class__ is not str:
            return None
        value = value.get(each)
    return value


@feel("get entries(m: c)")
def get_entries(m: dict[str, Value]) -> Value:
    """The entries as a list of contexts with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in m.items()]


@feel("context(entries: l)")
def make_context(entries: list[Value]) -> Value:
    """A context from entries with `key` and `value`; null for a key given twice."""
    result: dict[str, Value] = {}
    for entry in entries:
        usable = entry.__class__ is dict and entry.get("key").__class__ is str and "value" in entry
        if not usable or entry["key"] in result:
            return None
        result[entry["key"]] = entry["value"]
    return result


@feel("context put(context: c, key: s, value: x)", "context put(context: c, keys: l, value: x)")
def context_put(context: dict[str, Value], keys: Value, value: Value) -> Value:
    """The context with a value under a key or path of keys."""
    path = keys if keys.__class__ is list else [keys]
    if not path or any(key.__class__ is not str for key in path):
        return None
    result = dict(context)
    level = result
    for key in path[:-1]:
        inner = level.get(key)
        if inner is not None and inner.__class__ is not dict:
            return None
        level[key] = dict(inner or {})
        level = level[key]
    level[path[-1]] = value
    return result


@feel("context merge(contexts: l)")
def context_merge(contexts: list[Value]) -> Value:
    """All contexts in one; later ones win."""
    if any(each.__class__ is not dict for each in contexts):
        return None
    return {key: value for each in contexts for key, value in each.items()}
