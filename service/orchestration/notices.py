"""Tell people something, inside the transaction in which it happened (domain reference 10.3)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from service.orchestration.runtime import Unit
from storage.db import new_id
from storage.models.instances import ProcessInstance
from storage.models.notices import Notice


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
) -> None:
    """Put a line into each person's inbox; a key a person was told before has no effect. `link` is an own address."""
    people = set(user_ids)
    if not people:
        return
    told = select(Notice.user_id).where(
        Notice.district_id == unit.district_id, Notice.user_id.in_(people), Notice.key == key
    )
    for user_id in sorted(people - set(unit.session.scalars(told))):
        unit.add(
            Notice,
            id=new_id(),
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
