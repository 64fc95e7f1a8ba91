"""Queries on policy items. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.item_words import ItemStatus
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.numbers import next_in_series


def get_item(session: Session, district_id: str, item_id: UUID | str | None) -> PolicyItem:
    """The item with this id. Raises NotFound, also for text that is no id."""
    try:
        key = None if item_id is None else UUID(str(item_id))
    except ValueError:
        key = None
    item = None if key is None else session.get(PolicyItem, (district_id, key))
    if item is None:
        raise NotFound("没有找到这个政策服务事项。它可能已被移走，请刷新后重试。")
    return item


def lock_item(session: Session, district_id: str, item_id: UUID | str) -> PolicyItem:
    """The item, locked until the transaction ends, so that two people never decide on it at once. Raises NotFound."""
    item = get_item(session, district_id, item_id)
    session.refresh(item, with_for_update=True)
    return item


def find_item_by_number(session: Session, district_id: str, number: str) -> PolicyItem | None:
    """The item with this readable number (SX-…)."""
    return session.scalar(select(PolicyItem).where(PolicyItem.district_id == district_id, PolicyItem.number == number))


def list_items_of(session: Session, policy: Policy) -> Sequence[PolicyItem]:
    """The items of a policy in the order of their numbers, without those that were made void."""
    return session.scalars(
        _ordered(
            PolicyItem.district_id == policy.district_id,
            PolicyItem.policy_id == policy.id,
            PolicyItem.status != ItemStatus.CANCELLED,
        )
    ).all()


def list_items(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    disbursement_type: str | None = None,
    implementer_org: str | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[PolicyItem]:
    """Items in the order of their numbers, by state, type, department and words of the name or number."""
    conditions = _conditions(district_id, statuses, disbursement_type, implementer_org, text)
    return session.scalars(_ordered(*conditions).limit(limit).offset(offset)).all()


def count_items(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    disbursement_type: str | None = None,
    implementer_org: str | None = None,
    text: str | None = None,
) -> int:
    """How many items `list_items` would find without its limit."""
    conditions = _conditions(district_id, statuses, disbursement_type, implementer_org, text)
    return session.scalar(select(func.count()).select_from(PolicyItem).where(*conditions)) or 0


def next_item_number(session: Session, policy: Policy) -> str:
    """The next item number of a policy: SX-{policy}-{two digits}."""
    series = f"SX-{policy.number}"
    return f"{series}-{next_in_series(session, policy.district_id, series):02d}"


def _ordered(*conditions: ColumnElement[bool]) -> Select[PolicyItem]:
    return select(PolicyItem).where(*conditions).order_by(PolicyItem.number, PolicyItem.id)


def _conditions(
    district_id: str,
    statuses: Sequence[str],
    disbursement_type: str | None,
    implementer_org: str | None,
    text: str | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [PolicyItem.district_id == district_id]
    if statuses:
        conditions.append(PolicyItem.status.in_(statuses))
    if disbursement_type is not None:
        conditions.append(PolicyItem.disbursement_type == disbursement_type)
    if implementer_org is not None:
        conditions.append(PolicyItem.implementer_org == implementer_org)
    if text:
        conditions.append(
            or_(PolicyItem.name.contains(text, autoescape=True), PolicyItem.number.contains(text, autoescape=True))
        )
    return conditions
