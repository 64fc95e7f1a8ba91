"""The files a person has drafted, so that a trial shows what would be if they were published."""

from __future__ import annotations

from processes.actors import Actor
from processes.vocabulary import DefinitionKind
from service.orchestration.file_kinds import SUFFIXES
from service.orchestration.runtime import Runtime
from storage.drafts import find_draft, list_drafts

_ENDINGS = {kind: suffix for suffix, kind in SUFFIXES.items()}


def drafted_files(runtime: Runtime, key: str, *, by: Actor) -> dict[str, bytes]:
    """File name -> bytes: the person's drafts of this process and its scenarios, and of all forms and tables."""
    files: dict[str, bytes] = {}
    for draft in list_drafts(runtime.session(), by.district_id):
        kind = DefinitionKind(draft.kind)
        belongs = draft.key == key or kind in (DefinitionKind.FORM, DefinitionKind.DECISION)
        if draft.owner_id != by.id or not belongs:
            continue
        found = find_draft(runtime.session(), by.district_id, kind, draft.key, by.id)
        if found is not None:
            files[f"{draft.key}{_ENDINGS[kind]}"] = found.content
    return files
