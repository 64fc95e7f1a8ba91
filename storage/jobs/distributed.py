"""Jobs on procrastinate (PostgreSQL): many workers on many machines, still written by our own transaction.

Only the writing side is here; `service.jobs.procrastinate_worker` runs the jobs. procrastinate decides what is
due by the database server's clock, therefore it is never combined with a shifted clock (`backend_for`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.orm import Session

from storage.jobs.backend import ClaimedJob, JobBackend, LeaseLost, NewJob

#: The queue of all our jobs; procrastinate's own housekeeping has another one.
QUEUE = "zhida"
#: One task for all jobs: our own table of functions decides, and knows what to do with an unknown name.
TASK = "zhida.job"

_CANCEL = text(
    "SELECT count(procrastinate_cancel_job_v1(id, false, false)) FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queueing_lock IN :locks"
).bindparams(bindparam("locks", expanding=True))
_HOLD = text(
    "SELECT id FROM procrastinate_jobs"
    " WHERE id = :id AND status = 'doing' AND worker_id = :worker AND attempts = :attempts FOR UPDATE"
)
_WAITING = text("SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = :lock LIMIT 1")
_DUE = text(
    "SELECT 1 FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queue_name = :queue AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1"
)


class ProcrastinateJobs(JobBackend):
    """The job backend for more than one process or machine."""

    def __init__(self) -> None:
        # Never opened: every call brings the connection of our own transaction.
        self._manager = JobManager(SyncPsycopgConnector())

    def enqueue_many(self, session: Session, jobs: Sequence[NewJob]) -> None:
        """Add jobs in one statement; one whose key already waits is left out silently.

        A key that waits already makes the whole statement fail, so keyed jobs are written under a savepoint
        and, in that rare case, once more one by one.
        """
        if not jobs:
            return
        ordered = [_job(new) for new in sorted(jobs, key=lambda job: (job.district_id, job.key or ""))]
        if all(job.queueing_lock is None for job in ordered):
            self._defer(session, ordered)
        elif not self._try(session, ordered) and len(ordered) > 1:
            for job in ordered:
                self._try(session, [job])

    def cancel(self, session: Session, *keys: str, district_id: str) -> int:
        """Cancel the waiting jobs with these keys; the number cancelled."""
        if not keys:
            return 0
        locks = [queueing_lock(district_id, key) for key in keys]
        return int(session.execute(_CANCEL, {"locks": locks}).scalar_one())

    def hold(self, session: Session, claimed: ClaimedJob) -> None:
        """Lock the job's row for this transaction. Raises LeaseLost when another worker has the job."""
        worker, attempts = claimed.fence.split("/")
        held = session.execute(_HOLD, {"id": int(claimed.id), "worker": int(worker), "attempts": int(attempts)})
        if held.first() is None:
            raise LeaseLost(claimed)

    def replaced(self, session: Session, claimed: ClaimedJob) -> bool:
        """Whether a newer job with the same key waits, so that this one need not be tried again."""
        if claimed.key is None:
            return False
        lock = queueing_lock(claimed.district_id, claimed.key)
        return session.execute(_WAITING, {"lock": lock}).first() is not None

    def anything_due(self, engine: Engine) -> bool:
        """Whether a job could start now, by the database server's clock."""
        with engine.connect() as connection:
            return connection.execute(_DUE, {"queue": QUEUE}).first() is not None

    def _try(self, session: Session, jobs: list[Job]) -> bool:
        try:
            with session.begin_nested():
                self._defer(session, jobs)
        except AlreadyEnqueued:
            return False
        return True

    def _defer(self, session: Session, jobs: list[Job]) -> None:
        connection = session.connection().connection.driver_connection
        if not isinstance(connection, psycopg.Connection):
            raise TypeError("procrastinate needs a psycopg connection: use postgresql+psycopg://")
        self._manager.batch_defer_jobs(jobs, connection=connection)


def queueing_lock(district_id: str, key: str) -> str:
    """procrastinate's name for our key: keys are unique inside a district only."""
    return f"{district_id}:{key}"


def claimed_from(job: Job, *, now: datetime) -> ClaimedJob:
    """A job fetched by a procrastinate worker, in our words; one without a date was due when it was written."""
    kwargs: Mapping[str, Any] = job.task_kwargs
    return ClaimedJob(
        id=str(job.id),
        district_id=kwargs["district_id"],
        job=kwargs["job"],
        args=kwargs["args"],
        key=kwargs["key"],
        run_at=now if kwargs["run_at"] is None else datetime.fromisoformat(kwargs["run_at"]),
        attempt=job.attempts + 1,
        fence=f"{job.worker_id}/{job.attempts}",
    )


def procrastinate_schema_sql() -> str:
    """The SQL that creates procrastinate's tables and functions, for the Alembic revision that installs them."""
    return str(SchemaManager.get_schema())


def install_procrastinate(connection: Connection) -> None:
    """Create procrastinate's tables and functions in the caller's transaction (an Alembic revision, tests)."""
    # Without parameters: the script holds percent signs and many statements.
    connection.exec_driver_sql(procrastinate_schema_sql(), execution_options={"no_parameters": True})


def _job(new: NewJob) -> Job:
    return Job(
        queue=QUEUE,
        lock=None,
        queueing_lock=None if new.key is None else queueing_lock(new.district_id, new.key),
        task_name=TASK,
        task_kwargs={
            "district_id": new.district_id,
            "job": new.job,
            "args": dict(new.args),
            "key": new.key,
            # `scheduled_at` moves with every retry; this is the instant that was asked for.
            "run_at": None if new.run_at is None else new.run_at.isoformat(),
        },
        scheduled_at=new.run_at,
    )
