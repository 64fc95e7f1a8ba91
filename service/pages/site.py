"""The frame around every page: the blueprint, what all templates may use, and the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from werkzeug.exceptions import NotFound as UnknownAddress

from processes.actors import Actor
from service import permissions
from service.assets import Assets
from service.entrance.asking import find_actor
from service.pages import words
from service.pages.translation import to_translate
from service.wiring import session, settings
from storage.notices import Inbox, count_notices
from storage.worklists import Page

pages = Blueprint("pages", __name__)

MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation; `parts` are what the addresses behind it begin with."""

    title: str
    endpoint: str
    parts: tuple[str, ...]
    action: str | None = None


NAVIGATION: tuple[Link, ...] = (
    Link(to_translate("我的工作"), "pages.work", ("/work", "/tasks")),
    Link(to_translate("我的申报"), "pages.my", ("/my",), "apply_for_oneself"),
    Link(to_translate("综合窗口"), "pages.window", ("/window",), "work_at_desk"),
    Link(to_translate("发起办理"), "pages.startable", ("/start",)),
    Link(to_translate("政策"), "pages.policies", ("/policies",), "read_policies"),
    Link(to_translate("政策大厅"), "pages.hall", ()),
    Link(to_translate("政策库"), "pages.library", ("/hall/policies",)),
    Link(to_translate("开放日历"), "pages.opening_calendar", ("/hall/openings",)),
    Link(to_translate("政策匹配"), "pages.match_policies", ("/hall/match",)),
    Link(to_translate("办事指南"), "pages.guide_database", ("/guides", "/g/")),
    Link(to_translate("结果公开"), "pages.results", ("/results", "/evaluations")),
    Link(to_translate("三个透明"), "pages.figures", ("/hall/figures",)),
    Link(to_translate("办件"), "pages.instances", ("/instances",)),
    Link(to_translate("停滞事项"), "pages.stuck", ("/stuck",), "retry"),
    Link(
        to_translate("流程库"),
        "pages.definitions",
        ("/definitions", "/compare", "/designer", "/instance-migrations"),
        "read_definitions",
    ),
    Link(to_translate("发布申请"), "pages.publications", ("/publications",), "read_requests"),
    Link(to_translate("工作日历"), "pages.calendar", ("/calendar",), "read_calendar"),
    Link(to_translate("人员岗位"), "pages.people", ("/people",), "manage_people"),
)

#: What somebody reads who has not signed in.
FOR_EVERYBODY: tuple[str, ...] = (
    "pages.hall",
    "pages.library",
    "pages.opening_calendar",
    "pages.match_policies",
    "pages.results",
    "pages.figures",
)
#: Of these, what somebody who has signed in does not need beside the own work: one way into the hall is enough.
ONLY_FOR_VISITORS: tuple[str, ...] = (
    "pages.library",
    "pages.opening_calendar",
    "pages.match_policies",
    "pages.figures",
)


def furnish(app: Flask) -> None:
    """Give the templates their filters and their values; called once when the application is built."""
    for function in words.FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["assets"] = Assets(Path(app.root_path) / "static" / "dist")
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    """What the frame of a page shows: who is signed in, where one may go, and the demo banner."""
    actor = find_actor()
    return {
        "actor": actor,
        "unread": 0 if actor is None or wants_part() else _unread(actor),
        "navigation": tuple(_public_links() if actor is None else _open_to(actor)),
        "demo": settings().demo,
        "district_name": settings().district_name,
    }


def _unread(actor: Actor) -> int:
    """How many notices wait in the inbox: one look into an index."""
    return count_notices(session(), Inbox(actor.district_id, actor.id, unread_only=True))


def _open_to(actor: Actor) -> list[tuple[Link, bool]]:
    return [
        (link, _is_here(link))
        for link in NAVIGATION
        if link.endpoint not in ONLY_FOR_VISITORS and (link.action is None or permissions.can(actor, link.action))
    ]


def _public_links() -> list[tuple[Link, bool]]:
    return [(link, _is_here(link)) for link in NAVIGATION if link.endpoint in FOR_EVERYBODY]


def _is_here(link: Link) -> bool:
    return request.path == url_for(link.endpoint) or request.path.startswith(link.parts)


def asked_page(size: int = 20) -> Page:
    """The part of a list that the address asks for (`?page=2`); raises UnknownAddress for what is no page."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_PAGES:
        raise UnknownAddress
    return Page(number, size)


@dataclass(frozen=True, slots=True)
class Paging:
    """What stands below a list: how many there are, which part this is, and where the others are."""

    page: Page
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.page.size))

    def address(self, number: int) -> str:
        """The same list at another page, with the same filters."""
        values = {**request.args.to_dict(flat=False), **(request.view_args or {}), "page": [str(number)]}
        return url_for(str(request.endpoint), **values)


def inside(address: str, otherwise: str) -> str:
    """The address to go on to when it is one of this site, else the other one: nobody is sent elsewhere."""
    is_own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if is_own and address.isprintable() else otherwise


def first_screen(actor: Actor) -> str:
    """Where somebody begins who did not ask for anything: applicants in their room, all others at their work."""
    own_room = permissions.can(actor, "apply_for_oneself") and not permissions.is_staff(actor)
    return url_for("pages.my" if own_room else "pages.work")


def wants_part() -> bool:
    """True when a script of the page asks for a part of it, not a browser for a page."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """A rendered page and its HTTP status."""
    return render_template(template, **values), status
