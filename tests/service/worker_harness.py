"""The two job backends behind one face, so that one test file states what both must do.

"Time passes" differs: the embedded backend follows a clock that the test holds; procrastinate follows the
database server, so the test moves the stored instants into the past instead.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from processes.clock import FixedClock, SystemClock
from service.jobs.housekeeping import rescue_deserted
from service.jobs.procrastinate_worker import WorkerParts, build_app, drain
from service.jobs.worker import EmbeddedWorker
from storage.db import WRITE, prepare_engine
from storage.jobs import ClaimedJob, EmbeddedJobs, JobBackend, ProcrastinateJobs, RetryRule

START = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
RunJob = Callable[[ClaimedJob], None]
OnDead = Callable[[ClaimedJob, Exception], None]
RULE = RetryRule()
#: Moves what procrastinate has stored into the past, as if time had passed.
EARLIER = (
    "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - CAST(:by AS interval)",
    """UPDATE procrastinate_jobs
       SET args = jsonb_set(args, '{run_at}', to_jsonb(CAST(args->>'run_at' AS timestamptz) - CAST(:by AS interval)))
       WHERE args->>'run_at' IS NOT NULL""",
    "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - CAST(:by AS interval)",
)


class Harness(Protocol):
    """What the contract needs of a backend."""

    engine: Engine
    backend: JobBackend
    now: Callable[[], datetime]

    def session(self) -> Session: ...

    def pass_time(self, seconds: float) -> None: ...

    def drain(self, run_job: RunJob, on_dead: OnDead, rule: RetryRule = RULE) -> None: ...

    def waiting(self) -> int: ...

    def killed_worker(self, marker: Path) -> None: ...


class EmbeddedHarness:
    """The table `jobs`, with a clock that the test moves."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url)
        prepare_engine(self.engine)
        self.clock = FixedClock(START)
        self.now = self.clock.now
        self.backend = EmbeddedJobs(self.clock)

    def session(self) -> Session:
        return Session(self.engine.execution_options(**{WRITE: True}))

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    def drain(self, run_job: RunJob, on_dead: OnDead, rule: RetryRule = RULE) -> None:
        worker = EmbeddedWorker(self.engine, self.backend, run_job, clock=self.clock, on_dead=on_dead, rule=rule)
        worker.run_until_idle()

    def waiting(self) -> int:
        with Session(self.engine) as session:
            return int(session.scalar(text("SELECT count(*) FROM jobs WHERE state = 'todo'")) or 0)

    def killed_worker(self, marker: Path) -> None:
        run_and_kill(self.url, "embedded", marker, self.now())
        self.pass_time(31)


class ProcrastinateHarness:
    """procrastinate, whose stored instants the test moves."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url)
        self.backend = ProcrastinateJobs()
        self.clock = SystemClock()
        self.now = self.clock.now

    def session(self) -> Session:
        return Session(self.engine)

    def pass_time(self, seconds: float) -> None:
        with self.engine.begin() as connection:
            for statement in EARLIER:
                connection.execute(text(statement), {"by": f"{seconds} seconds"})

    def drain(self, run_job: RunJob, on_dead: OnDead, rule: RetryRule = RULE) -> None:
        drain(self.url, WorkerParts(run_job, on_dead, self.clock, self.backend, rule))

    def waiting(self) -> int:
        with Session(self.engine) as session:
            statement = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'zhida'"
            return int(session.scalar(text(statement)) or 0)

    def killed_worker(self, marker: Path) -> None:
        run_and_kill(self.url, "procrastinate", marker, self.now())
        self.pass_time(31)
        self.rescue()

    def rescue(self) -> int:
        """What the periodic task of a living worker does."""
        parts = WorkerParts(lambda _: None, lambda *_: None, self.clock, self.backend)

        async def once() -> int:
            async with build_app(self.url, self.engine, parts).open_async() as app:
                return await rescue_deserted(app.job_manager)

        return asyncio.run(once())


def run_and_kill(url: str, backend: str, marker: Path, now: datetime) -> None:
    """A worker process takes a job, says so in `marker`, and is killed (-9) in the middle of it."""
    child = [sys.executable, "-m", "tests.service.doomed_worker", backend, url, str(marker), now.isoformat()]
    process = subprocess.Popen(child, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said == b"began\n", f"the worker never began: {said!r}"
    finally:
        process.kill()
        process.communicate()
