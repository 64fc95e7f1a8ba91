"""How each verb of the table is played: what goes before, and the verb itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from processes.desk_words import SigningMode, SigningOrder
from service.orchestration import delegation, holding, moving, signing, taking_back, tasks
from service.orchestration.commenting import comment_task
from service.orchestration.copying import copy_case
from service.orchestration.handover import hand_over
from service.orchestration.substitutions import grant_substitution
from service.orchestration.urging import urge_task
from storage.models.instances import Task
from tests.service.verbs.stage import BARRED, COLLEAGUE, HOLDER, Stage


@dataclass(frozen=True)
class Play:
    """`before` puts the stage up, `act` is the verb; `receiver` is the verb with the person who receives something.

    `moves`: the verb takes tokens back and opens an earlier task.
    """

    act: Callable[[Stage], object]
    before: Callable[[Stage], object] = lambda stage: None
    claimed: bool = True
    receiver: Callable[[Stage, str], object] | None = None
    ends_task: bool = False
    moves: bool = False


def _claim(stage: Stage, login: str) -> None:
    tasks.claim_task(stage.world.runtime, stage.task_id, by=stage.world.actor(login))


def _transfer(stage: Stage, login: str) -> None:
    world = stage.world
    tasks.assign_task(world.runtime, stage.task_id, stage.user(login), by=world.actor(HOLDER), reason="出差")


def _delegate(stage: Stage, login: str = COLLEAGUE) -> None:
    world = stage.world
    delegation.delegate_task(world.runtime, stage.task_id, stage.user(login), by=world.actor(HOLDER), reason="请核")


def _ask(stage: Stage, login: str, placing: SigningOrder) -> None:
    world = stage.world
    signing.add_signers(
        world.runtime,
        stage.task_id,
        [stage.user(login), stage.user("expert")],
        by=world.actor(HOLDER),
        placing=placing,
        mode=SigningMode.ALL,
        reason="请会签",
        answers={"result": "同意"} if placing == SigningOrder.AFTER else None,
    )


def _before(stage: Stage, login: str = COLLEAGUE) -> None:
    _ask(stage, login, SigningOrder.BEFORE)


def _after(stage: Stage, login: str = COLLEAGUE) -> None:
    _ask(stage, login, SigningOrder.AFTER)


def _hold(stage: Stage) -> None:
    holding.hold_task(stage.world.runtime, stage.task_id, by=stage.world.actor(HOLDER), reason="等材料", until=None)


def _absent(stage: Stage, login: str = COLLEAGUE) -> UUID:
    world = stage.world
    today = world.clock.now().date()
    return grant_substitution(
        world.runtime,
        HOLDER,
        login,
        since=today,
        until=today + timedelta(days=3),
        reason="休假",
        by=world.actor("admin"),
    )


def _complete(stage: Stage, login: str = COLLEAGUE) -> None:
    world = stage.world
    tasks.complete_task(world.runtime, stage.task_id, {"result": "同意"}, by=world.actor(login))


def _substitute(stage: Stage, login: str) -> None:
    _absent(stage, login)
    _complete(stage, login)


def _hand_over(stage: Stage, login: str = COLLEAGUE) -> None:
    world = stage.world
    lines = hand_over(world.runtime, stage.user(HOLDER), stage.user(login), by=world.actor("admin"), reason="离职")
    assert [(each.task_id, each.done) for each in lines] == [(stage.task_id, True)]


def _as(stage: Stage, login: str) -> dict[str, object]:
    return {"by": stage.world.actor(login)}


#: Verb of docs/verbs.md -> how it is played. A new row of the table needs an entry here.
def _return(stage: Stage) -> None:
    world = stage.world
    moving.return_task(world.runtime, stage.task_id, "prepare", by=world.actor(HOLDER), reason="请补充")


def _withdraw(stage: Stage) -> None:
    world = stage.world
    prepared = world.one(Task, root_id=stage.root, element_id="prepare")
    taking_back.withdraw_task(world.runtime, prepared.id, by=world.actor(BARRED), reason="写错了")


PLAYS: Mapping[str, Play] = {
    "claim": Play(lambda stage: _claim(stage, HOLDER), claimed=False, receiver=_claim),
    "release": Play(lambda stage: tasks.release_task(stage.world.runtime, stage.task_id, by=stage.world.actor(HOLDER))),
    "transfer": Play(lambda stage: _transfer(stage, COLLEAGUE), receiver=_transfer),
    "delegate": Play(_delegate, receiver=_delegate),
    "come back": Play(
        lambda stage: delegation.return_delegated(
            stage.world.runtime, stage.task_id, by=stage.world.actor(COLLEAGUE), opinion="已核"
        ),
        before=_delegate,
    ),
    "add signer before": Play(_before, receiver=_before),
    "add signer after": Play(_after, receiver=_after),
    "remove signer": Play(
        lambda stage: signing.remove_signer(
            stage.world.runtime, stage.task_id, stage.user(COLLEAGUE), by=stage.world.actor(HOLDER), reason="出差"
        ),
        before=_before,
    ),
    "sign": Play(
        lambda stage: signing.sign(
            stage.world.runtime, stage.task_id, by=stage.world.actor(COLLEAGUE), agree=True, opinion="同意"
        ),
        before=_before,
    ),
    "hold": Play(_hold),
    "resume": Play(
        lambda stage: holding.resume_task(stage.world.runtime, stage.task_id, by=stage.world.actor(HOLDER)),
        before=_hold,
    ),
    "copy": Play(
        lambda stage: copy_case(
            stage.world.runtime, stage.task_id, [stage.user("finance_officer")], by=stage.world.actor(HOLDER)
        )
    ),
    "urge": Play(
        lambda stage: urge_task(stage.world.runtime, stage.task_id, by=stage.world.actor("maker"), words="请抓紧")
    ),
    "comment": Play(
        lambda stage: comment_task(stage.world.runtime, stage.task_id, "已联系企业", by=stage.world.actor(HOLDER))
    ),
    "substitute": Play(_complete, before=_absent, receiver=_substitute, ends_task=True),
    "hand over": Play(_hand_over),
    "return": Play(_return, moves=True),
    "withdraw": Play(_withdraw, claimed=False, moves=True),
}
