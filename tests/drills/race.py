"""Drill: two clients complete the same task in the same moment. Exactly one of them wins, every time.

python -m tests.drills.race --races 200 --database sqlite postgres
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from benchmarks.house import DISTRICT, ROUNDS, House, house
from benchmarks.server import Client, Server
from service.orchestration import access
from storage.models.instances import Submission
from storage.models.records import HistoryRow
from tests.drills.running import main, together

#: Two processes, so that the clients of most races meet only in the database.
WORKERS = 2


@dataclass
class Result:
    """What 200 races came to; `problems` is empty when the drill holds."""

    races: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(url: str, folder: Path, *, races: int) -> Result:
    """So many races on a furnished database, over HTTP against two server processes."""
    result = Result()
    server = Server(url, folder, workers=WORKERS)
    with house(url, folder) as opened:
        tokens = [access.issue_token(opened.runtime, DISTRICT, "maker", name=f"racer {n}") for n in range(2)]
        server.start()
        try:
            with Client(server.port, tokens[0]) as one, Client(server.port, tokens[1]) as other:
                for _ in range(races):
                    task_id = opened.open_tasks(opened.start(ROUNDS, {"round_no": 0}))[0].id
                    _judge(opened, task_id, _race([one, other], task_id), result)
        finally:
            server.stop()
    return result


def _race(clients: list[Client], task_id: UUID) -> list[tuple[int, str]]:
    """(status, code) of each client; they start together and answer differently."""

    def complete(client: Client, amount: int) -> tuple[int, str]:
        status, answer = client.complete(str(task_id), {"amount": amount}, key=uuid4().hex)
        return status, answer.get("code", "")

    return together([partial(complete, client, amount) for amount, client in enumerate(clients)])


def _judge(opened: House, task_id: UUID, answers: list[tuple[int, str]], result: Result) -> None:
    result.races += 1
    won = sum(status == 200 for status, _ in answers)
    lost = [code for status, code in answers if status == 409]
    for code in lost:
        result.refused[code] = result.refused.get(code, 0) + 1
    if (won, len(lost)) != (1, len(answers) - 1):
        result.problems.append(f"task {task_id}: answers {answers}")
    stored, told = effects(opened, task_id)
    if (stored, told) != (1, 1):
        result.problems.append(f"task {task_id}: {stored} submissions, {told} rows of history")


def effects(opened: House, task_id: UUID) -> tuple[int, int]:
    """How often the completion of a task was stored: submissions, and rows in the history."""
    session = opened.session()
    stored = select(func.count()).select_from(Submission).where(Submission.task_id == task_id)
    told = select(func.count()).select_from(HistoryRow)
    told = told.where(HistoryRow.task_id == task_id, HistoryRow.kind == "task_completed")
    return session.scalar(stored) or 0, session.scalar(told) or 0


if __name__ == "__main__":
    main(__doc__, "races", lambda url, folder, races: run(url, folder, races=races), times=200)
