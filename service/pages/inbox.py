"""The inbox of everybody signed in: what they were told, and where they want to be told outside the house."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from processes.desk_words import CHANNELS, DIGESTS, Channel, Digest
from processes.notice_words import kind_word, masked_address
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import inbox as verbs
from service.orchestration.inbox import Contact
from service.pages.site import Paging, asked_page, inside, page, pages
from service.wiring import runtime, session
from storage.notices import Inbox, count_notices, find_preference, list_kinds, list_notices


@pages.get("/inbox")
@allows("read_own")
def inbox() -> tuple[str, int]:
    """Unread notices first; `?show=all` has all, `?kind=` one kind."""
    actor = current_actor()
    kind = request.args.get("kind") or None
    shown = {
        "unread": Inbox(actor.district_id, actor.id, unread_only=True, kind=kind),
        "all": Inbox(actor.district_id, actor.id, kind=kind),
    }
    counts = {name: count_notices(session(), each) for name, each in shown.items()}
    show = request.args.get("show", "unread")
    show = show if show in shown else "unread"
    place = asked_page()
    kinds = {each: gettext(kind_word(each)) for each in list_kinds(session(), shown["all"])}
    return page(
        "inbox.html",
        rows=list_notices(session(), shown[show], place),
        place=Paging(place, counts[show]),
        counts=counts,
        show=show,
        kind=kind,
        kinds=kinds,
        kind_word=kind_word,
    )


@pages.get("/inbox/unread")
@allows("read_own")
def unread() -> tuple[str, int]:
    """How many notices wait, for the header of a page that stays open."""
    actor = current_actor()
    return page(
        "parts/unread.html", unread=count_notices(session(), Inbox(actor.district_id, actor.id, unread_only=True))
    )


@pages.post("/inbox/<uuid:notice_id>/open")
@allows("read_own")
def open_notice(notice_id: UUID) -> Response:
    """Mark read and go where the notice leads."""
    link = verbs.mark_read(runtime(), notice_id, by=current_actor())
    own = url_for("pages.inbox")
    return redirect(inside(link or own, own), 303)


@pages.post("/inbox/read")
@allows("read_own")
def read_everything() -> Response:
    count = verbs.mark_everything_read(runtime(), by=current_actor(), kind=request.form.get("kind") or None)
    flash(gettext("已把 %(count)d 条通知标为已读。", count=count), "success")
    return redirect(url_for("pages.inbox"), 303)


@pages.get("/inbox/settings")
@allows("read_own")
def contact() -> tuple[str, int]:
    """Where one is told outside the house; addresses are shown masked."""
    actor = current_actor()
    row = find_preference(session(), actor.district_id, actor.id)
    return page(
        "inbox_settings.html",
        digests=DIGESTS,
        digest=Digest.NEVER if row is None else row.digest,
        email=masked_address(row.email) if row is not None and row.email else "",
        phone=masked_address(row.phone) if row is not None and row.phone else "",
        wechat=masked_address(row.wechat) if row is not None and row.wechat else "",
        hears_of_matches=row is None or row.hears_of_matches,
        offers_matches=permissions.can(actor, "apply_for_oneself"),
        unavailable=[gettext(CHANNELS[each]) for each in Channel if each not in runtime().notice_channels],
    )


@pages.post("/inbox/settings")
@allows("read_own")
def save_contact() -> Response:
    matches = request.form.get("matches") == "1" if "asks_for_matches" in request.form else None
    addresses = {name: _address(name) for name in ("email", "phone", "wechat")}
    asked = Contact(request.form.get("digest", ""), hears_of_matches=matches, **addresses)
    verbs.save_contact(runtime(), asked, by=current_actor())
    flash(gettext("通知设置已保存。"), "success")
    return redirect(url_for("pages.contact"), 303)


def _address(name: str) -> str | None:
    """What was filled in; nothing filled in leaves the address, unless it is to be taken away."""
    if request.form.get(f"remove_{name}") == "1":
        return ""
    return request.form.get(name, "").strip() or None
