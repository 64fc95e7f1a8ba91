"""Take a definition out of use (停用) and bring it back: nothing new is started with it, what runs goes on."""

from __future__ import annotations

from processes.actors import Actor
from processes.errors import BadRequest, Conflict
from processes.library_words import DefinitionDeed
from service import permissions
from service.orchestration.drafts import Place, note_deed
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.definitions import get_definition
from storage.models.publication_requests import RetiredDefinition
from storage.publication_requests import find_retired


def retire(runtime: Runtime, place: Place, *, by: Actor, reason: str) -> None:
    """No new starts from now on. Raises NotFound, Conflict when it is out of use already, BadRequest without a reason.

    Running instances go on, and processes that call this one still do.
    """
    permissions.require(by, "retire")
    said = _reason(reason)

    def work(unit: Unit) -> None:
        newest = get_definition(unit.session, unit.district_id, place.kind, place.key)
        if find_retired(unit.session, unit.district_id, place.kind, place.key):
            raise Conflict(f"“{newest.title}”已经停用，不需要再停用。")
        unit.session.add(
            RetiredDefinition(
                district_id=unit.district_id,
                id=new_id(),
                kind=place.kind,
                key=place.key,
                reason=said,
                retired_by=by.id,
                retired_at=unit.now,
            )
        )
        note_deed(unit, place, DefinitionDeed.RETIRED, version=newest.version, note=said)

    transaction(runtime, by, work)


def restore(runtime: Runtime, place: Place, *, by: Actor, reason: str) -> None:
    """Bring it back into use. Raises Conflict when it is in use, BadRequest without a reason."""
    permissions.require(by, "retire")
    said = _reason(reason)

    def work(unit: Unit) -> None:
        newest = get_definition(unit.session, unit.district_id, place.kind, place.key)
        retired = find_retired(unit.session, unit.district_id, place.kind, place.key)
        if retired is None:
            raise Conflict(f"“{newest.title}”没有停用，不需要恢复。")
        unit.session.delete(retired)
        note_deed(unit, place, DefinitionDeed.RESTORED, version=newest.version, note=said)

    transaction(runtime, by, work)


def _reason(text: str) -> str:
    if not text.strip() or len(text) > 500:
        raise BadRequest("请写明原因，最多 500 字；原因会写进历史记录。")
    return text.strip()
