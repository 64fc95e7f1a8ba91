"""The jobs one worker holds at the moment, and the thread that keeps their leases alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from processes.clock import Clock
from storage.jobs import ClaimedJob, EmbeddedJobs

log = logging.getLogger(__name__)


class Hand:
    """Jobs of one claim that are not settled yet. Safe for two threads: the worker and the lease keeper."""

    def __init__(self, engine: Engine, backend: EmbeddedJobs, *, clock: Clock, lease: timedelta) -> None:
        self._engine = engine
        self._backend = backend
        self._clock = clock
        self._lease = lease
        self._lock = threading.Lock()
        self._jobs: dict[str, ClaimedJob] = {}
        self._sure_until: datetime | None = None

    def take(self, jobs: Sequence[ClaimedJob], *, at: datetime) -> None:
        """Hold the jobs of a claim made at this instant; jobs of the claim before are dropped."""
        with self._lock:
            self._jobs = {job.id: job for job in jobs}
            self._sure_until = at + self._lease / 2

    def put_down(self, jobs: Sequence[ClaimedJob]) -> None:
        """Stop holding settled jobs."""
        with self._lock:
            for job in jobs:
                self._jobs.pop(job.id, None)

    def holds(self, job: ClaimedJob) -> bool:
        """Whether the job may be begun; asks the database when half of the lease has passed (a paused process)."""
        if self._sure_until is None or self._clock.now() >= self._sure_until:
            self.renew()
        with self._lock:
            return job.id in self._jobs

    def renew(self) -> None:
        """Extend the lease of everything held; what was taken over meanwhile is dropped."""
        with self._lock:
            if not self._jobs:
                return
            now = self._clock.now()
            with Session(self._engine) as session, session.begin():
                kept = self._backend.renew(session, list(self._jobs.values()), lease=self._lease)
            for lost in self._jobs.keys() - kept:
                log.warning("lease of job %s was taken over by another worker", lost)
            self._jobs = {id_: job for id_, job in self._jobs.items() if id_ in kept}
            self._sure_until = now + self._lease / 2

    def keep_until(self, stop: threading.Event) -> None:
        """Body of the lease keeper's thread: a job longer than its lease stays with a living worker."""
        while not stop.wait(self._lease.total_seconds() / 3):
            try:
                self.renew()
            except SQLAlchemyError:
                # The database is away or busy: the fence protects the effects, the next round tries again.
                log.warning("leases could not be extended", exc_info=True)
