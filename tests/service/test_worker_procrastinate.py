"""`run_worker` as a process of its own: it works, stops in order, and comes back with its database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from processes.clock import SystemClock
from service.jobs.housekeeping import clean_ended
from service.jobs.procrastinate_worker import WorkerParts, drain
from storage.jobs import ClaimedJob, EmbeddedJobs, NewJob, ProcrastinateJobs, backend_for
from tests.databases import PostgresServer

DISTRICT = "370100"
PATIENCE_SECONDS = 30


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


def add(engine: Engine, *jobs: NewJob) -> None:
    with Session(engine) as session, session.begin():
        ProcrastinateJobs().enqueue_many(session, jobs)


def statuses(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status FROM procrastinate_jobs WHERE queue_name = 'zhida' ORDER BY id"))
        return [row[0] for row in rows]


async def with_manager(url: str, act: Callable[[JobManager], Awaitable[object]]) -> object:
    connector = PsycopgConnector(conninfo=url.replace("+psycopg", ""), min_size=1)
    await connector.open_async()
    try:
        return await act(JobManager(connector))
    finally:
        await connector.close_async()


def eventually(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def worker(postgres_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.service.noting_worker", postgres_url, str(tmp_path / "notes")]
    with subprocess.Popen(command) as process:
        yield process
        process.kill()


def test_sigterm_lets_the_running_job_end_and_begins_no_other(
    worker: subprocess.Popen[bytes], postgres: Engine, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    add(postgres, NewJob(DISTRICT, "note", {"seconds": 2, "text": "long"}))
    eventually(lambda: notes.exists() and "begin long" in notes.read_text())
    worker.terminate()
    time.sleep(0.3)
    add(postgres, NewJob(DISTRICT, "note", {"seconds": 0, "text": "next"}))
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert notes.read_text().splitlines() == ["begin long", "end long"]
    assert statuses(postgres) == ["succeeded", "todo"]


def test_the_worker_goes_on_after_its_connections_were_cut(
    worker: subprocess.Popen[bytes], postgres: Engine, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    add(postgres, NewJob(DISTRICT, "note", {"seconds": 0, "text": "first"}))
    eventually(lambda: notes.exists() and "end first" in notes.read_text())
    name = postgres.url.database
    postgres.dispose()
    postgres_server.administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    add(postgres, NewJob(DISTRICT, "note", {"seconds": 0, "text": "second"}))
    eventually(lambda: "end second" in notes.read_text())
    assert worker.poll() is None


def test_cleaning_deletes_what_ended_long_ago_and_nothing_else(postgres: Engine, postgres_url: str) -> None:
    def work(job: ClaimedJob) -> None:
        if job.job == "bad":
            raise UnicodeError("broken")

    add(postgres, NewJob(DISTRICT, "old"), NewJob(DISTRICT, "bad"), NewJob(DISTRICT, "new"))
    parts = WorkerParts(work, lambda *_: None, SystemClock())
    with postgres.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET attempts = 4"))  # their last attempt
    drain(postgres_url, parts)
    with postgres.begin() as connection:
        connection.execute(text("UPDATE procrastinate_events SET at = at - interval '8 days' WHERE job_id IN (1, 2)"))
    asyncio.run(with_manager(postgres_url, clean_ended))
    with postgres.connect() as connection:
        rows = connection.execute(
            text("SELECT args->>'job', status FROM procrastinate_jobs WHERE queue_name = 'zhida' ORDER BY id")
        ).all()
    assert [tuple(row) for row in rows] == [("bad", "failed"), ("new", "succeeded")]


def test_a_job_that_ended_while_its_mark_could_not_be_written_is_given_back_by_the_same_worker(
    postgres: Engine, postgres_url: str
) -> None:
    looks: list[object] = []

    def look() -> None:
        looks.append(asyncio.run(with_manager(postgres_url, parts.in_hand.give_back_unmarked)))

    def work(job: ClaimedJob) -> None:
        ran.append(job.attempt)
        look()
        look()  # while it runs it is left alone, however often somebody looks

    ran: list[int] = []
    parts = WorkerParts(work, lambda *_: None, SystemClock())
    add(postgres, NewJob(DISTRICT, "note", key="note"))
    drain(postgres_url, parts)
    with postgres.begin() as connection:  # as if the mark had been lost, the worker still being there
        connection.execute(text("INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (1)"))
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"))
    look()
    assert statuses(postgres) == ["doing"]
    look()
    assert (looks, statuses(postgres)) == ([0, 0, 0, 1], ["todo"])
    drain(postgres_url, parts)
    assert (ran, statuses(postgres)) == ([1, 3], ["succeeded"])


def test_a_job_waits_while_the_clock_of_this_machine_is_behind_the_database(
    postgres: Engine, postgres_url: str
) -> None:
    ran: list[str] = []
    clock = SystemClock(offset_seconds=-2)
    add(postgres, NewJob(DISTRICT, "timer", run_at=SystemClock().now()))
    parts = WorkerParts(lambda job: ran.append(job.job), lambda *_: None, clock)
    drain(postgres_url, parts)
    assert (ran, statuses(postgres)) == ([], ["todo"])
    time.sleep(2.1)
    drain(postgres_url, parts)
    assert (ran, statuses(postgres)) == (["timer"], ["succeeded"])


@pytest.mark.parametrize(
    ("url", "shifted", "kind"),
    [
        ("sqlite:///zhida.db", False, EmbeddedJobs),
        ("postgresql+psycopg://h/d", False, ProcrastinateJobs),
        ("postgresql+psycopg://h/d", True, EmbeddedJobs),
    ],
)
def test_the_backend_follows_from_the_database_and_the_clock(url: str, shifted: bool, kind: type) -> None:
    assert type(backend_for(url, clock=SystemClock(), shifted_clock=shifted)) is kind


def test_another_kind_of_database_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="ZHIDA_DATABASE_URL"):
        backend_for("mysql://h/d", clock=SystemClock())
