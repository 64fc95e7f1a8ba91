"""Who hears of a request for publication: publishers when it is asked for, the asker of what became of it."""

from __future__ import annotations

from processes.notice_words import NoticeKind
from service.orchestration.notices import tell
from service.orchestration.runtime import Unit
from storage.models.publication_requests import PublicationRequest
from storage.people import list_holders
from storage.publication_requests import list_files


def tell_publishers(unit: Unit, request: PublicationRequest) -> None:
    """Everybody who may approve it, the asker left out."""
    holders = list_holders(unit.session, unit.district_id, "publisher", None, on=unit.today)
    tell(
        unit,
        {row.id for row in holders} - {request.asked_by},
        kind=NoticeKind.PUBLICATION,
        title=f"{unit.actor.name}申请发布{titles(unit, request)}",
        body=request.comment,
        link=f"/publications/{request.id}",
        key=f"asked:{request.id}",
        but={request.asked_by},
    )


def tell_asker(unit: Unit, request: PublicationRequest, title: str, body: str) -> None:
    """The person who asked, unless it is the one who acts."""
    tell(
        unit,
        {request.asked_by} - {unit.actor.id},
        kind=NoticeKind.PUBLICATION,
        title=title,
        body=body or titles(unit, request),
        link=f"/publications/{request.id}",
        key=f"{request.state}:{request.id}:{unit.now.isoformat()}",
    )


def tell_of_failure(unit: Unit, request: PublicationRequest, reason: str) -> None:
    """Asker and publishers: an approved publication did not happen on its day."""
    holders = list_holders(unit.session, unit.district_id, "publisher", None, on=unit.today)
    tell(
        unit,
        {row.id for row in holders} | {request.asked_by},
        kind=NoticeKind.PUBLICATION,
        title=f"到期未能发布{titles(unit, request)}",
        body=reason,
        link=f"/publications/{request.id}",
        key=f"failed:{request.id}:{unit.today.isoformat()}",
    )


def titles(unit: Unit, request: PublicationRequest) -> str:
    """What a request is about, short enough for a title."""
    names = [file.title or file.key for file in list_files(unit.session, unit.district_id, [request.id])]
    more = f"等 {len(names)} 项" if len(names) > 2 else ""
    return f"“{'”“'.join(names[:2])}”{more}"
