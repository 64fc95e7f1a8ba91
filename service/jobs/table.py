"""Every background job of the house by name. A job only calls verbs of the orchestration, so it may be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from processes.actors import Actor, system_actor
from processes.clock import business_date
from service.jobs.dispatch import JobFunction
from service.orchestration import (
    agencies,
    deliveries,
    match_notices,
    messages,
    migration_batch,
    nightly,
    publication_release,
    publishing,
    start,
    step_notices,
    timers,
)
from service.orchestration.door import BecameIncident
from service.orchestration.runtime import Runtime
from storage.people import load_actor


def _actor(runtime: Runtime, district_id: str, user_id: str) -> Actor:
    return load_actor(runtime.session(), district_id, UUID(user_id), on=business_date(runtime.clock.now()))


def send_message(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Deliver (or keep) a message that a handler or a diagram sent."""
    instance_id = args["instance_id"]
    messages.send_message(
        runtime,
        args["name"],
        args["variables"],
        by=_actor(runtime, district_id, args["by"]),
        instance_id=None if instance_id is None else UUID(instance_id),
        business_key=args["business_key"],
        key=args["key"],
    )


def start_process(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Start a process that a handler asked for, once per key."""
    start.start_for_handler(
        runtime,
        args["process_key"],
        args["variables"],
        by=_actor(runtime, district_id, args["by"]),
        business_key=args["business_key"],
        key=args["key"],
    )


def deliver_kept(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Hand kept messages to an instance that has begun to listen."""
    messages.deliver_kept(runtime, UUID(args["instance_id"]), by=system_actor(district_id))


def fire_timers(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Fire the due timers of an instance."""
    timers.fire_timers(runtime, district_id, UUID(args["instance_id"]))


def check_deadline(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Warn of a deadline, or escalate it."""
    timers.check_deadline(runtime, district_id, UUID(args["deadline_id"]))


def publish_record(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Hand a publication to its channel; tried again while the channel does not take it."""
    publishing.publish_record(runtime, district_id, UUID(args["record_id"]))


def publish_request(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Publish an approved request for publication on its day."""
    publication_release.publish_request(runtime, district_id, UUID(args["request_id"]))


def watch_night(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Look whether a gate was passed anywhere, write down the root of the trail, and ask for the next night."""
    nightly.watch_night(runtime, district_id)


def tell_step(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Tell people what a step of a case means for them."""
    instances, tasks = ([UUID(each) for each in args[name]] for name in ("instances", "tasks"))
    step_notices.tell_step(runtime, district_id, instances, tasks)


def carry_notices(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Send notices outside, to those who want each at once."""
    deliveries.carry_notices(runtime, district_id, [UUID(each) for each in args["notices"]])


def tell_matches(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Tell enterprises of a newly opened item that may fit them."""
    match_notices.tell_matches(runtime, district_id, UUID(args["item_id"]))


def send_delivery(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Hand one delivery to its channel."""
    deliveries.send_delivery(runtime, district_id, UUID(args["delivery_id"]))


def send_digests(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Gather what is unread for everybody who wants it once a day, and ask for the next morning."""
    deliveries.send_digests(runtime, district_id)


def move_instances(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Work through the next instances of a batch that moves to another version, or back."""
    migration_batch.move_instances(runtime, district_id, UUID(args["migration_id"]))


def expire_agency(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
    """Note that the time of an agent's authorisation is over, and hand the agent's cases back."""
    agencies.expire(runtime, district_id, UUID(args["authorisation_id"]))


def _settled(function: JobFunction[Runtime]) -> JobFunction[Runtime]:
    """A fault that has become an incident is in an analyst's hands; repeating the job would only repeat it."""

    def run(runtime: Runtime, district_id: str, args: Mapping[str, Any]) -> None:
        try:
            function(runtime, district_id, args)
        except BecameIncident:
            return

    return run


_FUNCTIONS = (
    send_message,
    start_process,
    deliver_kept,
    fire_timers,
    check_deadline,
    publish_record,
    publish_request,
    watch_night,
    tell_step,
    carry_notices,
    tell_matches,
    send_delivery,
    send_digests,
    move_instances,
    expire_agency,
)

JOBS: dict[str, JobFunction[Runtime]] = {function.__name__: _settled(function) for function in _FUNCTIONS}
