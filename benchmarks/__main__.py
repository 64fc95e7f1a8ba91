"""`python -m benchmarks`: measure, print the table, and with `--json FILE` keep it for comparison."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import completions, migration, over_http, parallel, throughput, timers, worklist
from benchmarks.databases import NewDatabase, databases
from benchmarks.figures import Figure, as_data, lines


def main() -> None:
    """Measure what was asked for; every figure stands beside its target."""
    asked = _arguments()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="zhida-bench-") as folder:
        Path(folder).chmod(0o755)
        with databases(asked.database, Path(folder)) as kinds:
            for figure in _measured(asked, kinds, Path(folder)):
                figures.append(figure)
                print(f"{figure.name}: {figure.value:,.2f} {figure.unit} {figure.verdict}", flush=True)
    print(f"\n{_machine()}\n\n" + "\n".join(lines(figures)))
    if asked.json is not None:
        kept = {"machine": _machine(), "figures": as_data(figures)}
        asked.json.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, a tenth of the rows: to see it run")
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return parser.parse_args()


def _measured(asked: Any, kinds: dict[str, NewDatabase], folder: Path) -> Iterator[Figure]:
    seconds, open_tasks = (1.0, 10_000) if asked.quick else (10.0, 100_000)
    earlier = (10, 100) if asked.quick else (10, 100, 1000)
    yield Figure("this machine: one million additions in Python", _speed(), "ms", note="to compare machines and load")
    for kind, new in kinds.items():
        yield from completions.measure(kind, new(), folder, earlier=earlier)
        yield from _throughput(kind, new, folder, seconds)
        yield from parallel.measure(kind, new(), folder, rounds=1 if asked.quick else 10)
        yield from worklist.measure(kind, new(), folder, open_tasks=open_tasks)
        yield from migration.measure(kind, new(), folder, running=100 if asked.quick else 1_000)
        yield from timers.measure(kind, new(), folder, waiting=1_000 if asked.quick else 10_000)
        for workers, at_least in ((1, 120.0), (2, 200.0)):
            if kind == "postgres" or workers == 1:  # the product serves SQLite from one process
                yield from over_http.measure(kind, new(), folder, seconds=seconds, workers=workers, at_least=at_least)


def _throughput(kind: str, new: NewDatabase, folder: Path, seconds: float) -> Iterator[Figure]:
    """Through the door with one and two processes, each beside pgbench with as many clients where there is one."""
    for processes in (1, 2):
        url = new()
        rate, figures = throughput.measure(kind, url, folder, seconds=seconds, processes=processes)
        yield from figures
        if kind == "postgres":
            bare = throughput.pgbench(url, folder, seconds=seconds, clients=processes)
            name = f"pgbench, three statements, {processes} client{'s' if processes > 1 else ''}"
            yield Figure(name, bare, "/s")
            yield Figure(f"postgres: share of that, {processes}", 100 * rate / bare, "%", at_least=40)


def _speed() -> float:
    begin, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return 1000 * (time.process_time() - begin)


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}, {platform.system()}"


if __name__ == "__main__":
    main()
