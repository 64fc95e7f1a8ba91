"""Jobs as rows of the table `jobs`, on SQLite and on PostgreSQL: one worker thread, leases, fences.

A claim gives a job to a worker until `lease_until` and writes a fence that is new for every claim into
`worker`. Whoever wants to finish, extend or give back the job names the fence; after a takeover it no longer
matches and nothing is written. All instants come from the injected clock, so a demo clock moves jobs as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from processes.clock import Clock
from storage.db import Instant, new_id
from storage.jobs.backend import ENQUEUED, ClaimedJob, JobBackend, LeaseLost, NewJob
from storage.models.records import Job

_JOBS = cast(Table, Job.__table__)
_UNIQUE_KEY = [Job.district_id, Job.key]
_WAITING = text("state = 'todo'")
_INSERT = {
    name: dialect.insert(_JOBS).on_conflict_do_nothing(index_elements=_UNIQUE_KEY, index_where=_WAITING)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
#: A lease that ends later than this past the longest possible one was written before the clock went back.
_CLOCK_WENT_BACK = timedelta(minutes=5)


class EmbeddedJobs(JobBackend):
    """The job backend that needs nothing but the database that holds the cases."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def enqueue_many(self, session: Session, jobs: Sequence[NewJob]) -> None:
        """Add jobs in one statement; one whose key already waits is left out silently."""
        if not jobs:
            return
        now = self._clock.now()
        rows = [_row(job, now) for job in jobs]
        # Everybody writes keys in the same order, so that two transactions never wait for each other in a ring.
        rows.sort(key=lambda row: (row["district_id"], row["key"] or ""))
        session.execute(_INSERT[session.connection().dialect.name], rows)
        if any(row["run_at"] <= now for row in rows):
            session.info[ENQUEUED] = True

    def cancel(self, session: Session, *keys: str, district_id: str) -> int:
        """Cancel the waiting jobs with these keys; the number cancelled."""
        if not keys:
            return 0
        waiting = and_(Job.district_id == district_id, Job.key.in_(keys), Job.state == "todo")
        statement = update(_JOBS).where(waiting).values(state="cancelled", ended_at=self._clock.now())
        return cast(CursorResult[Any], session.execute(statement)).rowcount

    def hold(self, session: Session, claimed: ClaimedJob) -> None:
        """Lock the job's row for this transaction. Raises LeaseLost when the fence no longer matches."""
        mine = and_(Job.district_id == claimed.district_id, *_held(claimed.fence, [claimed]))
        if session.execute(select(Job.id).where(mine).with_for_update()).first() is None:
            raise LeaseLost(claimed)

    def anything_due(self, session: Session, *, lease: timedelta) -> bool:
        """Whether a claim would find a job: a cheap read that takes no write lock."""
        now = self._clock.now()
        return any(
            session.execute(_first(condition, 1)).first() is not None
            for condition in (_deserted(now, lease), _due(now))
        )

    def claim(self, session: Session, *, worker: str, lease: timedelta, limit: int = 50) -> list[ClaimedJob]:
        """Take up to `limit` jobs until now + `lease`: deserted ones first, then those due, earliest first.

        On SQLite the session must have the write lock (`storage.db.WRITE`).
        """
        now = self._clock.now()
        ids: list[UUID] = []
        for condition in (_deserted(now, lease), _due(now)):
            if len(ids) < limit:
                query = _first(condition, limit - len(ids)).with_for_update(skip_locked=True)
                ids += session.scalars(query)
        if not ids:
            return []
        fence = f"{worker}/{new_id().hex[-12:]}"
        statement = (
            update(_JOBS)
            .where(Job.id.in_(ids), Job.state.in_(("todo", "doing")))
            .values(state="doing", worker=fence, lease_until=now + lease, attempts=Job.attempts + 1)
            .returning(Job.id, Job.district_id, Job.job, Job.args, Job.key, Job.run_at, Job.attempts)
        )
        claimed = [
            ClaimedJob(str(id_), district_id, job, args, key, run_at, attempt, fence)
            for id_, district_id, job, args, key, run_at, attempt in session.execute(statement)
        ]
        return sorted(claimed, key=lambda job: (job.run_at, job.id))

    def renew(self, session: Session, jobs: Collection[ClaimedJob], *, lease: timedelta) -> set[str]:
        """Extend the lease of jobs of one claim to now + `lease`; the ids that are still this worker's."""
        return _write(session, jobs, lease_until=self._clock.now() + lease)

    def succeed(self, session: Session, jobs: Collection[ClaimedJob]) -> set[str]:
        """Mark jobs of one claim as done; the ids for which that was accepted (the others were taken over)."""
        return _write(session, jobs, state="succeeded", ended_at=self._clock.now(), lease_until=None, last_error=None)

    def retry(self, session: Session, claimed: ClaimedJob, *, wait: timedelta, error: str) -> bool:
        """Let the job wait again after a failure; False when it was taken over meanwhile."""
        now = self._clock.now()
        changes = {**_waiting_again(now), "run_at": now + wait, "last_error": error}
        return bool(_write(session, [claimed], **changes))

    def release(self, session: Session, jobs: Collection[ClaimedJob]) -> set[str]:
        """Put back jobs that were claimed but not begun (an orderly stop); the attempt does not count."""
        return _write(session, jobs, **_waiting_again(self._clock.now()), attempts=Job.attempts - 1)

    def bury(self, session: Session, claimed: ClaimedJob, *, error: str) -> bool:
        """Give the job up for good; False when it was taken over meanwhile."""
        now = self._clock.now()
        return bool(_write(session, [claimed], state="failed", ended_at=now, lease_until=None, last_error=error))

    def forget(self, session: Session, *, before: datetime) -> int:
        """Delete jobs that ended well or were cancelled before this instant; failed ones stay for analysts."""
        ended = and_(Job.state.in_(("succeeded", "cancelled")), Job.ended_at < before)
        return cast(CursorResult[Any], session.execute(delete(_JOBS).where(ended))).rowcount


def _row(job: NewJob, now: datetime) -> dict[str, Any]:
    return {
        "district_id": job.district_id,
        "id": new_id(),
        "job": job.job,
        "args": dict(job.args),
        "key": job.key,
        "run_at": job.run_at or now,
        "state": "todo",
        "attempts": 0,
        "created_at": now,
    }


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == "todo", Job.run_at <= now)


def _deserted(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Jobs whose worker has not been heard of: expired leases, and leases from before the clock went back."""
    from_the_future = Job.lease_until > now + lease + _CLOCK_WENT_BACK
    return and_(Job.state == "doing", or_(Job.lease_until <= now, from_the_future))


def _first(condition: ColumnElement[bool], limit: int) -> Select[UUID]:
    return select(Job.id).where(condition).order_by(Job.run_at, Job.id).limit(limit)


def _held(fence: str, jobs: Collection[ClaimedJob]) -> tuple[ColumnElement[bool], ...]:
    return (Job.id.in_([UUID(job.id) for job in jobs]), Job.state == "doing", Job.worker == fence)


def _write(session: Session, jobs: Collection[ClaimedJob], **changes: Any) -> set[str]:
    """Change jobs of one claim that are still held under its fence; the ids that were changed."""
    if not jobs:
        return set()
    fence = next(iter(jobs)).fence
    statement = update(_JOBS).where(*_held(fence, jobs)).values(**changes).returning(Job.id)
    return {str(row[0]) for row in session.execute(statement)}


def _waiting_again(now: datetime) -> dict[str, Any]:
    """Back to waiting; but when a newer job with the same key already waits, that one does the work."""
    newer = aliased(_JOBS, name="newer")
    replaced = exists().where(newer.c.district_id == Job.district_id, newer.c.key == Job.key, newer.c.state == "todo")
    ended_at = case((replaced, literal(now, Instant())), else_=None)
    return {"state": case((replaced, "cancelled"), else_="todo"), "ended_at": ended_at, "lease_until": None}
