"""The worker for PostgreSQL: procrastinate fetches, our functions run in its threads, `zhida worker` starts it.

Any number of these may run on any number of machines. Two tasks of our own keep house: one gives the jobs of
workers that died to the living, one deletes what ended long ago (a long table of finished jobs slows fetching).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from processes.clock import Clock
from service.jobs.housekeeping import HOUSEKEEPING, SILENT_SECONDS, InHand, clean_ended, rescue_deserted
from service.jobs.worker import OnDead, RunJob
from storage.jobs import ClaimedJob, JobAbandoned, LeaseLost, ProcrastinateJobs, RetryRule, running
from storage.jobs.distributed import QUEUE, TASK, claimed_from

log = logging.getLogger(__name__)

#: A worker says every 5 s that it lives; the jobs of silent ones are looked for every 15 s.
_HEARTBEAT_SECONDS = 5.0
_UNMARKED_SECONDS = 15.0
_RESCUE_CRON = "* * * * * */15"
_CLEAN_CRON = "20 3 * * *"
_PAUSE_AFTER_FAULT_SECONDS = 2.0
_TELL_AGAIN_AFTER = timedelta(seconds=30)


class NotYetDue(Exception):
    """The database server's clock is ahead of ours by `early`: the job comes back when it is due here.

    `retry_at` is that moment on the server's clock.
    """

    def __init__(self, claimed: ClaimedJob, early: timedelta) -> None:
        super().__init__(f"due in {early.total_seconds():.3f} s by the clock of this machine")
        self.retry_at = claimed.run_at + early


class DeathNotTold(Exception):
    """A job is given up, but nobody could be told (no incident was written): it is told again later."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What a worker needs besides the database: see `EmbeddedWorker` for `run_job` and `on_dead`."""

    run_job: RunJob
    on_dead: OnDead
    clock: Clock
    backend: ProcrastinateJobs = field(default_factory=ProcrastinateJobs)
    rule: RetryRule = field(default_factory=RetryRule)
    in_hand: InHand = field(default_factory=InHand)


class OurRetry(BaseRetryStrategy):
    """procrastinate's question "again, and when?" answered by our rule."""

    def __init__(self, rule: RetryRule, clock: Clock) -> None:
        self._rule = rule
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None gives the job up."""
        if isinstance(exception, NotYetDue):
            return RetryDecision(retry_at=exception.retry_at)
        wait = self._wait(exception, job.attempts + 1)
        return None if wait is None else RetryDecision(retry_at=self._clock.now() + wait)

    def _wait(self, exception: BaseException, attempt: int) -> timedelta | None:
        if isinstance(exception, LeaseLost):
            # procrastinate ends jobs without a fence: asking for another run is the only harmless answer.
            return timedelta(0)
        if isinstance(exception, DeathNotTold):
            return _TELL_AGAIN_AFTER
        return self._rule.wait_after(attempt, exception) if isinstance(exception, Exception) else timedelta(0)


def build_app(database_url: str, engine: Engine, parts: WorkerParts) -> App:
    """procrastinate's application with our tasks; `engine` is used for short questions of the worker itself."""
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=6))

    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=OurRetry(parts.rule, parts.clock))
    def run(context: JobContext, /, **_: Any) -> None:
        with parts.in_hand.running(context.job):
            run_claimed(claimed_from(context.job, now=parts.clock.now()), engine, parts)

    @app.periodic(cron=_RESCUE_CRON)
    @app.task(name="zhida.rescue", queue=HOUSEKEEPING, queueing_lock="zhida.rescue")
    async def rescue(timestamp: int) -> None:
        await rescue_deserted(app.job_manager)

    @app.periodic(cron=_CLEAN_CRON)
    @app.task(name="zhida.clean", queue=HOUSEKEEPING, queueing_lock="zhida.clean")
    async def clean(timestamp: int) -> None:
        await clean_ended(app.job_manager)

    return app


def run_claimed(claimed: ClaimedJob, engine: Engine, parts: WorkerParts) -> None:
    """Run one job in this thread. What it raises, `OurRetry` turns into another attempt or the end of the job."""
    early = claimed.run_at - parts.clock.now()
    if early > timedelta(0):
        raise NotYetDue(claimed, early)
    try:
        if claimed.attempt > parts.rule.limit:
            raise JobAbandoned(claimed)
        with running(claimed):
            parts.run_job(claimed)
    except LeaseLost:
        log.warning("job %s (%s) was taken over by another worker", claimed.id, claimed.job)
        raise
    except Exception as error:
        if parts.rule.wait_after(claimed.attempt, error) is None:
            _tell(claimed, error, parts)
        elif _replaced(claimed, engine, parts):
            log.warning("job %s (%s) failed; a newer one with its key waits", claimed.id, claimed.job, exc_info=error)
            return
        raise


def run_worker(database_url: str, parts: WorkerParts, *, concurrency: int = 4) -> None:
    """Run jobs until SIGTERM or SIGINT: what runs is finished, nothing new is begun. Main thread only.

    When the database goes away the worker comes back with it.
    """
    engine = create_engine(database_url, pool_pre_ping=True)
    try:
        asyncio.run(_serve(database_url, engine, parts, concurrency))
    finally:
        engine.dispose()


async def _serve(database_url: str, engine: Engine, parts: WorkerParts, concurrency: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            async with build_app(database_url, engine, parts).open_async() as app:
                await _work_until(app, stop, parts.in_hand, concurrency)
        except (ConnectorException, psycopg.Error):
            log.warning("the database is away; the worker tries again", exc_info=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PAUSE_AFTER_FAULT_SECONDS)


async def _work_until(app: App, stop: asyncio.Event, in_hand: InHand, concurrency: int) -> None:
    work = asyncio.create_task(
        app.run_worker_async(
            queues=[QUEUE, HOUSEKEEPING],
            concurrency=concurrency,
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            install_signal_handlers=False,
        )
    )
    stopping = asyncio.create_task(stop.wait())
    looking = asyncio.create_task(_look_for_unmarked(app, in_hand))
    await asyncio.wait({work, stopping, looking}, return_when=asyncio.FIRST_COMPLETED)
    for side in (stopping, looking):
        side.cancel()
    # Cancelling asks procrastinate's worker to stop in order: it waits for the jobs that run.
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    with contextlib.suppress(asyncio.CancelledError):
        await looking


async def _look_for_unmarked(app: App, in_hand: InHand) -> None:
    while True:
        await asyncio.sleep(_UNMARKED_SECONDS)
        await in_hand.give_back_unmarked(app.job_manager)


def drain(database_url: str, parts: WorkerParts) -> None:
    """Run everything that is due, follow-up jobs included, and return (tests, the command line)."""
    engine = create_engine(database_url)
    try:
        asyncio.run(_drain(database_url, engine, parts))
    finally:
        engine.dispose()


async def _drain(database_url: str, engine: Engine, parts: WorkerParts) -> None:
    while parts.backend.anything_due(engine):
        async with build_app(database_url, engine, parts).open_async() as app:
            await app.run_worker_async(
                queues=[QUEUE], wait=False, concurrency=2, listen_notify=False, install_signal_handlers=False
            )


def _tell(claimed: ClaimedJob, error: Exception, parts: WorkerParts) -> None:
    log.error("job %s (%s) is given up", claimed.id, claimed.job, exc_info=error)
    try:
        parts.on_dead(claimed, error)
    except Exception as fault:
        raise DeathNotTold(str(error)) from fault


def _replaced(claimed: ClaimedJob, engine: Engine, parts: WorkerParts) -> bool:
    with Session(engine) as session:
        return parts.backend.replaced(session, claimed)
