"""What the public reads without signing in: the guide behind a short code, its code as a picture, its poster."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import make_response, redirect, request, url_for
from sqlalchemy import true
from werkzeug.wrappers import Response

from processes.errors import NotFound
from processes.item_words import ACCEPTING, PUBLIC, DisbursementType
from service import permissions
from service.codes import code_png, code_svg
from service.entrance import allows, current_actor, public
from service.entrance.asking import find_actor
from service.entrance.headers import FILE_POLICY
from service.orchestration.attachments import read_content
from service.orchestration.scans import count_scan
from service.orchestration.start import start_instance
from service.pages.file_names import disposition
from service.pages.form_view import as_id
from service.pages.site import page, pages
from service.pages.starting import first_page, may_start_process
from service.wiring import runtime, session, settings
from storage import guides as stored
from storage import items, policies
from storage.attachments import get_attachment
from storage.db import new_id
from storage.models.guides import Guide, QrCode
from storage.models.items import PolicyItem

#: A code's picture never changes, because the code never does.
_KEEP = "public, max-age=86400"

MOST_FOUND = 50

#: What an item may offer for download with a document, by the keys of its record.
MATERIAL_FILES = ("template", "sample")

#: The process with which people apply.
APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Found:
    """What a code leads to: the guide in force, or the last one of an item that is over."""

    code: QrCode
    item: PolicyItem
    guide: Guide

    @property
    def open(self) -> bool:
        return self.item.status in ACCEPTING

    @property
    def applied_for(self) -> bool:
        return self.open and self.item.disbursement_type == DisbursementType.APPLY


@pages.get("/g/<code>")
@public
def guide(code: str) -> tuple[str, int]:
    """The guide behind a short code; what a poster's code leads to is counted (`?qr`)."""
    found = _found(code)
    if "qr" in request.args:
        count_scan(runtime(), settings().district_id, code)
    policy = policies.get_policy(session(), found.item.district_id, found.item.policy_id)
    return page(
        "guide.html",
        found=found,
        policy=policy,
        successor=_successor(found.code),
        applies_for_oneself=_applies_for_oneself(),
        may_apply=may_start_process(APPLICATION),
        key=new_id(),
    )


@pages.post("/g/<code>/application")
@allows("start")
def apply_for(code: str) -> Response:
    """Begin an application for the item, and go on to its first task. Refused while the item is not open."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    variables = {"item_id": str(_found(code).item.id)}
    idempotency_key = key if as_id(key) else None
    instance_id = start_instance(runtime(), APPLICATION, variables, by=actor, idempotency_key=idempotency_key)
    return redirect(first_page(actor, instance_id), 303)


@pages.get("/g/<code>/materials/<no>/<what>")
@public
def material_file(code: str, no: str, what: str) -> Response:
    """The empty form (template) or the filled-in example (sample) of a document that the item asks for."""
    known = stored.get_code(session(), settings().district_id, code)
    item = items.get_item(session(), known.district_id, known.item_id)
    if item.status not in PUBLIC:
        raise NotFound("这份办事指南还没有发布，请在事项上线后再查看。")
    offered = [each.get(what) for each in item.materials if each["no"] == no and what in MATERIAL_FILES]
    names = offered[0] if offered else ()
    if not names:
        raise NotFound("这个要件没有提供样表或填写示例，请按办事指南准备。")
    found = get_attachment(session(), item.district_id, UUID(str(names[0])), visible=true())
    answer = make_response(read_content(runtime().data_dir, found))
    answer.headers["Content-Type"] = found.media_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Content-Disposition"] = disposition("attachment", found.name)
    return answer


@pages.get("/g/<code>.svg")
@public
def guide_code(code: str) -> Response:
    """The QR code as a drawing for print."""
    return _picture(code_svg(_address(code)), "image/svg+xml")


@pages.get("/g/<code>.png")
@public
def guide_code_picture(code: str) -> Response:
    """The QR code as a picture to send around."""
    return _picture(code_png(_address(code)), "image/png")


@pages.get("/g/<code>/poster")
@public
def poster(code: str) -> tuple[str, int]:
    """A poster to print on A4 or A3 and hang in service centres (R31)."""
    found = _found(code)
    made = stored.find_poster(session(), found.item)
    if made is None:
        raise NotFound("这个事项还没有海报。事项上线后自动生成。")
    paper = "A3" if request.args.get("size") == "A3" else "A4"
    return page("poster.html", found=found, poster=made, address=_address(code), paper=paper)


@pages.get("/guides")
@public
def guide_database() -> tuple[str, int]:
    """The guide database: published guides by words of the title (R30)."""
    words = request.args.get("q", "").strip()
    found = stored.search_guides(session(), settings().district_id, text=words or None, limit=MOST_FOUND)
    codes = {item.id: stored.find_code_of(session(), item) for item, _ in found}
    rows = [(item, each, code) for item, each in found if (code := codes[item.id]) is not None]
    return page("guides.html", rows=rows, asked=words)


def _applies_for_oneself() -> bool:
    """True for an applicant's agent, who applies step by step; the window has its own form."""
    actor = find_actor()
    return actor is not None and permissions.can(actor, "apply_for_oneself")


def _found(code: str) -> Found:
    known = stored.get_code(session(), settings().district_id, code)
    item = items.get_item(session(), known.district_id, known.item_id)
    versions = stored.list_guides(session(), item)
    shown = stored.find_published_guide(session(), item) or next((each for each in versions if each.published_at), None)
    if item.status not in PUBLIC or shown is None:
        raise NotFound("这份办事指南还没有发布，请在事项上线后再查看。")
    return Found(known, item, shown)


def _address(code: str) -> str:
    """The address that the picture carries; it is the same for every version of the guide."""
    known = stored.get_code(session(), settings().district_id, code)
    return url_for("pages.guide", code=known.code, qr="", _external=True)


def _picture(content: bytes, media_type: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type
    answer.headers["Cache-Control"] = _KEEP
    return answer


def _successor(code: QrCode) -> QrCode | None:
    """Where somebody should look who follows the code of an item that is over."""
    if code.successor_item_id is None:
        return None
    return stored.find_code_of(session(), items.get_item(session(), code.district_id, code.successor_item_id))
