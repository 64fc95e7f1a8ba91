"""Is the service alive, is it ready, and what does it count: for machines that watch it."""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from marshmallow import fields
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from processes.version import VERSION
from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import public
from service.entrance.asking import find_actor
from service.wiring import runtime, session, settings
from storage import figures
from storage.db import db
from storage.schema import current_revision, newest_revision

blueprint = Blueprint("health", __name__, description="For machines that watch the service")

log = logging.getLogger(__name__)

_METRICS = "zhida-metrics"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Alive(ApiSchema):
    """The process answers."""

    status = fields.String(required=True)
    version = fields.String(required=True)


class Ready(ApiSchema):
    """Whether requests can be served: the database answers and its schema is the newest."""

    ready = fields.Boolean(required=True)
    database = fields.String(required=True)
    migrations = fields.String(required=True)


@blueprint.get("/healthz")
@public
@blueprint.response(200, Alive)
def healthz() -> dict[str, str]:
    """The process is alive; asks nothing of the database."""
    return {"status": "ok", "version": VERSION}


@blueprint.get("/readyz")
@public
@blueprint.response(200, Ready)
@blueprint.alt_response(503, schema=Ready)
def readyz() -> tuple[dict[str, Any], int]:
    """Ready to serve: the database answers and the migrations are current."""
    try:
        found = current_revision(db.engine)
    except SQLAlchemyError:
        return {"ready": False, "database": "unreachable", "migrations": "unknown"}, 503
    current = found == newest_revision()
    answer = {"ready": current, "database": "ok", "migrations": "current" if current else "outdated"}
    return answer, 200 if current else 503


@blueprint.get("/metrics")
@public
@blueprint.response(200, {"type": "string"}, content_type="text/plain")
def metrics() -> Response:
    """Figures in the text format of Prometheus."""
    registry: CollectorRegistry = current_app.extensions[_METRICS]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class DatabaseFigures(Collector):
    """Figures read from the database when they are asked for: the same from every process."""

    def collect(self) -> list[Metric]:
        """Tasks by state, instances by state, open incidents, jobs and how late the oldest due one is."""
        district_id, now = settings().district_id, runtime().clock.now()
        tasks = figures.count_tasks_by_state(session(), district_id)
        completed = CounterMetricFamily("zhida_task_completions", "User tasks completed", value=tasks["completed"])
        opened = GaugeMetricFamily("zhida_open_tasks", "User tasks open now", labels=["state"])
        for state in ("ready", "claimed"):
            opened.add_metric([state], tasks[state])
        running = GaugeMetricFamily("zhida_instances", "Process instances by state", labels=["state"])
        for state, count in figures.count_instances_by_state(session(), district_id).items():
            running.add_metric([state], count)
        incidents = figures.count_open_incidents(session(), district_id)
        waiting, lag = figures.waiting_jobs(session(), district_id, runtime().jobs, now=now)
        return [
            completed,
            opened,
            running,
            GaugeMetricFamily("zhida_open_incidents", "Incidents waiting for an analyst", value=incidents),
            GaugeMetricFamily("zhida_due_jobs", "Background jobs due and not begun", value=waiting),
            GaugeMetricFamily("zhida_job_lag_seconds", "How long the oldest due job has waited", value=lag),
        ]


def count_requests(app: Flask) -> None:
    """Count every request of an application, by address and status, and how long it took."""
    registry = app.extensions[_METRICS] = CollectorRegistry()
    registry.register(DatabaseFigures())
    requests = Counter("zhida_requests", "Requests answered", ["method", "route", "status"], registry=registry)
    seconds = Histogram("zhida_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS, registry=registry)

    @app.before_request
    def begin() -> None:
        g.request_began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "(none)"
        requests.labels(request.method, route, str(response.status_code)).inc()
        took = time.perf_counter() - g.get("request_began", time.perf_counter())
        seconds.labels(route).observe(took)
        _tell(route, response.status_code, took)
        return response


def _tell(route: str, status: int, took: float) -> None:
    """One line per request: the route, never the address, which may carry what people typed."""
    actor = find_actor()
    log.info(
        "request answered",
        extra={
            "method": request.method,
            "route": route,
            "status": status,
            "ms": round(took * 1000, 1),
            "actor_id": None if actor is None else str(actor.id),
        },
    )
