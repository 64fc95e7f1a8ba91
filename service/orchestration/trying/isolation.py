"""A transaction of its own in which a scenario runs, and which is always rolled back.

Whatever runs in it sees the house as it is, changed by the files that are tried; nobody else ever sees any of it.
Its jobs stay in memory, its clock is its own, its files go to a folder that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.clock import FixedClock
from processes.scenarios import Visit
from service.orchestration.held_posts import HeldPosts
from service.orchestration.runtime import Runtime, Unit
from storage.db import WRITE, turn_to_write
from storage.definitions import DefinitionMemory
from storage.history import HistoryEntry
from storage.jobs import ClaimedJob, JobBackend, NewJob
from storage.models.instances import ProcessInstance

T = TypeVar("T")


class _NeverStores(Session):
    """A session that cannot commit: a mistake in the code that tries is an error, never a stored row."""

    def commit(self) -> None:
        raise RuntimeError("what is tried is never stored")


class TrialJobs(JobBackend):
    """The jobs a trial asked for, in memory; the player does those that belong to the case."""

    def __init__(self) -> None:
        self.waiting: list[NewJob] = []

    def enqueue_many(self, session: Session, jobs: Sequence[NewJob]) -> None:
        known = {job.key for job in self.waiting if job.key is not None}
        self.waiting += [job for job in jobs if job.key is None or job.key not in known]

    def cancel(self, session: Session, *keys: str, district_id: str) -> int:
        before = len(self.waiting)
        self.waiting = [job for job in self.waiting if job.key not in keys]
        return before - len(self.waiting)

    def hold(self, session: Session, claimed: ClaimedJob) -> None:
        """Nothing else works on a trial's jobs."""

    def take(self, until: datetime) -> NewJob | None:
        """The earliest job that is due by then, taken out."""
        due = [job for job in self.waiting if job.run_at is None or job.run_at <= until]
        if not due:
            return None
        first = min(due, key=lambda job: job.run_at.timestamp() if job.run_at is not None else 0.0)
        self.waiting.remove(first)
        return first


@dataclass
class Trial:
    """One isolated transaction and what the player needs of it."""

    runtime: Runtime
    session: Session
    clock: FixedClock
    jobs: TrialJobs
    visits: list[Visit] = field(default_factory=list)
    step: int = 0

    def act(self, actor: Actor, work: Callable[[Unit], T]) -> T:
        """Do one verb as in real life; what fails leaves nothing behind in the trial either."""
        kept = list(self.jobs.waiting)
        try:
            with self.session.begin_nested():
                unit = self.unit(actor)
                answer = work(unit)
                entries = list(unit.history)
                unit.save()
                self.session.flush()
                self._note(entries)
        except BaseException:
            self.jobs.waiting = kept
            self.session.expire_all()
            raise
        self.session.expire_all()
        return answer

    def unit(self, actor: Actor) -> Unit:
        """A unit of work for looking."""
        return Unit(self.runtime, self.session, actor, self.clock.now())

    def _note(self, entries: Sequence[tuple[ProcessInstance, HistoryEntry]]) -> None:
        for instance, entry in entries:
            for element, kind, name in entry.changes.get("passed", ()):
                self.visits.append(Visit(instance.process_key, element, name, kind, self.step))


@contextmanager
def isolated(runtime: Runtime, *, at: datetime) -> Iterator[Trial]:
    """A trial that begins at this instant.

    Never call it inside a unit of work: on SQLite a trial takes the turn to write, and would wait for itself.
    """
    session = _NeverStores(bind=runtime.session().get_bind())
    clock, jobs = FixedClock(at), TrialJobs()
    with turn_to_write(session), TemporaryDirectory(prefix="zhida-trial-") as folder:
        try:
            session.connection(execution_options={WRITE: True})
            own = replace(
                runtime,
                session=lambda: session,
                clock=clock,
                jobs=jobs,
                data_dir=Path(folder),
                definitions=DefinitionMemory(),
                held_posts=HeldPosts(),
                channels={},
                notice_channels={},
                wake_worker=lambda: None,
            )
            yield Trial(own, session, clock, jobs)
        finally:
            session.rollback()
            session.close()
