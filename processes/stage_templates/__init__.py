"""What a new stage may begin with: small diagrams with their forms and scenarios that pass every check as they are.

The key `new_stage` and the title 新阶段 stand in the files and are replaced by those of the stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from xml.sax.saxutils import escape

_KEY, _TITLE = "new_stage", "新阶段"


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """One beginning: its folder, what it is called, and when to choose it."""

    name: str
    title: str
    description: str


TEMPLATES: tuple[StageTemplate, ...] = (
    StageTemplate("single_task", "一人办理", "发起后由一个人填表办结。"),
    StageTemplate("two_reviews", "初审和复审", "两个人先后审查，不能是同一个人；复审同意才通过。"),
    StageTemplate("draft_and_sign", "起草和审签", "起草后由负责人审签，退回修改时回到起草，直到签发。"),
)


def files_of(name: str, key: str, title: str) -> dict[str, bytes]:
    """File name -> bytes of a template for a stage of this key and title. Raises KeyError for an unknown name."""
    if name not in {each.name for each in TEMPLATES}:
        raise KeyError(name)
    shown = escape(title, {'"': "&quot;"})
    return {
        entry.name.replace(_KEY, key): _filled(entry.read_text(encoding="utf-8"), key, shown)
        for entry in (resources.files(__name__) / name).iterdir()
        if entry.name.endswith((".bpmn", ".form", ".scenarios"))
    }


def _filled(text: str, key: str, title: str) -> bytes:
    return text.replace(_KEY, key).replace(_TITLE, title).encode()
