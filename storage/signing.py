"""Queries on signing rounds (加签). Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from processes.desk_words import ReturnMode, RoundState, SignerState
from storage.models.desk import Signer, SigningRound, TaskReturn
from storage.models.instances import Task

#: Signers who have not answered.
UNANSWERED = (SignerState.WAITING, SignerState.ASKED)

#: Built once: every completion runs it.
_LATEST = (
    select(SigningRound)
    .where(
        SigningRound.district_id == bindparam("district"),
        SigningRound.task_id == bindparam("task"),
        SigningRound.state != RoundState.CANCELLED,
    )
    .order_by(SigningRound.opened_at.desc(), SigningRound.id.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)


def find_latest_round(session: Session, district_id: str, task_id: UUID) -> SigningRound | None:
    """The task's last round that was not cancelled. Ask it after the task is locked."""
    return session.scalars(_LATEST, {"district": district_id, "task": task_id}).first()


_ROUND_AND_RETURN = (
    select(SigningRound, TaskReturn)
    .select_from(Task)
    .outerjoin(
        SigningRound,
        and_(
            SigningRound.district_id == Task.district_id,
            SigningRound.task_id == Task.id,
            SigningRound.state != RoundState.CANCELLED,
        ),
    )
    .outerjoin(
        TaskReturn,
        and_(
            TaskReturn.district_id == Task.district_id,
            TaskReturn.task_id == Task.id,
            TaskReturn.mode == ReturnMode.STRAIGHT_BACK,
        ),
    )
    .where(Task.district_id == bindparam("district"), Task.id == bindparam("task"))
    .order_by(SigningRound.opened_at.desc(), SigningRound.id.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)


def find_round_and_return(
    session: Session, district_id: str, task_id: UUID
) -> tuple[SigningRound | None, TaskReturn | None]:
    """The task's last round and the return after which it goes straight back, in one statement (every completion
    asks). Ask it after the task is locked."""
    row = session.execute(_ROUND_AND_RETURN, {"district": district_id, "task": task_id}).one()
    return row[0], row[1]


def find_open_round(session: Session, district_id: str, task_id: UUID) -> SigningRound | None:
    """The round that runs now."""
    found = find_latest_round(session, district_id, task_id)
    return found if found is not None and found.state == RoundState.OPEN else None


def list_signers(session: Session, district_id: str, round_ids: Collection[UUID]) -> Sequence[Signer]:
    """The signers of these rounds, in their order."""
    query = select(Signer).where(Signer.district_id == district_id, Signer.round_id.in_(round_ids))
    query = query.order_by(Signer.position, Signer.id).execution_options(populate_existing=True)
    return session.scalars(query).all()


def list_rounds(session: Session, district_id: str, task_id: UUID) -> Sequence[SigningRound]:
    """All rounds of a task, the first at the top."""
    query = select(SigningRound).where(SigningRound.district_id == district_id, SigningRound.task_id == task_id)
    return session.scalars(query.order_by(SigningRound.opened_at, SigningRound.id)).all()


def list_unanswered(session: Session, district_id: str, user_id: UUID) -> Sequence[Signer]:
    """Where a person still has to sign."""
    query = select(Signer).where(
        Signer.district_id == district_id, Signer.user_id == user_id, Signer.state.in_(UNANSWERED)
    )
    return session.scalars(query.order_by(Signer.added_at, Signer.id)).all()


def cancel_rounds(
    session: Session, district_id: str, instance_id: UUID, *, at: datetime, by: UUID, tokens: Collection[str] | None
) -> None:
    """End the rounds of an instance's tasks that are cancelled with these tokens (all when None)."""
    ended = select(Task.id).where(Task.district_id == district_id, Task.instance_id == instance_id)
    if tokens is not None:
        ended = ended.where(Task.token.in_(tokens))
    rounds = update(SigningRound).where(
        SigningRound.district_id == district_id, SigningRound.task_id.in_(ended), SigningRound.state == RoundState.OPEN
    )
    signers = update(Signer).where(
        Signer.district_id == district_id, Signer.task_id.in_(ended), Signer.state.in_(UNANSWERED)
    )
    unseen = {"synchronize_session": False}
    session.execute(rounds.values(state=RoundState.CANCELLED, closed_at=at).execution_options(**unseen))
    session.execute(signers.values(state=SignerState.SPARED, ended_at=at, ended_by=by).execution_options(**unseen))
