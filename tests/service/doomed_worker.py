"""A worker process that begins a job and never ends it: the test kills it."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine

from processes.clock import FixedClock, SystemClock
from service.jobs.procrastinate_worker import WorkerParts, run_worker
from service.jobs.worker import EmbeddedWorker
from storage.db import prepare_engine
from storage.jobs import ClaimedJob, EmbeddedJobs


def main(backend: str, url: str, marker: str, now: str) -> None:
    """Take a job, write a line into `marker`, say "began", and hang."""

    def hang(job: ClaimedJob) -> None:
        with Path(marker).open("a") as file:
            file.write(f"{job.attempt}\n")
        print("began", flush=True)
        time.sleep(120)

    def given_up(job: ClaimedJob, error: Exception) -> None:
        raise AssertionError(f"{job.id} must not be given up here: {error}")

    if backend == "procrastinate":
        run_worker(url, WorkerParts(hang, given_up, SystemClock()))
    else:
        engine = create_engine(url)
        prepare_engine(engine)
        clock = FixedClock(datetime.fromisoformat(now))
        EmbeddedWorker(engine, EmbeddedJobs(clock), hang, clock=clock, on_dead=given_up).run_until_idle()


if __name__ == "__main__":
    main(*sys.argv[1:])
