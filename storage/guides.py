"""Queries on guides, the codes that lead to them, and posters. Nothing here commits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.item_words import PUBLIC
from processes.opening_words import GuideStatus, QrState
from storage.db import new_id
from storage.models.guides import Guide, Poster, QrCode
from storage.models.items import PolicyItem
from storage.models.policies import Policy

#: Letters and digits that nobody confuses when reading a poster aloud.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH = 8


def list_guides(session: Session, item: PolicyItem) -> Sequence[Guide]:
    """All versions of an item's guide, newest first."""
    return session.scalars(_guides(item)).all()


def find_guide(session: Session, item: PolicyItem) -> Guide | None:
    """The newest version of an item's guide, whatever its state."""
    return session.scalar(_guides(item).limit(1))


def find_published_guide(session: Session, item: PolicyItem) -> Guide | None:
    """The version of an item's guide that people read now."""
    return session.scalar(_guides(item).where(Guide.status == GuideStatus.PUBLISHED).limit(1))


def _guides(item: PolicyItem) -> Select[Guide]:
    return (
        select(Guide)
        .where(Guide.district_id == item.district_id, Guide.item_id == item.id)
        .order_by(Guide.version_no.desc())
    )


def next_guide_version(session: Session, item: PolicyItem) -> int:
    """The number of the item's next guide version, from 1."""
    last = session.scalar(
        select(func.max(Guide.version_no)).where(Guide.district_id == item.district_id, Guide.item_id == item.id)
    )
    return (last or 0) + 1


def publish_guide(session: Session, guide: Guide, *, at: datetime) -> None:
    """Make a confirmed version the one people read; the one before is kept as replaced."""
    session.execute(
        update(Guide)
        .where(
            Guide.district_id == guide.district_id,
            Guide.item_id == guide.item_id,
            Guide.status == GuideStatus.PUBLISHED,
            Guide.id != guide.id,
        )
        .values(status=GuideStatus.REPLACED)
    )
    guide.status, guide.published_at = GuideStatus.PUBLISHED, at
    session.flush()


def take_guide_offline(session: Session, item: PolicyItem, *, at: datetime) -> None:
    """People who follow the code read from now on that the item is over."""
    guide = find_published_guide(session, item)
    if guide is not None:
        guide.status, guide.offline_at = GuideStatus.OFFLINE, at
    code = find_code_of(session, item)
    if code is not None:
        code.state = QrState.OFFLINE


def search_guides(
    session: Session, district_id: str, *, text: str | None = None, limit: int = 50, offset: int = 0
) -> Sequence[tuple[PolicyItem, Guide]]:
    """Published guides with their items, by words of the title: the guide database (指南数据库).

    Guides of confidential policies are read by their code only, by whom they are given to.
    """
    query = (
        select(PolicyItem, Guide)
        .join(Guide, (Guide.district_id == PolicyItem.district_id) & (Guide.item_id == PolicyItem.id))
        .join(Policy, (Policy.district_id == PolicyItem.district_id) & (Policy.id == PolicyItem.policy_id))
        .where(
            PolicyItem.district_id == district_id,
            PolicyItem.status.in_(PUBLIC),
            Guide.status == GuideStatus.PUBLISHED,
            ~Policy.confidential,
        )
        .order_by(Guide.published_at.desc(), Guide.id)
        .limit(limit)
        .offset(offset)
    )
    if text:
        query = query.where(Guide.title.contains(text, autoescape=True))
    return [(row[0], row[1]) for row in session.execute(query)]


def find_code(session: Session, district_id: str, code: str) -> QrCode | None:
    """The short code as a poster carries it."""
    return session.scalar(select(QrCode).where(QrCode.district_id == district_id, QrCode.code == code))


def get_code(session: Session, district_id: str, code: str) -> QrCode:
    """The same; raises NotFound."""
    found = find_code(session, district_id, code)
    if found is None:
        raise NotFound("这个二维码不属于本区的办事指南，请核对来源，或在网上大厅按事项名称查找。")
    return found


def find_code_of(session: Session, item: PolicyItem) -> QrCode | None:
    """The code that leads to an item's guide."""
    return session.scalar(select(QrCode).where(QrCode.district_id == item.district_id, QrCode.item_id == item.id))


def code_of(session: Session, item: PolicyItem, *, at: datetime) -> QrCode:
    """The item's code, made when it has none yet. It stays the same over all versions of the guide (S09)."""
    known = find_code_of(session, item)
    if known is not None:
        return known
    row = QrCode(
        district_id=item.district_id,
        id=new_id(),
        code=_fresh_code(session, item.district_id),
        item_id=item.id,
        state=QrState.ACTIVE,
        made_at=at,
    )
    session.add(row)
    session.flush()
    return row


def _fresh_code(session: Session, district_id: str) -> str:
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        if find_code(session, district_id, code) is None:
            return code


def count_scan(session: Session, code: QrCode) -> None:
    """One more person followed the code; counted in the database, so that two at once both count."""
    session.execute(
        update(QrCode)
        .where(QrCode.district_id == code.district_id, QrCode.id == code.id)
        .values(scans=QrCode.scans + 1)
        .execution_options(synchronize_session=False)
    )


def find_poster(session: Session, item: PolicyItem) -> Poster | None:
    """The poster of the item's newest guide."""
    query = (
        select(Poster)
        .where(Poster.district_id == item.district_id, Poster.item_id == item.id)
        .order_by(Poster.guide_version_no.desc())
        .limit(1)
    )
    return session.scalar(query)
