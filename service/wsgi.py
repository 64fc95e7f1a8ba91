"""The application as a server loads it: `gunicorn 'service.wsgi:build()'`, and what `zhida run` serves."""

from __future__ import annotations

import atexit
import os

from flask import Flask

from service.app import create_app
from service.logs import configure_logging
from service.orchestration.nightly import schedule
from service.settings import from_environment
from service.wiring import EXTENSION, Zhida
from storage.db import db


def build() -> Flask:
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
    return app


def _stop(wired: Zhida, owner: int) -> None:
    """A forked child inherits the registration, not the thread."""
    if wired.worker is not None and os.getpid() == owner:
        wired.worker.stop()
