"""`zhida handlers`: every handler from its one declaration, for the terminal or as the document docs/handlers.md."""

from __future__ import annotations

import argparse
from importlib import resources
from typing import Any

from handlers.registry import REGISTRY
from processes import engine
from service.commands.house import Say
from service.handler_docs import HandlerDoc, documents, uses_of

_HEAD = """# Handlers

Every function a diagram may name, by stage, as it is declared (`handlers/stage.py`). `zhida handlers --markdown` writes
this page and `tests/stages/test_declarations.py` holds the declarations to the code. Any handler may also answer
`NOT_FOUND` (the record is gone) and `CASE_INCOMPLETE` (the diagram has not brought what it needs). *Irreversible*: it
publishes, numbers or pays, so no return and no withdrawal reaches behind it.
"""
_COLUMNS = ("Handler", "What it does", "Parameters", "Outputs", "Effects", "Errors", "Used by")
_TABLE = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}\n"


def add_commands(commands: Any) -> None:
    """`handlers`."""
    command = commands.add_parser("handlers", help="列出流程图可以使用的办理动作")
    command.add_argument("--markdown", action="store_true", help="写成文档 docs/handlers.md 的样子")
    command.set_defaults(command=list_handlers)


def list_handlers(asked: argparse.Namespace, say: Say) -> int:
    """Every registered handler with parameters, outputs, effects, errors and the shipped diagrams that use it."""
    if asked.markdown:
        say(as_document().rstrip("\n"))
        return 0
    for each in shipped():
        kind = "用户任务" if each.info.kind == "user_task" else "自动环节"
        outputs = f" → {'、'.join(each.info.outputs)}" if each.info.outputs else ""
        say(f"{each.info.name}({_parameters(each)}){outputs}　{kind}：{each.info.title}")
        for word, text in (("作用", _effects(each)), ("拒绝", "、".join(each.declared.errors)), ("用于", _uses(each))):
            if text:
                say(f"    {word}：{text}")
    return 0


def shipped() -> list[HandlerDoc]:
    """All handlers with their uses in the diagrams that ship."""
    folder = resources.files("processes") / "bpmn"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".bpmn")), key=lambda one: one.name)
    return documents(REGISTRY, uses_of(engine.parse(one.read_bytes()) for one in files))


def as_document() -> str:
    """The page docs/handlers.md."""
    parts, stage = [_HEAD], ""
    for each in shipped():
        if each.declared.stage != stage:
            stage = each.declared.stage
            parts.append(f"\n## `{stage}` {each.stage_title}\n\n{_TABLE}")
        cells = (
            f"`{each.info.name}` {each.info.title}",
            each.meaning.replace("|", "\\|"),
            _parameters(each),
            ", ".join(each.info.outputs),
            _effects(each),
            ", ".join(f"`{code}`" for code in each.declared.errors),
            _uses(each),
        )
        parts.append("| " + " | ".join(cells) + " |\n")
    return "".join(parts)


def _parameters(each: HandlerDoc) -> str:
    return ", ".join(f"{one.name}:{one.type}{'' if one.required else '?'}" for one in each.info.parameters)


def _effects(each: HandlerDoc) -> str:
    declared = each.declared
    said = (
        ("adds", declared.makes),
        ("sends", declared.messages),
        ("starts", declared.starts),
        ("publishes", ("yes",) if declared.publishes else ()),
        ("irreversible", ("yes",) if declared.irreversible else ()),
    )
    return "; ".join(word if names == ("yes",) else f"{word} {', '.join(names)}" for word, names in said if names)


def _uses(each: HandlerDoc) -> str:
    return ", ".join(f"{process}/{element}" for process, element in each.used_by)
