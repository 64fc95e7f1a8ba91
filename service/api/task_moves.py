"""Moving a case back: returning a task to an earlier one, and taking back what one has completed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from processes.desk_words import ReturnMode
from processes.errors import NotFound
from service import permissions
from service.api.answers import task_answers
from service.api.blueprint import ApiSchema, Blueprint, Reason
from service.api.tasks import TaskAnswer
from service.entrance import allows, current_actor
from service.orchestration import moving, taking_back
from service.wiring import runtime, session
from storage.instances import get_task

blueprint = Blueprint("task_moves", __name__, url_prefix="/api/v1/tasks", description="Returns and withdrawals")


class ReturnBody(Reason):
    """Where the case goes back to, why, and how it comes forward again."""

    element_id = fields.String(required=True, validate=validate.Length(1, 120, error="请选择退回到哪个环节。"))
    instance_id = fields.UUID(load_default=None)
    mode = fields.String(
        load_default=str(ReturnMode.RERUN),
        validate=validate.OneOf([str(each) for each in ReturnMode], error="没有这种退回方式。"),
    )


class ReturnTargetAnswer(ApiSchema):
    """An earlier task of the case, and whether the case may go back to it."""

    element_id = fields.String(required=True)
    name = fields.String(required=True)
    instance_id = fields.UUID(required=True)
    done_by = fields.String(required=True)
    done_at = fields.AwareDateTime(required=True)
    allowed = fields.Boolean(required=True)
    refusal = fields.String(required=True, allow_none=True)
    straight_back_allowed = fields.Boolean(required=True)


@blueprint.get("/<uuid:task_id>/return")
@allows("work_on_tasks")
@blueprint.response(200, ReturnTargetAnswer(many=True))
def list_targets(task_id: UUID) -> list[moving.ReturnTarget]:
    """The earlier tasks to which the case may go back, or why not; the latest first."""
    return moving.list_return_targets(runtime(), task_id, by=current_actor())


@blueprint.post("/<uuid:task_id>/return")
@allows("work_on_tasks")
@blueprint.arguments(ReturnBody)
@blueprint.response(200, TaskAnswer)
def give_back(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Send the case back to an earlier task (退回); answers the task that opens again."""
    opened = moving.return_task(
        runtime(),
        task_id,
        asked["element_id"],
        by=current_actor(),
        reason=asked["reason"],
        mode=ReturnMode(asked["mode"]),
        instance_id=asked["instance_id"],
    )
    return _task(opened)


@blueprint.post("/<uuid:task_id>/withdrawal")
@allows("work_on_tasks")
@blueprint.arguments(Reason)
@blueprint.response(200, TaskAnswer)
def take_back(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Take back a task that the caller has completed (撤回); answers the task that opens again."""
    return _task(taking_back.withdraw_task(runtime(), task_id, by=current_actor(), reason=asked["reason"]))


def _task(task_id: UUID) -> dict[str, Any]:
    actor = current_actor()
    task = get_task(session(), actor.district_id, task_id)
    if not permissions.may_see_task(session(), actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    return task_answers(session(), actor, [task])[0]
