"""Timers that fire, and dates that move."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from processes import engine
from processes.actors import Actor, system_actor
from processes.vocabulary import InstanceState, WaitKind
from service.orchestration.apply import apply, definition_of, note_passed
from service.orchestration.deadlines import check_deadline as check
from service.orchestration.deadlines import list_open_deadlines, recompute
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.surroundings import Stepping
from storage import instances


def fire_timers(runtime: Runtime, district_id: str, instance_id: UUID) -> bool:
    """Fire what is due in an instance; True when something fired. Safe to repeat, and late calls fire once."""
    actor = system_actor(district_id)
    verb = Verb("fire_timers", {"instance_id": str(instance_id)}, instance_id)
    return guarded(runtime, actor, verb, lambda unit: fire_timers_in(unit, instance_id))


def fire_timers_in(unit: Unit, instance_id: UUID) -> bool:
    """The same inside a unit that does more."""
    instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
    if instance.state != InstanceState.RUNNING or instance.due_at is None or instance.due_at > unit.now:
        return False
    outcome = engine.fire_timers(definition_of(unit, instance), instance.engine_state, Stepping(unit, instance))
    unit.record(instance, "timer_fired", changes={"due_at": instance.due_at.isoformat()})
    note_passed(unit, instance, outcome)
    apply(unit, instance, outcome)
    return True


def check_deadline(runtime: Runtime, district_id: str, deadline_id: UUID) -> None:
    """Warn or escalate one deadline."""
    arguments = {"deadline_id": str(deadline_id)}
    guarded(
        runtime,
        system_actor(district_id),
        Verb("check_deadline", arguments),
        lambda unit: check(unit, deadline_id),
    )


def move_timer(
    runtime: Runtime, instance_id: UUID, element_id: str, due_at: datetime, *, by: Actor, reason: str
) -> None:
    """Give a waiting timer another due time; old and new go into the history."""

    def work(unit: Unit) -> None:
        move_timer_in(unit, instance_id, element_id, due_at, reason=reason)

    arguments = {"element_id": element_id, "due_at": due_at.isoformat(), "reason": reason}
    guarded(runtime, by, Verb("move_timer", arguments, instance_id), work)


def move_timer_in(unit: Unit, instance_id: UUID, element_id: str, due_at: datetime, *, reason: str) -> None:
    """The same inside a unit that moves more than this."""
    instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
    for wait in instances.list_waits(unit.session, unit.district_id, instance_id):
        if wait.element_id != element_id or wait.kind != WaitKind.TIMER:
            continue
        outcome = engine.reschedule(
            definition_of(unit, instance), instance.engine_state, wait.token, due_at, Stepping(unit, instance)
        )
        old, wait.due_at = wait.due_at, due_at
        unit.record(
            instance,
            "timer_moved",
            element_id=element_id,
            element_name=wait.name,
            changes={"due_at": [None if old is None else old.isoformat(), due_at.isoformat()]},
            reason=reason,
        )
        apply(unit, instance, outcome)


def recompute_case(unit: Unit, root_id: UUID, *, reason: str) -> int:
    """Count the open deadlines of a whole case again; answers how many moved."""
    ids = [each.id for each in instances.list_case(unit.session, unit.district_id, root_id)]
    return len(recompute(unit, list_open_deadlines(unit, instance_ids=ids), reason=reason))


def recompute_all(unit: Unit, *, reason: str) -> int:
    """Count every open deadline of the district again (the calendar changed); answers how many moved."""
    return len(recompute(unit, list_open_deadlines(unit), reason=reason))
