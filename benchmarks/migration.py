"""What it costs to judge and to move running instances to another version, and to take it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from benchmarks.figures import Figure
from benchmarks.house import DIAGRAMS, DISTRICT, ROUNDS, House, house
from processes.migration_words import BatchState
from service.orchestration import deployments
from service.orchestration.migrating import start_migration, undo_migration
from service.orchestration.migration_batch import move_instances
from service.orchestration.migration_plan import plan_migration
from storage.instance_migrations import get_migration


def measure(kind: str, url: str, folder: Path, *, running: int) -> list[Figure]:
    """So many instances stand at a task whose element changes in the second version."""
    with house(url, folder) as measured:
        for _ in range(running):
            measured.start(ROUNDS, {"round_no": 1})
        _second_version(measured)
        judged = _seconds(lambda: plan_migration(measured.runtime, ROUNDS, 2, [1], {}, by=measured.actor("analyst")))
        rehearsed = _seconds(lambda: _batch(measured, rehearsal=True))
        batch: list[UUID] = []
        moved = _seconds(lambda: batch.append(_batch(measured)))
        back = _seconds(lambda: _undo(measured, batch[0]))
    name = f"{kind}: {running:,} running instances"
    return [
        Figure(f"{name}, verdicts on all", judged, "s"),
        Figure(f"{name}, rehearsed", rehearsed, "s", note=f"{1000 * rehearsed / running:.1f} ms each"),
        Figure(f"{name}, moved", moved, "s", note=f"{1000 * moved / running:.1f} ms each"),
        Figure(f"{name}, taken back", back, "s", note=f"{1000 * back / running:.1f} ms each"),
    ]


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _second_version(measured: House) -> None:
    name = f"{ROUNDS}.bpmn"
    content = (DIAGRAMS / name).read_text().replace('value="DL13"', 'value="DL16"')
    files = {name: content.encode()}
    deployments.deploy(measured.runtime, files, by=measured.actor("publisher"), comment="第二版")


def _batch(measured: House, *, rehearsal: bool = False) -> UUID:
    by = measured.actor("admin")
    batch = start_migration(measured.runtime, ROUNDS, 2, [1], {}, by=by, reason="测量", rehearsal=rehearsal)
    _work(measured, batch)
    return batch


def _undo(measured: House, batch: UUID) -> None:
    undo_migration(measured.runtime, batch, by=measured.actor("admin"), reason="测量")
    _work(measured, batch)


def _work(measured: House, batch: UUID) -> None:
    """What a worker does, one job after the other, until the batch has come to rest."""
    at_work = (BatchState.RUNNING, BatchState.UNDOING)
    while get_migration(measured.session(), DISTRICT, batch).state in at_work:
        move_instances(measured.runtime, DISTRICT, batch)
