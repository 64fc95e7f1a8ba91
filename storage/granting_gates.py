"""The gates on granting, checked over the data: the nightly look for decisions that should never have been made.

Source: 长新党政办发〔2022〕24号, 二(三); gates G3 (受审分离) and G7 (额度) of the domain reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from processes.application_words import GRANTED, ReviewStage
from processes.clock import business_date
from processes.money import format_yuan
from storage.applications import granted_fen
from storage.budgets import budget_use
from storage.models.applications import Acceptance, Application, ReviewOpinion
from storage.models.items import PolicyItem
from storage.models.objections import Objection

_LEVELS = (ReviewStage.FIRST, ReviewStage.SECOND, ReviewStage.DECISION)


@dataclass(frozen=True, slots=True)
class GrantingBreach:
    """A decision that stands where it must not. `gate` is G3 or G7; `number` names the application or the item."""

    gate: str
    number: str
    message: str


def list_granting_breaches(session: Session, district_id: str) -> Sequence[GrantingBreach]:
    """Every case in which one person had two duties that exclude each other, and every overspent grant. Normally none.

    A person who reviewed at one level twice, because the case came back, is no breach.
    """
    return [
        *_accepted_and_reviewed(session, district_id),
        *_reviewed_twice(session, district_id),
        *_handled_own_case(session, district_id),
        *_overspent(session, district_id),
    ]


def _accepted_and_reviewed(session: Session, district_id: str) -> Iterator[GrantingBreach]:
    query = (
        select(Application.number)
        .join(
            Acceptance,
            and_(Acceptance.district_id == Application.district_id, Acceptance.application_id == Application.id),
        )
        .join(
            ReviewOpinion,
            and_(ReviewOpinion.district_id == Application.district_id, ReviewOpinion.application_id == Application.id),
        )
        .where(
            Application.district_id == district_id,
            ReviewOpinion.stage != ReviewStage.EXPERT,
            ReviewOpinion.reviewer_id == Acceptance.acceptor_id,
        )
    )
    for number in session.scalars(query.distinct().order_by(Application.number)):
        yield GrantingBreach("G3", number, "的受理人也参加了审查。")


def _reviewed_twice(session: Session, district_id: str) -> Iterator[GrantingBreach]:
    one, other = aliased(ReviewOpinion), aliased(ReviewOpinion)
    query = (
        select(Application.number)
        .join(one, and_(one.district_id == Application.district_id, one.application_id == Application.id))
        .join(other, and_(other.district_id == one.district_id, other.application_id == one.application_id))
        .where(
            Application.district_id == district_id,
            one.stage.in_(_LEVELS),
            other.stage.in_(_LEVELS),
            one.stage < other.stage,
            one.reviewer_id == other.reviewer_id,
        )
    )
    for number in session.scalars(query.distinct().order_by(Application.number)):
        yield GrantingBreach("G3", number, "由同一人办理了两级审查。")


def _handled_own_case(session: Session, district_id: str) -> Iterator[GrantingBreach]:
    query = (
        select(Objection.number)
        .join(
            Application,
            and_(Application.district_id == Objection.district_id, Application.id == Objection.application_id),
        )
        .outerjoin(
            ReviewOpinion,
            and_(ReviewOpinion.district_id == Application.district_id, ReviewOpinion.application_id == Application.id),
        )
        .where(
            Objection.district_id == district_id,
            or_(
                Objection.handled_by == Application.acceptor_id,
                Objection.handled_by == Application.approver_id,
                and_(ReviewOpinion.stage.in_(_LEVELS), Objection.handled_by == ReviewOpinion.reviewer_id),
            ),
        )
    )
    for number in session.scalars(query.distinct().order_by(Objection.number)):
        yield GrantingBreach("G3", number, "由原件的办理人处理。")


def _overspent(session: Session, district_id: str) -> Iterator[GrantingBreach]:
    """Items on which more was granted in a year than their budget holds."""
    query = (
        select(PolicyItem, func.min(Application.decided_at), func.max(Application.decided_at))
        .join(
            Application,
            and_(Application.district_id == PolicyItem.district_id, Application.item_id == PolicyItem.id),
        )
        .where(PolicyItem.district_id == district_id, Application.status.in_(GRANTED))
        .group_by(PolicyItem.district_id, PolicyItem.id)
        .order_by(PolicyItem.number)
    )
    for item, first, last in session.execute(query).all():
        if first is None or last is None:
            continue
        for year in range(business_date(first).year, business_date(last).year + 1):
            use = budget_use(session, item, year)
            over = granted_fen(session, item, year=year) - use.planned_fen - use.moved_in_fen
            if over > 0:
                yield GrantingBreach("G7", item.number, f"{year} 年核定超出额度 {format_yuan(over)} 元。")
