"""JSON files (forms, scenarios) as documents: read safely, and their parts flattened to facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from processes.errors import DefinitionRefused


def read_document(content: bytes) -> dict[str, Any]:
    """The JSON object of a file. Raises DefinitionRefused for anything else."""
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise DefinitionRefused((), f"文件不是合法的 JSON：{error}。请核对文件。") from error
    if not isinstance(data, dict):
        raise DefinitionRefused((), "文件里没有表单或用例。请核对文件。")
    return data


def written(data: dict[str, Any]) -> bytes:
    """A document as the editors write it: indented by two, Chinese as it is."""
    return orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n"


def flattened(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The single values of a document with their dotted paths; lists of plain values are one value."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from flattened(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list) and any(isinstance(one, dict) for one in data):
        for number, value in enumerate(data, start=1):
            yield from flattened(value, f"{path}.{number}")
    else:
        yield path, said(data)


def said(value: Any) -> str:
    """A plain value as text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(said(one) for one in value)
    return str(value)
