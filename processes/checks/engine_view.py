"""The engine's own opinion: what it refuses to read, and elements that vanish when it reads the diagram."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from processes.checks.diagram import Diagram
from processes.checks.finding import Finding, found
from processes.errors import DefinitionRefused

#: Reads a diagram as the engine does and gives the ids of the elements it would run; raises DefinitionRefused.
#: Given in, so that the engine may use findings without the two packages importing each other.
EngineReader = Callable[[bytes], Collection[str]]


def check(diagram: Diagram, content: bytes, *, reader: EngineReader) -> Iterator[Finding]:
    """ENGINE_REFUSED with the engine's reason, or ELEMENT_LOST for each element it would not run."""
    try:
        kept = frozenset(reader(content))
    except DefinitionRefused as refused:
        yield from _refusal(diagram, refused)
        return
    process = diagram.executable
    runs = set() if process is None else set(process.element.iter())  # what else is drawn is only shown
    for node in diagram.nodes():
        if node.id not in kept and node.element in runs:
            yield node.says("ELEMENT_LOST", "会被引擎丢掉，永远不会执行。请换一个编号，或删除后重新画。")


def _refusal(diagram: Diagram, refused: DefinitionRefused) -> Iterator[Finding]:
    own = [one for one in refused.findings if isinstance(one, Finding)]
    yield from own
    if not own:
        reason = "；".join(str(one).rstrip("。") for one in refused.findings) or refused.message.rstrip("。")
        text = f"引擎读不了这张图：{reason[:500]}。请按提示修改后重新检查。"
        process = diagram.executable
        yield found(
            "ENGINE_REFUSED",
            text,
            file=diagram.file,
            element_id=process.id if process is not None else None,
            line=process.line if process is not None else None,
        )
