"""What a visitor's page has beside the page: large text and high contrast by cookie, and how long a copy is good."""

from __future__ import annotations

from typing import Any

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from processes.errors import NotFound
from service.entrance import public
from service.entrance.asking import find_actor
from service.pages.site import inside, page, pages
from service.wiring import settings

COOKIE = "zhida_display"
_YEAR = 365 * 24 * 3600
#: A display is any of these together; the cookie joins them with a dot.
MODES: dict[str, str] = {"large": "is-large", "contrast": "is-contrast"}
#: Seconds for which a copy of a public page is good.
KEPT_SECONDS = 60


def install(app: Flask) -> None:
    """Tell templates how this browser wants to be shown pages; called once when the application is built."""
    app.context_processor(
        lambda: {"display": chosen(), "display_class": " ".join(MODES[name] for name in sorted(chosen()))}
    )


def chosen() -> frozenset[str]:
    """What this browser asked for; nothing without a cookie and outside a request."""
    asked = request.cookies.get(COOKIE, "") if request else ""
    return frozenset(asked.split(".")) & MODES.keys()


@pages.get("/display/<name>")
@public
def choose_display(name: str) -> Response:
    """Switch large text or high contrast on or off for this browser, or all back (`normal`); then go back."""
    if name != "normal" and name not in MODES:
        raise NotFound("没有这种显示方式。可选大字版（large）、高对比（contrast）或普通版（normal）。")
    kept = frozenset[str]() if name == "normal" else chosen() ^ {name}
    answer = redirect(inside(request.args.get("next", "/hall"), "/hall"), 303)
    answer.set_cookie(
        COOKIE, ".".join(sorted(kept)), max_age=_YEAR, httponly=True, samesite="Lax", secure=settings().secure_cookies
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def public_page(template: str, **values: Any) -> Response:
    """A page that anybody may read: a visitor's copy may be kept for a moment, one for a person never."""
    return may_be_kept(make_response(page(template, **values)))


def may_be_kept(answer: Response, seconds: int = KEPT_SECONDS) -> Response:
    """Let shared caches keep the answer; it differs by the cookies that choose language and display."""
    if find_actor() is None:
        answer.headers["Cache-Control"] = f"public, max-age={seconds}"
        answer.vary.update(("Cookie", "Authorization"))
    return answer
