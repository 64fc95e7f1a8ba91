"""Completions per second through the door, with one and two processes, beside pgbench in the same run."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import create_engine, make_url

from benchmarks.figures import Figure, percentile
from benchmarks.house import ROUNDS, Walker, house
from tests.databases import postgres_programs

_CONTEXT = multiprocessing.get_context("spawn")
_INSTANCES = 20


def measure(kind: str, url: str, folder: Path, *, seconds: float, processes: int) -> tuple[float, list[Figure]]:
    """(completions per second, figures) of so many processes, each on instances of its own."""
    start: Barrier = _CONTEXT.Barrier(processes)
    answers: Queue[list[float]] = _CONTEXT.Queue()
    workers = [
        _CONTEXT.Process(target=_complete_for, args=(url, str(folder), seconds, start, answers))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    taken: list[float] = [each for _ in workers for each in answers.get(timeout=120 + seconds)]
    for worker in workers:
        worker.join(30)
    rate = len(taken) / seconds
    name = f"{kind}: completions, {processes} process{'es' if processes > 1 else ''}"
    note = f"p50 {percentile(taken, 0.5):.1f} ms, p95 {percentile(taken, 0.95):.1f} ms"
    return rate, [Figure(name, rate, "/s", note=note)]


def _complete_for(url: str, folder: str, seconds: float, start: Barrier, answers: Queue[list[float]]) -> None:
    with house(url, Path(folder)) as measured:
        walkers = [Walker(measured, measured.start(ROUNDS, {"round_no": 0})) for _ in range(_INSTANCES)]
        for walker in walkers:
            walker.step()
        start.wait()
        taken: list[float] = []
        begin = before = time.perf_counter()
        while before - begin < seconds:
            walkers[len(taken) % _INSTANCES].step()
            now = time.perf_counter()
            taken.append(now - before)
            before = now
    answers.put(taken)


PGBENCH_SCHEMA = (
    "DROP TABLE IF EXISTS bench_state, bench_history",
    "CREATE TABLE bench_state (id int PRIMARY KEY, version int NOT NULL, state bytea NOT NULL)",
    "CREATE TABLE bench_history (id bigserial PRIMARY KEY, state_id int NOT NULL, at timestamptz NOT NULL, what text)",
    "INSERT INTO bench_state SELECT n, 0, decode(repeat(md5(n::text), 64), 'hex') FROM generate_series(1, 400) n",
)
#: Read a row, write it back with a state of 2 KB, add a row: what no durable engine can do less than.
PGBENCH_SCRIPT = """\\set id random(1, 400)
BEGIN;
SELECT version, state FROM bench_state WHERE id = :id;
UPDATE bench_state SET version = version + 1, state = decode(repeat(md5(random()::text), 128), 'hex') WHERE id = :id;
INSERT INTO bench_history (state_id, at, what) VALUES (:id, now(), 'completed');
COMMIT;
"""


def pgbench(url: str, folder: Path, *, seconds: float, clients: int) -> float:
    """Transactions per second of the three-statement transaction on the same server."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in PGBENCH_SCHEMA:
            connection.exec_driver_sql(statement)
    engine.dispose()
    program = postgres_programs() / "pgbench"
    script = folder / "pgbench.sql"
    script.write_text(PGBENCH_SCRIPT, encoding="utf-8")
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(program), "-n", "-c", str(clients), "-j", str(clients), "-T", str(max(2, round(seconds)))]
    done = subprocess.run([*command, "-f", str(script), address], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(f"pgbench gave no rate:\n{done.stdout}")
    return float(found[1])
