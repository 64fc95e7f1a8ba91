"""Queries on batches of moves to another version, and on what they have done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, undefer

from processes.errors import NotFound
from storage.db import new_id, table_of
from storage.instances import ALIVE
from storage.models.instance_migrations import ElementAlias, InstanceMigration, InstanceMigrationRow
from storage.models.instances import ProcessInstance

_GONE = "没有找到这次实例迁移。它可能不存在，或者您无权查看。"


def get_migration(session: Session, district_id: str, migration_id: UUID, *, lock: bool = False) -> InstanceMigration:
    """A batch; raises NotFound."""
    query = select(InstanceMigration).where(
        InstanceMigration.district_id == district_id, InstanceMigration.id == migration_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_GONE)
    return found


def list_migrations(session: Session, district_id: str, process_key: str | None = None) -> Sequence[InstanceMigration]:
    """The batches of a process (of all processes for None), the latest first."""
    query = select(InstanceMigration).where(InstanceMigration.district_id == district_id)
    if process_key is not None:
        query = query.where(InstanceMigration.process_key == process_key)
    return session.scalars(query.order_by(InstanceMigration.created_at.desc(), InstanceMigration.id.desc())).all()


def list_live(
    session: Session, district_id: str, process_key: str, versions: Collection[int]
) -> Sequence[ProcessInstance]:
    """The instances alive on these versions, the oldest first."""
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id,
        ProcessInstance.state.in_(ALIVE),
        ProcessInstance.process_key == process_key,
        ProcessInstance.version.in_(versions),
    )
    return session.scalars(query.order_by(ProcessInstance.id)).all()


def add_rows(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Write the rows of a new batch in one statement."""
    values = [dict(row) for row in rows]
    if values:
        session.flush()
        session.connection().execute(insert(table_of(InstanceMigrationRow)), values)


def next_row(session: Session, migration: InstanceMigration, state: str) -> UUID | None:
    """The id of the first row of a batch in this state."""
    query = select(InstanceMigrationRow.id).where(
        InstanceMigrationRow.district_id == migration.district_id,
        InstanceMigrationRow.migration_id == migration.id,
        InstanceMigrationRow.state == state,
    )
    return session.scalar(query.order_by(InstanceMigrationRow.id).limit(1))


def lock_row(session: Session, district_id: str, row_id: UUID) -> InstanceMigrationRow:
    """A row with what it keeps, locked; raises NotFound."""
    query = select(InstanceMigrationRow).where(
        InstanceMigrationRow.district_id == district_id, InstanceMigrationRow.id == row_id
    )
    kept = (undefer(InstanceMigrationRow.kept), undefer(InstanceMigrationRow.state_before))
    found = session.scalar(query.options(*kept).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_GONE)
    return found


def list_rows(
    session: Session,
    migration: InstanceMigration,
    *,
    state: str | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[InstanceMigrationRow]:
    """Rows of a batch in the order in which they are worked through."""
    query = select(InstanceMigrationRow).where(
        InstanceMigrationRow.district_id == migration.district_id, InstanceMigrationRow.migration_id == migration.id
    )
    if state is not None:
        query = query.where(InstanceMigrationRow.state == state)
    return session.scalars(query.order_by(InstanceMigrationRow.id).offset(offset).limit(limit)).all()


def count_rows(session: Session, migration: InstanceMigration) -> dict[str, int]:
    """How many rows of a batch are in each state."""
    query = select(InstanceMigrationRow.state, func.count()).where(
        InstanceMigrationRow.district_id == migration.district_id, InstanceMigrationRow.migration_id == migration.id
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(InstanceMigrationRow.state))}


def note_aliases(session: Session, district_id: str, root_id: UUID, mapping: Mapping[str, str]) -> None:
    """Remember old names of elements in a case; what an old name stood for before stays with the newest."""
    if all(new in ("", old) for old, new in mapping.items()):
        return
    known = session.execute(
        select(ElementAlias.element_id, ElementAlias.old_element_id).where(
            ElementAlias.district_id == district_id, ElementAlias.root_id == root_id
        )
    )
    pairs = {(each.element_id, each.old_element_id) for each in known}
    wanted = {(new, old) for old, new in mapping.items() if new and new != old}
    wanted |= {(new, older) for new, old in wanted for name, older in pairs if name == old and older != new}
    for element_id, old_element_id in sorted(wanted - pairs):
        session.add(
            ElementAlias(
                district_id=district_id,
                id=new_id(),
                root_id=root_id,
                element_id=element_id,
                old_element_id=old_element_id,
            )
        )
