"""What one completion costs: SQL statements, commits, processor time by length of the history, bytes of state."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.figures import Figure, median
from benchmarks.house import CONSULTATION, ROUNDS, House, Walker, house
from storage.models.instances import ProcessInstance

#: One round is two completions, so that both elements weigh the same.
SAMPLE = 60


def measure(kind: str, url: str, folder: Path, *, earlier: Sequence[int]) -> list[Figure]:
    """Figures of instances whose history holds each of the `earlier` numbers of completions."""
    with house(url, folder) as measured:
        walkers = {target: Walker(measured, measured.start(ROUNDS, {"round_no": 0})) for target in earlier}
        for target, walker in walkers.items():
            for _ in range(target):
                walker.step()
        costs = dict(zip(earlier, processor_times(list(walkers.values())), strict=True))
        first, last = earlier[0], earlier[-1]
        return [
            *_statements(kind, measured, walkers[last]),
            *(
                Figure(f"{kind}: processor time per completion after {n:,}", cost, "ms", at_most=2)
                for n, cost in costs.items()
            ),
            Figure(f"{kind}: the same, {last:,} against {first:,}", costs[last] / costs[first], "x", at_most=1.3),
            *_state(kind, measured),
        ]


def processor_times(walkers: Sequence[Walker]) -> list[float]:
    """
    Median milliseconds of this process for one completion, of each walker.

    They take turns: measured one after the other they would compare the minutes of a shared machine, not the histories.
    """
    spent: list[list[float]] = [[] for _ in walkers]
    for _ in range(SAMPLE // 2):
        for walker, of_one in zip(walkers, spent, strict=True):
            begin = time.process_time()
            walker.step()
            walker.step()
            of_one.append(500 * (time.process_time() - begin))
    return [median(of_one) for of_one in spent]


def _statements(kind: str, measured: House, walker: Walker) -> list[Figure]:
    most, commits = 0, 0
    for _ in range(10):
        with counted(measured.engine) as counts:
            walker.step()
        most, commits = max(most, counts["statements"]), max(commits, counts["commits"])
    return [
        Figure(f"{kind}: SQL statements per completion", most, "", at_most=12, note="most of ten, without BEGIN"),
        Figure(f"{kind}: commits per completion", commits, "", at_most=1),
    ]


@contextmanager
def counted(engine: Engine) -> Iterator[dict[str, int]]:
    """Count statements and commits on an engine inside the block."""
    counts = {"statements": 0, "commits": 0}

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counts["statements"] += not statement.startswith("BEGIN")

    def committed(_connection: Any) -> None:
        counts["commits"] += 1

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


def _state(kind: str, measured: House) -> list[Figure]:
    sizes = {}
    for branches in (1, 20):
        instance_id = measured.start(CONSULTATION, {"places": [f"S{n:02}" for n in range(branches)]})
        row = measured.session().get(ProcessInstance, ("220193", instance_id))
        assert row is not None
        sizes[branches] = len(row.engine_state) / branches
    return [
        Figure(f"{kind}: state with one open branch", sizes[1], "bytes", at_most=2048),
        Figure(f"{kind}: state per branch, twenty open", sizes[20], "bytes", at_most=2048),
    ]
