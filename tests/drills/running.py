"""What every drill shares: to start several deeds in the same moment, and to be run from the command line."""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from benchmarks.databases import databases

Answer = TypeVar("Answer")


class Outcome(Protocol):
    """What a drill came to; `problems` is empty when it holds."""

    problems: list[str]


def together(deeds: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Start the deeds in the same moment, each in a thread of its own; their answers in the same order."""
    answers: dict[int, Answer] = {}
    start = threading.Barrier(len(deeds))

    def act(number: int) -> None:
        start.wait()
        answers[number] = deeds[number]()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(deeds))]


def main(about: str | None, how_often: str, drill: Callable[[str, Path, int], Outcome], *, times: int) -> None:
    """Run the drill on each database asked for and say what happened; ends with status 1 when it does not hold."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(f"--{how_often}", dest="times", type=int, default=times)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"])
    asked = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="zhida-drill-") as folder, databases(asked.database, Path(folder)) as kinds:
        for kind, new in kinds.items():
            result = drill(new(), Path(folder), asked.times)
            failed = failed or bool(result.problems)
            print(f"{kind}: {result}")
            print(f"{kind}: problems: {result.problems or 0}")
    raise SystemExit(1 if failed else 0)
