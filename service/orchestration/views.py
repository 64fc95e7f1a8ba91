"""A person's named sets of filters of a list (SavedView): keep and drop."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select

from processes.actors import Actor
from processes.errors import BadRequest, NotFound
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.models.desk import SavedView

MOST_VIEWS = 30
_LONGEST_NAME = 60
_LONGEST_QUERY = 1000


def save_view(runtime: Runtime, screen: str, name: str, query: str, *, by: Actor) -> None:
    """Keep the part of a list's address after its question mark under a name; the same name again replaces it."""
    words = " ".join(name.split())
    if not words or len(words) > _LONGEST_NAME or len(query) > _LONGEST_QUERY:
        raise BadRequest(f"请填写视图名称，不超过 {_LONGEST_NAME} 字。")

    def work(unit: Unit) -> None:
        own = (SavedView.district_id == unit.district_id, SavedView.user_id == by.id, SavedView.screen == screen)
        known = unit.session.scalar(select(SavedView).where(*own, SavedView.name == words))
        if known is not None:
            known.query, known.saved_at = query, unit.now
            return
        if (unit.session.scalar(select(func.count()).select_from(SavedView).where(*own)) or 0) >= MOST_VIEWS:
            raise BadRequest(f"已保存 {MOST_VIEWS} 个视图，请先删除不用的，再保存新的。")
        row = SavedView(district_id=unit.district_id, id=new_id(), user_id=by.id, screen=screen, name=words)
        row.query, row.saved_at = query, unit.now
        unit.session.add(row)

    transaction(runtime, by, work)


def delete_view(runtime: Runtime, view_id: UUID, *, by: Actor) -> None:
    """Drop a view of one's own. Raises NotFound."""

    def work(unit: Unit) -> None:
        own = (SavedView.district_id == unit.district_id, SavedView.user_id == by.id, SavedView.id == view_id)
        if unit.session.scalar(select(SavedView.id).where(*own)) is None:
            raise NotFound("没有找到这个视图。它可能已经删除，请刷新页面。")
        unit.session.execute(delete(SavedView).where(*own))

    transaction(runtime, by, work)
