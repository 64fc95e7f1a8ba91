"""The first page of somebody's work list, and its counts, when 100,000 tasks are open in the district."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from benchmarks.figures import Figure, median, percentile
from benchmarks.house import DISTRICT, ROUNDS, House, house
from processes.vocabulary import TaskState
from service import permissions
from service.seed.people import PEOPLE
from storage.db import new_id, table_of
from storage.models.instances import Task, TaskSeparation
from storage.worklists import Page, claimed_by, count_tasks, list_tasks

INSTANCES = 200
LOOKS = 30


def measure(kind: str, url: str, folder: Path, *, open_tasks: int) -> list[Figure]:
    """Milliseconds for page one with the two counts, as a reviewer's page asks for them."""
    with house(url, folder) as measured:
        instance_ids = [measured.start(ROUNDS, {"round_no": 0}) for _ in range(INSTANCES)]
        _open_many(measured, instance_ids, open_tasks)
        actor = measured.actor("reviewer1")
        session, taken = measured.session(), []
        for _ in range(LOOKS):
            begin = time.perf_counter()
            offered = permissions.offered(actor)
            found = list_tasks(session, DISTRICT, offered, Page())
            offers = count_tasks(session, DISTRICT, offered)
            count_tasks(session, DISTRICT, claimed_by([actor.id]))
            taken.append(time.perf_counter() - begin)
            session.rollback()
        note = f"{offers:,} offered, page of {len(found)}; p95 {percentile(taken, 0.95):.0f} ms"
    name = f"{kind}: work list and counts, {open_tasks:,} open tasks"
    return [Figure(name, 1000 * median(taken), "ms", at_most=50, note=note)]


def _open_many(measured: House, instance_ids: list[UUID], open_tasks: int) -> None:
    """Rows as the orchestration would write them: spread over all posts, a quarter with separated duties."""
    chance = random.Random(2022)
    posts = [post for _, _, held in PEOPLE.values() for post in held]
    now = measured.runtime.clock.now()
    rows: list[dict[str, Any]] = []
    for number in range(open_tasks):
        role, organisation = chance.choice(posts)
        instance_id = instance_ids[number % len(instance_ids)]
        rows.append(
            {
                "district_id": DISTRICT,
                "id": new_id(),
                "instance_id": instance_id,
                "root_id": instance_id,
                "process_key": ROUNDS,
                "token": f"bench-{number}",
                "element_id": "check_round",
                "name": "核对本轮",
                "title": "轮流办理",
                "state": TaskState.READY,
                "role": role,
                "organisation": organisation,
                "variables": {"round_no": number},
                "due_at": now + timedelta(minutes=chance.randrange(-5000, 50000)),
                "created_at": now,
            }
        )
    separations = [
        {"district_id": DISTRICT, "id": new_id(), "task_id": row["id"], "element_id": "write_round"}
        for row in rows[::4]
    ]
    with measured.engine.begin() as connection:
        for begin in range(0, len(rows), 5000):
            connection.execute(insert(table_of(Task)), rows[begin : begin + 5000])
        for begin in range(0, len(separations), 5000):
            connection.execute(insert(table_of(TaskSeparation)), separations[begin : begin + 5000])
        connection.execute(text("ANALYZE"))
