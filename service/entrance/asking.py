"""Who is asking: a bearer token (programs) or the login cookie (browsers), and whether they may ask for this."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

from flask import Flask, current_app, g, request
from flask import session as page_session
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.errors import BadRequest, Forbidden, ProcessError
from service import permissions
from service.entrance.forgery import require_own_page
from service.entrance.rights import Need, need_of, public
from service.identity import accounts
from service.orchestration import access
from service.wiring import runtime, session, settings

LOGIN_COOKIE = "zhida_login"
API_PREFIX = "/api/"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CHANGING = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class SignInNeeded(ProcessError):
    """Nobody is signed in, the login has ended, or the token is unknown, expired or revoked."""

    code = "SIGN_IN_NEEDED"


def install(app: Flask) -> None:
    """Ask before every request who sends it, and let only those in who may."""
    app.view_functions["static"] = public(app.view_functions["static"])
    app.before_request(_name_request)
    app.before_request(_admit)


def current_actor() -> Actor:
    """The person in whose name this request is sent. Raises SignInNeeded when there is nobody."""
    actor = find_actor()
    if actor is None:
        raise SignInNeeded("请先登录。登录可能已过期，重新登录后再试。")
    return actor


def find_actor() -> Actor | None:
    """The person in whose name this request is sent; None when nobody is signed in."""
    found = g.get("actor")
    return found if isinstance(found, Actor) else None


def request_id() -> str:
    """The name of this request in the log and in the answer's header."""
    return str(g.get("request_id", "-"))


def login_cookie() -> str | None:
    """The secret of the browser's login, as it was sent."""
    return request.cookies.get(LOGIN_COOKIE)


def keep_login(answer: Response, token: str) -> None:
    """Let the browser keep a login; it ends with the browser, on signing out, or when it gets too old."""
    _forget_page_token()
    answer.set_cookie(LOGIN_COOKIE, token, httponly=True, samesite="Lax", secure=settings().secure_cookies)


def clear_login(answer: Response) -> None:
    """Let the browser forget its login."""
    _forget_page_token()
    answer.delete_cookie(LOGIN_COOKIE, httponly=True, samesite="Lax", secure=settings().secure_cookies)


def _forget_page_token() -> None:
    """Signing in or out begins a new page session: the anti-forgery token from before is worth nothing after."""
    page_session.pop("csrf_token", None)


def is_program() -> bool:
    """True for requests that are answered with JSON whatever happens."""
    return request.path.startswith(API_PREFIX) or request.path in ("/healthz", "/readyz", "/metrics")


def _name_request() -> None:
    """Give the request its name. What an earlier request left in the same context (tests) is dropped."""
    sent = request.headers.get("X-Request-ID", "")
    for name in ("actor", "csrf_token", "csrf_valid"):
        g.pop(name, None)
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid4().hex


def _admit() -> None:
    if request.endpoint is None:
        return  # no such address or method: the routing error is answered as such
    if b"%00" in request.query_string or "\x00" in request.path:
        raise BadRequest("地址中有不可用的字符，请核对后重试。")
    need = need_of(current_app, request.endpoint)
    if need is None:
        raise Forbidden("这个地址没有开放。")
    if request.endpoint == "static":
        return
    session().rollback()  # read what is committed now, not what an earlier look in this context began to read
    token = _bearer()
    g.actor = _of_token(token) if token is not None else _of_cookie()
    _require(need)
    if token is None and request.method in _CHANGING and (login_cookie() or not is_program()):
        require_own_page()


def _require(need: Need) -> None:
    if need.action is not None:
        permissions.require(current_actor(), need.action)


def _bearer() -> str | None:
    given = request.authorization
    return given.token if given is not None and given.type == "bearer" else None


def _of_token(token: str) -> Actor | None:
    wired = runtime()
    return accounts.actor_of_token(session(), settings().district_id, token, now=wired.clock.now())


def _of_cookie() -> Actor | None:
    cookie, limits = login_cookie(), settings()
    if not cookie:
        return None
    return access.signed_in(
        runtime(),
        limits.district_id,
        cookie,
        idle=timedelta(minutes=limits.session_idle_minutes),
        absolute=timedelta(hours=limits.session_hours),
    )
