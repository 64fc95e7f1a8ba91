"""What every job backend offers: jobs are written by the transaction that makes them necessary.

Delivery is at least once. A job's function makes its own transaction (a verb of the orchestration), and only
afterwards, in another short transaction, is the job marked as done. Between the two a worker may die, and the
job runs again. So every function is idempotent, and every transaction of a job begins with `guard`, which
refuses a worker whose job was meanwhile given to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from processes.errors import Conflict

#: `session.info` flag: this transaction wrote a job that is due, so a worker of this process may wake at commit.
ENQUEUED = "zhida_jobs_enqueued"


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done after commit, not before `run_at` (None: at once).

    `args` is plain JSON. While a job with the same `key` waits in the same district, another one is not added.
    """

    district_id: str
    job: str
    args: Mapping[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job in the hands of one worker. `attempt` counts from 1; `fence` proves whose turn it is."""

    id: str
    district_id: str
    job: str
    args: Mapping[str, Any]
    key: str | None
    run_at: datetime
    attempt: int
    fence: str


class LeaseLost(Conflict):
    """The job was taken over by another worker: whatever this one was about to write is refused."""

    code = "LEASE_LOST"

    def __init__(self, claimed: ClaimedJob) -> None:
        super().__init__(
            f"后台作业“{claimed.job}”的租约已过期，已由其他工作进程接手，本次写入被拒绝；无需处理，接手者会完成它。",
            job=claimed.job,
            job_id=claimed.id,
        )


class JobAbandoned(Exception):
    """Every worker that took the job disappeared without an answer, up to the limit of attempts."""

    def __init__(self, claimed: ClaimedJob) -> None:
        super().__init__(
            f"后台作业“{claimed.job}”连续 {claimed.attempt - 1} 次在执行中断（工作进程被终止或失去响应），已停止重试；"
            "请查明原因后在事件页面重试。"
        )


class JobBackend(Protocol):
    """Where jobs are kept. All methods work inside the caller's transaction and never commit."""

    def enqueue(
        self,
        session: Session,
        job: str,
        args: Mapping[str, Any],
        run_at: datetime | None = None,
        key: str | None = None,
        *,
        district_id: str,
    ) -> None:
        """Add one job. See `NewJob` for the meaning of the arguments."""
        self.enqueue_many(session, [NewJob(district_id, job, args, run_at, key)])

    def enqueue_many(self, session: Session, jobs: Sequence[NewJob]) -> None:
        """Add jobs; one whose key already waits in its district is left out silently."""
        ...

    def cancel(self, session: Session, *keys: str, district_id: str) -> int:
        """Cancel the waiting jobs with these keys; the number cancelled. A job that already runs goes on."""
        ...

    def hold(self, session: Session, claimed: ClaimedJob) -> None:
        """Keep the job for the rest of this transaction. Raises LeaseLost when it is no longer this worker's."""
        ...


_running: ContextVar[ClaimedJob | None] = ContextVar("zhida_running_job", default=None)


@contextmanager
def running(claimed: ClaimedJob) -> Iterator[None]:
    """What the block does, it does as this job (set by the workers)."""
    token = _running.set(claimed)
    try:
        yield
    finally:
        _running.reset(token)


def guard(session: Session, backend: JobBackend) -> None:
    """First statement of a transaction: inside a job, refuse to go on when the job was taken over.

    Outside a job it does nothing and costs nothing. Raises LeaseLost.
    """
    claimed = _running.get()
    if claimed is not None:
        backend.hold(session, claimed)
