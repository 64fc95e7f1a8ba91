"""What procrastinate leaves to us: jobs of dead workers, jobs whose end could not be written, old jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from storage.jobs.distributed import QUEUE

log = logging.getLogger(__name__)

HOUSEKEEPING = "zhida-housekeeping"
#: A worker that says nothing for so long counts as dead.
SILENT_SECONDS = 20.0
_KEEP_JOBS_HOURS = 7 * 24
_KEEP_HOUSEKEEPING_HOURS = 24


class InHand:
    """The jobs that run in this process at the moment, to tell them from those that only look so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int | None] = set()
        self._worker_id: int | None = None
        self._suspects: set[int | None] = set()

    @contextmanager
    def running(self, job: Job) -> Iterator[None]:
        """The block runs this job."""
        with self._lock:
            self._running.add(job.id)
            self._worker_id = job.worker_id
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(job.id)

    async def give_back_unmarked(self, manager: JobManager) -> int:
        """Let jobs wait again that are kept as running here, at two looks in a row, but run no more; how many.

        Their end could not be written: the database was away for that moment only, so the worker lives on and
        nobody would ever call these jobs deserted. Call it now and then.
        """
        if self._worker_id is None:
            return 0
        listed = await manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value, worker_id=self._worker_id)
        with self._lock:
            idle = [job for job in listed if job.id not in self._running]
        found = [job for job in idle if job.id in self._suspects]
        self._suspects = {job.id for job in idle}
        for job in found:
            await _let_wait(manager, job)
            log.warning("job %s had ended without a mark and was given back", job.id)
        return len(found)


async def rescue_deserted(manager: JobManager, *, silent_seconds: float = SILENT_SECONDS) -> int:
    """Let the jobs of workers that have been silent for so long wait again; how many there were."""
    jobs = list(await manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds))
    for job in jobs:
        await _let_wait(manager, job)
        log.warning("job %s was deserted by its worker and given back", job.id)
    await manager.prune_stalled_workers(silent_seconds)
    return len(jobs)


async def clean_ended(manager: JobManager) -> None:
    """Delete jobs that ended long ago; failed ones of ours stay for analysts."""
    await manager.delete_old_jobs(_KEEP_JOBS_HOURS, queue=QUEUE, include_cancelled=True, include_aborted=True)
    await manager.delete_old_jobs(_KEEP_HOUSEKEEPING_HOURS, queue=HOUSEKEEPING, include_failed=True)


async def _let_wait(manager: JobManager, job: Job) -> None:
    try:
        await manager.retry_job(job=job)
    except UniqueViolation:
        # A newer job with the same key waits already: it does the work.
        await manager.finish_job(job=job, status=Status.ABORTED, delete_job=False)
