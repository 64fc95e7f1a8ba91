"""What people do around a task beside completing it: signers, delegation, hold, copies, urging, comments, transfer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from processes.desk_words import SigningMode, SigningOrder
from processes.errors import NotFound
from service import permissions
from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import allows, current_actor
from service.orchestration import delegation, holding, signing, tasks
from service.orchestration.commenting import comment_task
from service.orchestration.copying import copy_case
from service.orchestration.urging import urge_task
from service.wiring import runtime, session
from storage.instances import get_task
from storage.people import find_user

blueprint = Blueprint("task_verbs", __name__, url_prefix="/api/v1/tasks", description="Working on a task together")


def _words(most: int, told: str, *, needed: bool = True) -> fields.String:
    length = validate.Length(1 if needed else 0, most, error=f"{told}，最多 {most} 个字。")
    return fields.String(required=True, validate=length) if needed else fields.String(load_default="", validate=length)


def _people() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(1, 60)),
        required=True,
        validate=validate.Length(1, 50, error="请至少选择一人，最多 50 人。"),
    )


class SignersBody(ApiSchema):
    """Who is asked (login names), before or after completion, and how many have to agree; `answers` only for after."""

    users = _people()
    placing = fields.String(required=True, validate=validate.OneOf([str(each) for each in SigningOrder]))
    mode = fields.String(required=True, validate=validate.OneOf([str(each) for each in SigningMode]))
    ratio = fields.Integer(load_default=None, allow_none=True, metadata={"description": "percentage, mode ratio"})
    reason = _words(1000, "请填写加签原因")
    answers = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class ReasonBody(ApiSchema):
    """Why."""

    reason = _words(500, "请填写原因")


class SignatureBody(ApiSchema):
    """A signer's answer; a refusal needs an opinion."""

    agree = fields.Boolean(required=True)
    opinion = _words(1000, "意见过长", needed=False)


class ReceiverBody(ReasonBody):
    """Who gets it (login name), and why."""

    user = fields.String(required=True, validate=validate.Length(1, 60, error="请填写接收人的账号。"))


class OpinionBody(ApiSchema):
    """What the receiver of a delegation found."""

    opinion = _words(1000, "请填写意见")


class HoldBody(ReasonBody):
    """Why the task is put aside, and until which day, if that is known."""

    until = fields.Date(load_default=None, allow_none=True)


class CopiesBody(ApiSchema):
    """Who may read the case (login names)."""

    users = _people()
    note = _words(500, "附言过长", needed=False)


class UrgeBody(ApiSchema):
    """A line for those who are waited for."""

    words = _words(300, "留言过长", needed=False)


class CommentBody(ApiSchema):
    """A remark for everybody in the case."""

    text = _words(1000, "请填写批注")


class Told(ApiSchema):
    """How many people were told."""

    told = fields.Integer(required=True)


class RoundAnswer(ApiSchema):
    """The id of the round of signatures."""

    id = fields.UUID(required=True)


def seen(task_id: UUID) -> None:
    """Raise NotFound unless the caller may see the task, so that nothing is told about people before."""
    actor = current_actor()
    if not permissions.may_see_task(session(), actor, get_task(session(), actor.district_id, task_id)):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")


def person_of(login: str) -> UUID:
    """The id of the person with this login name. Raises NotFound."""
    user = find_user(session(), current_actor().district_id, login)
    if user is None or not user.active:
        raise NotFound(f"没有账号“{login}”，或账号已停用，请核对。")
    return user.id


def _persons(logins: Sequence[str]) -> list[UUID]:
    return [person_of(each) for each in logins]


@blueprint.post("/<uuid:task_id>/signers")
@allows("work_on_tasks")
@blueprint.arguments(SignersBody)
@blueprint.response(201, RoundAnswer)
def add_signers(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Ask colleagues to sign the task before it is completed, or after (加签)."""
    seen(task_id)
    found = signing.add_signers(
        runtime(),
        task_id,
        _persons(asked["users"]),
        by=current_actor(),
        placing=SigningOrder(asked["placing"]),
        mode=SigningMode(asked["mode"]),
        ratio=asked["ratio"],
        reason=asked["reason"],
        answers=asked["answers"],
    )
    return {"id": found}


@blueprint.delete("/<uuid:task_id>/signers/<string:user>")
@allows("work_on_tasks")
@blueprint.arguments(ReasonBody, location="query")
@blueprint.response(204)
def remove_signer(asked: dict[str, Any], task_id: UUID, user: str) -> None:
    """Take back the request to a signer (login name) who has not answered (减签)."""
    seen(task_id)
    signing.remove_signer(runtime(), task_id, person_of(user), by=current_actor(), reason=asked["reason"])


@blueprint.post("/<uuid:task_id>/signature")
@allows("work_on_tasks")
@blueprint.arguments(SignatureBody)
@blueprint.response(204)
def sign(asked: dict[str, Any], task_id: UUID) -> None:
    """Answer as a signer."""
    signing.sign(runtime(), task_id, by=current_actor(), agree=asked["agree"], opinion=asked["opinion"])


@blueprint.post("/<uuid:task_id>/transfer")
@allows("work_on_tasks")
@blueprint.arguments(ReceiverBody)
@blueprint.response(204)
def transfer(asked: dict[str, Any], task_id: UUID) -> None:
    """Hand the task to a colleague of the same post (转办)."""
    seen(task_id)
    receiver = person_of(asked["user"])
    tasks.assign_task(runtime(), task_id, receiver, by=current_actor(), reason=asked["reason"])


@blueprint.post("/<uuid:task_id>/delegation")
@allows("work_on_tasks")
@blueprint.arguments(ReceiverBody)
@blueprint.response(204)
def delegate(asked: dict[str, Any], task_id: UUID) -> None:
    """Let a colleague give an opinion first (委派)."""
    seen(task_id)
    receiver = person_of(asked["user"])
    delegation.delegate_task(runtime(), task_id, receiver, by=current_actor(), reason=asked["reason"])


@blueprint.post("/<uuid:task_id>/delegation-return")
@allows("work_on_tasks")
@blueprint.arguments(OpinionBody)
@blueprint.response(204)
def return_delegated(asked: dict[str, Any], task_id: UUID) -> None:
    """Send a delegated task back to its owner with an opinion."""
    delegation.return_delegated(runtime(), task_id, by=current_actor(), opinion=asked["opinion"])


@blueprint.delete("/<uuid:task_id>/delegation")
@allows("work_on_tasks")
@blueprint.response(204)
def recall(task_id: UUID) -> None:
    """Take a delegated task back before the opinion came."""
    delegation.recall_delegated(runtime(), task_id, by=current_actor())


@blueprint.post("/<uuid:task_id>/hold")
@allows("work_on_tasks")
@blueprint.arguments(HoldBody)
@blueprint.response(204)
def hold(asked: dict[str, Any], task_id: UUID) -> None:
    """Put a claimed task aside (挂起); its deadline goes on."""
    holding.hold_task(runtime(), task_id, by=current_actor(), reason=asked["reason"], until=asked["until"])


@blueprint.delete("/<uuid:task_id>/hold")
@allows("work_on_tasks")
@blueprint.response(204)
def resume(task_id: UUID) -> None:
    """Take a held task up again."""
    holding.resume_task(runtime(), task_id, by=current_actor())


@blueprint.post("/<uuid:task_id>/copies")
@allows("work_on_tasks")
@blueprint.arguments(CopiesBody)
@blueprint.response(204)
def copy(asked: dict[str, Any], task_id: UUID) -> None:
    """Show the case to colleagues who have no duty in it (抄送)."""
    seen(task_id)
    copy_case(runtime(), task_id, _persons(asked["users"]), by=current_actor(), note=asked["note"])


@blueprint.post("/<uuid:task_id>/urge")
@allows("work_on_tasks")
@blueprint.arguments(UrgeBody)
@blueprint.response(200, Told)
def urge(asked: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Remind those who are waited for (催办); 409 URGED_RECENTLY says when again."""
    return {"told": urge_task(runtime(), task_id, by=current_actor(), words=asked["words"])}


@blueprint.post("/<uuid:task_id>/comments")
@allows("work_on_tasks")
@blueprint.arguments(CommentBody)
@blueprint.response(204)
def comment(asked: dict[str, Any], task_id: UUID) -> None:
    """Write a remark into the history of the case (批注)."""
    comment_task(runtime(), task_id, asked["text"], by=current_actor())
