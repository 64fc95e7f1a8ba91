"""Tell people something, inside the transaction in which it happened (domain reference 10.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select

from service.orchestration.runtime import Unit
from storage.db import new_id
from storage.models.instances import ProcessInstance
from storage.models.notices import Notice
from storage.notices import list_deputies

#: The job that takes notices out of the house, to those who asked for it.
CARRY = "carry_notices"


def tell(
    unit: Unit,
    user_ids: Iterable[UUID],
    *,
    kind: str,
    title: str,
    key: str,
    body: str = "",
    link: str | None = None,
    instance: ProcessInstance | None = None,
    task_id: UUID | None = None,
    but: Collection[UUID] = (),
) -> None:
    """Put a line into each person's inbox; a key a person was told before has no effect. `link` is an own address.

    Who stands in for an absent person is told as well; people in `but` are not, even as deputies.
    """
    people = set(user_ids)
    if not people:
        return
    people |= list_deputies(unit.session, unit.district_id, people, on=unit.today)
    people -= set(but)
    told = select(Notice.user_id).where(
        Notice.district_id == unit.district_id, Notice.user_id.in_(people), Notice.key == key
    )
    notice_ids = []
    for user_id in sorted(people - set(unit.session.scalars(told)) - _collected(unit, key)):
        notice_ids.append(new_id())
        unit.add(
            Notice,
            id=notice_ids[-1],
            user_id=user_id,
            kind=kind,
            title=title[:200],
            body=body,
            link=link,
            instance_id=None if instance is None else instance.id,
            root_id=None if instance is None else instance.root_id,
            task_id=task_id,
            key=key,
            created_at=unit.now,
        )
    if notice_ids and unit.runtime.notice_channels:
        unit.enqueue(CARRY, {"notices": [str(each) for each in notice_ids]})


def _collected(unit: Unit, key: str) -> set[UUID]:
    """Who is told under this key by rows that this unit has not written yet."""
    return {row["user_id"] for row in unit.rows.get(Notice, ()) if row["key"] == key}
