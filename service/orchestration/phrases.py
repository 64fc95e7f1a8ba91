"""Ready-made sentences (常用语): everybody keeps their own, the head of a department those of the department."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import phrases
from storage.db import new_id
from storage.models.desk import Phrase

LONGEST = 500
MOST = 50

#: Posts whose holders keep the phrases of their department.
HEADS = ("maker_head", "dsb_approver")


def may_keep_department_phrases(actor: Actor) -> bool:
    """True for the head of the actor's own department."""
    own = actor.organisation
    return own is not None and any(actor.holds(role, own) for role in HEADS)


def add_phrase(runtime: Runtime, text: str, *, by: Actor, for_department: bool = False) -> UUID:
    """Keep a sentence for oneself or for one's department; the same sentence twice is one.

    Raises BadRequest for an empty or too long one, Forbidden for a department one does not lead, Conflict when full.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise BadRequest(f"请填写常用语，不超过 {LONGEST} 字。")
    if for_department and not may_keep_department_phrases(by):
        raise Forbidden("部门常用语由部门负责人维护。您可以保存为个人常用语。")

    def work(unit: Unit) -> UUID:
        user_id = None if for_department else by.id
        organisation = by.organisation if for_department else None
        known = (
            phrases.list_of_department(unit.session, unit.district_id, organisation)
            if for_department
            else phrases.list_own(unit.session, unit.district_id, by.id)
        )
        same = next((each for each in known if each.text == words), None)
        if same is not None:
            return same.id
        if len(known) >= MOST:
            raise Conflict(f"常用语最多保存 {MOST} 条，请先删除不用的。")
        return _store(unit, words, user_id, organisation)

    return transaction(runtime, by, work)


def _store(unit: Unit, words: str, user_id: UUID | None, organisation: str | None) -> UUID:
    position = phrases.next_position(unit.session, unit.district_id, user_id=user_id, organisation=organisation)
    row = Phrase(
        district_id=unit.district_id,
        id=new_id(),
        user_id=user_id,
        organisation=organisation,
        text=words,
        position=position,
        added_by=unit.actor.id,
        added_at=unit.now,
    )
    unit.session.add(row)
    return row.id


def remove_phrase(runtime: Runtime, phrase_id: UUID, *, by: Actor) -> None:
    """Drop one of one's own sentences, or one of the department one leads. Raises NotFound, Forbidden."""

    def work(unit: Unit) -> None:
        found = phrases.get_phrase(unit.session, unit.district_id, phrase_id)
        if found.user_id != by.id:
            _check_department(by, found)
        unit.session.delete(found)

    transaction(runtime, by, work)


def _check_department(by: Actor, found: Phrase) -> None:
    if found.user_id is not None or found.organisation != by.organisation:
        raise NotFound("没有找到这条常用语。它可能已被删除，请刷新页面。")
    if not may_keep_department_phrases(by):
        raise Forbidden("部门常用语由部门负责人维护，您不能删除。")
