"""Validity against the BPMN 2.0 XML schema, with one finding per violated line."""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from lxml import etree

from processes.checks.finding import Finding, found

#: The schema files come with the engine's package; they are data and read without importing it.
_PACKAGE, _PATH = "SpiffWorkflow", "SpiffWorkflow/bpmn/parser/schema/BPMN20.xsd"
_MOST = 20
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    path = Path(str(metadata.distribution(_PACKAGE).locate_file(_PATH)))
    return etree.XMLSchema(etree.parse(str(path)))


def check(root: etree._Element, *, file: str) -> list[Finding]:
    """Violations of the schema, at most 20, one per line of the file."""
    with _lock:  # the error log belongs to the shared schema object
        schema = _schema()
        if schema.validate(root):
            return []
        entries = [(entry.line, entry.message) for entry in schema.error_log]
    first: dict[int, str] = {}
    for line, message in entries:
        first.setdefault(line, message)
    return [
        found(
            "SCHEMA_INVALID",
            f"第 {line} 行不符合 BPMN 2.0 规范（{message[:300].rstrip('.')}）。请用流程设计器重新编辑并保存此处。",
            file=file,
            line=line,
        )
        for line, message in list(first.items())[:_MOST]
    ]
