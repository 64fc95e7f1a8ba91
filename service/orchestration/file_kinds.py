"""What a published file may be, and what it defines: read off its name and content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from forms.checking import check_form
from processes import decisions, engine
from processes.errors import DefinitionRefused
from processes.scenarios import read_scenarios
from processes.vocabulary import DefinitionKind

SUFFIXES = {
    ".bpmn": DefinitionKind.PROCESS,
    ".dmn": DefinitionKind.DECISION,
    ".form": DefinitionKind.FORM,
    ".scenarios": DefinitionKind.SCENARIOS,
}

_ENDINGS = {kind: suffix for suffix, kind in SUFFIXES.items()}


def file_name(kind: DefinitionKind, key: str) -> str:
    """Under which name a definition is a file; a form's carries its stage."""
    return f"{key}{_ENDINGS[kind]}"


def identify(name: str, content: bytes) -> Sequence[tuple[DefinitionKind, str, str]]:
    """(kind, key, title) of what a file defines; a decision file may define several decisions.

    Raises DefinitionRefused for a file that does not read.
    """
    path = PurePosixPath(name)
    kind = SUFFIXES[path.suffix]
    if kind is DefinitionKind.PROCESS:
        definition = engine.parse(content)
        return [(kind, definition.process_key, definition.name)]
    if kind is DefinitionKind.DECISION:
        return [(kind, each.id, each.name) for each in decisions.inspect(content)]
    if kind is DefinitionKind.SCENARIOS:
        key = read_scenarios(content).key
        return [(kind, key, f"{key} 的场景")]
    info, findings = check_form(name, content)
    if info is None:
        raise DefinitionRefused(findings)
    return [(kind, info.key, info.title)]
