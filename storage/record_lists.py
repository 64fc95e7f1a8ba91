"""Lists of business records for programs: what may be seen is a condition the caller brings. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from storage.db import Base, table_of
from storage.models.applications import Applicant
from storage.worklists import Page

Row = TypeVar("Row", bound=Base)


def list_records(
    session: Session, model: type[Row], conditions: Sequence[ColumnElement[bool]], order: ColumnElement[Any], page: Page
) -> tuple[Sequence[Row], int]:
    """A page of a table's rows that meet all conditions, and how many there are. Ids break ties."""
    query = select(model).where(*conditions).order_by(order, table_of(model).c.id.desc())
    total = session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0
    return session.scalars(query.limit(page.size).offset(page.offset)).all(), total


def get_record(session: Session, model: type[Row], conditions: Sequence[ColumnElement[bool]], *, name: str) -> Row:
    """The only row that meets all conditions. Raises NotFound, never telling whether it exists."""
    row = session.scalars(select(model).where(*conditions)).first()
    if row is None:
        raise NotFound(f"没有找到{name}。它可能不存在，或者您无权查看。")
    return row


def applicants_of(session: Session, district_id: str, ids: set[UUID]) -> dict[UUID, Applicant]:
    """Applicants by id."""
    if not ids:
        return {}
    query = select(Applicant).where(Applicant.district_id == district_id, Applicant.id.in_(ids))
    return {row.id: row for row in session.scalars(query)}
