"""What every job backend and its worker promise, stated once and run on each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from processes.errors import Conflict, EngineFault
from service.jobs.dispatch import Dispatcher, UnknownJob
from storage.jobs import ClaimedJob, JobAbandoned, LeaseLost, NewJob, RetryRule, guard
from tests.service.worker_harness import EmbeddedHarness, Harness, ProcrastinateHarness

DISTRICT, OTHER = "370100", "370200"
BACKENDS = {
    "embedded-sqlite": ("sqlite", EmbeddedHarness),
    "embedded-postgres": ("postgres", EmbeddedHarness),
    "procrastinate": ("postgres", ProcrastinateHarness),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "harness" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        names = [name for name, (database, _) in BACKENDS.items() if asked in (database, "both")]
        metafunc.parametrize("harness", names, indirect=True)


@pytest.fixture
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    database, kind = BACKENDS[request.param]
    made = kind(request.getfixturevalue(f"{database}_url"))
    yield made
    made.engine.dispose()


class Work:
    """Notes what was run and who was told about a job that was given up; fails as often as asked."""

    def __init__(self, *failures: Exception) -> None:
        self.ran: list[ClaimedJob] = []
        self.dead: list[tuple[ClaimedJob, Exception]] = []
        self._failures = list(failures)

    def run(self, job: ClaimedJob) -> None:
        self.ran.append(job)
        if self._failures:
            raise self._failures.pop(0)

    def tell(self, job: ClaimedJob, error: Exception) -> None:
        self.dead.append((job, error))

    @property
    def names(self) -> list[str]:
        return [job.job for job in self.ran]


def enqueue(harness: Harness, *jobs: NewJob) -> None:
    with harness.session() as session, session.begin():
        harness.backend.enqueue_many(session, jobs)


def test_a_job_of_a_transaction_that_was_rolled_back_never_existed(harness: Harness) -> None:
    with harness.session() as session:
        harness.backend.enqueue(session, "notice", {"to": 1}, district_id=DISTRICT)
        session.rollback()
    work = Work()
    harness.drain(work.run, work.tell)
    assert (work.ran, harness.waiting()) == ([], 0)


def test_a_committed_job_runs_once_with_what_it_was_given(harness: Harness) -> None:
    args = {"instance": "0190", "列表": [1, {"金额": 20_000_00}], "无": None}
    with harness.session() as session, session.begin():
        harness.backend.enqueue(session, "publish", args, key="publish:0190", district_id=DISTRICT)
    work = Work()
    harness.drain(work.run, work.tell)
    harness.drain(work.run, work.tell)
    (job,) = work.ran
    assert (job.job, job.args, job.key, job.district_id, job.attempt) == ("publish", args, "publish:0190", DISTRICT, 1)
    assert harness.waiting() == 0


def test_a_job_is_not_run_before_its_time(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "timer", run_at=harness.now() + timedelta(days=90)), NewJob(DISTRICT, "now"))
    work = Work()
    harness.drain(work.run, work.tell)
    assert work.names == ["now"]
    harness.pass_time(90 * 86400 + 1)
    harness.drain(work.run, work.tell)
    assert work.names == ["now", "timer"]


def test_the_same_key_waits_once_in_a_district(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "notice", {"n": 1}, key="n"))
    enqueue(
        harness,
        NewJob(DISTRICT, "notice", {"n": 2}, key="n"),
        NewJob(OTHER, "notice", {"n": 3}, key="n"),
        NewJob(DISTRICT, "notice", {"n": 4}, key="m"),
        NewJob(DISTRICT, "notice", {"n": 5}),
        NewJob(DISTRICT, "notice", {"n": 6}),
    )
    work = Work()
    harness.drain(work.run, work.tell)
    assert sorted(job.args["n"] for job in work.ran) == [1, 3, 4, 5, 6]


def test_a_repeated_key_does_not_disturb_the_transaction_that_repeats_it(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "notice", key="n"))
    with harness.session() as session, session.begin():
        harness.backend.enqueue(session, "before", {}, district_id=DISTRICT)
        harness.backend.enqueue(session, "notice", {}, key="n", district_id=DISTRICT)
        harness.backend.enqueue(session, "after", {}, district_id=DISTRICT)
    work = Work()
    harness.drain(work.run, work.tell)
    assert sorted(work.names) == ["after", "before", "notice"]


def test_a_job_may_ask_for_its_own_key_again_while_it_runs(harness: Harness) -> None:
    """A cycle timer arms its next turn in the transaction of this one: that must never be lost."""
    enqueue(harness, NewJob(DISTRICT, "cycle", {"turn": 1}, key="cycle"))
    turns: list[int] = []

    def turn(job: ClaimedJob) -> None:
        turns.append(job.args["turn"])
        if job.args["turn"] < 3:
            enqueue(harness, NewJob(DISTRICT, "cycle", {"turn": job.args["turn"] + 1}, key="cycle"))

    harness.drain(turn, Work().tell)
    assert turns == [1, 2, 3]


def test_a_cancelled_job_is_not_run(harness: Harness) -> None:
    keys = ("timer:1", "timer:2", "timer:3")
    enqueue(harness, *(NewJob(DISTRICT, "timer", {"key": key}, key=key) for key in keys))
    enqueue(harness, NewJob(OTHER, "timer", {"key": "elsewhere"}, key="timer:1"))
    with harness.session() as session, session.begin():
        assert harness.backend.cancel(session, "timer:1", "timer:3", "unknown", district_id=DISTRICT) == 2
    work = Work()
    harness.drain(work.run, work.tell)
    assert sorted(job.args["key"] for job in work.ran) == ["elsewhere", "timer:2"]


def test_a_cancellation_that_was_rolled_back_does_not_count(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "timer", key="t"))
    with harness.session() as session:
        harness.backend.cancel(session, "t", district_id=DISTRICT)
        session.rollback()
    work = Work()
    harness.drain(work.run, work.tell)
    assert work.names == ["timer"]


def test_a_job_that_fails_is_tried_again_later_each_time_and_then_given_up(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "portal", key="portal"))
    work = Work(*(OSError(f"down {n}") for n in range(9)))
    waits: list[int] = []
    while harness.waiting() and len(waits) < 300:
        harness.drain(work.run, work.tell)
        waits.append(len(work.ran))
        harness.pass_time(1)
    turns = Counter(waits)  # how many seconds passed after each attempt, before the next one
    assert [job.attempt for job in work.ran] == [1, 2, 3, 4, 5]
    assert pytest.approx([turns[n] for n in (1, 2, 3, 4)], abs=3) == [2, 8, 32, 128]
    ((job, error),) = work.dead
    assert (job.attempt, str(error)) == (5, "down 4")


def test_a_job_that_succeeds_at_last_is_not_given_up(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "portal"))
    work = Work(OSError("down"), Conflict("有人同时办理，请重试。"))
    for _ in range(3):
        harness.drain(work.run, work.tell)
        harness.pass_time(60)
    harness.drain(work.run, work.tell)
    assert (len(work.ran), work.dead, harness.waiting()) == (3, [], 0)


def test_a_broken_case_is_given_up_at_once(harness: Harness) -> None:
    enqueue(harness, NewJob(DISTRICT, "timer"), NewJob(DISTRICT, "healthy"))
    work = Work(EngineFault("流程数据无法读取，请联系分析人员。"))
    harness.drain(work.run, work.tell)
    harness.pass_time(3600)
    harness.drain(work.run, work.tell)
    assert sorted(work.names) == ["healthy", "timer"]
    assert [type(error) for _, error in work.dead] == [EngineFault]


def test_a_job_nobody_knows_is_given_up_and_told(harness: Harness) -> None:
    done: list[tuple[str, str, int]] = []
    table = {"known": lambda runtime, district, args: done.append((runtime, district, args["n"]))}
    enqueue(harness, NewJob(DISTRICT, "known", {"n": 7}), NewJob(DISTRICT, "renamed"))
    work = Work()
    harness.drain(Dispatcher("runtime", table).run, work.tell)
    assert done == [("runtime", DISTRICT, 7)]
    assert [(job.job, type(error)) for job, error in work.dead] == [("renamed", UnknownJob)]


def test_the_job_of_a_killed_worker_is_done_by_another(harness: Harness, tmp_path: Path) -> None:
    enqueue(harness, NewJob(DISTRICT, "slow", {"n": 1}))
    harness.killed_worker(tmp_path / "began")
    work = Work()
    harness.drain(work.run, work.tell)
    assert (tmp_path / "began").read_text() == "1\n"
    assert [(job.args, job.attempt) for job in work.ran] == [({"n": 1}, 2)]
    assert harness.waiting() == 0


def test_a_job_whose_workers_die_up_to_the_limit_is_given_up_without_being_run_again(
    harness: Harness, tmp_path: Path
) -> None:
    enqueue(harness, NewJob(DISTRICT, "poison"))
    harness.killed_worker(tmp_path / "began")
    work = Work()
    harness.drain(work.run, work.tell, RetryRule(limit=1))
    assert (tmp_path / "began").read_text() == "1\n"
    assert (work.ran, [type(error) for _, error in work.dead]) == ([], [JobAbandoned])
    assert harness.waiting() == 0


def test_a_worker_that_comes_back_too_late_has_no_effect(harness: Harness) -> None:
    """Paused longer than its lease: another worker did the job; the transaction of the first is refused."""
    enqueue(harness, NewJob(DISTRICT, "effect"))
    effects: list[str] = []
    refused: list[str] = []

    def work(job: ClaimedJob) -> None:
        if job.attempt == 1:
            harness.pass_time(31)  # the pause
            if isinstance(harness, ProcrastinateHarness):
                harness.rescue()
            harness.drain(work, Work().tell)
        try:
            with harness.session() as session, session.begin():
                guard(session, harness.backend)
                effects.append(f"attempt {job.attempt}")
        except LeaseLost:
            refused.append(f"attempt {job.attempt}")
            raise

    harness.drain(work, Work().tell)
    assert (effects, refused) == (["attempt 2"], ["attempt 1"])
