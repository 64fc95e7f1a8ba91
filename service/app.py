"""The only place where things are wired together."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask

from handlers.registry import REGISTRY
from processes.calendar import WorkingCalendar
from processes.clock import Clock, SystemClock
from service import api, entrance
from service.channels import adapters_for
from service.jobs.dispatch import Dispatcher
from service.jobs.table import JOBS
from service.jobs.worker import EmbeddedWorker, OnDead, RunJob
from service.notice_channels import channels_for
from service.orchestration.door import note_dead_job
from service.orchestration.runtime import Runtime
from service.pages import registration
from service.settings import Settings
from service.wiring import EXTENSION, Zhida
from storage.calendars import StoredCalendars
from storage.db import db, prepare_engine
from storage.history import ChainKey
from storage.jobs import ClaimedJob, EmbeddedJobs, backend_for

__all__ = ["Zhida", "create_app", "job_functions"]


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """Build the service. Nothing is started: no worker thread, no migration, no seed.

    Raises RouteUndeclared when a route does not say who may use it.
    """
    clock = clock or SystemClock(settings.clock_offset)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask("service", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    jobs = backend_for(settings.database_url, clock=clock, shifted_clock=settings.demo or not settings.follows_server)
    runtime = Runtime(
        session=lambda: db.session(),
        clock=clock,
        calendars=StoredCalendars(WorkingCalendar.shipped()),
        handlers=REGISTRY,
        jobs=jobs,
        chain_key=ChainKey(settings.secret_key.encode()),
        data_dir=settings.data_dir,
        channels=adapters_for(settings.channel_addresses, settings.channel_token),
        notice_channels=channels_for(settings.notices),
        second_person=settings.second_person,
        site_url=settings.notices.site_url,
    )
    wired = app.extensions[EXTENSION] = Zhida(settings, runtime)
    if isinstance(jobs, EmbeddedJobs):
        wired.worker = _embedded_worker(app, wired, jobs)
    entrance.install(app)
    api.register(app)
    registration.register(app)
    entrance.require_declared(app)
    return app


def _engine_options(database_url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}
    if database_url.startswith("postgresql"):
        options["pool_pre_ping"] = True
    return options


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _embedded_worker(app: Flask, wired: Zhida, jobs: EmbeddedJobs) -> EmbeddedWorker:
    """The worker thread of this process; it is built here and started by whoever serves."""
    run, given_up = job_functions(app)
    with app.app_context():
        return EmbeddedWorker(db.engine, jobs, run, clock=wired.runtime.clock, on_dead=given_up)


def job_functions(app: Flask) -> tuple[RunJob, OnDead]:
    """(what does a job, what is told of one that is given up), for the worker of either backend."""
    runtime: Runtime = app.extensions[EXTENSION].runtime
    dispatcher = Dispatcher(runtime, JOBS)

    def run(claimed: ClaimedJob) -> None:
        with app.app_context():
            dispatcher.run(claimed)

    def given_up(claimed: ClaimedJob, error: Exception) -> None:
        with app.app_context():
            note_dead_job(runtime, claimed, error)

    return run, given_up
