"""Instances of small diagrams that get a new version while they run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from processes.migration_words import RowState, Verdict
from service.orchestration import tasks
from service.orchestration.deployments import check, deploy
from service.orchestration.migrating import start_migration
from service.orchestration.migration_plan import MigrationPlan, plan_migration
from service.orchestration.nightly import list_faults
from storage.history import verify
from storage.models.instance_migrations import InstanceMigration, InstanceMigrationRow
from tests.processes.checks.drawing import diagram, properties
from tests.world import DISTRICT, World

KEY = "moving_case"
LINE = "S:s U:a U:b U:c E:e s>a>b>c>e"
STARTERS = properties(starters="maker, reviewer1")


def asked(**values: str) -> str:
    """A user task of the first reviewers with these properties."""
    return properties(**{"post": "reviewer1", "outputs": "note:text", **values})


USUAL: Mapping[str, str] = {name: asked() for name in ("a", "a2", "b", "b1", "b2", "c", "d", "r")}


def publish(
    world: World,
    notation: str = LINE,
    *,
    key: str = KEY,
    files: Mapping[str, bytes] | None = None,
    attributes: Mapping[str, str] | None = None,
    **inner: str,
) -> int:
    """Publish a diagram; its version."""
    content = diagram(notation, key=key, inner={**USUAL, **inner}, attributes=attributes, process=STARTERS)
    given = {f"{key}.bpmn": content, **(files or {})}
    assert [each for each in check(world.runtime, given, by=world.actor("publisher")) if each.severity == "error"] == []
    done = deploy(world.runtime, given, by=world.actor("publisher"), comment="新版本")
    return next(each.version for each in done.definitions if each.key == key)


def begin(world: World, *, key: str = KEY, done: str = "a", login: str = "reviewer1_tax") -> UUID:
    """A case of the diagram in which these elements are done."""
    root = world.start(key, by="maker")
    for element in done.split():
        world.do(login, element, {"note": "办理"}, root=root)
    return root


def claimed(world: World, element: str, root: UUID, login: str = "reviewer1") -> UUID:
    """The open task of that element, claimed; its id."""
    task_id = world.task(element, root).id
    tasks.claim_task(world.runtime, task_id, by=world.actor(login))
    return task_id


def plan(world: World, to: int = 2, *, by: str = "analyst", **mapping: str) -> MigrationPlan:
    return plan_migration(world.runtime, KEY, to, range(1, to), mapping, by=world.actor(by))


def move(
    world: World, to: int = 2, *, by: str = "analyst", drain: bool = True, rehearsal: bool = False, **mapping: str
) -> UUID:
    """Move every live instance of the earlier versions; the batch's id."""
    batch = start_migration(
        world.runtime, KEY, to, range(1, to), mapping, by=world.actor(by), reason="新规定施行", rehearsal=rehearsal
    )
    if drain:
        world.drain()
    return batch


def row(world: World, batch: UUID, instance: UUID) -> InstanceMigrationRow:
    found: InstanceMigrationRow = world.one(InstanceMigrationRow, migration_id=batch, instance_id=instance)
    return found


def states(world: World, batch: UUID) -> list[str]:
    """The states of the batch's rows, sorted; the batch itself first."""
    own: InstanceMigration = world.one(InstanceMigration, id=batch)
    return [own.state, *sorted(each.state for each in world.rows(InstanceMigrationRow, migration_id=batch))]


def whole(world: World) -> bool:
    """The trail holds and `check-db` finds nothing."""
    breaks = list(verify(world.session, key=world.runtime.chain_key))
    return not breaks and not list(list_faults(world.runtime, world.session, DISTRICT))


def verdicts(found: MigrationPlan) -> dict[Verdict, int]:
    return dict(found.count())


MOVED, REFUSED, WAITING, UNDONE = RowState.MOVED, RowState.REFUSED, RowState.WAITING, RowState.UNDONE
Answers = dict[str, Any]
