"""Drill: two verbs meet on one task in the same moment. One wins, the other is told clearly, nothing is lost.

python -m tests.drills.verb_races --races 200 --database sqlite postgres
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from benchmarks.databases import databases
from benchmarks.house import DISTRICT, ROUNDS, House, house
from benchmarks.server import Client, Server
from service.orchestration import access
from service.orchestration import tasks as task_verbs
from service.orchestration.people import give_post
from storage.models.instances import Task
from storage.models.records import HistoryRow

WORKERS = 2
HOLDER, COLLEAGUE = "maker", "payer"
#: What a loser may be told: no right any more, or no longer in that state.
CLEAR = (403, 409)


@dataclass(frozen=True)
class Racer:
    """A verb over HTTP: who asks, for what, and the kind of row it leaves in the history."""

    login: str
    path: str
    body: Mapping[str, Any]
    kind: str


CLAIM = Racer(HOLDER, "claim", {}, "task_claimed")
CLAIM_TOO = Racer(COLLEAGUE, "claim", {}, "task_claimed")
TAKE = Racer(COLLEAGUE, "transfer", {"user": COLLEAGUE, "reason": "由我办理"}, "task_assigned")
TRANSFER = Racer(HOLDER, "transfer", {"user": COLLEAGUE, "reason": "出差"}, "task_assigned")
DELEGATE = Racer(HOLDER, "delegation", {"user": COLLEAGUE, "reason": "请核"}, "task_delegated")
COMPLETE = Racer(HOLDER, "completion", {"answers": {"amount": 1}}, "task_completed")
COMPLETE_TOO = Racer(HOLDER, "completion", {"answers": {"amount": 2}}, "task_completed")

#: Pair -> (is the task claimed before?, the two verbs). Other verbs that move a task are raced by a line of their own.
PAIRS: Mapping[str, tuple[bool, Racer, Racer]] = {
    "claim/claim": (False, CLAIM, CLAIM_TOO),
    "claim/transfer": (False, CLAIM, TAKE),
    "transfer/complete": (True, TRANSFER, COMPLETE),
    "complete/complete": (True, COMPLETE, COMPLETE_TOO),
    "complete/delegate": (True, COMPLETE, DELEGATE),
}


@dataclass
class Result:
    """What the races of all pairs came to; `problems` is empty when the drill holds."""

    races: int = 0
    won: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(url: str, folder: Path, *, races: int, pairs: Mapping[str, tuple[bool, Racer, Racer]] = PAIRS) -> Result:
    """So many races of each pair on a furnished database, over HTTP against two server processes."""
    result = Result()
    with house(url, folder) as opened:
        give_post(opened.runtime, COLLEAGUE, "maker", "STB", by=opened.actor("admin"))
        with _serving(opened, url, folder) as port:
            for name, (claimed, *racers) in pairs.items():
                with _clients(opened, port, racers) as clients:
                    for _ in range(races):
                        task_id = opened.open_tasks(opened.start(ROUNDS, {"round_no": 0}))[0].id
                        if claimed:
                            task_verbs.claim_task(opened.runtime, task_id, by=opened.actor(HOLDER))
                        before = len(_kinds(opened, task_id))
                        answers = _race(clients, racers, task_id)
                        _judge(opened, name, task_id, racers, answers, before, result)
    return result


@contextmanager
def _serving(opened: House, url: str, folder: Path) -> Iterator[int]:
    server = Server(url, folder, workers=WORKERS)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def _clients(opened: House, port: int, racers: list[Racer]) -> Iterator[list[Client]]:
    tokens = [access.issue_token(opened.runtime, DISTRICT, racer.login, name="racer") for racer in racers]
    with Client(port, tokens[0]) as one, Client(port, tokens[1]) as other:
        yield [one, other]


def _race(clients: list[Client], racers: list[Racer], task_id: UUID) -> dict[int, tuple[int, str]]:
    """(status, code) of each racer; they start together."""
    answers: dict[int, tuple[int, str]] = {}
    start = threading.Barrier(len(clients))

    def ask(number: int) -> None:
        racer = racers[number]
        start.wait()
        status, answer = clients[number].ask("POST", f"/api/v1/tasks/{task_id}/{racer.path}", racer.body)
        answers[number] = status, answer.get("code", "") if isinstance(answer, dict) else ""

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _judge(
    opened: House,
    name: str,
    task_id: UUID,
    racers: list[Racer],
    answers: Mapping[int, tuple[int, str]],
    before: int,
    result: Result,
) -> None:
    result.races += 1
    winners = [number for number, (status, _) in answers.items() if status < 300]
    for number, (status, code) in answers.items():
        if number not in winners:
            result.refused[f"{status} {code}"] = result.refused.get(f"{status} {code}", 0) + 1
            if status not in CLEAR or not code:
                result.problems.append(f"{name} {task_id}: the loser was told {status} {code!r}")
    if len(winners) != 1:
        result.problems.append(f"{name} {task_id}: answers {dict(answers)}")
        return
    racer = racers[winners[0]]
    key = f"{name}: {racer.path}"
    result.won[key] = result.won.get(key, 0) + 1
    written = _kinds(opened, task_id)[before:]
    if written != [racer.kind] or not _stands(opened, task_id, racer):
        result.problems.append(f"{name} {task_id}: {racer.path} won, but the history says {written}")


def _kinds(opened: House, task_id: UUID) -> list[str]:
    query = select(HistoryRow.kind).where(HistoryRow.district_id == DISTRICT, HistoryRow.task_id == task_id)
    return list(opened.session().scalars(query.order_by(HistoryRow.seq)))


def _stands(opened: House, task_id: UUID, racer: Racer) -> bool:
    """The task is as the winner left it."""
    task = opened.session().get_one(Task, (DISTRICT, task_id))
    if racer.kind == "task_completed":
        return task.state == "completed" and task.completed_by == opened.actor(racer.login).id
    holder = racer.body.get("user", racer.login)
    return task.state == "claimed" and task.assignee_id == opened.actor(holder).id


def main() -> None:
    """Run the drill and say what happened; ends with status 1 when it does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"])
    asked = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="zhida-drill-") as folder, databases(asked.database, Path(folder)) as kinds:
        for kind, new in kinds.items():
            result = run(new(), Path(folder), races=asked.races)
            failed = failed or bool(result.problems)
            print(f"{kind}: {result.races} races, winners {result.won}, losers were told {result.refused}")
            print(f"{kind}: problems: {result.problems or 0}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
