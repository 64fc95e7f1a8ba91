"""Put the API into an application, with its description at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from marshmallow import Schema

from handlers.stage import Registry
from processes.version import VERSION
from service.api import (
    agencies,
    applications,
    attachments,
    bundles,
    calendar,
    catalogue,
    changes,
    comparisons,
    definitions,
    disbursements,
    drafts,
    expressions,
    handovers,
    health,
    imports,
    incidents,
    instance_migrations,
    instances,
    messages,
    notices,
    openings,
    policies,
    publications,
    retirements,
    scenarios,
    substitutions,
    task_moves,
    task_verbs,
    tasks,
    tokens,
    trail,
)
from service.api.blueprint import Problem
from service.entrance import public
from service.entrance.rights import need_of
from service.wiring import EXTENSION

BLUEPRINTS = (
    health.blueprint,
    tokens.blueprint,
    definitions.blueprint,
    definitions.deployments,
    comparisons.blueprint,
    drafts.blueprint,
    imports.blueprint,
    bundles.blueprint,
    expressions.blueprint,
    publications.blueprint,
    retirements.blueprint,
    scenarios.blueprint,
    instances.blueprint,
    tasks.blueprint,
    task_verbs.blueprint,
    handovers.blueprint,
    instance_migrations.blueprint,
    task_moves.blueprint,
    substitutions.blueprint,
    agencies.blueprint,
    messages.blueprint,
    notices.blueprint,
    incidents.blueprint,
    attachments.blueprint,
    catalogue.blueprint,
    calendar.blueprint,
    trail.blueprint,
    policies.blueprint,
    policies.items,
    openings.blueprint,
    changes.blueprint,
    policies.consultations,
    applications.blueprint,
    disbursements.blueprint,
    disbursements.publicities,
)

_INTRODUCTION = (
    "zhida 直达 runs the life of government benefit policies as BPMN diagrams. Every refusal is a problem document "
    "(application/problem+json) with a stable `code` and a Chinese sentence in `detail`."
)


class Described(flask_smorest.Api):
    """flask-smorest without its own error handler: refusals are answered by service.entrance."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Nothing: service.entrance.refusals answers every error."""

    @public
    def _openapi_json(self) -> Any:
        """The description itself holds nothing that would need a right."""
        return super()._openapi_json()


def register(app: Flask) -> None:
    """Register every part of the API. Call after `service.entrance.install`."""
    app.config.update(
        API_TITLE="zhida",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = app.json.sort_keys = False  # Chinese as it is, members in the order of the contract
    health.count_requests(app)
    api = Described(app, spec_kwargs={"info": {"description": _INTRODUCTION, "x-release": VERSION}})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    _describe_rights(app, api.spec)
    _describe_handlers(app.extensions[EXTENSION].runtime.handlers, api.spec)


def _describe_rights(app: Flask, spec: Any) -> None:
    """Say of every call whether it needs a token, and which action a role of the caller must allow."""
    needs = {
        (rule.rule, method): need_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    by_path = {_as_path(rule): rule for rule, _ in needs}
    problem = {"description": "Refused", "content": {"application/problem+json": {"schema": spec_ref(spec)}}}
    spec.components.response("Refused", problem)
    for path, operations in spec._paths.items():
        for method, operation in operations.items():
            need = needs.get((by_path.get(path, ""), method.upper()))
            if need is None:
                continue
            operation["security"] = [] if need.action is None else [{"bearer": []}]
            if need.action is not None:
                operation["x-needs"] = need.action
            operation["responses"] = {
                code: answer for code, answer in operation["responses"].items() if code != "default"
            }
            operation["responses"]["default"] = {"$ref": "#/components/responses/Refused"}


def spec_ref(spec: Any) -> dict[str, str]:
    """A reference to the schema of a refusal."""
    if "Problem" not in spec.components.schemas:
        spec.components.schema("Problem", schema=Problem)
    return {"$ref": "#/components/schemas/Problem"}


def _as_path(rule: str) -> str:
    """`/tasks/<uuid:task_id>` as OpenAPI writes it: `/tasks/{task_id}`."""
    parts = [f"{{{part[1:-1].rpartition(':')[2]}}}" if part.startswith("<") else part for part in rule.split("/")]
    return "/".join(parts)


def _describe_handlers(registry: Registry, spec: Any) -> None:
    """List what service tasks may call, each with the schema of its parameters (several may share one)."""
    names: dict[type[Schema], str] = {}
    listed = []
    for name, declared in sorted(registry.handlers.items()):
        said: dict[str, Any] = {
            "name": name,
            "title": declared.title,
            "kind": declared.kind,
            "outputs": list(declared.outputs),
        }
        if declared.parameters is not None:
            if declared.parameters not in names:
                names[declared.parameters] = f"handler.{name}"
                spec.components.schema(f"handler.{name}", schema=declared.parameters)
            said["parameters"] = {"$ref": f"#/components/schemas/{names[declared.parameters]}"}
        listed.append(said)
    spec.options["x-handlers"] = listed
