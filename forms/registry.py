"""The forms delivered with the product, by key, and the cross-field rules that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module, resources
from types import MappingProxyType

from forms.compiler import CrossFieldRules


@cache
def shipped_forms() -> Mapping[str, bytes]:
    """The source of every `forms/<stage>/<task>.form`, by its key "<stage>/<task>", in order."""
    found: dict[str, bytes] = {}
    for folder in resources.files("forms").iterdir():
        if folder.is_dir():
            for entry in folder.iterdir():
                if entry.name.endswith(".form"):
                    found[f"{folder.name}/{entry.name.removesuffix('.form')}"] = entry.read_bytes()
    return MappingProxyType(dict(sorted(found.items())))


def rules_for(key: str) -> CrossFieldRules | None:
    """The rules that span several fields of a form (`RULES` of forms/<stage>/__init__.py), or None.

    They belong to the key, so an edited version of a shipped form keeps them; a form of a process owner has none.
    """
    stage, _, task = key.partition("/")
    if not any(shipped.startswith(f"{stage}/") for shipped in shipped_forms()):
        return None
    rules: Mapping[str, CrossFieldRules] = getattr(import_module(f"forms.{stage}"), "RULES", {})
    return rules.get(task)
