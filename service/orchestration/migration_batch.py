"""The work of a batch of moves to another version: one instance after the other, each in its own transaction."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import select

from processes.actors import Actor
from processes.clock import business_date
from processes.errors import Conflict, ProcessError
from processes.migration_words import BatchState, RowState
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.carrying import carry_over
from service.orchestration.carrying_back import carry_back
from service.orchestration.migration_verdicts import Judge, gather, is_movable
from service.orchestration.runtime import Runtime, Unit, fault_words, transaction
from storage import instance_migrations, instances
from storage.models.instance_migrations import InstanceMigration, InstanceMigrationRow
from storage.models.instances import Task
from storage.people import load_actor

log = logging.getLogger(__name__)

MOVE = "move_instances"
#: Instances one job moves before it asks for the next job, so that other work has its turn.
IN_ONE_JOB = 20
AT_WORK = (BatchState.RUNNING, BatchState.UNDOING)


def ask(unit: Unit, migration_id: UUID) -> None:
    """Ask for the next job of a batch, in the caller's transaction."""
    unit.enqueue(MOVE, {"migration_id": str(migration_id)}, key=f"migration:{migration_id}")


def move_instances(runtime: Runtime, district_id: str, migration_id: UUID) -> None:
    """Work through some rows of a batch, then ask for the next job. Safe to repeat after a crash at any moment."""
    batch = instance_migrations.get_migration(runtime.session(), district_id, migration_id)
    who = batch.created_by if batch.undone_by is None else batch.undone_by
    actor = load_actor(runtime.session(), district_id, who, on=business_date(runtime.clock.now()))
    if not permissions.can(actor, "migrate"):
        _stop_without_right(runtime, actor, migration_id)
        return
    for _ in range(IN_ONE_JOB):
        if not _next(runtime, actor, migration_id):
            return
    transaction(runtime, actor, lambda unit: ask(unit, migration_id))


def _stop_without_right(runtime: Runtime, actor: Actor, migration_id: UUID) -> None:
    """Whoever began the batch may not do so any more: it rests until somebody with the right lets it go on."""

    def work(unit: Unit) -> None:
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id, lock=True)
        if batch.state in AT_WORK:
            batch.state = BatchState.STOPPED

    transaction(runtime, actor, work)


class _Rehearsed(Exception):
    """Carries the verdict of a rehearsed move out of the transaction that is rolled back."""

    def __init__(self, verdict: str | None) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def _next(runtime: Runtime, actor: Actor, migration_id: UUID) -> bool:
    """Do one row; False when the batch has come to rest."""
    place: list[UUID] = []

    def work(unit: Unit) -> bool:
        place.clear()
        batch = instance_migrations.get_migration(unit.session, unit.district_id, migration_id)
        row = _taken(unit, batch)
        if row is not None:
            place.append(row.id)
            _do(unit, batch, row)
        return row is not None

    try:
        return transaction(runtime, actor, work)
    except _Rehearsed as done:
        _note(runtime, actor, place[0], RowState.REHEARSED, verdict=done.verdict)
    except Exception as error:  # one instance that cannot be moved must not hold up all the others
        if not place:
            raise
        if not isinstance(error, ProcessError):
            log.exception("an instance could not be moved", exc_info=error)
        _note(runtime, actor, place[0], RowState.REFUSED, sentence=fault_words(error)[1])
    return True


def _taken(unit: Unit, batch: InstanceMigration) -> InstanceMigrationRow | None:
    """The next row, locked; None when the batch was stopped or has just come to its end."""
    if batch.state not in AT_WORK:
        return None
    undoing = batch.state == BatchState.UNDOING
    found = instance_migrations.next_row(unit.session, batch, RowState.MOVED if undoing else RowState.WAITING)
    if found is not None:
        return instance_migrations.lock_row(unit.session, unit.district_id, found)
    batch.state, batch.ended_at = BatchState.UNDONE if undoing else BatchState.FINISHED, unit.now
    return None


def _do(unit: Unit, batch: InstanceMigration, row: InstanceMigrationRow) -> None:
    if row.state == RowState.MOVED:
        _undo_row(unit, batch, row)
    elif row.state == RowState.WAITING:
        _move_row(unit, batch, row)
        if row.state == RowState.REHEARSED:
            unit.save()  # everything is written once, so that what the database would refuse shows as well
            raise _Rehearsed(row.verdict)


def _note(
    runtime: Runtime, actor: Actor, row_id: UUID, state: RowState, *, verdict: str | None = None, sentence: str = ""
) -> None:
    def work(unit: Unit) -> None:
        row = instance_migrations.lock_row(unit.session, unit.district_id, row_id)
        row.state, row.verdict, row.sentence, row.at = state, verdict, sentence, unit.now

    transaction(runtime, actor, work)


def _move_row(unit: Unit, batch: InstanceMigration, row: InstanceMigrationRow) -> None:
    """Judge the instance as it stands now, and move it when it may be moved."""
    row.at = unit.now
    # Tasks before their instance, in the order of everybody who completes one.
    open_tasks = select(Task.id).where(
        Task.district_id == unit.district_id,
        Task.instance_id == row.instance_id,
        Task.state.in_(instances.OPEN_TASK),
    )
    unit.session.execute(open_tasks.order_by(Task.id).with_for_update())
    instance = instances.lock_instance(unit.session, unit.district_id, row.instance_id)
    if instance.state not in instances.ALIVE or instance.version not in batch.from_versions:
        row.state = RowState.GONE
        row.sentence = "实例已经办结、终止，或已不在所选版本上，没有迁移。"
        return
    target = unit.runtime.definitions.get(
        unit.session, unit.district_id, DefinitionKind.PROCESS, batch.process_key, batch.to_version
    )
    judge = Judge(unit, target, batch.mapping)
    facts = gather(unit, [instance.id])[instance.id]
    judged = judge.judge(instance, facts)
    row.from_version, row.verdict, row.sentence = instance.version, judged.verdict, judged.sentence
    if not is_movable(judged):
        row.state = RowState.REFUSED
        return
    row.state_before = instance.engine_state
    row.kept = carry_over(unit, instance, facts, judged, target, batch.mapping, reason=batch.reason)
    row.seq_after = instance.history_seq + sum(1 for each, _ in unit.history if each is instance)
    row.state = RowState.REHEARSED if batch.rehearsal else RowState.MOVED


def _undo_row(unit: Unit, batch: InstanceMigration, row: InstanceMigrationRow) -> None:
    try:
        take_back(unit, batch, row, reason=batch.undo_reason or "")
    except Conflict as refused:
        row.state, row.sentence, row.at = RowState.KEPT, refused.message, unit.now


def take_back(unit: Unit, batch: InstanceMigration, row: InstanceMigrationRow, *, reason: str) -> None:
    """Undo the move of a locked row. Raises Conflict, in words, when something has happened since."""
    instance = instances.lock_instance(unit.session, unit.district_id, row.instance_id)
    if instance.state not in instances.ALIVE:
        raise Conflict(f"“{instance.title}”迁移后已经办结或终止，不能撤销迁移。")
    if (instance.version, instance.history_seq) != (batch.to_version, row.seq_after):
        raise Conflict(f"“{instance.title}”迁移后又有人办理或有新的变化，不能撤销迁移。如需改回，请另作一次迁移。")
    assert row.kept is not None and row.state_before is not None
    carry_back(unit, instance, row.state_before, row.kept, reason=reason)
    row.state, row.sentence, row.at = RowState.UNDONE, "", unit.now
    row.kept, row.state_before = None, None
