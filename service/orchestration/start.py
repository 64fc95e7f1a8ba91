"""Start a process instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from processes import engine
from processes.actors import Actor
from processes.errors import DefinitionRetired, Forbidden
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.apply import begin
from service.orchestration.door import Verb, guarded
from service.orchestration.idempotency import remembered
from service.orchestration.runtime import Runtime, Unit
from storage.db import new_id
from storage.definitions import get_definition
from storage.models.instances import ProcessInstance
from storage.publication_requests import find_retired


@dataclass(frozen=True, slots=True)
class _Request:
    process_key: str
    variables: dict[str, Any]
    business_key: str | None
    version: int | None


def start_instance(
    runtime: Runtime,
    process_key: str,
    variables: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    business_key: str | None = None,
    version: int | None = None,
    idempotency_key: str | None = None,
) -> UUID:
    """Start the published (or the given) version and run it to its first wait; answers the instance's id.

    Raises NotFound when nothing is published under that key, Forbidden when the actor may not start it,
    DefinitionRetired when the process is out of use.
    """
    request = _Request(process_key, dict(variables or {}), business_key, version)
    return _once(runtime, request, by=by, key=idempotency_key, checked=True)


def start_for_handler(
    runtime: Runtime,
    process_key: str,
    variables: Mapping[str, Any],
    *,
    by: Actor,
    business_key: str | None,
    key: str,
) -> UUID:
    """Start a process because a handler asked for it: the diagram decides, so no starter's right is needed."""
    request = _Request(process_key, dict(variables), business_key, None)
    return _once(runtime, request, by=by, key=key, checked=False)


def _once(runtime: Runtime, request: _Request, *, by: Actor, key: str | None, checked: bool) -> UUID:
    arguments = asdict(request)

    def work(unit: Unit) -> UUID:
        answer = remembered(
            unit, key, ("start", arguments), lambda: {"instance_id": str(_begin(unit, request, checked=checked))}
        )
        return UUID(answer["instance_id"])

    return guarded(runtime, by, Verb("start_instance", arguments), work)


def _begin(unit: Unit, request: _Request, *, checked: bool) -> UUID:
    stored = get_definition(
        unit.session, unit.district_id, DefinitionKind.PROCESS, request.process_key, request.version
    )
    starters = [name.strip() for name in engine.parse(stored.content).properties.get("starters", "").split(",")]
    if checked and not permissions.may_start(unit.actor, starters):
        raise Forbidden(
            f"您的岗位不能发起流程“{stored.title}”。请由系统管理员或流程指定的岗位发起。",
            process_key=request.process_key,
        )
    if find_retired(unit.session, unit.district_id, DefinitionKind.PROCESS, request.process_key):
        raise DefinitionRetired(
            f"流程“{stored.title}”已停用，不能再发起。如需继续使用，请流程负责人在流程库恢复启用。",
            process_key=request.process_key,
        )
    instance_id = new_id()
    instance = ProcessInstance(
        id=instance_id,
        root_id=instance_id,
        business_key=request.business_key,
        title=stored.title,
        started_by=unit.actor.id,
    )
    begin(unit, instance, stored, variables=dict(request.variables))
    return instance_id
