"""What every answer promises to the browser: nothing from another host, no framing, no guessing of types."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

from service.entrance.asking import find_actor, request_id
from service.wiring import settings

#: The diagram editor sets styles from scripts; scripts themselves come only from our own files.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
#: For files that people uploaded: even opened by themselves they can do nothing.
FILE_POLICY = "default-src 'none'; sandbox"
#: For files shown inside our own pages. A browser's own PDF viewer does not start in a sandbox: it reads the file in
#: a process of its own, and nothing but that viewer may be loaded.
SHOWN_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
PROMISES = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask) -> None:
    """Put the promises on every answer; an answer that promises more keeps its own."""
    app.after_request(_promise)


def _promise(response: Response) -> Response:
    for name, value in PROMISES.items():
        response.headers.setdefault(name, value)
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" and find_actor() is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = request_id()
    return response
