"""A batch of moves: it rehearses, stops and goes on, survives a crash, meets people at work, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import select

from processes import engine
from processes.errors import Conflict, ProcessError
from processes.migration_words import RowState, Verdict
from processes.vocabulary import DefinitionKind
from service.orchestration import migration_batch, tasks
from service.orchestration.migrating import (
    continue_migration,
    stop_migration,
    undo_instance,
    undo_migration,
)
from storage.db import db
from storage.models.instances import Draft, ProcessInstance, Task, TaskSeparation, Wait
from storage.models.records import Deadline
from tests.processes.checks.drawing import timer
from tests.service.migrating.stage import (
    MOVED,
    REFUSED,
    UNDONE,
    WAITING,
    asked,
    begin,
    claimed,
    move,
    plan,
    publish,
    row,
    states,
    whole,
)
from tests.world import DISTRICT, World

LONGER = "S:s U:a U:b U:c U:d E:e s>a>b>c>d>e"
REMINDED = "S:s U:a U:b B:late@b U:r E:e E:e2 U:c s>a>b>c>e late>r>e2"
QUIET = {"late": 'cancelActivity="false"'}


class Killed(BaseException):
    """The process dies: nothing can catch it."""


def rows_of(world: World, root: object) -> list[tuple[object, ...]]:
    """Everything of a case that a move may touch, as it stands."""
    session = world.session
    found: list[tuple[object, ...]] = []
    for model in (Task, Wait, Deadline):
        rows = session.scalars(select(model).where(model.instance_id == root).order_by(model.id))
        found += [tuple(getattr(each, column.name) for column in model.__table__.columns) for each in rows]
    instance = world.instance(root)  # type: ignore[arg-type]
    return [*found, (instance.version, instance.definition_id, instance.engine_state, instance.due_at)]


def matching(world: World, root: object) -> bool:
    """The rows of open tasks and waits say what the engine's state says."""
    instance: ProcessInstance = world.instance(root)  # type: ignore[arg-type]
    stored = world.runtime.definitions.get(
        world.session, DISTRICT, DefinitionKind.PROCESS, instance.process_key, instance.version
    )
    definition = engine.parse(stored.content)
    around = _Clocked(world)
    found = engine.examine(definition, definition, instance.engine_state, around)
    said = sorted((each.token, each.element_id) for each in found.places)
    rows = [(each.token, each.element_id) for each in world.open_tasks(instance.id)]
    rows += [(each.token, each.element_id) for each in world.rows(Wait, instance_id=instance.id)]
    return said == sorted(rows)


class _Clocked:
    """Surroundings of an examination: nothing runs, so only the clock is asked."""

    def __init__(self, world: World) -> None:
        self.now = world.clock.now

    def call_service(self, call: object) -> dict[str, object]:
        raise AssertionError(call)

    def decide(self, decision_id: str, variables: object) -> dict[str, object]:
        raise AssertionError(decision_id)

    def functions(self) -> dict[str, object]:
        return {}


def test_a_rehearsal_does_the_whole_move_and_leaves_nothing_but_its_verdicts(world: World) -> None:
    publish(world)
    one, other = begin(world), begin(world, done="")
    publish(world, "S:s U:a U:c U:d E:e s>a>c>d>e", a=asked(post="reviewer2", deadline="DL13"))
    before = rows_of(world, one) + rows_of(world, other)
    history = len(world.history(one)) + len(world.history(other))

    batch = move(world, rehearsal=True)

    assert states(world, batch) == ["finished", REFUSED, RowState.REHEARSED]
    assert row(world, batch, other).verdict == Verdict.SAME_ELEMENT
    assert rows_of(world, one) + rows_of(world, other) == before
    assert len(world.history(one)) + len(world.history(other)) == history
    with pytest.raises(Conflict, match="没有改动任何实例"):
        undo_migration(world.runtime, batch, by=world.actor("admin"), reason="不需要")


def test_a_crash_in_the_middle_loses_nothing_and_moves_nothing_twice(world: World) -> None:
    publish(world, REMINDED, attributes=QUIET, late=timer("P9D"))
    cases = [begin(world) for _ in range(6)]
    publish(world, REMINDED, attributes=QUIET, late=timer("P8D"))
    batch = move(world, drain=False)
    left = [3]

    def die() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    dying = replace(world.runtime, wake_worker=die)
    with pytest.raises(Killed):
        migration_batch.move_instances(dying, DISTRICT, batch)
    assert states(world, batch) == ["running", *[MOVED] * 3, *[WAITING] * 3]
    world.drain()

    assert states(world, batch) == ["finished", *[MOVED] * 6]
    for case in cases:
        assert [each.kind for each in world.history(case)].count("instance_migrated") == 1
        assert matching(world, case)
    assert whole(world)


def test_a_batch_stops_and_goes_on_and_tries_refused_instances_again(world: World) -> None:
    publish(world)
    first, second = begin(world), begin(world)
    publish(world, "S:s U:a U:c E:e s>a>c>e")
    batch = move(world, drain=False)
    stop_migration(world.runtime, batch, by=world.actor("analyst"))
    world.drain()
    assert states(world, batch) == ["stopped", WAITING, WAITING]
    with pytest.raises(Conflict):
        stop_migration(world.runtime, batch, by=world.actor("analyst"))

    continue_migration(world.runtime, batch, by=world.actor("admin"))
    with pytest.raises(Conflict, match="另一次迁移"):
        move(world)
    world.drain()
    assert states(world, batch) == ["finished", REFUSED, REFUSED]
    world.do("reviewer1", "b", {"note": "办理"}, root=first)
    continue_migration(world.runtime, batch, by=world.actor("admin"))
    world.drain()

    assert (row(world, batch, first).state, row(world, batch, second).state) == (MOVED, REFUSED)
    assert world.instance(first).version == 2


def test_what_ended_or_changed_after_the_batch_began_is_seen_when_its_turn_comes(world: World) -> None:
    publish(world)
    ended, gone_on = begin(world, done="a b"), begin(world)
    publish(world, "S:s U:a U:c U:d E:e s>a>c>d>e")
    assert len(plan(world).instances) == 2
    batch = move(world, drain=False)
    tasks.claim_task(world.runtime, world.task("c", ended).id, by=world.actor("reviewer1"))
    tasks.complete_task(world.runtime, world.task("c", ended).id, {"note": "办"}, by=world.actor("reviewer1"))
    tasks.claim_task(world.runtime, world.task("b", gone_on).id, by=world.actor("reviewer1"))
    tasks.complete_task(world.runtime, world.task("b", gone_on).id, {"note": "办"}, by=world.actor("reviewer1"))
    world.drain()

    assert (row(world, batch, ended).state, row(world, batch, gone_on).state) == (RowState.GONE, MOVED)
    assert "已经办结" in row(world, batch, ended).sentence


def test_a_move_is_taken_back_to_the_last_row_while_nothing_has_happened_since(world: World) -> None:
    publish(world, REMINDED, attributes=QUIET, late=timer("P9D"), b=asked(deadline="DL13", separate_from="a"))
    root = begin(world)
    task_id = claimed(world, "b", root)
    tasks.save_draft(world.runtime, task_id, {"note": "草稿"}, by=world.actor("reviewer1"))
    separated = [each.element_id for each in world.rows(TaskSeparation, task_id=task_id)]
    before = rows_of(world, root)
    publish(world, "S:s U:a U:b2 U:c E:e s>a>b2>c>e", b2=asked(post="reviewer2", deadline="DL16"))
    batch = move(world, b="b2")
    assert world.rows(Wait, instance_id=root) == []

    undo_instance(world.runtime, batch, root, by=world.actor("admin"), reason="对应错了")

    after = [each for each in rows_of(world, root) if "cancelled" not in each]
    assert after == before
    assert [each.element_id for each in world.rows(TaskSeparation, task_id=task_id)] == separated
    assert world.one(Draft, task_id=task_id).answers == {"note": "草稿"}
    assert row(world, batch, root).state == UNDONE
    assert [each.kind for each in world.history(root)][-1] == "instance_migration_undone"
    with pytest.raises(Conflict, match="已经撤销"):
        undo_instance(world.runtime, batch, root, by=world.actor("admin"), reason="再来一次")
    tasks.complete_task(world.runtime, task_id, {"note": "办结"}, by=world.actor("reviewer1"))
    assert world.task("c", root)
    assert matching(world, root) and whole(world)


def test_a_whole_batch_is_taken_back_except_where_somebody_has_gone_on(world: World) -> None:
    publish(world)
    cases = [begin(world) for _ in range(3)]
    publish(world, LONGER)
    batch = move(world)
    world.do("reviewer1", "b", {"note": "办理"}, root=cases[1])

    undo_migration(world.runtime, batch, by=world.actor("admin"), reason="发错了版本")
    world.drain()

    assert states(world, batch) == ["undone", RowState.KEPT, UNDONE, UNDONE]
    assert [world.instance(case).version for case in cases] == [1, 2, 1]
    assert "不能撤销迁移" in row(world, batch, cases[1]).sentence
    with pytest.raises(Conflict, match="不能撤销迁移"):
        undo_instance(world.runtime, batch, cases[1], by=world.actor("admin"), reason="再试")
    assert whole(world)


def test_a_batch_and_people_who_complete_tasks_meet_without_harm(world: World) -> None:
    publish(world)
    cases = [begin(world) for _ in range(8)]
    ids = [claimed(world, "b", case) for case in cases]
    publish(world, LONGER, b=asked(outputs="note:text, more:text"))
    batch = move(world, drain=False)
    refused: list[ProcessError] = []
    reviewer = world.actor("reviewer1")

    def people() -> None:
        with world.app.app_context():
            for task_id in reversed(ids):
                try:
                    tasks.complete_task(world.runtime, task_id, {"note": "办结"}, by=reviewer)
                except ProcessError as error:
                    refused.append(error)
            db.session.remove()

    def worker() -> None:
        with world.app.app_context():
            migration_batch.move_instances(world.runtime, DISTRICT, batch)
            db.session.remove()

    threads = [Thread(target=people), Thread(target=worker)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    world.drain()

    assert [each.code for each in refused if each.code not in ("ANSWERS_REFUSED", "CONFLICT")] == []
    assert states(world, batch)[0] == "finished"
    assert {each.version for each in (world.instance(case) for case in cases)} == {2}
    assert all(matching(world, case) for case in cases)
    assert whole(world)
