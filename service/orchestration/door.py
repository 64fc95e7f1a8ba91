"""The door itself: run a verb in one transaction, and turn a fault into an incident in a second one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from processes.actors import Actor, system_actor
from processes.errors import EngineFault, ProcessError
from service.orchestration.runtime import Runtime, Unit, fault_words, transaction
from storage.db import new_id
from storage.jobs import ClaimedJob
from storage.models.instances import Incident, ProcessInstance, Task

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verb:
    """What was asked, as plain values: enough to ask again."""

    name: str
    arguments: Mapping[str, Any]
    instance_id: UUID | None = None
    task_id: UUID | None = None


class BecameIncident(ProcessError):
    """Something went wrong inside; nothing was stored, and an incident now tells analysts."""

    code = "INCIDENT"


def guarded(runtime: Runtime, actor: Actor, verb: Verb, work: Callable[[Unit], T]) -> T:
    """Run a verb. Expected errors pass through; a fault is stored as an incident and raised as BecameIncident."""
    try:
        return transaction(runtime, actor, work)
    except EngineFault as error:
        log.warning("verb stopped by the engine", exc_info=error, extra={"verb": verb.name})
        raise _incident(runtime, actor, verb, error) from error
    except ProcessError:
        raise
    except Exception as error:
        log.exception("verb failed", extra={"verb": verb.name, "instance_id": str(verb.instance_id)})
        raise _incident(runtime, actor, verb, error) from error


def _incident(runtime: Runtime, actor: Actor, verb: Verb, error: Exception) -> BecameIncident:
    code, message = fault_words(error)

    def note(unit: Unit) -> UUID:
        instance_id, element_id = _place(unit, verb)
        element_id = getattr(error, "element_id", None) or element_id
        known = unit.session.scalar(
            select(Incident).where(
                Incident.district_id == unit.district_id,
                Incident.state == "open",
                Incident.instance_id == instance_id,
                Incident.element_id == element_id,
                Incident.verb == verb.name,
            )
        )
        if known is not None:
            known.attempts += 1
            known.message, known.arguments = message, _arguments(verb, actor)
            return known.id
        process_key = None
        if instance_id is not None:
            instance = unit.session.get(ProcessInstance, (unit.district_id, instance_id))
            process_key = None if instance is None else instance.process_key
        row = Incident(
            district_id=unit.district_id,
            id=new_id(),
            instance_id=instance_id,
            process_key=process_key,
            element_id=element_id,
            code=code,
            message=message,
            detail=_cause(error),
            verb=verb.name,
            arguments=_arguments(verb, actor),
            state="open",
            created_at=unit.now,
        )
        unit.session.add(row)
        return row.id

    incident_id = transaction(runtime, actor, note)
    return BecameIncident(
        f"{message}已登记为异常事项，分析员会处理；您填写的内容请先保留。", incident_id=str(incident_id), cause=code
    )


def _cause(error: BaseException) -> str:
    """The chain of what went wrong, for whoever repairs it; never shown to clerks."""
    words: list[str] = []
    link: BaseException | None = error
    while link is not None and len(words) < 5:
        words.append(f"{type(link).__name__}: {link}")
        link = link.__cause__
    return " <- ".join(words)[:2000]


def note_dead_job(runtime: Runtime, claimed: ClaimedJob, error: Exception) -> None:
    """A background job was given up: an incident that says which and why, ready to be retried."""
    instance_id = claimed.args.get("instance_id")
    verb = Verb(claimed.job, claimed.args, None if not instance_id else UUID(instance_id))
    _incident(runtime, system_actor(claimed.district_id), verb, error)


def _place(unit: Unit, verb: Verb) -> tuple[UUID | None, str | None]:
    """(instance, element) of the verb; a task leads to both."""
    if verb.task_id is None:
        return verb.instance_id, None
    task = unit.session.get(Task, (unit.district_id, verb.task_id))
    return (None, None) if task is None else (task.instance_id, task.element_id)


def _arguments(verb: Verb, actor: Actor) -> dict[str, Any]:
    return {**verb.arguments, "by": str(actor.id)}
