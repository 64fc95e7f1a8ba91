"""The application as a server loads it: `gunicorn 'service.wsgi:build()'`, and what `zhida run` serves."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.app import create_app
from service.logs import configure_logging
from service.orchestration.nightly import schedule
from service.settings import from_environment
from service.wiring import EXTENSION, Zhida
from storage.db import db

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build() -> WSGIApplication:
    """Build the application from the environment and start its embedded worker, once per process.

    The worker stops with the process: the job at hand is finished, the others are put back.
    """
    settings = from_environment()
    configure_logging()
    app = create_app(settings)
    wired: Zhida = app.extensions[EXTENSION]
    if settings.worker and wired.worker is not None:
        with app.app_context():
            schedule(wired.runtime, settings.district_id)
            db.session.remove()
        wired.worker.start()
        owner = os.getpid()
        atexit.register(_stop, wired, owner)
    return behind_proxies(app, settings.trusted_proxies)


def behind_proxies(app: Flask, count: int) -> WSGIApplication:
    """The application, believing so many reverse proxies about address, scheme and host; none by default.

    The address counts for the lock-out of sign-ins, the host for the check of a form's origin.
    """
    return ProxyFix(app, x_for=count, x_proto=count, x_host=count) if count else app


def _stop(wired: Zhida, owner: int) -> None:
    """A forked child inherits the registration, not the thread."""
    if wired.worker is not None and os.getpid() == owner:
        wired.worker.stop()
