"""Registering: the form for an enterprise and the one for a resident; afterwards signed in, in the own room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.application_words import ApplicantKind
from processes.errors import AnswersRefused
from service.entrance import keep_login, public
from service.orchestration.registering import Registration, RegistrationRefused, register
from service.pages.site import inside, page, pages
from service.pages.translation import gettext
from service.wiring import runtime, settings

Answer = Response | tuple[str, int]
RESIDENT = "resident"
#: Kinds with a credit code; a resident has a form of its own.
KINDS = (ApplicantKind.ENTERPRISE, ApplicantKind.SOLE_TRADER, ApplicantKind.ASSOCIATION)


@pages.get("/register")
@public
def registration() -> Answer:
    """The form; `?as=resident` for a resident."""
    return _form({}, status=200)


@pages.post("/register")
@public
def try_registration() -> Answer:
    """Make the account and go on; a refusal keeps everything but the passwords."""
    asked = _asked()
    try:
        token = register(runtime(), settings().district_id, asked, address=request.remote_addr)
    except AnswersRefused as refused:
        return _form(refused.fields, status=422, refusal=refused.message)
    except RegistrationRefused as refused:
        return _form({}, status=409, refusal=refused.message)
    answer = redirect(inside(request.form.get("next", ""), url_for("pages.my")), 303)
    keep_login(answer, token)
    flash(gettext("注册成功，已经登录。"), "success")
    return answer


def _asked() -> Registration:
    sent = {each.name: request.form.get(each.name, "") for each in fields(Registration) if each.name != "consent"}
    if _for_resident():
        sent["kind"] = ApplicantKind.RESIDENT
    elif sent["kind"] not in KINDS:
        sent["kind"] = ""
    return Registration(**sent, consent=request.form.get("consent") == "1")


def _for_resident() -> bool:
    return request.values.get("as", "") == RESIDENT


def _form(messages: Mapping[str, Sequence[str]], *, status: int, refusal: str = "") -> tuple[str, int]:
    return page(
        "register.html",
        status,
        resident=_for_resident(),
        kinds=KINDS,
        sent=request.form,
        messages=messages,
        refusal=refusal,
        next=inside(request.values.get("next", ""), ""),
    )
