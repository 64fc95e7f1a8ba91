"""The documents of a case beside the form: which there are, how the formal check judged them, one of them shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actors import Actor
from service import permissions
from service.pages.form_view import as_id
from service.pages.translation import gettext
from storage import applications
from storage.models.applications import Acceptance, Application
from storage.models.items import PolicyItem
from storage.models.records import Attachment

#: What a browser may show in the page -> the type it is sent as. Everything else is a download.
SHOWN_TYPES: Mapping[str, str] = {
    "application/pdf": "application/pdf",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "text/plain": "text/plain; charset=utf-8",
    "text/csv": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file of the list. `kind` is image, document or empty when a browser cannot show it."""

    id: UUID
    name: str
    size: int
    kind: str


@dataclass(frozen=True, slots=True)
class Material:
    """One document that the item asks for, or files that belong to none; `tone` is the class of its state."""

    no: str
    name: str
    state: str
    tone: str
    note: str
    files: Sequence[ShownFile]


@dataclass(frozen=True, slots=True)
class Materials:
    """All documents and the file shown at first, if a browser can show one."""

    rows: Sequence[Material]
    shown: ShownFile | None


def materials_of(session: Session, actor: Actor, root_id: UUID, asked: str) -> Materials | None:
    """The documents of the case that the actor may read; None when there are none.

    `asked` is the id of the file to show (`?material=`); otherwise the first that can be shown.
    """
    files = _visible_files(session, actor, root_id)
    if not files:
        return None
    application = applications.find_application_of_instance(session, actor.district_id, root_id)
    rows = [] if application is None else _declared(session, application, files)
    named = {each.id for row in rows for each in row.files}
    others = [each for each in files.values() if each.id not in named]
    if others:
        rows.append(Material("", gettext("其他附件") if rows else gettext("办件附件"), "", "", "", others))
    return Materials(rows, _first(rows, as_id(asked)))


def _visible_files(session: Session, actor: Actor, root_id: UUID) -> dict[str, ShownFile]:
    query = (
        select(Attachment)
        .where(Attachment.root_id == root_id, permissions.visible(actor, Attachment))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return {str(row.id): _shown(row) for row in session.scalars(query)}


def _shown(row: Attachment) -> ShownFile:
    kind = "" if row.media_type not in SHOWN_TYPES else "image" if row.media_type.startswith("image/") else "document"
    return ShownFile(row.id, row.name, row.size, kind)


def _declared(session: Session, application: Application, files: Mapping[str, ShownFile]) -> list[Material]:
    outcomes = _outcomes(session, application)
    return [
        Material(
            str(each.get("no", "")),
            str(each.get("name", "")),
            *_state(each, outcomes.get(str(each.get("no", "")))),
            [files[key] for key in map(str, each.get("files") or ()) if key in files],
        )
        for each in application.materials
    ]


def _outcomes(session: Session, application: Application) -> dict[str, Mapping[str, Any]]:
    """What the newest formal check said of each document."""
    rounds: Sequence[Acceptance] = applications.list_acceptances(session, application)
    return {str(line.get("no")): line for line in rounds[-1].lines} if rounds else {}


def _state(material: Mapping[str, Any], line: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """(state, class of its badge, note) of one document."""
    way = str(material.get("handed_in") or gettext("未提交"))
    if line is None or not line.get("outcome"):
        return way, "is-neutral", ""
    outcome = str(line["outcome"])
    good = outcome == "合格"
    return f"{way} · {outcome}", "is-good" if good else "is-warning", str(line.get("note") or "")


def _first(rows: Sequence[Material], asked: UUID | None) -> ShownFile | None:
    every = [each for row in rows for each in row.files if each.kind]
    return next((each for each in every if each.id == asked), every[0] if every else None)


def standards_of(item: PolicyItem) -> list[tuple[str, str]]:
    """(document, standard of the formal check) of every document that has one."""
    return [
        (str(each.get("name", "")), str(each["formal_check_standard"]))
        for each in item.materials
        if each.get("formal_check_standard")
    ]
