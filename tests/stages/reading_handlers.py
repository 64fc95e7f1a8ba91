"""What a handler can do, read from its code and from everything it calls in the rooms below."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from handlers.stage import Declared
from processes.errors import BusinessError, ProcessError
from storage.db import Base

_ROOMS = ("handlers.", "storage.")


@dataclass
class Reading:
    """Codes raised, record kinds made, processes started, messages sent, and whether something is published."""

    errors: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    starts: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    publishes: bool = False


def read_handler(declared: Declared) -> Reading:
    """Read the function and, once each, every function and class of handlers and storage it reaches."""
    reading, seen = Reading(), set[Any]()
    waiting: list[Any] = [declared.function]
    while waiting:
        thing = waiting.pop()
        if thing not in seen:
            seen.add(thing)
            waiting += _read(thing, reading)
    return reading


@cache
def _tree(thing: Any) -> ast.AST:
    return ast.parse(inspect.cleandoc("\n" + inspect.getsource(thing)) if inspect.isclass(thing) else _source(thing))


def _source(thing: Any) -> str:
    lines, _ = inspect.getsourcelines(thing)
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "".join(line[indent:] if line.strip() else line for line in lines)


def _read(thing: Any, reading: Reading) -> Iterator[Any]:
    module = importlib.import_module(thing.__module__)
    for node in ast.walk(_tree(thing)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            reading.errors |= _codes(node.exc, module)
        elif isinstance(node, ast.keyword) and node.arg == "publications" and not _is_empty(node.value):
            reading.publishes = True
        if isinstance(node, (ast.Name, ast.Attribute)):
            found = _resolved(node, module)
            if isinstance(found, type) and issubclass(found, Base):
                continue
            if (inspect.isfunction(found) or inspect.isclass(found)) and _is_read(str(found.__module__)):
                yield found
        if isinstance(node, ast.Call):
            _note_call(node, module, reading)


def _is_read(module: str) -> bool:
    return module.startswith(_ROOMS) and not module.startswith(("storage.models", "handlers.stage"))


def _is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.Tuple) and not value.elts


def _note_call(node: ast.Call, module: ModuleType, reading: Reading) -> None:
    called = _resolved(node.func, module)
    if isinstance(called, type) and issubclass(called, Base):
        reading.makes.add(called.__name__)
    if getattr(called, "__name__", "") == "StartProcess" and node.args and isinstance(node.args[0], ast.Constant):
        reading.starts.add(str(node.args[0].value))
    if getattr(called, "__name__", "") == "Message" and node.args and isinstance(node.args[0], ast.Constant):
        reading.messages.add(str(node.args[0].value))


def _codes(raised: ast.Call, module: ModuleType) -> set[str]:
    kind = _resolved(raised.func, module)
    if not (isinstance(kind, type) and issubclass(kind, ProcessError)):
        return set()
    if kind is BusinessError:
        first = raised.args[0]
        return {str(first.value)} if isinstance(first, ast.Constant) else set()
    return {kind.code}


def _resolved(node: ast.expr, module: ModuleType) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        holder = getattr(module, node.value.id, None)
        return getattr(holder, node.attr, None) if isinstance(holder, ModuleType) else None
    return None
