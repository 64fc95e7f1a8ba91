"""Move running instances to another version of their diagram: verdicts first, then a batch that can stop and go on.

Each instance moves in a transaction of its own, so a crash in the middle loses nothing and doubles nothing; one that
has changed since its verdict gets a fresh one. A rehearsal does the whole move and rolls it back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from processes.actors import Actor
from processes.errors import Conflict
from processes.migration_words import BatchState, RowState
from service import permissions
from service.orchestration.migration_batch import AT_WORK, ask, take_back
from service.orchestration.migration_plan import checked_mapping, checked_versions
from service.orchestration.moving import checked_reason
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import instance_migrations
from storage.db import new_id
from storage.models.instance_migrations import InstanceMigration, InstanceMigrationRow

_REHEARSAL = "试迁移"


def start_migration(
    runtime: Runtime,
    process_key: str,
    to_version: int,
    from_versions: Collection[int],
    mapping: Mapping[str, str],
    *,
    by: Actor,
    reason: str = "",
    rehearsal: bool = False,
    instance_ids: Collection[UUID] | None = None,
) -> UUID:
    """Begin a batch over the live instances on these versions (or some of them); answers its id.

    Raises BadRequest without a reason or with a mapping that names nothing, NotFound for a version that does not
    exist, Conflict while another batch of the process is at work or when no instance is left to move.
    """
    permissions.require(by, "migrate")
    words = reason.strip() or _REHEARSAL if rehearsal else checked_reason(reason, what="迁移")

    def work(unit: Unit) -> UUID:
        versions = checked_versions(unit, process_key, to_version, from_versions)
        chosen = checked_mapping(unit, process_key, to_version, versions, mapping)
        _refuse_second(unit, process_key)
        live = instance_migrations.list_live(unit.session, unit.district_id, process_key, versions)
        wanted = [each for each in live if instance_ids is None or each.id in set(instance_ids)]
        if not wanted:
            raise Conflict("所选版本没有在办的实例，无需迁移。")
        batch = InstanceMigration(
            district_id=unit.district_id,
            id=new_id(),
            process_key=process_key,
            to_version=to_version,
            from_versions=sorted(versions),
            mapping=chosen,
            rehearsal=rehearsal,
            reason=words,
            state=BatchState.RUNNING,
            created_by=by.id,
            created_at=unit.now,
        )
        unit.session.add(batch)
        rows = [_waiting(batch, each.id, each.title, each.version) for each in wanted]
        instance_migrations.add_rows(unit.session, rows)
        ask(unit, batch.id)
        return batch.id

    return transaction(runtime, by, work)


def _waiting(batch: InstanceMigration, instance_id: UUID, title: str, version: int) -> dict[str, Any]:
    return {
        "district_id": batch.district_id,
        "id": new_id(),
        "migration_id": batch.id,
        "instance_id": instance_id,
        "title": title,
        "from_version": version,
        "state": RowState.WAITING,
        "sentence": "",
    }


def _refuse_second(unit: Unit, process_key: str) -> None:
    known = instance_migrations.list_migrations(unit.session, unit.district_id, process_key)
    if any(each.state in AT_WORK for each in known):
        raise Conflict("这个流程正在进行另一次迁移，请等它完成，或先停止它。")


def stop_migration(runtime: Runtime, migration_id: UUID, *, by: Actor) -> None:
    """Let a batch rest after the instance it is at. Raises Conflict when it is not at work."""
    permissions.require(by, "migrate")

    def work(unit: Unit) -> None:
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id, lock=True)
        if batch.state not in AT_WORK:
            raise Conflict("这次迁移没有在进行，无需停止。")
        batch.state = BatchState.STOPPED

    transaction(runtime, by, work)


def continue_migration(runtime: Runtime, migration_id: UUID, *, by: Actor) -> None:
    """Let a stopped batch go on; in a finished one, try the refused instances again. Raises Conflict."""
    permissions.require(by, "migrate")

    def work(unit: Unit) -> None:
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id, lock=True)
        if batch.state not in (BatchState.STOPPED, BatchState.FINISHED):
            raise Conflict("这次迁移正在进行或已撤销，不能继续。")
        if batch.undone_by is None:
            _refuse_second(unit, batch.process_key)
            for row in instance_migrations.list_rows(unit.session, batch, state=RowState.REFUSED):
                row.state, row.verdict, row.sentence, row.at = RowState.WAITING, None, "", None
        batch.state = BatchState.RUNNING if batch.undone_by is None else BatchState.UNDOING
        batch.ended_at = None
        ask(unit, batch.id)

    transaction(runtime, by, work)


def undo_migration(runtime: Runtime, migration_id: UUID, *, by: Actor, reason: str) -> None:
    """Take back every move of a batch after which nothing has happened. Raises Conflict while it is at work."""
    permissions.require(by, "migrate")
    words = checked_reason(reason, what="撤销迁移")

    def work(unit: Unit) -> None:
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id, lock=True)
        if batch.rehearsal:
            raise Conflict("试迁移没有改动任何实例，无需撤销。")
        if batch.state not in (BatchState.STOPPED, BatchState.FINISHED):
            raise Conflict("这次迁移正在进行或已撤销。请先停止，再撤销。")
        batch.state, batch.undone_by, batch.undo_reason = BatchState.UNDOING, by.id, words
        ask(unit, batch.id)

    transaction(runtime, by, work)


def undo_instance(runtime: Runtime, migration_id: UUID, instance_id: UUID, *, by: Actor, reason: str) -> None:
    """Take back the move of one instance. Raises Conflict with the reason when something has happened since."""
    permissions.require(by, "migrate")
    words = checked_reason(reason, what="撤销迁移")

    def work(unit: Unit) -> None:
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id)
        query = select(InstanceMigrationRow.id).where(
            InstanceMigrationRow.district_id == unit.district_id,
            InstanceMigrationRow.migration_id == batch.id,
            InstanceMigrationRow.instance_id == instance_id,
        )
        found = unit.session.scalar(query)
        row = None if found is None else instance_migrations.lock_row(unit.session, unit.district_id, found)
        if row is None or row.state not in (RowState.MOVED, RowState.KEPT):
            raise Conflict("这个实例没有在这次迁移中迁移过，或已经撤销。")
        take_back(unit, batch, row, reason=words)

    transaction(runtime, by, work)
