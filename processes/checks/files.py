"""Reading the files of a set: bounded, refused with a finding instead of an exception."""

from __future__ import annotations

from pathlib import PurePosixPath

from lxml import etree

from processes.checks.diagram import Diagram, build
from processes.checks.finding import Finding, found
from processes.checks.words import BPMN
from processes.errors import DefinitionRefused
from processes.xml import read

#: More files than this in one set are refused.
MAX_FILES = 200


def suffix_of(name: str) -> str:
    """The lower-case suffix with its dot (`.bpmn`)."""
    return PurePosixPath(name).suffix.lower()


def stem_of(name: str) -> str:
    """The file name without folder and suffix."""
    return PurePosixPath(name).stem


def read_xml(name: str, content: bytes) -> tuple[etree._Element | None, list[Finding]]:
    """The root element of an XML file within the limits, or the findings that say why not."""
    try:
        tree = read(content)
    except DefinitionRefused as refused:
        return None, _refusals(name, refused)
    return tree.getroot(), []


def _refusals(name: str, refused: DefinitionRefused) -> list[Finding]:
    own = [one for one in refused.findings if isinstance(one, Finding)]
    if own:
        return own
    reasons = [str(getattr(one, "message", one)) for one in refused.findings]
    line = next((getattr(one, "line", None) for one in refused.findings), None)
    said = "；".join(reason.rstrip("。") for reason in reasons) or refused.message.rstrip("。")
    text = f"文件 {name} 无法读取：{said[:500]}。请用设计器重新导出后再上传。"
    return [found("XML_REFUSED", text, file=name, line=line)]


def read_diagram(name: str, content: bytes) -> tuple[Diagram | None, list[Finding]]:
    """The diagram of a BPMN file, or the findings that say why there is none."""
    root, findings = read_xml(name, content)
    if root is None:
        return None, findings
    if root.tag != f"{{{BPMN}}}definitions":
        message = (
            f"文件 {name} 不是 BPMN 2.0 流程图：根元素应为 bpmn:definitions。请用流程设计器导出，或检查是否选错了文件。"
        )
        return None, [found("NOT_BPMN", message, file=name, line=1)]
    return build(root, file=name), []
