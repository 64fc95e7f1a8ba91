"""Twenty people answer one parallel consultation in the same moment: every answer counts, nobody meets an error."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from uuid import UUID

from benchmarks.figures import Figure, percentile
from benchmarks.house import CONSULTATION, GO_ON, House, house
from processes.actors import Actor
from processes.errors import ProcessError
from service.orchestration import tasks
from storage.db import db
from storage.models.instances import ProcessInstance

PEOPLE = 20


def measure(kind: str, url: str, folder: Path, *, rounds: int) -> list[Figure]:
    """So many consultations, each answered by twenty threads that start together."""
    taken: list[float] = []
    errors: list[str] = []
    unfinished = 0
    with house(url, folder) as measured:
        actor = measured.actor("maker")
        for _ in range(rounds):
            instance_id = measured.start(CONSULTATION, {"places": [f"S{n:02}" for n in range(PEOPLE)]})
            _answer_together(measured, [task.id for task in measured.open_tasks(instance_id)], actor, taken, errors)
            row = measured.session().get(ProcessInstance, (actor.district_id, instance_id))
            unfinished += row is None or row.state != "completed"
    note = f"{rounds} consultations; p50 {percentile(taken, 0.5):.0f} ms" + (f"; {errors[0]}" if errors else "")
    return [
        Figure(f"{kind}: 20 parallel answers, p95", percentile(taken, 0.95), "ms", at_most=300, note=note),
        Figure(f"{kind}: 20 parallel answers, errors", len(errors) + unfinished, "", at_most=0),
    ]


def _answer_together(
    measured: House, task_ids: list[UUID], actor: Actor, taken: list[float], errors: list[str]
) -> None:
    start = threading.Barrier(len(task_ids))

    def answer(task_id: UUID) -> None:
        with measured.app.app_context():
            start.wait()
            begin = time.perf_counter()
            try:
                tasks.complete_task(measured.runtime, task_id, GO_ON["answer_place"], by=actor)
                taken.append(time.perf_counter() - begin)
            except ProcessError as error:
                errors.append(f"{error.code}: {error.message}")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=answer, args=(task_id,)) for task_id in task_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
