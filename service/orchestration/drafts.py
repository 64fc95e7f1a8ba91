"""Drafts of definitions, one per person and key, and the edit lock that tells others who is at it.

A lock holds for ten minutes after its holder's last save. It may be taken over; whoever lost it learns so at the
next save, keeps the own draft, and can merge it later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, DraftChanged, DraftLocked, NotFound
from processes.library_words import LARGEST_DRAFT, LOCK_LASTS, DefinitionDeed
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.definitions import find_definition
from storage.drafts import find_draft, find_lock, find_lock_in_force
from storage.models.drafts import DefinitionDraft, DefinitionEvent, EditLock
from storage.people import names_of

#: A key as the checks accept it; forms carry their stage in front. The last parts are addresses of their own.
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_TAKEN_ENDINGS = ("/lock", "/merge")


@dataclass(frozen=True, slots=True)
class Place:
    """Which definition is meant: its kind and its key."""

    kind: DefinitionKind
    key: str


@dataclass(frozen=True, slots=True)
class Lock:
    """An edit lock in force, as its reader sees it. `until` moves on with every save of the holder."""

    holder_id: UUID
    holder_name: str
    since: datetime
    until: datetime
    mine: bool


def save_draft(
    runtime: Runtime, place: Place, content: bytes, *, base_version: int | None, revision: int, by: Actor
) -> tuple[int, datetime]:
    """Keep the content as the person's draft and prolong the lock; (revision, instant) of this save.

    `revision` is the one the editor knows, 0 for a draft that is new. Raises DraftChanged when another window of the
    same person has saved or discarded it since, DraftLocked while somebody else is editing, BadRequest for a key or
    a content that cannot be kept, NotFound for a base version that does not exist.
    """
    permissions.require(by, "draft")
    return transaction(
        runtime, by, lambda unit: put_draft(unit, place, content, base_version=base_version, revision=revision)
    )


def put_draft(
    unit: Unit, place: Place, content: bytes, *, base_version: int | None, revision: int
) -> tuple[int, datetime]:
    """The same inside a transaction, for whoever has the right already."""
    _check(place, content)
    _hold(unit, place, take_over=False)
    found = find_draft(unit.session, unit.district_id, place.kind, place.key, unit.actor.id, lock=True)
    known = 0 if found is None else found.revision
    if known != revision:
        raise _changed(known)
    _check_base(unit, place, base_version)
    if found is None:
        return _start(unit, place, content, base_version)
    found.content, found.base_version = content, base_version
    found.revision, found.edited_at = known + 1, unit.now
    return found.revision, unit.now


def _check(place: Place, content: bytes) -> None:
    if len(place.key) > 120 or not _KEY.fullmatch(place.key) or place.key.endswith(_TAKEN_ENDINGS):
        raise BadRequest("标识只能用英文字母、数字、下划线、短横线和点，表单标识形如 review/review_first。")
    if not content.strip():
        raise BadRequest("草稿是空的，没有保存。请先画图或填写内容。")
    if len(content) > LARGEST_DRAFT:
        raise BadRequest(f"草稿超过 {LARGEST_DRAFT // 1_000_000} MB，没有保存。请拆成较小的文件。")


def _changed(known: int) -> Conflict:
    if known == 0:
        return DraftChanged("这份草稿已在别处放弃或发布，没有保存。请先下载您的修改，再刷新页面。", revision=0)
    return DraftChanged("您在另一个窗口保存过这份草稿，这里的修改没有保存。请刷新页面查看较新的草稿。", revision=known)


def _check_base(unit: Unit, place: Place, version: int | None) -> None:
    if version is not None and not find_definition(unit.session, unit.district_id, place.kind, place.key, version):
        raise NotFound(f"草稿所依据的第 {version} 版不存在，没有保存。请刷新页面后再试。")


def _start(unit: Unit, place: Place, content: bytes, base_version: int | None) -> tuple[int, datetime]:
    unit.session.add(
        DefinitionDraft(
            district_id=unit.district_id,
            id=new_id(),
            kind=place.kind,
            key=place.key,
            owner_id=unit.actor.id,
            content=content,
            base_version=base_version,
            revision=1,
            started_at=unit.now,
            edited_at=unit.now,
        )
    )
    note_deed(unit, place, DefinitionDeed.DRAFT_STARTED, version=base_version)
    return 1, unit.now


def discard_draft(runtime: Runtime, place: Place, *, by: Actor) -> None:
    """Drop the person's draft and let the lock go. Raises NotFound when there is none."""
    permissions.require(by, "draft")

    def work(unit: Unit) -> None:
        found = find_draft(unit.session, unit.district_id, place.kind, place.key, by.id, lock=True)
        if found is None:
            raise NotFound(f"您没有“{place.key}”的草稿。它可能已在别处放弃或发布。")
        unit.session.delete(found)
        note_deed(unit, place, DefinitionDeed.DRAFT_DISCARDED, version=found.base_version)
        _let_go(unit, place)

    transaction(runtime, by, work)


def lock_definition(runtime: Runtime, place: Place, *, take_over: bool, by: Actor) -> Lock:
    """Say that one is editing; with `take_over`, in place of whoever is. Raises DraftLocked naming the holder."""
    permissions.require(by, "draft")
    _check(place, b"lock")

    def work(unit: Unit) -> Lock:
        held = _hold(unit, place, take_over=take_over)
        return Lock(by.id, by.name, held.since, held.until, mine=True)

    return transaction(runtime, by, work)


def release_lock(runtime: Runtime, place: Place, *, by: Actor) -> None:
    """Stop editing. Without an own lock nothing happens, so that a page may say it whenever it is left."""
    permissions.require(by, "draft")
    transaction(runtime, by, lambda unit: _let_go(unit, place))


def lock_of(session: Session, place: Place, *, at: datetime, seen_by: Actor) -> Lock | None:
    """Who is editing now, if anybody."""
    held = find_lock_in_force(session, seen_by.district_id, place.kind, place.key, at=at)
    if held is None:
        return None
    name = _name(session, seen_by.district_id, held.holder_id)
    return Lock(held.holder_id, name, held.since, held.until, mine=held.holder_id == seen_by.id)


def note_deed(unit: Unit, place: Place, what: DefinitionDeed, *, version: int | None = None, note: str = "") -> None:
    """Write a line into the definition's history, in this transaction."""
    unit.session.add(
        DefinitionEvent(
            district_id=unit.district_id,
            id=new_id(),
            kind=place.kind,
            key=place.key,
            what=what,
            version=version,
            actor_id=unit.actor.id,
            at=unit.now,
            note=note,
        )
    )


def _hold(unit: Unit, place: Place, *, take_over: bool) -> EditLock:
    """The lock, now the actor's and good for another while. Raises DraftLocked."""
    held = find_lock(unit.session, unit.district_id, place.kind, place.key)
    until = unit.now + LOCK_LASTS
    if held is None:
        held = EditLock(
            district_id=unit.district_id,
            id=new_id(),
            kind=place.kind,
            key=place.key,
            holder_id=unit.actor.id,
            since=unit.now,
            until=until,
        )
        unit.session.add(held)
        return held
    if held.holder_id != unit.actor.id:
        _take(unit, place, held, take_over=take_over)
    elif held.until <= unit.now:
        held.since = unit.now
    held.until = until
    return held


def _take(unit: Unit, place: Place, held: EditLock, *, take_over: bool) -> None:
    """Make somebody else's lock the actor's: when it has ended, or on purpose."""
    if held.until > unit.now:
        name = _name(unit.session, unit.district_id, held.holder_id)
        if not take_over:
            raise DraftLocked(
                f"{name}正在编辑“{place.key}”，您的修改没有保存。可以先下载，或接手编辑后再保存。", holder_name=name
            )
        note_deed(unit, place, DefinitionDeed.LOCK_TAKEN_OVER, note=f"原编辑人：{name}")
    held.holder_id, held.since = unit.actor.id, unit.now


def _let_go(unit: Unit, place: Place) -> None:
    held = find_lock(unit.session, unit.district_id, place.kind, place.key)
    if held is not None and held.holder_id == unit.actor.id:
        unit.session.delete(held)


def _name(session: Session, district_id: str, user_id: UUID) -> str:
    return names_of(session, district_id, {user_id}).get(user_id, "另一位同事")
