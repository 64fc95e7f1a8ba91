"""One's draft brought up to the version published meanwhile. Nothing is stored: the editor saves the result."""

from __future__ import annotations

from dataclasses import dataclass

from processes.actors import Actor
from processes.comparison import Conflict, merge
from processes.errors import NotFound
from service import permissions
from service.orchestration.drafts import Place
from service.orchestration.file_kinds import file_name
from service.orchestration.runtime import Runtime
from storage.definitions import get_definition
from storage.drafts import find_draft


@dataclass(frozen=True, slots=True)
class MergedDraft:
    """The draft with the newest version's changes in it, the version it now stands on, and what is to be settled."""

    content: bytes
    version: int
    conflicts: tuple[Conflict, ...]


def merge_draft(runtime: Runtime, place: Place, *, by: Actor) -> MergedDraft:
    """Merge the person's draft with the newest version over the version the draft began from.

    A draft that began from nothing, or from the newest version, comes out as it is. Raises NotFound without a draft
    or without a published version, DefinitionRefused when a file cannot be read.
    """
    permissions.require(by, "draft")
    session = runtime.session()
    draft = find_draft(session, by.district_id, place.kind, place.key, by.id)
    if draft is None:
        raise NotFound(f"您没有“{place.key}”的草稿，没有什么可以合并。")
    newest = get_definition(session, by.district_id, place.kind, place.key)
    if draft.base_version is None or draft.base_version == newest.version:
        return MergedDraft(draft.content, newest.version, ())
    base = runtime.definitions.get(session, by.district_id, place.kind, place.key, draft.base_version)
    merged = merge(file_name(place.kind, place.key), base.content, draft.content, newest.content)
    return MergedDraft(merged.content, newest.version, merged.conflicts)
