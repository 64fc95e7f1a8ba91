"""Signing in and out."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.vocabulary import ROLES
from service.entrance import clear_login, keep_login, login_cookie, public
from service.identity.accounts import SignInRefused
from service.orchestration import access
from service.pages.site import inside, page, pages
from service.pages.translation import gettext
from service.seed.people import DEMO_PASSWORD, DEPARTMENT_PEOPLE, ORGANISATIONS, PEOPLE
from service.wiring import runtime, settings

Answer = Response | tuple[str, int]


@pages.get("/sign-in")
@public
def sign_in() -> Answer:
    return _form()


@pages.post("/sign-in")
@public
def try_sign_in() -> Answer:
    """Sign in and go where the person wanted to go; a refusal keeps the name."""
    login = request.form.get("login", "").strip()
    try:
        token = access.sign_in(
            runtime(), settings().district_id, login, request.form.get("password", ""), address=request.remote_addr
        )
    except SignInRefused as refused:
        return _form(login=login, refusal=refused.message, status=401)
    answer = redirect(inside(request.form.get("next", ""), url_for("pages.home")), 303)
    keep_login(answer, token)
    return answer


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    token = login_cookie()
    if token:
        access.sign_out(runtime(), settings().district_id, token)
    answer = redirect(url_for("pages.sign_in"), 303)
    clear_login(answer)
    flash(gettext("您已退出。"), "success")
    return answer


def _form(*, login: str = "", refusal: str = "", status: int = 200) -> Answer:
    chosen = request.args.get("account", "") if settings().demo else ""
    known = chosen in PEOPLE or chosen in DEPARTMENT_PEOPLE
    return page(
        "sign_in.html",
        status,
        login=login or (chosen if known else ""),
        password=DEMO_PASSWORD if known else "",
        refusal=refusal,
        next=inside(request.values.get("next", ""), ""),
        accounts=_accounts() if settings().demo else (),
        department_accounts=_department_accounts() if settings().demo else (),
    )


def _accounts() -> list[tuple[str, str, str]]:
    """(login, name, duties in words) of the demo accounts."""
    return [
        (login, name, "、".join(dict.fromkeys(ROLES[role] for role, _ in posts)))
        for login, (name, _, posts) in PEOPLE.items()
    ]


def _department_accounts() -> list[tuple[str, str, str]]:
    """The same for the departments of the other sample policies: the duty is preceded by the department."""
    titles = {code: title for code, title, _ in ORGANISATIONS}
    return [
        (login, name, f"{titles[organisation]} {'、'.join(ROLES[role] for role, _ in posts)}")
        for login, (name, organisation, posts) in DEPARTMENT_PEOPLE.items()
    ]
