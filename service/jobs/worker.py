"""The worker of the embedded backend: one daemon thread in the web process.

One thread is right: SQLite gains nothing from more. It takes jobs in batches, runs each one outside of any
transaction of its own, and marks successes in short transactions, a few at a time. A worker that dies between
a job's effect and its mark leaves the job to be run again: at least once, so job functions are idempotent.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from processes.clock import Clock
from service.jobs.hand import Hand
from storage.db import WRITE
from storage.jobs import ClaimedJob, EmbeddedJobs, JobAbandoned, LeaseLost, RetryRule, running
from storage.jobs.backend import ENQUEUED

log = logging.getLogger(__name__)

RunJob = Callable[[ClaimedJob], None]
OnDead = Callable[[ClaimedJob, Exception], None]

#: Successes are marked together: after so many, or after so many seconds, whichever comes first.
_MARK_AFTER_JOBS = 20
_MARK_AFTER_SECONDS = 0.25
#: How long after a fault of the database itself the worker looks again.
_PAUSE_AFTER_FAULT = 2.0
_KEEP_ENDED = timedelta(days=7)
_CLEAN_EVERY = timedelta(hours=1)


class EmbeddedWorker:
    """Runs the jobs of `EmbeddedJobs` as they fall due.

    `run_job` does the work (see `Dispatcher.run`), in transactions of its own. `on_dead` is told about every
    job that is given up, before it is marked as failed: it may be told twice after a crash, never not at all.
    `lease_seconds` and due times follow the injected clock; only waiting for work uses real time.
    """

    def __init__(
        self,
        engine: Engine,
        backend: EmbeddedJobs,
        run_job: RunJob,
        *,
        clock: Clock,
        on_dead: OnDead,
        poll_seconds: float = 0.5,
        lease_seconds: float = 30,
        batch: int = 50,
        rule: RetryRule | None = None,
    ) -> None:
        self._read = engine
        self._write = engine.execution_options(**{WRITE: True})
        self._backend = backend
        self._run_job = run_job
        self._clock = clock
        self._on_dead = on_dead
        self._poll_seconds = poll_seconds
        self._lease = timedelta(seconds=lease_seconds)
        self._batch = batch
        self._rule = rule or RetryRule()
        self._name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._hand = Hand(self._write, backend, clock=clock, lease=self._lease)
        self._one_at_a_time = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._cleaned_at: datetime | None = None

    def start(self) -> None:
        """Start the thread; from now on a commit in this process that brings due jobs wakes it at once."""
        if self._threads:
            return
        self._stop.clear()
        event.listen(Session, "after_commit", self._after_commit)
        self._threads = [
            threading.Thread(target=self._loop, name="zhida-worker", daemon=True),
            threading.Thread(target=self._hand.keep_until, args=(self._stop,), name="zhida-leases", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout_seconds: float = 10) -> None:
        """Finish the job at hand, put the others back, and stop."""
        if not self._threads:
            return
        event.remove(Session, "after_commit", self._after_commit)
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout_seconds)
        self._threads = []

    def wake(self) -> None:
        """Look for due jobs now (the clock was moved, jobs were written past SQLAlchemy's sessions)."""
        self._wake.set()

    def run_until_idle(self) -> int:
        """Do everything that is due at the clock's present instant, follow-up jobs included; the number done.

        Raises what the database raises. For tests, the demo and the command line.
        """
        total = 0
        while done := self._run_batch(stop=threading.Event()):
            total += done
        return total

    def _after_commit(self, session: Session) -> None:
        if not session.in_nested_transaction() and session.info.pop(ENQUEUED, False):
            self._wake.set()

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                if not self._run_batch(stop=self._stop):
                    self._clean()
                    self._wake.wait(self._poll_seconds)
            except Exception:
                # Nothing may end this thread: a fault outside a job is the database's, and passes.
                log.exception("the worker met a fault and will look again")
                self._stop.wait(_PAUSE_AFTER_FAULT)

    def _run_batch(self, *, stop: threading.Event) -> int:
        with self._one_at_a_time:
            jobs = self._claim()
            try:
                self._work_through(jobs, stop)
            finally:
                # Whatever is left (its failure could not be written) must not be kept alive by the lease keeper.
                self._hand.take([], at=self._clock.now())
            return len(jobs)

    def _work_through(self, jobs: list[ClaimedJob], stop: threading.Event) -> None:
        done: list[ClaimedJob] = []
        since = time.monotonic()
        try:
            for position, job in enumerate(jobs):
                if stop.is_set():
                    self._put_back(jobs[position:])
                    break
                if self._hand.holds(job) and self._run(job):
                    done.append(job)
                if len(done) >= _MARK_AFTER_JOBS or time.monotonic() - since > _MARK_AFTER_SECONDS:
                    done, since = self._mark(done), time.monotonic()
        finally:
            self._mark(done)

    def _claim(self) -> list[ClaimedJob]:
        with Session(self._read) as session:
            if not self._backend.anything_due(session, lease=self._lease):
                return []
        now = self._clock.now()
        with Session(self._write) as session, session.begin():
            jobs = self._backend.claim(session, worker=self._name, lease=self._lease, limit=self._batch)
        self._hand.take(jobs, at=now)
        return jobs

    def _run(self, job: ClaimedJob) -> bool:
        """Run one job; True when it succeeded (still to be marked), else everything is written already."""
        try:
            if job.attempt > self._rule.limit:
                raise JobAbandoned(job)
            with running(job):
                self._run_job(job)
        except LeaseLost:
            log.warning("job %s (%s) was taken over by another worker", job.id, job.job)
            self._hand.put_down([job])
            return False
        except Exception as error:
            self._failed(job, error)
            return False
        return True

    def _mark(self, done: list[ClaimedJob]) -> list[ClaimedJob]:
        """Mark jobs as done; returns the empty list to go on with."""
        if done:
            with Session(self._write) as session, session.begin():
                accepted = self._backend.succeed(session, done)
            self._hand.put_down(done)
            for job in done:
                if job.id not in accepted:
                    log.warning("job %s (%s) was finished too late: its lease was taken over", job.id, job.job)
        return []

    def _failed(self, job: ClaimedJob, error: Exception) -> None:
        wait = self._rule.wait_after(job.attempt, error)
        text = f"{type(error).__name__}: {error}"
        if wait is None:
            log.error("job %s (%s) is given up", job.id, job.job, exc_info=error)
            self._on_dead(job, error)
            with Session(self._write) as session, session.begin():
                self._backend.bury(session, job, error=text)
        else:
            log.warning("job %s (%s) failed, attempt %d", job.id, job.job, job.attempt, exc_info=error)
            self._retry(job, wait, text)
        self._hand.put_down([job])

    def _retry(self, job: ClaimedJob, wait: timedelta, text: str) -> None:
        try:
            with Session(self._write) as session, session.begin():
                self._backend.retry(session, job, wait=wait, error=text)
        except IntegrityError:
            # PostgreSQL: a job with the same key was committed while we looked. Now it is visible and replaces ours.
            with Session(self._write) as session, session.begin():
                self._backend.retry(session, job, wait=wait, error=text)

    def _put_back(self, jobs: list[ClaimedJob]) -> None:
        with Session(self._write) as session, session.begin():
            self._backend.release(session, jobs)
        self._hand.put_down(jobs)

    def _clean(self) -> None:
        now = self._clock.now()
        if self._cleaned_at is not None and abs(now - self._cleaned_at) < _CLEAN_EVERY:
            return
        with Session(self._write) as session, session.begin():
            self._backend.forget(session, before=now - _KEEP_ENDED)
        self._cleaned_at = now
