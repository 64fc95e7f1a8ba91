"""Adding signers to a task (加签), taking one away (减签), and signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from processes.actors import Actor
from processes.desk_words import SIGNING_MODES, SIGNING_ORDERS, RoundState, SignerState, SigningMode, SigningOrder
from processes.errors import BadRequest, Conflict, Forbidden, NotFound, SigningOpen, TaskDelegated
from service import permissions
from service.orchestration import tasks
from service.orchestration.apply import definition_of
from service.orchestration.forms import load_answers
from service.orchestration.notices import tell
from service.orchestration.obstacles import refuse_held
from service.orchestration.rounds import decided, read_rounds
from service.orchestration.runtime import Runtime, Unit, transaction
from service.orchestration.staged import close_round
from storage import signing
from storage.db import new_id
from storage.instances import OPEN_TASK
from storage.models.desk import Signer, SigningRound
from storage.models.instances import ProcessInstance, Task
from storage.people import get_user, load_actor

__all__ = ["add_signers", "read_rounds", "remove_signer", "sign", "to_sign"]

#: More people than this are a consultation with a diagram of its own, not a round of signatures.
MOST_SIGNERS = 30
_LONGEST = 1000


def to_sign(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Task: open, and the actor (or an absent colleague the actor stands in for) is asked to sign."""
    people = [actor.id, *(person.id for person in actor.principals)]
    asked = select(Signer.id).where(
        Signer.district_id == Task.district_id,
        Signer.task_id == Task.id,
        Signer.user_id.in_(people),
        Signer.state == SignerState.ASKED,
    )
    return (Task.state.in_(OPEN_TASK)) & exists(asked.correlate(Task))


def add_signers(
    runtime: Runtime,
    task_id: UUID,
    user_ids: Sequence[UUID],
    *,
    by: Actor,
    placing: SigningOrder,
    mode: SigningMode,
    ratio: int | None = None,
    reason: str,
    answers: Mapping[str, Any] | None = None,
) -> UUID:
    """Ask colleagues to sign before the assignee completes the task, or after; the id of the round.

    With `after`, `answers` are validated now and handed in in the assignee's name when the round passes. `ratio` is
    the percentage that has to agree in mode `ratio`. Raises BadRequest, AnswersRefused, Forbidden,
    SeparationOfDuties, SigningOpen when a round runs already.
    """
    placing, mode = SigningOrder(placing), SigningMode(mode)
    _check_asked(user_ids, placing, mode, ratio, reason, answers)

    def work(unit: Unit) -> UUID:
        task, instance = tasks.open_task(unit, task_id)
        person = _assignee(unit, task, instance)
        signers = [_signer(unit, task, instance, each) for each in user_ids]
        staged = None
        if placing == SigningOrder.AFTER:
            staged = dict(_validated(unit, task, instance, answers or {}))
        found = SigningRound(
            district_id=unit.district_id,
            id=new_id(),
            task_id=task.id,
            placing=placing,
            mode=mode,
            ratio=ratio,
            state=RoundState.OPEN,
            reason=reason.strip(),
            answers=staged,
            opened_by=by.id,
            opened_at=unit.now,
        )
        unit.session.add(found)
        unit.session.flush()
        for position, each in enumerate(signers):
            waits = mode == SigningMode.IN_TURN and position > 0
            unit.session.add(_row(unit, found, each, position, waits=waits))
        told = [each.name for each in signers]
        changes = {"signers": told, "placing": SIGNING_ORDERS[placing], "mode": SIGNING_MODES[mode], "ratio": ratio}
        tasks.record(unit, instance, task, "signers_added", person, by, reason=reason, changes=changes)
        first = signers[:1] if mode == SigningMode.IN_TURN else signers
        _ask(unit, task, instance, found, [each.id for each in first])
        return found.id

    return transaction(runtime, by, work)


def remove_signer(runtime: Runtime, task_id: UUID, user_id: UUID, *, by: Actor, reason: str) -> None:
    """Take back the request to a signer who has not answered (减签), by who added the signer.

    What remains may decide the round; without anybody left it is cancelled. Raises Conflict, Forbidden, NotFound.
    """
    _need_words(reason, "减签原因")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        found, signers = _running(unit, task)
        signer = next((each for each in signers if each.user_id == user_id), None)
        if signer is None:
            raise NotFound(f"此人不是任务“{task.name}”本轮的签署人，请核对。")
        if signer.added_by not in {by.id, *(each.id for each in by.principals)}:
            raise Forbidden(f"任务“{task.name}”的签署人只能由加签的人减去。")
        name = load_actor_name(unit, user_id)
        if signer.state not in signing.UNANSWERED:
            raise Conflict(f"{name} 已经签署，不能再减签。")
        signer.state, signer.ended_at, signer.ended_by = SignerState.REMOVED, unit.now, by.id
        tasks.record(unit, instance, task, "signer_removed", by, by, reason=reason, changes={"signer": name})
        _go_on(unit, task, instance, found, signers)

    transaction(runtime, by, work)


def sign(runtime: Runtime, task_id: UUID, *, by: Actor, agree: bool, opinion: str) -> None:
    """Answer as a signer. The last answer needed closes the round; one after completion then hands the answers in.

    Raises Conflict when it is not the actor's turn or the answer was given, Forbidden, SeparationOfDuties.
    """
    if len(opinion) > _LONGEST or (not agree and not opinion.strip()):
        raise BadRequest(f"不同意的，请填写意见；意见不超过 {_LONGEST} 字。")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        found, signers = _running(unit, task)
        signer = _own(unit, task, signers)
        person = next((each for each in by.principals if each.id == signer.user_id), by)
        permissions.check_separation(unit.session, task, {by, person}, tasks.rules_of(unit, task, instance)[0])
        signer.state = SignerState.AGREED if agree else SignerState.REFUSED
        signer.opinion, signer.ended_at, signer.ended_by = opinion.strip(), unit.now, by.id
        changes = {"agree": agree, "opinion": opinion.strip()}
        tasks.record(unit, instance, task, "task_signed", person, by, changes=changes, reason=opinion.strip() or None)
        _go_on(unit, task, instance, found, signers)

    transaction(runtime, by, work)


def _check_asked(
    user_ids: Sequence[UUID],
    placing: SigningOrder,
    mode: SigningMode,
    ratio: int | None,
    reason: str,
    answers: Mapping[str, Any] | None,
) -> None:
    _need_words(reason, "加签原因")
    if not user_ids or len(set(user_ids)) != len(user_ids) or len(user_ids) > MOST_SIGNERS:
        raise BadRequest(f"请选择签署人，每人一次，不超过 {MOST_SIGNERS} 人。")
    if (mode == SigningMode.RATIO) != (ratio is not None) or not 1 <= (ratio or 1) <= 100:
        raise BadRequest("按比例会签的，请填写 1 至 100 的百分比；其他方式不填。")
    if placing == SigningOrder.BEFORE and answers:
        raise BadRequest("办理前加签不提交办理内容；内容请在签署通过后填写。")


def _need_words(text: str, what: str) -> None:
    if not text.strip() or len(text) > _LONGEST:
        raise BadRequest(f"请填写{what}，不超过 {_LONGEST} 字。")


def _assignee(unit: Unit, task: Task, instance: ProcessInstance) -> Actor:
    """In whose right the actor adds signers: only the assignee's, of a task that nothing holds up."""
    separated, approval = tasks.rules_of(unit, task, instance)
    person = permissions.require_task(unit.session, unit.actor, task, separated, approval)
    if task.assignee_id is None:
        raise Conflict(f"任务“{task.name}”还没有认领，请先认领再加签。")
    refuse_held(task)
    if task.owner_id is not None:
        raise TaskDelegated(f"任务“{task.name}”正在委派中，交回后才能加签。", task_id=str(task.id))
    if signing.find_open_round(unit.session, unit.district_id, task.id) is not None:
        raise SigningOpen(f"任务“{task.name}”正在加签，这一轮结束后才能再加签。", task_id=str(task.id))
    return person


def _signer(unit: Unit, task: Task, instance: ProcessInstance, user_id: UUID) -> Actor:
    if user_id in (task.assignee_id, unit.actor.id):
        raise BadRequest("办理人不能给自己加签，请另选签署人。")
    signer = load_actor(unit.session, unit.district_id, user_id, on=unit.today)
    if not permissions.is_staff(signer):
        raise Forbidden(f"{signer.name} 不在任何岗位上，不能签署。请另选签署人。")
    permissions.check_separation(unit.session, task, (signer,), tasks.rules_of(unit, task, instance)[0])
    return signer


def _validated(unit: Unit, task: Task, instance: ProcessInstance, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = definition_of(unit, instance).element(task.element_id).properties
    return load_answers(unit, task, properties, answers, prepared=lambda: tasks.prepare(unit, task, instance)).plain


def _row(unit: Unit, found: SigningRound, signer: Actor, position: int, *, waits: bool) -> Signer:
    return Signer(
        district_id=unit.district_id,
        id=new_id(),
        round_id=found.id,
        task_id=found.task_id,
        position=position,
        user_id=signer.id,
        state=SignerState.WAITING if waits else SignerState.ASKED,
        opinion="",
        added_by=unit.actor.id,
        added_at=unit.now,
    )


def _running(unit: Unit, task: Task) -> tuple[SigningRound, Sequence[Signer]]:
    """The open round with its signers; raises Conflict, or NotFound for who may not see the task."""
    found = signing.find_open_round(unit.session, unit.district_id, task.id)
    if found is None:
        if not permissions.may_see_task(unit.session, unit.actor, task):
            raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
        raise Conflict(f"任务“{task.name}”现在没有进行中的加签，您的操作没有保存。请刷新页面。")
    return found, signing.list_signers(unit.session, unit.district_id, [found.id])


def _own(unit: Unit, task: Task, signers: Sequence[Signer]) -> Signer:
    """The signature that the actor is to give; raises Conflict, Forbidden, NotFound."""
    for user_id in (unit.actor.id, *(each.id for each in unit.actor.principals)):
        for signer in signers:
            if signer.user_id != user_id or signer.state == SignerState.REMOVED:
                continue
            if signer.state == SignerState.WAITING:
                raise Conflict(f"任务“{task.name}”依次签署，还没有轮到您，请等前一位签署。")
            if signer.state != SignerState.ASKED:
                raise Conflict(f"您已签署过任务“{task.name}”，不能重复签署。")
            return signer
    if not permissions.may_see_task(unit.session, unit.actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    raise Forbidden(f"您不是任务“{task.name}”的签署人，不能签署。")


def load_actor_name(unit: Unit, user_id: UUID) -> str:
    """The display name of a person."""
    return get_user(unit.session, unit.district_id, user_id).name


def _go_on(unit: Unit, task: Task, instance: ProcessInstance, found: SigningRound, signers: Sequence[Signer]) -> None:
    """After an answer or a removal: close the round when it is decided, else ask the next in turn."""
    state = decided(found, signers)
    if state != RoundState.OPEN:
        close_round(unit, task, instance, found, signers, state)
        return
    if any(each.state == SignerState.ASKED for each in signers):
        return
    following = next((each for each in signers if each.state == SignerState.WAITING), None)
    if following is not None:
        following.state = SignerState.ASKED
        _ask(unit, task, instance, found, [following.user_id])


def _ask(unit: Unit, task: Task, instance: ProcessInstance, found: SigningRound, user_ids: Sequence[UUID]) -> None:
    tell(
        unit,
        user_ids,
        kind="signing_asked",
        title=f"请签署：{task.name}（{task.title}）",
        body=found.reason,
        key=f"signing:{found.id}",
        link=f"/tasks/{task.id}",
        instance=instance,
        task_id=task.id,
    )
