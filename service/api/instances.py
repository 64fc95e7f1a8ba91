"""Process instances: start, look, history, suspend, resume, terminate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import and_

from processes.vocabulary import InstanceState
from service import permissions
from service.api.answers import instance_answers
from service.api.blueprint import (
    IDEMPOTENCY_HEADER,
    ApiSchema,
    Blueprint,
    PageQuery,
    Reason,
    idempotency_key,
    variables_field,
)
from service.api.trail import HistoryPage, history_answers
from service.entrance import allows, current_actor
from service.orchestration import repair
from service.orchestration.start import start_instance
from service.wiring import runtime, session
from storage.instances import get_instance
from storage.models.instances import ProcessInstance
from storage.worklists import Page, list_instances

blueprint = Blueprint(
    "process-instances", __name__, url_prefix="/api/v1/process-instances", description="Running and ended processes"
)


class Start(ApiSchema):
    """Which process to start, and what it starts with."""

    process_key = fields.String(required=True, validate=validate.Length(1, 120, error="流程标识为 1 至 120 个字符。"))
    version = fields.Integer(allow_none=True, validate=validate.Range(1, 1_000_000, error="版本号从 1 开始。"))
    business_key = fields.String(allow_none=True, validate=validate.Length(1, 80, error="业务编号为 1 至 80 个字符。"))
    variables = variables_field()


class Waiting(ApiSchema):
    """An open element: a user task, or a wait for a timer, a message or a child instance."""

    element_id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    task_id = fields.UUID()
    message = fields.String(allow_none=True)
    child_id = fields.UUID(allow_none=True)


class InstanceAnswer(ApiSchema):
    """A process instance. `waiting` says what it waits for now; `root_id` is the case it belongs to."""

    id = fields.UUID(required=True)
    process_key = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    business_key = fields.String(required=True, allow_none=True)
    variables = fields.Dict(keys=fields.String(), required=True)
    waiting = fields.List(fields.Nested(Waiting), required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    root_id = fields.UUID(required=True)
    started_by = fields.String(required=True, allow_none=True)
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    end_element_id = fields.String(required=True, allow_none=True)
    suspended_reason = fields.String(required=True, allow_none=True)


class InstancePage(ApiSchema):
    """A part of a list of instances, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(InstanceAnswer), required=True)
    total = fields.Integer(required=True)


class InstanceQuery(PageQuery):
    """Which instances to list."""

    process_key = fields.String(validate=validate.Length(max=120, error="太长。"))
    state = fields.String(validate=validate.OneOf([str(each) for each in InstanceState], error="没有这种流程状态。"))
    business_key = fields.String(validate=validate.Length(max=80, error="太长。"))
    parent_id = fields.UUID()
    root_id = fields.UUID()


@blueprint.post("")
@allows("start")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER])
@blueprint.arguments(Start)
@blueprint.response(201, InstanceAnswer)
def start(asked: dict[str, Any]) -> dict[str, Any]:
    """Start the newest (or the given) version and run it to its first wait."""
    instance_id = start_instance(
        runtime(),
        asked["process_key"],
        asked["variables"],
        by=current_actor(),
        business_key=asked.get("business_key"),
        version=asked.get("version"),
        idempotency_key=idempotency_key(),
    )
    return _one(instance_id)


@blueprint.get("")
@allows("read_own")
@blueprint.arguments(InstanceQuery, location="query")
@blueprint.response(200, InstancePage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Instances that the caller may see."""
    actor = current_actor()
    conditions = [
        getattr(ProcessInstance, name) == asked[name]
        for name in ("business_key", "parent_id", "root_id")
        if name in asked
    ]
    rows, total = list_instances(
        session(),
        actor.district_id,
        and_(permissions.visible(actor, ProcessInstance), *conditions),
        Page(asked["page"], asked["page_size"]),
        states=[asked["state"]] if "state" in asked else (),
        process_key=asked.get("process_key"),
    )
    return {"items": instance_answers(session(), actor, rows), "total": total}


@blueprint.get("/<uuid:instance_id>")
@allows("read_own")
@blueprint.response(200, InstanceAnswer)
def one(instance_id: UUID) -> dict[str, Any]:
    """One instance and what it waits for."""
    return _one(instance_id)


def _one(instance_id: UUID) -> dict[str, Any]:
    return instance_answers(session(), current_actor(), [_seen(instance_id)])[0]


def _seen(instance_id: UUID) -> ProcessInstance:
    """The instance, when the caller may see it; raises NotFound for all others alike."""
    actor = current_actor()
    instance = get_instance(session(), actor.district_id, instance_id)
    permissions.require_instance(session(), actor, instance)
    return instance


@blueprint.get("/<uuid:instance_id>/history")
@allows("read_own")
@blueprint.response(200, HistoryPage)
def history(instance_id: UUID) -> dict[str, Any]:
    """Everything that happened to the instance, in order. Personal values in answers are masked."""
    return history_answers(_seen(instance_id))


@blueprint.post("/<uuid:instance_id>/suspension")
@allows("suspend")
@blueprint.arguments(Reason)
@blueprint.response(200, InstanceAnswer)
def suspend(asked: dict[str, Any], instance_id: UUID) -> dict[str, Any]:
    """Hold an instance and everything below it."""
    _seen(instance_id)
    repair.suspend_instance(runtime(), instance_id, by=current_actor(), reason=asked["reason"])
    return _one(instance_id)


@blueprint.delete("/<uuid:instance_id>/suspension")
@allows("suspend")
@blueprint.response(200, InstanceAnswer)
def resume(instance_id: UUID) -> dict[str, Any]:
    """Let a suspended instance go on."""
    _seen(instance_id)
    repair.resume_instance(runtime(), instance_id, by=current_actor())
    return _one(instance_id)


@blueprint.post("/<uuid:instance_id>/termination")
@allows("terminate")
@blueprint.arguments(Reason)
@blueprint.response(200, InstanceAnswer)
def terminate(asked: dict[str, Any], instance_id: UUID) -> dict[str, Any]:
    """End an instance and everything below it."""
    _seen(instance_id)
    repair.terminate_instance(runtime(), instance_id, by=current_actor(), reason=asked["reason"])
    return _one(instance_id)
