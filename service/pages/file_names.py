"""How an answer tells a browser the name of a file; headers carry Latin letters only, so names are encoded."""

from __future__ import annotations

from urllib.parse import quote


def disposition(kind: str, name: str) -> str:
    """The `Content-Disposition` of a file that is shown (`inline`) or saved (`attachment`)."""
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"
