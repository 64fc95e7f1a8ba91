"""What changed between two versions of a process, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields, validate

from processes.comparison import compare
from processes.vocabulary import DefinitionKind
from service.api.blueprint import ApiSchema, Blueprint
from service.entrance import allows, current_actor
from service.orchestration.file_kinds import file_name
from service.wiring import session
from storage.definitions import get_definition

blueprint = Blueprint(
    "process-comparisons",
    __name__,
    url_prefix="/api/v1/process-definitions",
    description="What changed between versions",
)


class ComparedVersions(ApiSchema):
    """The two versions to compare."""

    from_version = fields.Integer(required=True, data_key="from", validate=validate.Range(1, 1_000_000))
    to_version = fields.Integer(required=True, data_key="to", validate=validate.Range(1, 1_000_000))


class VersionChange(ApiSchema):
    """One difference; `kind` is added, removed, changed or moved (the drawing only)."""

    element_id = fields.String(required=True)
    element_name = fields.String(required=True)
    kind = fields.String(required=True)
    what = fields.String(required=True)
    old = fields.String(required=True, allow_none=True)
    new = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)


class VersionChanges(ApiSchema):
    """All differences, in the order of the newer file."""

    items = fields.List(fields.Nested(VersionChange), required=True)
    total = fields.Integer(required=True)


@blueprint.get("/<string:key>/changes")
@allows("read_definitions")
@blueprint.arguments(ComparedVersions, location="query")
@blueprint.response(200, VersionChanges)
def changes(asked: dict[str, int], key: str) -> dict[str, Any]:
    """What changed from one version of a process to another, our own properties included."""
    district = current_actor().district_id
    old, new = (
        get_definition(session(), district, DefinitionKind.PROCESS, key, asked[name])
        for name in ("from_version", "to_version")
    )
    found = compare(file_name(DefinitionKind.PROCESS, key), old.content, new.content)
    return {"items": [asdict(each) for each in found], "total": len(found)}
