"""The embedded worker's threads: woken at once, patient with slow jobs, orderly at a stop, not ended by faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from processes.clock import SystemClock
from service.jobs.worker import EmbeddedWorker
from storage.db import WRITE
from storage.jobs import ClaimedJob, EmbeddedJobs, NewJob, RetryRule
from storage.models.records import Job

DISTRICT = "370100"
PATIENCE_SECONDS = 15


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def jobs(clock: SystemClock) -> EmbeddedJobs:
    return EmbeddedJobs(clock)


def add(engine: Engine, jobs: EmbeddedJobs, *new: NewJob) -> None:
    with sessionmaker(engine.execution_options(**{WRITE: True})).begin() as session:
        jobs.enqueue_many(session, new)


def states(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(Job.state).order_by(Job.id)))


def eventually(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.02)


@contextmanager
def started(worker: EmbeddedWorker) -> Iterator[EmbeddedWorker]:
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def nobody(job: ClaimedJob, error: Exception) -> None:
    raise AssertionError(f"{job.job} must not be given up here: {error}")


def test_a_commit_in_this_process_wakes_the_worker_without_waiting_for_its_poll(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    ran = threading.Event()
    worker = EmbeddedWorker(engine, jobs, lambda _: ran.set(), clock=clock, on_dead=nobody, poll_seconds=600)
    with started(worker):
        time.sleep(0.3)  # it has looked once and now waits for ten minutes
        add(engine, jobs, NewJob(DISTRICT, "notice"))
        assert ran.wait(PATIENCE_SECONDS)
        eventually(lambda: states(engine) == ["succeeded"])


def test_a_job_of_another_process_is_found_by_the_poll(engine: Engine, jobs: EmbeddedJobs, clock: SystemClock) -> None:
    ran = threading.Event()
    with started(EmbeddedWorker(engine, jobs, lambda _: ran.set(), clock=clock, on_dead=nobody, poll_seconds=0.1)):
        time.sleep(0.3)
        with engine.execution_options(**{WRITE: True}).begin() as connection:  # past the sessions of this process
            session = Session(connection)
            jobs.enqueue(session, "notice", {}, district_id=DISTRICT)
            session.close()
        assert ran.wait(PATIENCE_SECONDS)


def test_a_job_longer_than_its_lease_stays_with_a_living_worker(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    runs: list[int] = []

    def slow(job: ClaimedJob) -> None:
        runs.append(job.attempt)
        time.sleep(2.5)

    one, two = (
        EmbeddedWorker(engine, jobs, slow, clock=clock, on_dead=nobody, poll_seconds=0.1, lease_seconds=0.9)
        for _ in range(2)
    )
    add(engine, jobs, NewJob(DISTRICT, "slow"))
    with started(one), started(two):
        eventually(lambda: states(engine) == ["succeeded"])
    assert runs == [1]


def test_a_stop_finishes_the_job_at_hand_and_puts_the_others_back(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: ClaimedJob) -> None:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)

    add(engine, jobs, *(NewJob(DISTRICT, "slow") for _ in range(3)))
    worker = EmbeddedWorker(engine, jobs, wait, clock=clock, on_dead=nobody)
    worker.start()
    assert begun.wait(PATIENCE_SECONDS)
    threading.Timer(0.2, go_on.set).start()
    worker.stop()
    assert states(engine) == ["succeeded", "todo", "todo"]
    with Session(engine) as session:
        assert sorted(session.scalars(select(Job.attempts))) == [0, 0, 1]


def test_a_stopped_worker_no_longer_listens_to_commits_and_can_start_again(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    ran: list[str] = []
    worker = EmbeddedWorker(engine, jobs, lambda job: ran.append(job.job), clock=clock, on_dead=nobody)
    with started(worker):
        pass
    add(engine, jobs, NewJob(DISTRICT, "later"))
    time.sleep(0.7)
    assert ran == []
    with started(worker):
        eventually(lambda: states(engine) == ["succeeded"])
    assert ran == ["later"]


def test_a_fault_of_the_database_does_not_end_the_worker(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    ran: list[str] = []
    worker = EmbeddedWorker(engine, jobs, lambda job: ran.append(job.job), clock=clock, on_dead=nobody)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE jobs RENAME TO jobs_away"))
    with started(worker):
        time.sleep(0.3)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE jobs_away RENAME TO jobs"))
        add(engine, jobs, NewJob(DISTRICT, "after the fault"))
        eventually(lambda: states(engine) == ["succeeded"])
    assert ran == ["after the fault"]


def test_a_job_whose_end_could_not_be_told_is_told_again(
    engine: Engine, jobs: EmbeddedJobs, clock: SystemClock
) -> None:
    told: list[int] = []

    def broken(_: ClaimedJob) -> None:
        raise OSError("portal down")

    def tell(job: ClaimedJob, _: Exception) -> None:
        told.append(job.attempt)
        if len(told) == 1:
            raise ConnectionError("the incident could not be written")

    add(engine, jobs, NewJob(DISTRICT, "portal"))
    worker = EmbeddedWorker(
        engine, jobs, broken, clock=clock, on_dead=tell, poll_seconds=0.1, lease_seconds=0.5, rule=RetryRule(limit=1)
    )
    with started(worker):
        eventually(lambda: states(engine) == ["failed"])
    assert told == [1, 2]


def test_jobs_behind_a_failing_one_are_not_held_up(engine: Engine, jobs: EmbeddedJobs, clock: SystemClock) -> None:
    ran: list[int] = []

    def work(job: ClaimedJob) -> None:
        if job.args["n"] == 0:
            raise OSError("down")
        ran.append(job.args["n"])

    now = clock.now()
    add(engine, jobs, *(NewJob(DISTRICT, "w", {"n": n}, now - timedelta(seconds=60 - n)) for n in range(30)))
    worker = EmbeddedWorker(engine, jobs, work, clock=clock, on_dead=nobody)
    worker.run_until_idle()
    assert ran == list(range(1, 30))
    assert sorted(set(states(engine))) == ["succeeded", "todo"]
