"""What a handler's Result asks for beyond its outputs: messages, new processes, names, links."""

from __future__ import annotations

from handlers.stage import Message, Result, StartProcess
from service.orchestration.runtime import Unit
from storage.db import new_id
from storage.models.instances import CaseLink, ProcessInstance


def take_effects(unit: Unit, instance: ProcessInstance, result: Result, *, element_id: str) -> None:
    """Carry out a Result inside the unit; messages and new processes follow as jobs after the commit."""
    if result.business_key is not None:
        instance.business_key = result.business_key
    if result.title is not None:
        instance.title = result.title
    for root_id in result.linked_roots:
        unit.session.add(
            CaseLink(district_id=unit.district_id, id=new_id(), root_id=instance.root_id, linked_root_id=root_id)
        )
    for number, message in enumerate(result.messages):
        send_later(unit, message, key=message.key or f"{instance.id}:{element_id}:{instance.row_version}:{number}")
    for number, start in enumerate(result.starts):
        start_later(unit, start, key=start.key or f"{instance.id}:{element_id}:{instance.row_version}:s{number}")
    if unit.runtime.channels:
        for record_id in result.publications:
            unit.enqueue("publish_record", {"record_id": str(record_id)}, key=f"publication:{record_id}")


def send_later(unit: Unit, message: Message, *, key: str) -> None:
    """Deliver a message after the commit, once per key."""
    unit.enqueue(
        "send_message",
        {
            "name": message.name,
            "instance_id": None if message.instance_id is None else str(message.instance_id),
            "business_key": message.business_key,
            "variables": dict(message.variables),
            "key": key,
            "by": str(unit.actor.id),
        },
        key=f"message:{message.name}:{key}",
    )


def start_later(unit: Unit, start: StartProcess, *, key: str) -> None:
    """Start a process after the commit, once per key."""
    unit.enqueue(
        "start_process",
        {
            "process_key": start.process_key,
            "variables": dict(start.variables),
            "business_key": start.business_key,
            "key": key,
            "by": str(start.by or unit.actor.id),
        },
        key=f"start:{start.process_key}:{key}",
    )
