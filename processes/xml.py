"""Bounded, offline XML reading for diagrams and decision tables: no entities, no document types, no huge files."""

from __future__ import annotations

from lxml import etree

from processes.errors import DefinitionRefused

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000


def read(content: bytes) -> etree._ElementTree:
    """The tree of a file, without comments and processing instructions.

    Raises DefinitionRefused with a Chinese sentence when the file is larger than 5 MB, holds more than
    20,000 elements, is not well-formed, is nested deeper than 256 levels, or has a document type.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            f"文件有 {len(content) / 1_000_000:.1f} MB，超过上限 {MAX_BYTES // 1_000_000} MB。请拆成较小的文件。"
        )
    root = _parsed(content)
    tree = root.getroottree()
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise _refused("文件带有文档类型声明（DOCTYPE）或实体定义，出于安全不予读取。请删除该声明。")
    return tree


def _parsed(content: bytes) -> etree._Element:
    """Parsed in pieces, so that a flood of small elements is stopped before it fills the memory."""
    parser = etree.XMLPullParser(
        events=("start",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    seen = 0
    try:
        for at in range(0, len(content), 65_536):
            parser.feed(content[at : at + 65_536])
            seen += sum(1 for _ in parser.read_events())
            if seen > MAX_ELEMENTS:
                raise _refused(f"文件的元素超过 {MAX_ELEMENTS} 个。请拆成较小的流程。")
        return parser.close()
    except etree.XMLSyntaxError as fault:
        where = f"第 {fault.lineno} 行" if fault.lineno else "开头"
        raise _refused(
            f"文件不是格式正确的 XML（{where}：{fault.msg or '文件是空的'}）。请检查文件是否完整。"
        ) from fault
    except (LookupError, ValueError) as fault:
        raise _refused("文件的编码或字符不能识别。请用 UTF-8 保存。") from fault


def _refused(message: str) -> DefinitionRefused:
    return DefinitionRefused((), message)
