"""A worker process whose jobs note their beginning and their end in a file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from processes.clock import SystemClock
from service.jobs.procrastinate_worker import WorkerParts, run_worker
from storage.jobs import ClaimedJob


def main(url: str, notes: str) -> None:
    """Run until SIGTERM."""

    def note(line: str) -> None:
        with Path(notes).open("a") as file:
            file.write(f"{line}\n")

    def work(job: ClaimedJob) -> None:
        note(f"begin {job.args['text']}")
        time.sleep(job.args["seconds"])
        note(f"end {job.args['text']}")

    def given_up(job: ClaimedJob, error: Exception) -> None:
        note(f"given up {job.args['text']}: {error}")

    run_worker(url, WorkerParts(work, given_up, SystemClock()))


if __name__ == "__main__":
    main(*sys.argv[1:])
