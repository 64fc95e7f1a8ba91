"""Moving running instances to another version: verdicts before anything, batches, what became of each, and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from service.api.blueprint import ApiSchema, Blueprint, PageQuery, Reason
from service.entrance import allows, current_actor
from service.orchestration import migrating
from service.orchestration.migration_plan import plan_migration
from service.wiring import runtime, session
from storage import instance_migrations
from storage.models.instance_migrations import InstanceMigration

blueprint = Blueprint(
    "instance_migrations",
    __name__,
    url_prefix="/api/v1/instance-migrations",
    description="Running instances on their way to another version",
)

_MOST = 200


class MigrationAsked(ApiSchema):
    """From which versions to which one. `mapping`: old element to new one, empty for none."""

    process_key = fields.String(required=True, validate=validate.Length(1, 120))
    to_version = fields.Integer(required=True, validate=validate.Range(1))
    from_versions = fields.List(fields.Integer(), required=True, validate=validate.Length(1, _MOST))
    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(max=120)),
        load_default=dict,
        validate=validate.Length(max=_MOST),
    )


class MigrationStarted(MigrationAsked):
    """The same with why; a rehearsal changes nothing. `instance_ids` moves some of the instances only."""

    reason = fields.String(load_default="", validate=validate.Length(max=500, error="迁移原因最多 500 个字。"))
    rehearsal = fields.Boolean(load_default=False)
    instance_ids = fields.List(fields.UUID(), load_default=None, allow_none=True)


class PlaceAnswer(ApiSchema):
    """How many tokens stand at an element, and what becomes of them."""

    element_id = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    count = fields.Integer(required=True)
    verdict = fields.String(required=True)
    to_element_id = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)
    targets = fields.List(fields.String(), required=True)


class VerdictAnswer(ApiSchema):
    """The verdict on one live instance."""

    process_instance_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    verdict = fields.String(required=True)
    sentence = fields.String(required=True)


class PlanAnswer(ApiSchema):
    """The verdicts on all live instances of the versions asked for."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    elements = fields.List(fields.Nested(PlaceAnswer), required=True)
    items = fields.List(fields.Nested(VerdictAnswer), required=True)
    total = fields.Integer(required=True)


class MigrationAnswer(ApiSchema):
    """A batch and how many of its instances are in which state."""

    id = fields.UUID(required=True)
    process_key = fields.String(required=True)
    to_version = fields.Integer(required=True)
    from_versions = fields.List(fields.Integer(), required=True)
    mapping = fields.Dict(required=True)
    rehearsal = fields.Boolean(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class MigrationPage(ApiSchema):
    """Batches, the latest first."""

    items = fields.List(fields.Nested(MigrationAnswer), required=True)
    total = fields.Integer(required=True)


class MigrationRowAnswer(ApiSchema):
    """What became of one instance of a batch, and why in words."""

    process_instance_id = fields.UUID(required=True, attribute="instance_id")
    from_version = fields.Integer(required=True)
    state = fields.String(required=True)
    verdict = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)


class MigrationRowPage(ApiSchema):
    """The instances of a batch in the order in which they are worked through."""

    items = fields.List(fields.Nested(MigrationRowAnswer), required=True)
    total = fields.Integer(required=True)


@blueprint.post("/plans")
@allows("read_migration")
@blueprint.arguments(PageQuery, location="query")
@blueprint.arguments(MigrationAsked)
@blueprint.response(200, PlanAnswer)
def plan(page: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The verdict on every live instance of the versions, before anything changes."""
    found = plan_migration(
        runtime(),
        asked["process_key"],
        asked["to_version"],
        asked["from_versions"],
        asked["mapping"],
        by=current_actor(),
    )
    first = (page["page"] - 1) * page["page_size"]
    shown = found.instances[first : first + page["page_size"]]
    return {
        "counts": {verdict.value: count for verdict, count in found.count().items()},
        "elements": [
            {
                "element_id": each.element_id,
                "name": each.name,
                "version": each.version,
                "count": each.count,
                "verdict": each.verdict.value,
                "to_element_id": each.to_element_id,
                "sentence": each.sentence,
                "targets": [one.id for one in each.targets],
            }
            for each in found.standings
        ],
        "items": [
            {
                "process_instance_id": each.instance.id,
                "version": each.instance.version,
                "verdict": each.verdict.value,
                "sentence": each.sentence,
            }
            for each in shown
        ],
        "total": len(found.instances),
    }


@blueprint.get("")
@allows("read_migration")
@blueprint.response(200, MigrationPage)
def list_all() -> dict[str, Any]:
    """All batches of the district, the latest first."""
    found = instance_migrations.list_migrations(session(), current_actor().district_id)
    return {"items": [_answer(each) for each in found[:_MOST]], "total": len(found)}


@blueprint.post("")
@allows("migrate")
@blueprint.arguments(MigrationStarted)
@blueprint.response(201, MigrationAnswer)
def start(asked: dict[str, Any]) -> dict[str, Any]:
    """Begin a batch, or a rehearsal; each instance gets a fresh verdict when its turn comes."""
    made = migrating.start_migration(
        runtime(),
        asked["process_key"],
        asked["to_version"],
        asked["from_versions"],
        asked["mapping"],
        by=current_actor(),
        reason=asked["reason"],
        rehearsal=asked["rehearsal"],
        instance_ids=asked["instance_ids"],
    )
    return _get(made)


@blueprint.get("/<uuid:migration_id>")
@allows("read_migration")
@blueprint.response(200, MigrationAnswer)
def read(migration_id: UUID) -> dict[str, Any]:
    """One batch with its counts."""
    return _get(migration_id)


@blueprint.get("/<uuid:migration_id>/instances")
@allows("read_migration")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, MigrationRowPage)
def list_rows(asked: dict[str, Any], migration_id: UUID) -> dict[str, Any]:
    """What became of each instance."""
    batch = instance_migrations.get_migration(session(), current_actor().district_id, migration_id)
    size = asked["page_size"]
    rows = instance_migrations.list_rows(session(), batch, offset=(asked["page"] - 1) * size, limit=size)
    return {"items": rows, "total": sum(instance_migrations.count_rows(session(), batch).values())}


@blueprint.post("/<uuid:migration_id>/stop")
@allows("migrate")
@blueprint.response(200, MigrationAnswer)
def stop(migration_id: UUID) -> dict[str, Any]:
    """Let the batch rest after the instance it is at."""
    migrating.stop_migration(runtime(), migration_id, by=current_actor())
    return _get(migration_id)


@blueprint.post("/<uuid:migration_id>/continuation")
@allows("migrate")
@blueprint.response(200, MigrationAnswer)
def go_on(migration_id: UUID) -> dict[str, Any]:
    """Let a stopped batch go on, or try refused instances again."""
    migrating.continue_migration(runtime(), migration_id, by=current_actor())
    return _get(migration_id)


@blueprint.post("/<uuid:migration_id>/undo")
@allows("migrate")
@blueprint.arguments(Reason)
@blueprint.response(200, MigrationAnswer)
def undo(asked: dict[str, Any], migration_id: UUID) -> dict[str, Any]:
    """Take back every move after which nothing has happened."""
    migrating.undo_migration(runtime(), migration_id, by=current_actor(), reason=asked["reason"])
    return _get(migration_id)


@blueprint.post("/<uuid:migration_id>/instances/<uuid:instance_id>/undo")
@allows("migrate")
@blueprint.arguments(Reason)
@blueprint.response(200, MigrationAnswer)
def undo_one(asked: dict[str, Any], migration_id: UUID, instance_id: UUID) -> dict[str, Any]:
    """Take back the move of one instance."""
    migrating.undo_instance(runtime(), migration_id, instance_id, by=current_actor(), reason=asked["reason"])
    return _get(migration_id)


def _get(migration_id: UUID) -> dict[str, Any]:
    return _answer(instance_migrations.get_migration(session(), current_actor().district_id, migration_id))


def _answer(batch: InstanceMigration) -> dict[str, Any]:
    names = ("id", "process_key", "to_version", "from_versions", "mapping", "rehearsal", "reason", "state")
    found = {name: getattr(batch, name) for name in (*names, "created_at", "ended_at")}
    return {**found, "counts": instance_migrations.count_rows(session(), batch)}
