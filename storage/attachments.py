"""Queries on uploaded files. Nothing here commits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from storage.models.records import Attachment


def get_attachment(
    session: Session, district_id: str, attachment_id: UUID, *, visible: ColumnElement[bool]
) -> Attachment:
    """The file's record among those the caller may see; raises NotFound for all others alike."""
    query = select(Attachment).where(Attachment.district_id == district_id, Attachment.id == attachment_id, visible)
    row = session.scalar(query)
    if row is None:
        raise NotFound("没有找到这个附件。它可能不存在，或者您无权查看。")
    return row
