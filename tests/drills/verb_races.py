"""Drill: two verbs meet on one task in the same moment. One wins, the other is told clearly, nothing is lost.

python -m tests.drills.verb_races --races 200 --database sqlite postgres
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from benchmarks.house import DISTRICT, ROUNDS, House, house
from benchmarks.server import Client, Server
from service.orchestration import access
from service.orchestration import tasks as task_verbs
from service.orchestration.deployments import deploy
from service.orchestration.people import give_post
from storage.models.instances import Task
from storage.models.records import HistoryRow
from tests.drills.running import main, together

WORKERS = 2
HOLDER, COLLEAGUE, STARTER = "maker", "payer", "admin"
#: Who may take what follows the holder's task.
HEAD, HEAD_TOO = "maker_head", "approver"
#: The holder's task is followed by one that belongs to who started the case: it can be completed without a claim.
TAKING_BACK = "drill_taking_back"
#: What a loser may be told: no right any more, or no longer in that state.
CLEAR = (403, 409)


@dataclass(frozen=True)
class Racer:
    """A verb over HTTP: who asks, for what, and the kind of row it leaves in the history.

    `first`: it is about the task that was completed before the race, not about the one that followed.
    """

    login: str
    path: str
    body: Mapping[str, Any]
    kind: str
    first: bool = False


@dataclass(frozen=True)
class Pair:
    """Two verbs that meet: in a case of which diagram, on a task that was claimed, or on one that followed another."""

    racers: tuple[Racer, Racer]
    claimed: bool = False
    followed: bool = False
    process: str = ROUNDS


@dataclass(frozen=True)
class Meeting:
    """The tasks of one race: the open one, and the one before it where the pair asks for that."""

    open: UUID
    first: UUID

    def of(self, racer: Racer) -> UUID:
        return self.first if racer.first else self.open


CLAIM = Racer(HOLDER, "claim", {}, "task_claimed")
CLAIM_TOO = Racer(COLLEAGUE, "claim", {}, "task_claimed")
TAKE = Racer(COLLEAGUE, "transfer", {"user": COLLEAGUE, "reason": "由我办理"}, "task_assigned")
TRANSFER = Racer(HOLDER, "transfer", {"user": COLLEAGUE, "reason": "出差"}, "task_assigned")
DELEGATE = Racer(HOLDER, "delegation", {"user": COLLEAGUE, "reason": "请核"}, "task_delegated")
COMPLETE = Racer(HOLDER, "completion", {"answers": {"amount": 1}}, "task_completed")
COMPLETE_TOO = Racer(HOLDER, "completion", {"answers": {"amount": 2}}, "task_completed")
WITHDRAW = Racer(HOLDER, "withdrawal", {"reason": "写错了"}, "task_withdrawn", first=True)
CLAIM_NEXT = Racer(HEAD, "claim", {}, "task_claimed")
TAKE_NEXT = Racer(HEAD_TOO, "transfer", {"user": HEAD_TOO, "reason": "由我办理"}, "task_assigned")
COMPLETE_NEXT = Racer(STARTER, "completion", {"answers": {"result": "同意"}}, "task_completed")

#: Other verbs that move a task are raced by a line of their own.
PAIRS: Mapping[str, Pair] = {
    "claim/claim": Pair((CLAIM, CLAIM_TOO)),
    "claim/transfer": Pair((CLAIM, TAKE)),
    "transfer/complete": Pair((TRANSFER, COMPLETE), claimed=True),
    "complete/complete": Pair((COMPLETE, COMPLETE_TOO), claimed=True),
    "complete/delegate": Pair((COMPLETE, DELEGATE), claimed=True),
    "withdraw/claim": Pair((WITHDRAW, CLAIM_NEXT), followed=True),
    "withdraw/transfer": Pair((WITHDRAW, TAKE_NEXT), followed=True),
    "withdraw/complete": Pair((WITHDRAW, COMPLETE_NEXT), followed=True, process=TAKING_BACK),
    "withdraw/withdraw": Pair((WITHDRAW, WITHDRAW), followed=True),
}


@dataclass
class Result:
    """What the races of all pairs came to; `problems` is empty when the drill holds."""

    races: int = 0
    won: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(url: str, folder: Path, *, races: int, pairs: Mapping[str, Pair] = PAIRS) -> Result:
    """So many races of each pair on a furnished database, over HTTP against two server processes."""
    result = Result()
    with house(url, folder) as opened:
        _furnish(opened)
        with _serving(url, folder) as port:
            for name, pair in pairs.items():
                with _clients(opened, port, pair.racers) as clients:
                    for _ in range(races):
                        meeting = _meet(opened, pair)
                        before = len(_kinds(opened, meeting))
                        answers = _race(clients, pair.racers, meeting)
                        _judge(opened, name, meeting, pair.racers, answers, before, result)
    return result


def _furnish(opened: House) -> None:
    admin = opened.actor("admin")
    give_post(opened.runtime, COLLEAGUE, "maker", "STB", by=admin)
    give_post(opened.runtime, HEAD_TOO, "maker_head", "STB", by=admin)
    diagram = Path(__file__).with_name(f"{TAKING_BACK}.bpmn")
    deploy(opened.runtime, {diagram.name: diagram.read_bytes()}, by=opened.actor("process_owner"), comment="drill")


def _meet(opened: House, pair: Pair) -> Meeting:
    """A case in which the two verbs of the pair can meet."""
    case = opened.start(pair.process, {"round_no": 0} if pair.process == ROUNDS else {})
    first = opened.open_tasks(case)[0].id
    if pair.claimed or pair.followed:
        task_verbs.claim_task(opened.runtime, first, by=opened.actor(HOLDER))
    if not pair.followed:
        return Meeting(first, first)
    task_verbs.complete_task(opened.runtime, first, {"amount": 1}, by=opened.actor(HOLDER))
    return Meeting(opened.open_tasks(case)[0].id, first)


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[int]:
    server = Server(url, folder, workers=WORKERS)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def _clients(opened: House, port: int, racers: Sequence[Racer]) -> Iterator[list[Client]]:
    tokens = [access.issue_token(opened.runtime, DISTRICT, racer.login, name="racer") for racer in racers]
    with Client(port, tokens[0]) as one, Client(port, tokens[1]) as other:
        yield [one, other]


def _race(clients: list[Client], racers: Sequence[Racer], meeting: Meeting) -> list[tuple[int, str]]:
    """(status, code) of each racer; they start together."""

    def ask(client: Client, racer: Racer) -> tuple[int, str]:
        status, answer = client.ask("POST", f"/api/v1/tasks/{meeting.of(racer)}/{racer.path}", racer.body)
        return status, answer.get("code", "") if isinstance(answer, dict) else ""

    return together([partial(ask, client, racer) for client, racer in zip(clients, racers, strict=True)])


def _judge(
    opened: House,
    name: str,
    meeting: Meeting,
    racers: Sequence[Racer],
    answers: list[tuple[int, str]],
    before: int,
    result: Result,
) -> None:
    result.races += 1
    winners = [racer for racer, (status, _) in zip(racers, answers, strict=True) if status < 300]
    for status, code in answers:
        if status >= 300:
            result.refused[f"{status} {code}"] = result.refused.get(f"{status} {code}", 0) + 1
            if status not in CLEAR or not code:
                result.problems.append(f"{name} {meeting.open}: the loser was told {status} {code!r}")
    if len(winners) != 1:
        result.problems.append(f"{name} {meeting.open}: answers {answers}")
        return
    key = f"{name}: {winners[0].path}"
    result.won[key] = result.won.get(key, 0) + 1
    written = _kinds(opened, meeting)[before:]
    if written != [winners[0].kind] or not _stands(opened, meeting, winners[0]):
        result.problems.append(f"{name} {meeting.open}: {winners[0].path} won, but the history says {written}")


def _kinds(opened: House, meeting: Meeting) -> list[str]:
    about = HistoryRow.task_id.in_((meeting.open, meeting.first))
    query = select(HistoryRow.kind).where(HistoryRow.district_id == DISTRICT, about)
    return list(opened.session().scalars(query.order_by(HistoryRow.seq)))


def _stands(opened: House, meeting: Meeting, racer: Racer) -> bool:
    """The task is as the winner left it."""
    task = opened.session().get_one(Task, (DISTRICT, meeting.open))
    if racer.kind == "task_withdrawn":
        reopened = [(each.element_id, each.assignee_id) for each in opened.open_tasks(task.instance_id)]
        first = opened.session().get_one(Task, (DISTRICT, meeting.first))
        return task.state == "cancelled" and reopened == [(first.element_id, opened.actor(racer.login).id)]
    if racer.kind == "task_completed":
        return task.state == "completed" and task.completed_by == opened.actor(racer.login).id
    holder = racer.body.get("user", racer.login)
    return task.state == "claimed" and task.assignee_id == opened.actor(holder).id


if __name__ == "__main__":
    main(__doc__, "races", lambda url, folder, races: run(url, folder, races=races), times=200)
