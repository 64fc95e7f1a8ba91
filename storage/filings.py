"""Queries on filings and on exceptional openings. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.opening_words import FilingKind
from storage.models.filings import Filing
from storage.models.items import PolicyItem
from storage.models.openings import OpeningException


def get_filing(session: Session, district_id: str, filing_id: UUID | str | None) -> Filing:
    """The filing with this id. Raises NotFound, also for text that is no id."""
    try:
        key = None if filing_id is None else UUID(str(filing_id))
    except ValueError:
        key = None
    filing = None if key is None else session.get(Filing, (district_id, key))
    if filing is None:
        raise NotFound("没有找到这件报备。它可能已被移走，请刷新后重试。")
    return filing


def list_filings(session: Session, item: PolicyItem, *, kind: str | None = None) -> Sequence[Filing]:
    """The filings of an item, oldest first."""
    query = select(Filing).where(Filing.district_id == item.district_id, Filing.item_id == item.id)
    if kind is not None:
        query = query.where(Filing.kind == kind)
    return session.scalars(query.order_by(Filing.created_at, Filing.id)).all()


def find_opening_filing(session: Session, item: PolicyItem) -> Filing | None:
    """The newest filing of the item's opening."""
    found = list_filings(session, item, kind=FilingKind.OPENING)
    return found[-1] if found else None


def list_exceptions(session: Session, item: PolicyItem) -> Sequence[OpeningException]:
    """What the leader decided on opening the item although something was missing, oldest first."""
    query = select(OpeningException).where(
        OpeningException.district_id == item.district_id, OpeningException.item_id == item.id
    )
    return session.scalars(query.order_by(OpeningException.decided_at, OpeningException.id)).all()
