"""Chinese by default, English for who asks: the choice lives in a cookie, the words in `service/translations`."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from flask_babel import Babel, refresh
from werkzeug.wrappers import Response

from processes.errors import NotFound
from service.entrance import public
from service.pages.site import inside, pages

COOKIE = "zhida_language"
CHINESE, ENGLISH = "zh_Hans_CN", "en"
#: What the address and the cookie call them -> the locale, and what a page's `lang` says.
LANGUAGES: dict[str, tuple[str, str, str]] = {
    "zh": (CHINESE, "zh-CN", "中文"),
    "en": (ENGLISH, "en", "English"),
}
_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Translate pages; called once when the application is built."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", CHINESE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=lambda: LANGUAGES[chosen()][0])
    app.before_request(refresh)  # what an earlier request left in the same context (tests) is forgotten
    app.context_processor(_told)


def _told() -> dict[str, Any]:
    return {"language": chosen(), "page_language": LANGUAGES[chosen()][1], "languages": LANGUAGES}


def chosen() -> str:
    """`zh` or `en`, by the cookie of this browser; Chinese without one and outside a request."""
    if not request:
        return "zh"
    asked = request.cookies.get(COOKIE, "zh")
    return asked if asked in LANGUAGES else "zh"


@pages.get("/language/<name>")
@public
def choose_language(name: str) -> Response:
    """Keep a language for this browser and go back to the page (`?next=`)."""
    if name not in LANGUAGES:
        raise NotFound("没有这种界面语言。可选中文或 English。")
    answer = redirect(inside(request.args.get("next", "/"), "/"), 303)
    answer.set_cookie(COOKIE, name, max_age=_YEAR, httponly=True, samesite="Lax")
    return answer
