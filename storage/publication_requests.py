"""Queries on requests for publication and on definitions out of use. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from processes.errors import NotFound
from processes.library_words import OPEN_REQUESTS
from processes.vocabulary import DefinitionKind
from storage.models.publication_requests import PublicationFile, PublicationRequest, RetiredDefinition
from storage.worklists import Page


def get_request(session: Session, district_id: str, request_id: UUID) -> PublicationRequest:
    """The request with this id. Raises NotFound."""
    return _needed(session.get(PublicationRequest, (district_id, request_id)))


def lock_request(session: Session, district_id: str, request_id: UUID) -> PublicationRequest:
    """The request with its row locked. Raises NotFound."""
    query = select(PublicationRequest).where(
        PublicationRequest.district_id == district_id, PublicationRequest.id == request_id
    )
    return _needed(session.scalar(query.with_for_update().execution_options(populate_existing=True)))


def _needed(found: PublicationRequest | None) -> PublicationRequest:
    if found is None:
        raise NotFound("没有找到这份发布申请。它可能不存在，请从发布申请列表中重新打开。")
    return found


def list_requests(
    session: Session, district_id: str, states: Collection[str], page: Page
) -> tuple[Sequence[PublicationRequest], int]:
    """A page of the requests in these states, the latest first, and how many there are."""
    conditions = [PublicationRequest.district_id == district_id, PublicationRequest.state.in_(states)]
    total = session.scalar(select(func.count()).select_from(PublicationRequest).where(*conditions)) or 0
    query = select(PublicationRequest).where(*conditions)
    query = query.order_by(PublicationRequest.asked_at.desc(), PublicationRequest.id.desc())
    return session.scalars(query.limit(page.size).offset(page.offset)).all(), total


def list_files(
    session: Session, district_id: str, request_ids: Collection[UUID], *, contents: bool = False
) -> Sequence[PublicationFile]:
    """The files of these requests, by name; their bytes only when asked for."""
    query = select(PublicationFile).where(
        PublicationFile.district_id == district_id, PublicationFile.request_id.in_(request_ids)
    )
    if contents:
        query = query.options(undefer(PublicationFile.content))
    return session.scalars(query.order_by(PublicationFile.name)).all()


def list_open_places(session: Session, district_id: str) -> dict[tuple[str, str], PublicationRequest]:
    """(kind, key) -> the request about it that waits for an answer or for its day."""
    query = (
        select(PublicationFile, PublicationRequest)
        .join(
            PublicationRequest,
            (PublicationRequest.district_id == PublicationFile.district_id)
            & (PublicationRequest.id == PublicationFile.request_id),
        )
        .where(PublicationFile.district_id == district_id, PublicationRequest.state.in_(OPEN_REQUESTS))
        .order_by(PublicationRequest.asked_at)
    )
    return {(file.kind, file.key): request for file, request in session.execute(query)}


def find_retired(session: Session, district_id: str, kind: DefinitionKind, key: str) -> RetiredDefinition | None:
    """Why and when a definition was taken out of use, if it was."""
    query = select(RetiredDefinition).where(
        RetiredDefinition.district_id == district_id, RetiredDefinition.kind == kind, RetiredDefinition.key == key
    )
    return session.scalar(query)


def list_retired(session: Session, district_id: str) -> dict[tuple[str, str], RetiredDefinition]:
    """(kind, key) of everything out of use."""
    query = select(RetiredDefinition).where(RetiredDefinition.district_id == district_id)
    return {(row.kind, row.key): row for row in session.scalars(query)}
