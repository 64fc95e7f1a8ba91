"""What a diagram says about itself in words, for people who choose among processes."""

from __future__ import annotations

from functools import lru_cache

from processes import xml

_NAMES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}


@lru_cache(maxsize=256)
def description(content: bytes) -> str:
    """The documentation of the executable process of a BPMN file; empty when it has none."""
    path = "string(//bpmn:process[@isExecutable='true']/bpmn:documentation)"
    found = xml.read(content).xpath(path, namespaces=_NAMES)
    return " ".join(str(found).split())
