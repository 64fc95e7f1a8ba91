"""Queries on published definitions. A published version never changes, so its bytes may be kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from storage.models.definitions import Definition, Deployment

_KIND_NAMES = {
    DefinitionKind.PROCESS: "流程",
    DefinitionKind.FORM: "表单",
    DefinitionKind.DECISION: "决策表",
    DefinitionKind.SCENARIOS: "场景",
}


@dataclass(frozen=True, slots=True)
class PublishedDefinition:
    """One version of a diagram, form or decision table, detached from any session."""

    id: UUID
    kind: str
    key: str
    version: int
    title: str
    hash: str
    content: bytes


class DefinitionMemory:
    """A bounded memory of published versions, shared by all threads: a published version never changes."""

    def __init__(self, size: int = 512) -> None:
        self._known: dict[tuple[str, str, str, int], PublishedDefinition] = {}
        self._size = size

    def get(
        self, session: Session, district_id: str, kind: DefinitionKind, key: str, version: int
    ) -> PublishedDefinition:
        """One exact version, from memory when it was read before; raises NotFound."""
        place = (district_id, kind.value, key, version)
        known = self._known.get(place)
        if known is None:
            known = get_definition(session, district_id, kind, key, version)
            if len(self._known) >= self._size:
                self._known.pop(next(iter(self._known)), None)
            self._known[place] = known
        return known


def _detached(row: Definition) -> PublishedDefinition:
    return PublishedDefinition(row.id, row.kind, row.key, row.version, row.title, row.hash, row.content)


def find_definition(
    session: Session, district_id: str, kind: DefinitionKind, key: str, version: int | None = None
) -> PublishedDefinition | None:
    """The given or, by default, the newest published version; None when there is none."""
    query = select(Definition).where(
        Definition.district_id == district_id, Definition.kind == kind, Definition.key == key
    )
    if version is not None:
        query = query.where(Definition.version == version)
    row = session.scalars(query.order_by(Definition.version.desc()).limit(1).options(undefer(Definition.content)))
    found = row.first()
    return None if found is None else _detached(found)


def get_definition(
    session: Session, district_id: str, kind: DefinitionKind, key: str, version: int | None = None
) -> PublishedDefinition:
    """Like find_definition; raises NotFound with a sentence naming what is missing."""
    found = find_definition(session, district_id, kind, key, version)
    if found is None:
        which = f"第 {version} 版" if version is not None else "已发布的版本"
        raise NotFound(f"{_KIND_NAMES[kind]}“{key}”没有{which}，请先由流程负责人发布。", kind=kind.value, key=key)
    return found


def list_definitions(session: Session, district_id: str, kind: DefinitionKind) -> Sequence[Definition]:
    """All versions of all keys, newest first within a key."""
    query = select(Definition).where(Definition.district_id == district_id, Definition.kind == kind)
    return session.scalars(query.order_by(Definition.key, Definition.version.desc())).all()


def list_newest(session: Session, district_id: str, kind: DefinitionKind) -> Sequence[Definition]:
    """The newest version of each key."""
    newest = (
        select(Definition.key, func.max(Definition.version).label("version"))
        .where(Definition.district_id == district_id, Definition.kind == kind)
        .group_by(Definition.key)
        .subquery()
    )
    query = select(Definition).join(newest, (Definition.key == newest.c.key) & (Definition.version == newest.c.version))
    return session.scalars(
        query.where(Definition.district_id == district_id, Definition.kind == kind).order_by(Definition.key)
    ).all()


def deployments_of(session: Session, district_id: str, deployment_ids: Collection[UUID]) -> dict[UUID, Deployment]:
    """Why, and for whom, each set of files was published."""
    query = select(Deployment).where(Deployment.district_id == district_id, Deployment.id.in_(deployment_ids))
    return {row.id: row for row in session.scalars(query)}
