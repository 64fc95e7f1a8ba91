"""User tasks: finding them, claiming, releasing, handing over, keeping a draft, completing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import ColumnElement, and_

from processes.actors import Actor
from processes.clock import business_date
from processes.errors import Forbidden, NotFound
from processes.vocabulary import TaskState
from service import permissions
from service.api.answers import opened_answers, task_answers
from service.api.blueprint import IDEMPOTENCY_HEADER, ApiSchema, Blueprint, PageQuery, idempotency_key
from service.api.form_schema import form_detail
from service.entrance import allows, current_actor
from service.orchestration import reading
from service.orchestration import tasks as verbs
from service.wiring import runtime, session
from storage.instances import OPEN_TASK, get_task
from storage.models.instances import Task
from storage.people import find_user, load_actor
from storage.worklists import Page, count_tasks, list_tasks

blueprint = Blueprint("tasks", __name__, url_prefix="/api/v1/tasks", description="User tasks")


class TaskQuery(PageQuery):
    """`assignee` and `candidate` are login names, or `me`; `state` may also be `open` (ready or claimed)."""

    process_instance_id = fields.UUID(metadata={"description": "tasks of exactly this instance"})
    root_id = fields.UUID(metadata={"description": "tasks of a whole case, child instances included"})
    element_id = fields.String(validate=validate.Length(max=120, error="太长。"))
    assignee = fields.String(validate=validate.Length(max=60, error="账号太长。"))
    candidate = fields.String(validate=validate.Length(max=60, error="账号太长。"))
    state = fields.String(
        validate=validate.OneOf(["open", *(str(each) for each in TaskState)], error="没有这种任务状态。")
    )


class TaskAnswer(ApiSchema):
    """A user task. `assignee` and `completed_by` are login names, `post` is role@organisation."""

    id = fields.UUID(required=True)
    process_instance_id = fields.UUID(required=True)
    root_id = fields.UUID(required=True)
    process_key = fields.String(required=True)
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    post = fields.String(required=True, allow_none=True)
    item = fields.Raw(allow_none=True)
    due_at = fields.Raw(required=True, allow_none=True, metadata={"type": "string", "format": "date-time"})
    created_at = fields.Raw(required=True, metadata={"type": "string", "format": "date-time"})
    ended_at = fields.Raw(allow_none=True, metadata={"type": "string", "format": "date-time"})
    completed_by = fields.String(allow_none=True)


class TaskPage(ApiSchema):
    """A part of a list of tasks, and how many there are in all."""

    items = fields.List(fields.Nested(TaskAnswer), required=True)
    total = fields.Integer(required=True)


class Fact(ApiSchema):
    """Something to know before deciding."""

    label = fields.String(required=True)
    value = fields.String(required=True)


class FormAnswer(ApiSchema):
    """The form of a task: its answers as JSON Schema, first values, the kept draft, read-only values, facts."""

    key = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    schema = fields.Dict(keys=fields.String(), required=True)
    initial = fields.Dict(keys=fields.String(), required=True)
    draft = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    given = fields.Dict(keys=fields.String(), required=True)
    facts = fields.List(fields.Nested(Fact), required=True)


class TaskDetail(TaskAnswer):
    """A task with its form and the verbs that the caller may use on it now."""

    form = fields.Nested(FormAnswer, required=True, allow_none=True)
    actions = fields.List(fields.String(), required=True)
    refusal = fields.String(required=True, allow_none=True, metadata={"description": "why it cannot be worked on"})


class Assignment(ApiSchema):
    """Who gets the task (login name), and why."""

    user = fields.String(required=True, validate=validate.Length(1, 60, error="请填写接收人的账号。"))
    reason = fields.String(required=True, validate=validate.Length(1, 500, error="请填写转办原因，最多 500 个字。"))


class AnswersBody(ApiSchema):
    """What was filled in: a value for each field of the form."""

    answers = fields.Dict(keys=fields.String(), required=True)


class Completed(ApiSchema):
    """The instance's state after the completion, and the tasks that it opened."""

    instance_state = fields.String(required=True)
    opened = fields.List(fields.Nested(TaskAnswer), required=True)


@blueprint.get("")
@allows("read_own")
@blueprint.arguments(TaskQuery, location="query")
@blueprint.response(200, TaskPage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Tasks that the caller may see, those due first at the top."""
    actor = current_actor()
    condition = and_(permissions.visible(actor, Task), *_conditions(actor, asked))
    page = Page(asked["page"], asked["page_size"])
    found = list_tasks(session(), actor.district_id, condition, page)
    return {
        "items": task_answers(session(), actor, found),
        "total": count_tasks(session(), actor.district_id, condition),
    }


def _conditions(actor: Actor, asked: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if "process_instance_id" in asked:
        conditions.append(Task.instance_id == asked["process_instance_id"])
    if "root_id" in asked:
        conditions.append(Task.root_id == asked["root_id"])
    if "element_id" in asked:
        conditions.append(Task.element_id == asked["element_id"])
    if "assignee" in asked:
        conditions.append(Task.assignee_id == _person(actor, asked["assignee"]).id)
    if "candidate" in asked:
        conditions.append(permissions.offered(_candidate(actor, asked["candidate"])))
    if asked.get("state") == "open":
        conditions.append(Task.state.in_(OPEN_TASK))
    elif "state" in asked:
        conditions.append(Task.state == asked["state"])
    return conditions


def _person(actor: Actor, login: str) -> Actor:
    """The person with this login name (`me`: the caller). Raises NotFound."""
    if login == "me":
        return actor
    user = find_user(session(), actor.district_id, login)
    if user is None:
        raise NotFound(f"没有账号“{login}”，请核对。")
    return load_actor(session(), actor.district_id, user.id, on=business_date(runtime().clock.now()))


def _candidate(actor: Actor, login: str) -> Actor:
    person = _person(actor, login)
    if person.id != actor.id and not permissions.can(actor, "read_all"):
        raise Forbidden("只能查询自己的待认领任务。如需查看他人的任务，请联系系统管理员。")
    return person


@blueprint.get("/<uuid:task_id>")
@allows("read_own")
@blueprint.response(200, TaskDetail)
def one(task_id: UUID) -> dict[str, Any]:
    """One task with its form and what the caller may do with it now."""
    return _detail(task_id)


def _detail(task_id: UUID) -> dict[str, Any]:
    actor = current_actor()
    view = reading.read_task(runtime(), task_id, by=actor)
    answer = task_answers(session(), actor, [view.task])[0]
    form = view.form and form_detail(view.form, view.task.form_version, view.prepared, view.draft)
    return {**answer, "form": form, "actions": sorted(view.actions), "refusal": view.refusal}


@blueprint.post("/<uuid:task_id>/claim")
@allows("work_on_tasks")
@blueprint.response(200, TaskDetail)
def claim(task_id: UUID) -> dict[str, Any]:
    """Take a task of one's post; it then waits for nobody else."""
    verbs.claim_task(runtime(), task_id, by=current_actor())
    return _detail(task_id)


@blueprint.post("/<uuid:task_id>/release")
@allows("work_on_tasks")
@blueprint.response(200, TaskDetail)
def release(task_id: UUID) -> dict[str, Any]:
    """Give a claimed task back to its post."""
    verbs.release_task(runtime(), task_id, by=current_actor())
    return _detail(task_id)


@blueprint.post("/<uuid:task_id>/assignment")
@allows("work_on_tasks")
@blueprint.arguments(Assignment)
@blueprint.response(200, TaskDetail)
def assign(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Hand a task to a colleague of the same post (转办); separation of duties holds for the receiver too."""
    actor = current_actor()
    if not permissions.may_see_task(session(), actor, get_task(session(), actor.district_id, task_id)):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    receiver = _person(actor, asked["user"])
    verbs.assign_task(runtime(), task_id, receiver.id, by=actor, reason=asked["reason"])
    return _detail(task_id)


@blueprint.put("/<uuid:task_id>/draft")
@allows("work_on_tasks")
@blueprint.arguments(AnswersBody)
@blueprint.response(204)
def keep_draft(asked: dict[str, Any], task_id: UUID) -> None:
    """Keep what has been filled in so far, unchecked and only for the caller."""
    verbs.save_draft(runtime(), task_id, asked["answers"], by=current_actor())


@blueprint.post("/<uuid:task_id>/completion")
@allows("work_on_tasks")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER])
@blueprint.arguments(AnswersBody)
@blueprint.response(200, Completed)
def complete(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Complete a task. The same Idempotency-Key again answers the same; a second completion is a 409."""
    actor = current_actor()
    done = verbs.complete_task(runtime(), task_id, asked["answers"], by=actor, idempotency_key=idempotency_key())
    return {
        "instance_state": done["instance_state"],
        "opened": opened_answers(session(), actor, done["opened_tasks"]),
    }
