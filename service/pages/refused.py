"""What a person sees when something is refused: a sentence, what to do next, and a way back."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.assets import BundleMissing
from service.pages.translation import gettext, to_translate
from service.wiring import Refusal

TITLES: dict[int, str] = {
    400: to_translate("提交的内容不能接受"),
    403: to_translate("没有权限"),
    404: to_translate("没有找到"),
    409: to_translate("没有办成"),
    413: to_translate("内容太大"),
    422: to_translate("内容需要修改"),
    500: to_translate("系统内部错误"),
    503: to_translate("暂时不可用"),
}


def show(refusal: Refusal) -> Response:
    """The page of a refusal; somebody who is not signed in goes to sign in and comes back after."""
    if refusal.status == HTTPStatus.UNAUTHORIZED and not _is_part():
        return _sign_in(refusal)
    template = "parts/refused.html" if _is_part() else "refused.html"
    title = gettext(TITLES.get(refusal.status, TITLES[409]))
    try:
        body = render_template(template, refusal=refusal, title=title, back=_back())
    except BundleMissing as missing:
        return make_response(missing.message, HTTPStatus.SERVICE_UNAVAILABLE, {"Content-Type": "text/plain"})
    return make_response(body, refusal.status)


def _sign_in(refusal: Refusal) -> Response:
    flash(refusal.message, "warning")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else _back()
    return redirect(url_for("pages.sign_in", next=wanted), 303)


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def _back() -> str:
    """The page the person came from, when it is one of this site; the work list otherwise."""
    referrer = request.referrer or ""
    if referrer.startswith(request.host_url) and referrer != request.url:
        return "/" + referrer.removeprefix(request.host_url)
    return url_for("pages.work")
