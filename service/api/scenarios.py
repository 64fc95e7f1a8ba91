"""Scenarios: run them against what is published and what is given, and make one of a real case. Nothing is stored."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from processes.checks import has_errors
from processes.checks.scenarios import read
from processes.errors import DefinitionRefused
from processes.scenarios import as_data
from processes.vocabulary import DefinitionKind
from service.api.blueprint import ApiSchema, Blueprint, multipart
from service.api.uploads import read_files
from service.entrance import allows, current_actor
from service.orchestration import deployments, trying
from service.orchestration.trying.drafted import drafted_files
from service.orchestration.trying.recording import record_scenario
from service.orchestration.trying.telling import report_data
from service.wiring import runtime, session
from storage.definitions import find_definition

blueprint = Blueprint("scenarios", __name__, url_prefix="/api/v1/scenarios", description="Trying diagrams out")

_FILES = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": ".bpmn, .dmn, .form and .scenarios files that are tried in place of the published ones",
}
_LONGEST = 1_000_000


class RunBody(ApiSchema):
    """`content`: a scenario file to run in place of the saved one. `files`: name -> content of unsaved files.

    `drafts` lays the caller's own drafts over what is published; `files` and `content` win over them.
    """

    content = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, _LONGEST))
    files = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 160)),
        values=fields.String(validate=validate.Length(0, 4 * _LONGEST)),
        load_default=dict,
        validate=validate.Length(max=50),
    )
    drafts = fields.Boolean(load_default=False)


class RecordBody(ApiSchema):
    """Which case, and what the scenario is to be called."""

    instance_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 120, error="请给场景起名，最多 120 个字。"))


class RecordAnswer(ApiSchema):
    """A scenario as it stands in a file."""

    scenario = fields.Dict(keys=fields.String(), required=True)


class ScenariosAnswer(ApiSchema):
    """The published scenario file of a process or decision; `version` and `content` are null when there is none."""

    key = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    content = fields.String(required=True, allow_none=True)


class KeyAnswer(ApiSchema):
    """The scenarios of one process (or the cases of a decision), each with its first difference, and the coverage."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    ok = fields.Boolean(required=True)
    results = fields.List(fields.Dict(keys=fields.String()), required=True)
    coverage = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class ReportAnswer(ApiSchema):
    """`ok` is true when every scenario passed."""

    ok = fields.Boolean(required=True)
    keys = fields.List(fields.Nested(KeyAnswer), required=True)


@blueprint.post("")
@allows("try_out")
@multipart({"files": _FILES}, ["files"])
@blueprint.response(200, ReportAnswer)
def run_files() -> dict[str, Any]:
    """Run all scenarios that a set of files touches. 422 with findings for files that are not fit."""
    files = read_files("files")
    findings = deployments.check(runtime(), files, by=current_actor())
    if has_errors(findings):
        raise DefinitionRefused(findings)
    report = trying.run_scenarios(runtime(), files, by=current_actor())
    return {"ok": report.ok, "keys": [report_data(each) for each in report.keys]}


@blueprint.get("/<string:key>")
@allows("try_out")
@blueprint.response(200, ScenariosAnswer)
def one(key: str) -> dict[str, Any]:
    """The published scenarios of a process or decision."""
    stored = find_definition(session(), current_actor().district_id, DefinitionKind.SCENARIOS, key)
    if stored is None:
        return {"key": key, "version": None, "content": None}
    return {"key": key, "version": stored.version, "content": stored.content.decode()}


@blueprint.post("/<string:key>/runs")
@allows("try_out")
@blueprint.arguments(RunBody)
@blueprint.response(200, KeyAnswer)
def run(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """Run the scenarios of one process. Also walks: a scenario of the steps so far tells what is open after them."""
    actor = current_actor()
    files = drafted_files(runtime(), key, by=actor) if asked["drafts"] else {}
    files |= {name: content.encode() for name, content in asked["files"].items()}
    if asked["content"] is not None:
        files[f"{key}.scenarios"] = asked["content"].encode()
    _require_readable(files)
    report = trying.run_scenarios(runtime(), files, by=actor, keys=[key])
    return report_data(report.keys[0])


def _require_readable(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".scenarios"):
            findings = read(name, content)[1]
            if findings:
                raise DefinitionRefused(findings, "场景有问题，没有运行：" + findings[0].message)


@blueprint.post("/<string:key>/recordings")
@allows("try_out")
@blueprint.arguments(RecordBody)
@blueprint.response(200, RecordAnswer)
def record(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """A scenario that takes the way a real case took; personal data are left out."""
    scenario = record_scenario(runtime(), key, asked["instance_id"], name=asked["name"], by=current_actor())
    return {"scenario": as_data(scenario)}
