"""Handing over all that waits for a person who leaves (离职转办), each task under its own rules."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from processes.actors import Actor
from processes.desk_words import RoundState, SignerState, SigningOrder
from processes.errors import BadRequest, Conflict, Forbidden, ProcessError
from processes.vocabulary import InstanceState
from service import permissions
from service.orchestration import tasks
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from service.orchestration.staged import close_round
from storage import signing
from storage.db import new_id
from storage.instances import OPEN_TASK, lock_task
from storage.models.desk import Signer
from storage.models.instances import ProcessInstance, Task
from storage.models.people import User
from storage.people import get_user, load_actor

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """What became of one task: handed over, or the sentence that says why not."""

    task_id: UUID
    name: str
    title: str
    done: bool
    refusal: str = ""


def hand_over(runtime: Runtime, from_user_id: UUID, to_user_id: UUID, *, by: Actor, reason: str) -> list[HandoverLine]:
    """Give a leaver's open tasks, delegations and signatures to a colleague, by an administrator or the head.

    Every task checks post and separation of duties for the receiver on its own; one that refuses stays and says why.
    """
    if not reason.strip() or len(reason) > _LONGEST:
        raise BadRequest(f"请填写转办原因，不超过 {_LONGEST} 字。")
    if from_user_id == to_user_id:
        raise BadRequest("接收人不能是本人，请另选一人。")

    def work(unit: Unit) -> list[HandoverLine]:
        leaver = get_user(unit.session, unit.district_id, from_user_id)
        _check_right(unit, leaver)
        receiver = load_actor(unit.session, unit.district_id, to_user_id, on=unit.today)
        lines = [_line(unit, task_id, leaver, receiver, reason) for task_id in _waiting_for(unit, leaver.id)]
        done = sum(each.done for each in lines)
        if done:
            tell(
                unit,
                [receiver.id],
                kind="tasks_handed_over",
                title=f"{leaver.name}的 {done} 项任务转由您办理",
                body=reason,
                key=f"handover:{new_id()}",
                link="/work",
            )
        return lines

    return transaction(runtime, by, work)


def _check_right(unit: Unit, leaver: User) -> None:
    heads = leaver.organisation is not None and unit.actor.holds("maker_head", leaver.organisation)
    if not (heads or permissions.can(unit.actor, "assign")):
        raise Forbidden(f"{leaver.name} 的任务由本部门主要负责人或系统管理员转办。")


def _waiting_for(unit: Unit, user_id: UUID) -> list[UUID]:
    """Open tasks that the person holds, delegated or has to sign, in one order for everybody who locks them."""
    to_sign = select(Signer.task_id).where(
        Signer.district_id == unit.district_id, Signer.user_id == user_id, Signer.state.in_(signing.UNANSWERED)
    )
    query = select(Task.id).where(
        Task.district_id == unit.district_id,
        Task.state.in_(OPEN_TASK),
        or_(Task.assignee_id == user_id, Task.owner_id == user_id, Task.id.in_(to_sign)),
    )
    return list(unit.session.scalars(query.order_by(Task.instance_id, Task.id)))


def _line(unit: Unit, task_id: UUID, leaver: User, receiver: Actor, reason: str) -> HandoverLine:
    task, instance = lock_task(unit.session, unit.district_id, task_id)
    try:
        parts = _moved(unit, task, instance, leaver, receiver)
    except ProcessError as error:
        return HandoverLine(task.id, task.name, task.title, False, error.message)
    changes = {"from": leaver.name, "to": receiver.name, "parts": parts}
    tasks.record(unit, instance, task, "tasks_handed_over", unit.actor, unit.actor, reason=reason, changes=changes)
    return HandoverLine(task.id, task.name, task.title, True)


def _moved(unit: Unit, task: Task, instance: ProcessInstance, leaver: User, receiver: Actor) -> list[str]:
    """Check first, then change: the parts of the leaver in this task that the receiver took."""
    if task.state not in OPEN_TASK or instance.state == InstanceState.SUSPENDED:
        raise Conflict(f"任务“{task.name}”已办结或暂停办理，没有转办。")
    separated, approval = tasks.rules_of(unit, task, instance)
    permissions.check_separation(unit.session, task, (receiver,), separated)
    owns = task.owner_id == leaver.id or (task.owner_id is None and task.assignee_id == leaver.id)
    if owns:
        tasks.check_receiver(unit, task, receiver, separated, approval)
        if task.owner_id == leaver.id and task.assignee_id == receiver.id:
            raise Conflict(f"任务“{task.name}”已委派给{receiver.name}，请先收回再转办。")
    if task.owner_id == receiver.id and task.assignee_id == leaver.id:
        raise Conflict(f"任务“{task.name}”由{receiver.name}委派，请由其收回。")
    signature = _signature(unit, task, leaver, receiver, owns=owns)
    moved = []
    if task.owner_id == leaver.id:
        task.owner_id = receiver.id
        moved.append("委派")
    elif task.assignee_id == leaver.id:
        task.assignee_id, task.claimed_at = receiver.id, unit.now
        moved.append("办理")
        _unstage(unit, task, instance)
    if signature is not None:
        _sign_instead(unit, signature, receiver)
        moved.append("签署")
    return moved


def _signature(unit: Unit, task: Task, leaver: User, receiver: Actor, *, owns: bool) -> Signer | None:
    """The leaver's open signature; raises Conflict when the receiver has another part in the round."""
    found = signing.find_open_round(unit.session, unit.district_id, task.id)
    if found is None:
        return None
    signers = signing.list_signers(unit.session, unit.district_id, [found.id])
    if any(each.user_id == receiver.id for each in signers):
        raise Conflict(f"{receiver.name} 已是任务“{task.name}”的签署人，请另选接收人。")
    own = [each for each in signers if each.user_id == leaver.id and each.state in signing.UNANSWERED]
    if own and not owns and receiver.id == task.assignee_id:
        raise Conflict(f"{receiver.name} 是任务“{task.name}”的办理人，不能签署，请另选接收人。")
    return own[0] if own else None


def _unstage(unit: Unit, task: Task, instance: ProcessInstance) -> None:
    """What the leaver had staged for after the signatures is a draft of the receiver: nobody answers for another."""
    found = signing.find_open_round(unit.session, unit.district_id, task.id)
    if found is not None and found.placing == SigningOrder.AFTER:
        signers = signing.list_signers(unit.session, unit.district_id, [found.id])
        close_round(unit, task, instance, found, signers, RoundState.CANCELLED)


def _sign_instead(unit: Unit, signature: Signer, receiver: Actor) -> None:
    state, signature.state = signature.state, str(SignerState.REMOVED)
    signature.ended_at, signature.ended_by = unit.now, unit.actor.id
    unit.session.add(
        Signer(
            district_id=unit.district_id,
            id=new_id(),
            round_id=signature.round_id,
            task_id=signature.task_id,
            position=signature.position,
            user_id=receiver.id,
            state=state,
            opinion="",
            added_by=signature.added_by,
            added_at=unit.now,
        )
    )
