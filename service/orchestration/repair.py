"""Verbs of administrators and analysts on instances: suspend, resume, terminate, retry an incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from processes.actors import Actor
from processes.clock import business_date
from processes.desk_words import ReturnMode
from processes.errors import BadRequest, Conflict, InstanceNotRunning, NotFound, ProcessError
from processes.vocabulary import InstanceState
from service import permissions
from service.orchestration import (
    candidates,
    deliveries,
    messages,
    moving,
    opening,
    publication_release,
    start,
    taking_back,
    tasks,
    timers,
)
from service.orchestration.apply import terminate_tree
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import instances
from storage.models.instances import Incident, ProcessInstance
from storage.people import load_actor


def suspend_instance(runtime: Runtime, instance_id: UUID, *, by: Actor, reason: str) -> None:
    """Hold an instance and everything below it: no task of it can be completed, no timer fires."""
    permissions.require(by, "suspend")
    _need_reason(reason)

    def work(unit: Unit) -> None:
        instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
        if instance.state != InstanceState.RUNNING:
            raise InstanceNotRunning(f"“{instance.title}”不在运行中，不能暂停。")
        for each in _tree(unit, instance):
            if each.state == InstanceState.RUNNING:
                each.state, each.suspended_reason = InstanceState.SUSPENDED, reason
                unit.record(each, "instance_suspended", reason=reason)

    transaction(runtime, by, work)


def resume_instance(runtime: Runtime, instance_id: UUID, *, by: Actor) -> None:
    """Let a suspended instance and everything below it go on; timers that came due meanwhile fire now."""
    permissions.require(by, "suspend")

    def work(unit: Unit) -> None:
        instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
        if instance.state != InstanceState.SUSPENDED:
            raise Conflict(f"“{instance.title}”没有暂停，无需恢复。")
        for each in _tree(unit, instance):
            if each.state == InstanceState.SUSPENDED:
                each.state, each.suspended_reason = InstanceState.RUNNING, None
                unit.record(each, "instance_resumed")
                unit.enqueue("fire_timers", {"instance_id": str(each.id)})
                unit.enqueue("deliver_kept", {"instance_id": str(each.id)})

    transaction(runtime, by, work)


def terminate_instance(runtime: Runtime, instance_id: UUID, *, by: Actor, reason: str) -> None:
    """End an instance and everything below it. A child is ended through its parent, never alone."""
    permissions.require(by, "terminate")
    _need_reason(reason)

    def work(unit: Unit) -> None:
        instance = instances.lock_instance(unit.session, unit.district_id, instance_id)
        if instance.state not in instances.ALIVE:
            raise InstanceNotRunning(f"“{instance.title}”已经结束，不能终止。")
        if instance.parent_id is not None:
            raise Conflict("这是上级流程的一个环节，不能单独终止；请终止上级流程，或在上级流程中处理。")
        terminate_tree(unit, instance, reason=reason)

    transaction(runtime, by, work)


def _tree(unit: Unit, instance: ProcessInstance) -> list[ProcessInstance]:
    found = [instance]
    for child in instances.lock_children(unit.session, unit.district_id, instance.id):
        found.extend(_tree(unit, child))
    return found


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise BadRequest("请填写原因，原因会写入留痕记录。")


def retry_incident(runtime: Runtime, incident_id: UUID, *, by: Actor) -> None:
    """Do again what failed, in the right of whoever asked for it then. On success the incident is resolved."""
    permissions.require(by, "retry")
    session = runtime.session()
    incident = session.get(Incident, (by.district_id, incident_id))
    if incident is None:
        raise NotFound("没有找到这个异常事项。")
    if incident.state != "open":
        raise Conflict("这个异常事项已经处理完毕，无需重试。")
    verb, arguments = incident.verb, dict(incident.arguments)
    asker = load_actor(session, by.district_id, UUID(arguments.pop("by")), on=business_date(runtime.clock.now()))
    session.rollback()
    _again(runtime, verb, arguments, asker, incident_instance=incident.instance_id)

    def resolve(unit: Unit) -> None:
        row = unit.session.get(Incident, (unit.district_id, incident_id))
        assert row is not None
        row.state, row.resolved_at, row.resolved_by = "resolved", unit.now, by.id
        if row.instance_id is not None:
            instance = instances.lock_instance(unit.session, unit.district_id, row.instance_id)
            unit.record(instance, "incident_resolved", element_id=row.element_id, changes={"verb": row.verb})

    transaction(runtime, by, resolve)


def close_incident(runtime: Runtime, incident_id: UUID, *, by: Actor, reason: str) -> None:
    """Close by hand an incident about a notice that did not leave the house: somebody told the person otherwise.

    Raises NotFound, BadRequest without a reason, Conflict for one that is closed, or about anything else: what
    stopped a case is mended and retried, never waved through.
    """
    permissions.require(by, "retry")
    _need_reason(reason)

    def work(unit: Unit) -> None:
        row = unit.session.get(Incident, (unit.district_id, incident_id), with_for_update=True)
        if row is None:
            raise NotFound("没有找到这个异常事项。")
        if row.state != "open":
            raise Conflict("这个异常事项已经处理完毕。")
        if row.verb != deliveries.SEND:
            raise Conflict("只有通知没有送达可以人工办结；其他异常请排除原因后重试。")
        row.state, row.resolved_at, row.resolved_by = "resolved", unit.now, by.id
        row.resolution = reason.strip()[:500]
        if row.instance_id is not None:
            instance = instances.lock_instance(unit.session, unit.district_id, row.instance_id)
            unit.record(instance, "incident_closed", element_id=row.element_id, reason=row.resolution)

    transaction(runtime, by, work)


def _again(
    runtime: Runtime, verb: str, arguments: dict[str, Any], asker: Actor, *, incident_instance: UUID | None
) -> None:
    """Run a verb again from its kept arguments."""
    instance_id = arguments.get("instance_id")
    known = UUID(instance_id) if instance_id else incident_instance
    if verb == "complete_task":
        tasks.complete_task(runtime, UUID(arguments["task_id"]), arguments["answers"], by=asker)
    elif verb in ("return_task", "withdraw_task"):
        _back_again(runtime, verb, arguments, asker)
    elif verb == candidates.LOOK_AGAIN:
        candidates.find_candidate(runtime, UUID(arguments["task_id"]), by=asker)
    elif verb == "start_instance":
        start.start_instance(runtime, by=asker, **arguments)
    elif verb == "send_message":
        arguments["instance_id"] = None if instance_id is None else known
        messages.send_message(runtime, arguments.pop("name"), arguments.pop("variables"), by=asker, **arguments)
    elif verb == "deliver_kept" and known is not None:
        messages.deliver_kept(runtime, known, by=asker)
    elif verb == "fire_timers" and known is not None:
        timers.fire_timers(runtime, asker.district_id, known)
    else:
        _again_outside(runtime, verb, arguments, asker, known)


def _back_again(runtime: Runtime, verb: str, arguments: dict[str, Any], asker: Actor) -> None:
    """The verbs that move a case back."""
    task_id = UUID(arguments["task_id"])
    if verb == "withdraw_task":
        taking_back.withdraw_task(runtime, task_id, by=asker, reason=arguments["reason"])
        return
    into = arguments.get("into")
    moving.return_task(
        runtime,
        task_id,
        arguments["element_id"],
        by=asker,
        reason=arguments["reason"],
        mode=ReturnMode(arguments.get("mode", ReturnMode.RERUN)),
        instance_id=None if into is None else UUID(into),
    )


def _again_outside(runtime: Runtime, verb: str, arguments: dict[str, Any], asker: Actor, known: UUID | None) -> None:
    """The verbs on dates, posts and deliveries."""
    if verb == "check_deadline":
        timers.check_deadline(runtime, asker.district_id, UUID(arguments["deadline_id"]))
    elif verb == "send_delivery":
        deliveries.send_again(runtime, asker.district_id, UUID(arguments["delivery_id"]))
    elif verb == publication_release.PUBLISH:
        publication_release.publish_request(runtime, asker.district_id, UUID(arguments["request_id"]))
    elif verb == "move_opening":
        opens_at = datetime.fromisoformat(arguments["open_at"])
        opening.move_opening(runtime, UUID(arguments["item_id"]), opens_at, by=asker, reason=arguments["reason"])
    elif verb == "move_timer" and known is not None:
        due_at = datetime.fromisoformat(arguments["due_at"])
        timers.move_timer(runtime, known, arguments["element_id"], due_at, by=asker, reason=arguments["reason"])
    else:
        raise ProcessError(f"这类操作（{verb}）不能自动重试，请人工处理。")
