"""Drill: the server is killed under load, again and again, with SIGKILL to all its processes.

No acknowledged completion is lost, no effect happens twice, no instance is stuck, and the audit chains hold.

    python -m tests.drills.kill_under_load --rounds 20 --database sqlite postgres
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.house import DISTRICT, DOERS, GO_ON, ROUNDS, House, house
from benchmarks.server import Client, Server
from processes.errors import ProcessError
from service.orchestration import access, tasks
from storage.history import verify
from storage.models.instances import ProcessInstance
from tests.drills.race import effects
from tests.drills.running import main

CLIENTS = 6
WORKERS = 2
SECONDS_UNDER_LOAD = 1.0


@dataclass
class Load:
    """Clients that complete tasks and write down what was acknowledged; an unanswered request is sent again."""

    port: int
    tokens: dict[str, str]
    acknowledged: list[str] = field(default_factory=list)
    repeated: int = 0
    problems: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def walk(self, task_id: str) -> None:
        """Complete the open task of one instance and go on with the task that it opened, until the load is over."""
        with ExitStack() as opened:
            clients = {
                element_id: opened.enter_context(Client(self.port, self.tokens[login]))
                for element_id, login in DOERS.items()
            }
            element_id, key = "write_round", uuid4().hex
            while not self.over.is_set():
                try:
                    status, answer = clients[element_id].complete(task_id, GO_ON[element_id], key=key)
                except ConnectionError:
                    self.repeated += 1  # nobody knows whether it was done: the same key asks again
                    time.sleep(0.05)
                    continue
                if status != 200:
                    self.problems.append(f"task {task_id}: {status} {answer}")
                    return
                self.acknowledged.append(task_id)
                following = answer["opened"][0]
                task_id, element_id, key = following["id"], following["element_id"], uuid4().hex


@dataclass
class Result:
    """What the kills came to; `problems` is empty when the drill holds."""

    kills: int
    acknowledged: int
    repeated: int
    problems: list[str]


def run(url: str, folder: Path, *, rounds: int, seconds: float = SECONDS_UNDER_LOAD) -> Result:
    """So many kills of a server that works for six clients on a furnished database."""
    with house(url, folder) as opened:
        tokens = {
            login: access.issue_token(opened.runtime, DISTRICT, login, name="load") for login in set(DOERS.values())
        }
        instance_ids = [opened.start(ROUNDS, {"round_no": 0}) for _ in range(CLIENTS)]
        first = [str(opened.open_tasks(instance_id)[0].id) for instance_id in instance_ids]
    server = Server(url, folder, workers=WORKERS)
    load = Load(server.port, tokens)
    server.start()
    threads = [threading.Thread(target=load.walk, args=(task_id,)) for task_id in first]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            time.sleep(seconds)
            server.kill()
            server.start()
        time.sleep(seconds)
    finally:
        load.over.set()
        for thread in threads:
            thread.join(60)
        server.stop()
    with house(url, folder) as opened:
        problems = [*load.problems, *_lost_or_doubled(opened, load.acknowledged), *_stuck(opened, instance_ids)]
        chain_key = opened.runtime.chain_key
        problems += [f"instance {each.instance_id}: {each.message}" for each in verify(opened.session(), key=chain_key)]
    return Result(rounds, len(load.acknowledged), load.repeated, problems)


def _lost_or_doubled(opened: House, acknowledged: list[str]) -> list[str]:
    problems = []
    for task_id in acknowledged:
        stored, told = effects(opened, UUID(task_id))
        if (stored, told) != (1, 1):
            problems.append(f"task {task_id}: acknowledged, but {stored} submissions and {told} rows of history")
    return problems


def _stuck(opened: House, instance_ids: list[UUID]) -> list[str]:
    """Every instance has exactly one open task and can be brought to its end."""
    problems = []
    for instance_id in instance_ids:
        found = opened.open_tasks(instance_id)
        if len(found) != 1:
            problems.append(f"instance {instance_id}: open tasks {[task.element_id for task in found]}")
            continue
        try:
            _bring_to_its_end(opened, instance_id)
        except ProcessError as error:
            problems.append(f"instance {instance_id}: {error.code} {error.message}")
        row = opened.session().get(ProcessInstance, (DISTRICT, instance_id))
        if row is None or row.state != "completed":
            problems.append(f"instance {instance_id}: {None if row is None else row.state}")
    return problems


def _bring_to_its_end(opened: House, instance_id: UUID) -> None:
    last: dict[str, dict[str, Any]] = {**GO_ON, "check_round": {"again": False}}
    for task in iter(lambda: next(iter(opened.open_tasks(instance_id)), None), None):
        actor = opened.actor(DOERS[task.element_id])
        tasks.complete_task(opened.runtime, task.id, last[task.element_id], by=actor)


if __name__ == "__main__":
    main(__doc__, "rounds", lambda url, folder, rounds: run(url, folder, rounds=rounds), times=20)
