"""Queries on incidents. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from storage.models.instances import Incident
from storage.worklists import Page


def get_incident(session: Session, district_id: str, incident_id: UUID) -> Incident:
    """The incident with this id; raises NotFound."""
    found = session.get(Incident, (district_id, incident_id))
    if found is None:
        raise NotFound("没有找到这个异常事项。")
    return found


def list_incidents(
    session: Session,
    district_id: str,
    visible: ColumnElement[bool],
    page: Page,
    *,
    state: str,
    instance_id: UUID | None = None,
) -> tuple[Sequence[Incident], int]:
    """A page of incidents in this state, oldest first, and how many there are."""
    conditions = [Incident.district_id == district_id, Incident.state == state, visible]
    if instance_id is not None:
        conditions.append(Incident.instance_id == instance_id)
    query = select(Incident).where(*conditions).order_by(Incident.created_at, Incident.id)
    total = session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0
    return session.scalars(query.limit(page.size).offset(page.offset)).all(), total


def list_open_of_code(session: Session, district_id: str, code: str) -> Sequence[Incident]:
    """Open incidents of one kind, oldest first."""
    query = select(Incident).where(Incident.district_id == district_id, Incident.state == "open", Incident.code == code)
    return session.scalars(query.order_by(Incident.created_at, Incident.id)).all()


def count_open_by_process(session: Session, district_id: str) -> dict[str, int]:
    """process key -> how many of its instances are stopped by an open incident."""
    query = (
        select(Incident.process_key, func.count())
        .where(Incident.district_id == district_id, Incident.state == "open", Incident.process_key.is_not(None))
        .group_by(Incident.process_key)
    )
    return {str(key): count for key, count in session.execute(query)}
