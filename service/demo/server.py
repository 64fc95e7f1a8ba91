"""A service of its own for the demo: the real application on an empty database, served on a free local port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from processes.actors import system_actor
from processes.clock import SystemClock, business_date
from service.app import create_app
from service.orchestration import access
from service.orchestration.runtime import Unit, transaction
from service.seed.definitions import deploy_shipped
from service.seed.people import seed_demo_people, seed_organisations
from service.settings import DEMO_SECRET, Settings
from service.wiring import EXTENSION, Zhida
from storage.db import db
from storage.schema import migrate


class _Quiet(WSGIRequestHandler):
    """The story is told by the demo, not by the access log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@dataclass
class DemoServer:
    """The running service: its address, its clock, and a way to let time pass."""

    app: Flask
    url: str
    clock: SystemClock

    def pass_time(self, until: datetime) -> None:
        """Move the clock forward to this instant (never back) and finish everything that is due by then."""
        ahead = until - self.clock.now()
        if ahead > timedelta(0):
            self.clock.shift(seconds=ahead.total_seconds() + 1)
        wired: Zhida = self.app.extensions[EXTENSION]
        assert wired.worker is not None
        with self.app.app_context():
            wired.worker.run_until_idle()
            db.session.remove()


@contextmanager
def demo_server(data_dir: Path, *, begin: datetime, database_url: str | None = None) -> Iterator[DemoServer]:
    """Serve a fresh demo installation whose clock starts at `begin`."""
    settings = Settings(
        database_url=database_url or f"sqlite:///{data_dir / 'zhida.db'}",
        data_dir=data_dir,
        secret_key=DEMO_SECRET,
        demo=True,
        secure_cookies=False,
        second_person=False,
    )
    clock = SystemClock((begin - SystemClock().now()).total_seconds())
    app = create_app(settings, clock)
    _furnish(app, settings, clock)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, name="zhida-demo", daemon=True)
    thread.start()
    try:
        yield DemoServer(app, f"http://127.0.0.1:{server.server_port}", clock)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _furnish(app: Flask, settings: Settings, clock: SystemClock) -> None:
    """Schema, departments, people, diagrams, forms and tables: no policy yet."""
    runtime = app.extensions[EXTENSION].runtime

    def people(unit: Unit) -> None:
        seed_organisations(unit.session, settings.district_id, settings.district_name)
        seed_demo_people(unit.session, settings.district_id, since=business_date(clock.now()))

    with app.app_context():
        migrate(db.engine)
        transaction(runtime, system_actor(settings.district_id), people)
        deploy_shipped(runtime, by=access.actor_named(runtime, settings.district_id, "process_owner"))
        db.session.remove()
