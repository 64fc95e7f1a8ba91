"""How late timers fire while many other instances wait: the worker thread on the table of jobs, real time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.figures import Figure, percentile
from benchmarks.house import TIMER, House, house
from service.app import Zhida
from storage.models.instances import ProcessInstance

#: Timers that come due while we look, and over how many seconds they are spread.
DUE, SPREAD_SECONDS = 100, 10
_GIVE_UP_SECONDS = 60


def measure(kind: str, url: str, folder: Path, *, waiting: int) -> list[Figure]:
    """So many instances wait for tomorrow; a hundred more come due one after the other."""
    with house(url, folder) as measured:
        now = measured.runtime.clock.now()
        for _ in range(waiting):
            measured.start(TIMER, {"due_at": (now + timedelta(days=1)).isoformat()})
        worker = measured.app.extensions["zhida"]
        assert isinstance(worker, Zhida) and worker.worker is not None
        worker.worker.start()
        try:
            late = _lateness(measured)
        finally:
            worker.worker.stop()
    return [
        Figure(
            f"{kind}: a timer fires late, {waiting:,} open instances",
            max(late),
            "s",
            at_most=2,
            note=f"the latest of {len(late)}; p50 {percentile(late, 0.5) / 1000:.2f} s",
        )
    ]


def _lateness(measured: House) -> list[float]:
    """Seconds between due time and end of each instance that came due."""
    begin = measured.runtime.clock.now() + timedelta(seconds=2)
    moments: dict[object, datetime] = {}
    for number in range(DUE):
        due_at = begin + timedelta(seconds=SPREAD_SECONDS * number / DUE)
        moments[measured.start(TIMER, {"due_at": due_at.isoformat()})] = due_at
    give_up = time.monotonic() + SPREAD_SECONDS + _GIVE_UP_SECONDS
    query = select(ProcessInstance.id, ProcessInstance.ended_at).where(
        ProcessInstance.id.in_(moments), ProcessInstance.ended_at.is_not(None)
    )
    while time.monotonic() < give_up:
        ended = {row[0]: row[1] for row in measured.session().execute(query)}
        if len(ended) == len(moments):
            return [(ended[key] - due_at).total_seconds() for key, due_at in moments.items()]
        time.sleep(0.5)
    raise RuntimeError(f"of {DUE} timers only {len(ended)} fired within {_GIVE_UP_SECONDS} s of the last")
