"""Every refusal in one place: the error family becomes a status, a stable code and a sentence, as JSON or as a page.

Programs get `application/problem+json` (RFC 9457). Whatever is not expected becomes a 500 that tells nothing but the
request's id; the log has the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from processes import errors
from processes.checks import Finding
from service.assets import BundleMissing
from service.entrance.asking import SignInNeeded, is_program, request_id
from service.identity.accounts import SignInRefused
from service.orchestration.door import BecameIncident
from service.wiring import Refusal, zhida

log = logging.getLogger(__name__)

#: The first class that fits decides; every child stands before its parent.
STATUSES: tuple[tuple[type[errors.ProcessError], int], ...] = (
    (SignInNeeded, 401),
    (SignInRefused, 401),
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.BusinessError, 409),
    (errors.Conflict, 409),
    (errors.AnswersRefused, 422),
    (errors.DefinitionRefused, 422),
    (errors.StateRefused, 422),
    (errors.BadRequest, 400),
    (BundleMissing, 503),
    (BecameIncident, 500),
    (errors.EngineFault, 500),
    (errors.ProcessError, 409),
)

#: Code and sentence of refusals that come from the web framework itself.
HTTP_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "请求的格式不对，没有执行。请核对后重试。"),
    401: ("SIGN_IN_NEEDED", "请先登录。"),
    403: ("FORBIDDEN", "您没有权限进行这项操作。"),
    404: ("NOT_FOUND", "没有这个地址。请核对后重试。"),
    405: ("METHOD_NOT_ALLOWED", "这个地址不支持这种操作。请核对后重试。"),
    413: ("TOO_LARGE", "提交的内容太大，没有保存。请压缩或拆分后重试。"),
    415: ("MEDIA_TYPE_REFUSED", "请求内容的类型不对，应为 application/json。"),
    422: ("REQUEST_REFUSED", "请求内容不符合要求，没有执行。请按各栏的提示修改。"),
}
_RESERVED = frozenset(("type", "title", "status", "code", "detail", "request_id", "fields", "findings"))


def install(app: Flask) -> None:
    """Answer every error of the application from here."""
    app.register_error_handler(errors.ProcessError, _refused)
    app.register_error_handler(HTTPException, _http_refused)
    app.register_error_handler(Exception, _unexpected)


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the members of a problem document. Facts never hide the standard members."""
    body: dict[str, Any] = {
        "type": f"urn:zhida:problem:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.message,
        "request_id": refusal.request_id,
    }
    if refusal.fields:
        body["fields"] = {path: list(messages) for path, messages in refusal.fields.items()}
    if refusal.findings:
        body["findings"] = [dict(finding) for finding in refusal.findings]
    body.update({name: value for name, value in refusal.facts.items() if name not in _RESERVED})
    return body


def _answer(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response | Any:
    show = zhida().show_refusal
    if show is not None and not is_program():
        return show(refusal)
    response = current_app.response_class(
        current_app.json.dumps(problem(refusal)), status=refusal.status, mimetype="application/problem+json"
    )
    response.headers.update(headers or {})
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="zhida"'
    return response


def status_of(error: errors.ProcessError) -> int:
    """The HTTP status with which an error of the family is answered."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def _refused(error: errors.ProcessError) -> Response:
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request met a fault", extra={"code": error.code}, exc_info=error)
    return _answer(
        Refusal(
            status,
            error.code,
            error.message,
            request_id(),
            fields=error.fields if isinstance(error, errors.AnswersRefused) else {},
            findings=_findings(error),
            facts=_facts(error) if status != HTTPStatus.SERVICE_UNAVAILABLE else {},
        )
    )


def _findings(error: errors.ProcessError) -> list[dict[str, object]]:
    if not isinstance(error, errors.DefinitionRefused):
        return []
    return [dict(finding.as_dict()) for finding in error.findings if isinstance(finding, Finding)]


def _facts(error: errors.ProcessError) -> dict[str, object]:
    """Plain facts only: nothing that could carry the inside of the service to the outside."""
    return {name: value for name, value in error.facts.items() if isinstance(value, str | int | bool)}


def _http_refused(error: HTTPException) -> Response | HTTPException:
    """A refusal of the framework: no such address, too large, a body or a query that does not fit its schema."""
    status = error.code or 500
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error  # a redirect, or an answer made on purpose
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    code, message = HTTP_WORDS.get(status, ("REFUSED", "请求没有被接受。请核对后重试。"))
    data = getattr(error, "data", None) or {}
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    # webargs groups messages by the part of the request they are about: {"json": {"name": […]}}.
    fields = {path: found for part in data.get("messages", {}).values() for path, found in _flat(part)}
    return _answer(Refusal(status, code, message, request_id(), fields=fields), headers)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested messages by dotted path."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            own = "" if name == "_schema" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, own) if part))
    elif messages:
        yield path, [str(message) for message in messages]


def _unexpected(error: Exception) -> Response:
    """A fault of ours, or a database that is away. The answer names the request, the log has the rest."""
    if isinstance(error, OperationalError | InterfaceError):
        log.error("the database does not answer", exc_info=error)
        message = "数据库暂时不可用，没有保存任何内容。请稍后再试。"
        return _answer(Refusal(503, "DATABASE_AWAY", message, request_id()))
    log.error("request met an unexpected fault", exc_info=error)
    message = f"系统内部错误，没有保存任何内容。请把编号 {request_id()} 告诉系统管理员。"
    return _answer(Refusal(500, "INTERNAL", message, request_id()))
