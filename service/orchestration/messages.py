"""Messages between instances and from outside: delivered to whoever listens, or kept until somebody does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from processes import engine
from processes.actors import Actor
from processes.errors import BadRequest
from processes.vocabulary import InstanceState
from service.orchestration.apply import apply, definition_of, note_passed
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.surroundings import Stepping
from storage import instances
from storage.db import new_id
from storage.models.instances import KeptMessage


def send_message(
    runtime: Runtime,
    name: str,
    variables: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    instance_id: UUID | None = None,
    business_key: str | None = None,
    key: str | None = None,
) -> bool:
    """Deliver to the listener addressed by instance or business key: True; or keep it for later: False.

    A repeated `key` has no effect and answers as the first time. Raises BadRequest without an address.
    """
    if instance_id is None and business_key is None:
        raise BadRequest("消息需要收件对象：请给出流程实例或业务编号。")
    arguments = {
        "name": name,
        "variables": dict(variables or {}),
        "instance_id": None if instance_id is None else str(instance_id),
        "business_key": business_key,
        "key": key,
    }

    def work(unit: Unit) -> bool:
        return deliver_or_keep(unit, name, variables, instance_id=instance_id, business_key=business_key, key=key)

    return guarded(runtime, by, Verb("send_message", arguments, instance_id), work)


def deliver_or_keep(
    unit: Unit,
    name: str,
    variables: Mapping[str, Any] | None = None,
    *,
    instance_id: UUID | None = None,
    business_key: str | None = None,
    key: str | None = None,
) -> bool:
    """What `send_message` does, inside a unit that does more: True when somebody listened."""
    own_key = key or str(new_id())
    known = unit.session.scalar(
        select(KeptMessage).where(KeptMessage.district_id == unit.district_id, KeptMessage.key == own_key)
    )
    if known is not None:
        return known.delivered_at is not None
    message = KeptMessage(
        district_id=unit.district_id,
        id=new_id(),
        name=name,
        instance_id=instance_id,
        business_key=business_key,
        key=own_key,
        variables=dict(variables or {}),
        sent_by=unit.actor.id,
        sent_at=unit.now,
    )
    unit.session.add(message)
    return _deliver(unit, message)


def deliver_kept(runtime: Runtime, instance_id: UUID, *, by: Actor) -> int:
    """Hand an instance the messages that were kept for it; answers how many it took."""

    verb = Verb("deliver_kept", {"instance_id": str(instance_id)}, instance_id)
    return guarded(runtime, by, verb, lambda unit: deliver_kept_in(unit, instance_id))


def deliver_kept_in(unit: Unit, instance_id: UUID) -> int:
    """The same inside a unit that does more."""
    instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
    if instance.state != InstanceState.RUNNING:
        return 0
    waits = instances.list_waits(unit.session, unit.district_id, instance_id)
    names = {wait.message for wait in waits if wait.message}
    if not names:
        return 0
    kept = instances.list_kept_messages(
        unit.session, unit.district_id, names, instance_id=instance_id, business_key=instance.business_key
    )
    return sum(_deliver(unit, message) for message in kept)


def _deliver(unit: Unit, message: KeptMessage) -> bool:
    wait = instances.find_listener(
        unit.session,
        unit.district_id,
        message.name,
        instance_id=message.instance_id,
        business_key=message.business_key,
    )
    if wait is None:
        return False
    instance = instances.lock_instance(unit.session, unit.district_id, wait.instance_id)
    outcome = engine.deliver_message(
        definition_of(unit, instance), instance.engine_state, wait.token, message.variables, Stepping(unit, instance)
    )
    message.delivered_at, message.delivered_to = unit.now, instance.id
    unit.record(
        instance,
        "message_received",
        element_id=wait.element_id,
        element_name=wait.name,
        changes={"message": message.name, "variables": dict(message.variables)},
    )
    note_passed(unit, instance, outcome)
    apply(unit, instance, outcome)
    unit.write_rows()
    return True
