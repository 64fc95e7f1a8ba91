"""What handlers declare is what they do: checks, pickers and the docs read the declaration, not the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from handlers.registry import REGISTRY

HANDLERS = Path(__file__).parents[2] / "handlers"


def _sent() -> Iterator[str]:
    for path in HANDLERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
                (name,) = [each.value for each in node.args[:1] if isinstance(each, ast.Constant)]
                yield str(name)


def test_every_message_a_handler_sends_is_declared_and_every_declared_one_is_sent() -> None:
    declared = {name for each in REGISTRY.handlers.values() for name in each.messages}
    assert declared == set(_sent())
