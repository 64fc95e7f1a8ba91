"""The table `jobs`: what only the embedded backend promises (leases, fences, order, cleaning)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from processes.clock import FixedClock
from storage.db import WRITE
from storage.jobs import EmbeddedJobs, LeaseLost, NewJob, guard, running
from storage.models.records import Job

START = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
DISTRICT = "370100"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def jobs(clock: FixedClock) -> EmbeddedJobs:
    return EmbeddedJobs(clock)


def write(engine: Engine) -> Session:
    return Session(engine.execution_options(**{WRITE: True}))


def add(engine: Engine, jobs: EmbeddedJobs, *new: NewJob) -> None:
    with write(engine) as session, session.begin():
        jobs.enqueue_many(session, new)


def take(engine: Engine, jobs: EmbeddedJobs, worker: str = "w", limit: int = 50) -> list:
    with write(engine) as session, session.begin():
        return jobs.claim(session, worker=worker, lease=LEASE, limit=limit)


def states(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        return {str(id_): state for id_, state in session.execute(select(Job.id, Job.state))}


def test_many_jobs_are_written_by_one_statement(engine: Engine, jobs: EmbeddedJobs) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    add(engine, jobs, *(NewJob(DISTRICT, "notice", {"n": n}, key=f"notice:{n}") for n in range(40)))
    assert len([s for s in statements if s.startswith("INSERT")]) == 1
    assert len(states(engine)) == 40


def test_jobs_are_claimed_in_the_order_in_which_they_fall_due(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    minutes = [7, 3, 9, 1, 5]
    due = [NewJob(DISTRICT, "timer", {"m": m}, run_at=START + timedelta(minutes=m)) for m in minutes]
    add(engine, jobs, *due)
    clock.advance(minutes=8)
    first, rest = take(engine, jobs, limit=2), take(engine, jobs)
    assert [job.args["m"] for job in first + rest] == [1, 3, 5, 7]


def test_a_job_that_is_held_is_given_to_nobody_else_until_its_lease_ends(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice"))
    (job,) = take(engine, jobs, "first")
    clock.advance(seconds=29)
    assert take(engine, jobs, "second") == []
    clock.advance(seconds=1)
    (again,) = take(engine, jobs, "second")
    assert (again.id, again.attempt) == (job.id, 2)


def test_a_lease_that_is_renewed_stays_with_its_worker(engine: Engine, jobs: EmbeddedJobs, clock: FixedClock) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice"))
    (job,) = take(engine, jobs, "first")
    clock.advance(seconds=20)
    with write(engine) as session, session.begin():
        assert jobs.renew(session, [job], lease=LEASE) == {job.id}
    clock.advance(seconds=20)
    assert take(engine, jobs, "second") == []


def test_a_worker_whose_job_was_taken_over_can_neither_finish_nor_extend_nor_return_it(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice"))
    (old,) = take(engine, jobs)
    clock.advance(seconds=31)
    (new,) = take(engine, jobs)  # the same worker name: the fence belongs to the claim, not to the worker
    with write(engine) as session, session.begin():
        assert jobs.succeed(session, [old]) == set()
        assert jobs.renew(session, [old], lease=LEASE) == set()
        assert jobs.release(session, [old]) == set()
        assert not jobs.retry(session, old, wait=LEASE, error="late")
        assert not jobs.bury(session, old, error="late")
        assert jobs.succeed(session, [new]) == {new.id}
    assert states(engine) == {new.id: "succeeded"}


def test_a_transaction_of_a_job_that_was_taken_over_is_refused(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice"))
    (old,) = take(engine, jobs, "first")
    clock.advance(seconds=31)
    (new,) = take(engine, jobs, "second")
    with write(engine) as session, running(old), pytest.raises(LeaseLost):
        guard(session, jobs)
    with write(engine) as session, running(new):
        guard(session, jobs)
    with write(engine) as session:
        guard(session, jobs)  # a person's request: nothing to hold


def test_a_lease_from_before_the_clock_went_back_does_not_lock_the_job_for_days(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice", run_at=START - timedelta(days=9)))
    (job,) = take(engine, jobs, "killed")
    clock.advance(days=-3)
    assert [again.id for again in take(engine, jobs, "second")] == [job.id]


def test_a_failed_job_gives_way_to_a_newer_one_with_the_same_key(
    engine: Engine, jobs: EmbeddedJobs, clock: FixedClock
) -> None:
    add(engine, jobs, NewJob(DISTRICT, "recompute", key="recompute"))
    (old,) = take(engine, jobs)
    add(engine, jobs, NewJob(DISTRICT, "recompute", key="recompute"))
    with write(engine) as session, session.begin():
        assert jobs.retry(session, old, wait=timedelta(0), error="temporary")
    (new,) = take(engine, jobs)
    assert new.id != old.id
    assert states(engine) == {old.id: "cancelled", new.id: "doing"}


def test_jobs_put_back_at_a_stop_do_not_lose_an_attempt(engine: Engine, jobs: EmbeddedJobs) -> None:
    add(engine, jobs, NewJob(DISTRICT, "notice"))
    (job,) = take(engine, jobs)
    with write(engine) as session, session.begin():
        jobs.release(session, [job])
    assert [again.attempt for again in take(engine, jobs)] == [1]


def test_cleaning_keeps_failed_and_open_jobs(engine: Engine, jobs: EmbeddedJobs, clock: FixedClock) -> None:
    add(engine, jobs, *(NewJob(DISTRICT, name) for name in ("good", "bad", "open")))
    held = {job.job: job for job in take(engine, jobs)}
    with write(engine) as session, session.begin():
        jobs.succeed(session, [held["good"]])
        jobs.bury(session, held["bad"], error="broken")
        jobs.release(session, [held["open"]])
    clock.advance(days=8)
    with write(engine) as session, session.begin():
        assert jobs.forget(session, before=START + timedelta(days=7)) == 1
    assert sorted(states(engine).values()) == ["failed", "todo"]
