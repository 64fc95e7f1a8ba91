"""A browser's change must come from a page of ours: the anti-forgery token, and the Origin when it is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from processes.errors import Forbidden

csrf = CSRFProtect()


class ForgedRequest(Forbidden):
    """A changing request with a login cookie, but not from a page of ours (or from one left open too long)."""

    code = "CSRF_REFUSED"


def install(app: Flask) -> None:
    """Give pages their token (`csrf_token()` in templates). Checking is ours: bearer tokens need none."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the login: a long form is not lost after an hour
    csrf.init_app(app)


def require_own_page() -> None:
    """Raise ForgedRequest unless the request carries the token of the browser's session."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ForgedRequest("这次提交来自其他网站，没有执行。请在本系统的页面上操作。")
    try:
        csrf.protect()
    except CSRFError as error:
        raise ForgedRequest("页面已过期，没有执行任何操作。请刷新页面后再提交。") from error
