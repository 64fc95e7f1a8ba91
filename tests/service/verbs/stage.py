"""A small case of each situation a verb may meet, with one open task `work` held by its assignee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from service.orchestration import tasks
from service.orchestration.deployments import deploy
from storage.history import verify_instance
from storage.instances import list_case
from storage.models.instances import ProcessInstance, Task
from tests.world import DISTRICT, World

#: Situations of the table: the diagram of the case.
SITUATIONS: Mapping[str, str] = {
    "plain task": "desk_plain",
    "parallel branch": "desk_parallel",
    "half-finished counter-sign": "desk_countersign",
    "child instance": "desk_parent",
    "after a published side effect": "desk_published",
}
#: Who did `prepare`, from which `work` is separated, and who holds `work`.
BARRED, HOLDER, COLLEAGUE, THIRD = "reviewer1_tax", "reviewer1", "reviewer1_ind", "reviewer1_hrb"


@dataclass
class Stage:
    """The case in one situation, and what to look at."""

    world: World
    root: UUID
    task_id: UUID

    def user(self, login: str) -> UUID:
        return self.world.actor(login).id

    def task(self) -> Task:
        found = self.world.session.get(Task, (DISTRICT, self.task_id))
        assert found is not None
        return found

    def others(self) -> dict[UUID, tuple[Any, ...]]:
        """The other open tasks of the case, as they stand."""
        return {
            each.id: (each.token, each.state, each.assignee_id, each.due_at, each.item)
            for each in self.world.open_tasks(self.root)
            if each.id != self.task_id
        }

    def kinds(self) -> list[str]:
        return [row.kind for row in self.world.history(self.root)]

    def broken(self) -> list[Any]:
        """Breaks in the chains of the case."""
        session, key = self.world.session, self.world.runtime.chain_key
        found = [verify_instance(session, each, key=key) for each in list_case(session, DISTRICT, self.root)]
        return [each for each in found if each is not None]

    def instance(self) -> ProcessInstance:
        return self.world.instance(self.task().instance_id)


def deploy_desk(world: World) -> None:
    """Publish the diagrams that lie beside this file."""
    files = {each.name: each.read_bytes() for each in sorted(Path(__file__).parent.glob("*.bpmn"))}
    deploy(world.runtime, files, by=world.actor("publisher"), comment="动作表")


def play(world: World, situation: str, *, claimed: bool = True) -> Stage:
    """A case whose `work` is open, claimed by HOLDER unless asked otherwise."""
    root = world.start(SITUATIONS[situation], by="maker")
    world.do(BARRED, "prepare", {"note": "已准备"}, root=root)
    if situation == "half-finished counter-sign":
        world.do(THIRD, "work", {"result": "同意"}, root=root, item="a")
    task_id = world.task("work", root).id
    if claimed:
        tasks.claim_task(world.runtime, task_id, by=world.actor(HOLDER))
    return Stage(world, root, task_id)


def complete_work(stage: Stage, login: str = HOLDER) -> None:
    """Complete `work`."""
    world = stage.world
    tasks.complete_task(world.runtime, stage.task_id, {"result": "同意"}, by=world.actor(login))
