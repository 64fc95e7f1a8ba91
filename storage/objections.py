"""Queries on ratings and objections. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from storage.models.applications import Application
from storage.models.items import PolicyItem
from storage.models.objections import Objection, Rating


def get_objection(session: Session, district_id: str, objection_id: UUID | str | None) -> Objection:
    """The objection with this id. Raises NotFound, also for text that is no id."""
    try:
        key = None if objection_id is None else UUID(str(objection_id))
    except ValueError:
        key = None
    objection = None if key is None else session.get(Objection, (district_id, key))
    if objection is None:
        raise NotFound("没有找到这件异议。它可能不存在，或者您无权查看。")
    return objection


def disputed_ids(session: Session, district_id: str, application_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the applications that somebody objects to at present: they are not paid (gate G6)."""
    query = select(Objection.application_id).where(
        Objection.district_id == district_id,
        Objection.application_id.in_(application_ids),
        Objection.closed_at.is_(None),
    )
    return frozenset(each for each in session.scalars(query) if each is not None)


def disputed_beneficiaries(session: Session, item: PolicyItem) -> frozenset[str]:
    """Names on lists of the item (without an application) that somebody objects to at present (gate G6)."""
    query = select(Objection.beneficiary).where(
        Objection.district_id == item.district_id,
        Objection.item_id == item.id,
        Objection.application_id.is_(None),
        Objection.closed_at.is_(None),
    )
    return frozenset(session.scalars(query))


def list_objections_to(session: Session, application: Application) -> Sequence[Objection]:
    """All objections to an application, newest first."""
    query = (
        select(Objection)
        .where(Objection.district_id == application.district_id, Objection.application_id == application.id)
        .order_by(Objection.registered_at.desc(), Objection.id.desc())
    )
    return session.scalars(query).all()


def list_objections(
    session: Session,
    district_id: str,
    *,
    is_open: bool | None = None,
    handling_org: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Objection]:
    """Objections, newest first, by being open and by department."""
    query = select(Objection).where(*_conditions(district_id, is_open, handling_org))
    query = query.order_by(Objection.registered_at.desc(), Objection.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_objections(
    session: Session, district_id: str, *, is_open: bool | None = None, handling_org: str | None = None
) -> int:
    """How many objections `list_objections` would find without its limit."""
    query = select(func.count(Objection.id)).where(*_conditions(district_id, is_open, handling_org))
    return session.scalar(query) or 0


def _conditions(district_id: str, is_open: bool | None, handling_org: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Objection.district_id == district_id]
    if is_open is not None:
        conditions.append(Objection.closed_at.is_(None) if is_open else Objection.closed_at.is_not(None))
    if handling_org is not None:
        conditions.append(Objection.handling_org == handling_org)
    return conditions


def find_rating(session: Session, application: Application) -> Rating | None:
    """How the applicant rated the service, if so."""
    query = select(Rating).where(Rating.district_id == application.district_id, Rating.application_id == application.id)
    return session.scalar(query)
