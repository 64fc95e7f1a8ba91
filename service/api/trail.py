"""The history of an instance, and whether the whole trail still holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from forms.compiler import compile_form
from processes.vocabulary import DefinitionKind
from service import permissions
from service.api.answers import Answer
from service.api.blueprint import ApiSchema, Blueprint
from service.api.form_schema import masked_answers
from service.entrance import allows, current_actor
from service.wiring import runtime, session
from storage.history import chain_root, list_history, verify
from storage.instances import list_tasks_of_case
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow
from storage.people import names_of

blueprint = Blueprint("history", __name__, url_prefix="/api/v1/history", description="The tamper-evident trail")


class HistoryAnswer(ApiSchema):
    """One thing that happened. `acting_for` names the absent colleague in whose place the actor acted."""

    seq = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    actor = fields.String(required=True)
    acting_for = fields.String(required=True, allow_none=True)
    organisation = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    element_name = fields.String(required=True, allow_none=True)
    task_id = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
    form_version = fields.Integer(required=True, allow_none=True)
    changes = fields.Dict(keys=fields.String(), required=True)
    files = fields.List(fields.Dict(keys=fields.String()), required=True)
    reason = fields.String(required=True, allow_none=True)
    mac = fields.String(required=True)


class HistoryPage(ApiSchema):
    """All rows of one instance, in order."""

    items = fields.List(fields.Nested(HistoryAnswer), required=True)
    total = fields.Integer(required=True)


class Broken(ApiSchema):
    """The first row at which the chain of an instance does not hold."""

    process_instance_id = fields.UUID(required=True)
    seq = fields.Integer(required=True)
    message = fields.String(required=True)


class Verification(ApiSchema):
    """Whether every chain holds; `root` is the digest over all heads, to be compared with the one kept elsewhere."""

    ok = fields.Boolean(required=True)
    rows = fields.Integer(required=True)
    root = fields.String(required=True)
    broken = fields.List(fields.Nested(Broken), required=True)


@blueprint.get("/verification")
@allows("verify_audit")
@blueprint.response(200, Verification)
def verification() -> dict[str, Any]:
    """Check every row of the trail against its chain; names the first broken row of each instance."""
    broken = [
        {"process_instance_id": each.instance_id, "seq": each.seq, "message": each.message}
        for each in verify(session(), key=runtime().chain_key)
    ]
    rows, root = chain_root(session())
    return {"ok": not broken, "rows": rows, "root": root, "broken": broken}


def history_answers(instance: ProcessInstance) -> Answer:
    """The rows of an instance; personal values in answers are masked.

    Somebody outside the house learns of a step by others the department and that it was done (10.5).
    """
    reader = current_actor()
    district_id = reader.district_id
    rows = list_history(session(), district_id, instance.id)
    tasks = {task.id: task for task in list_tasks_of_case(session(), district_id, instance.root_id)}
    names = names_of(session(), district_id, {row.acting_for for row in rows if row.acting_for is not None})
    inside = permissions.sees_colleagues(reader)
    items = [
        {
            **{name: getattr(row, name) for name in _COPIED},
            "actor": row.actor_name,
            "acting_for": None if row.acting_for is None else names.get(row.acting_for),
            "changes": _changes(row, tasks.get(row.task_id) if row.task_id is not None else None),
        }
        if inside or row.organisation == reader.organisation
        else _department_only(row)
        for row in rows
    ]
    return {"items": items, "total": len(items)}


def _department_only(row: HistoryRow) -> Answer:
    said = {name: getattr(row, name) for name in _COPIED}
    return {**said, "actor": row.organisation or "系统", "acting_for": None, "changes": {}, "files": [], "reason": None}


_COPIED = (
    "seq",
    "at",
    "kind",
    "organisation",
    "element_id",
    "element_name",
    "task_id",
    "version",
    "form_version",
    "files",
    "reason",
    "mac",
)


def _changes(row: HistoryRow, task: Task | None) -> Mapping[str, Any]:
    """What changed, with the answers as far as everybody who sees the case may read them."""
    answers = row.changes.get("answers")
    if not answers or task is None or task.form_key is None or task.form_version is None:
        return row.changes
    stored = runtime().definitions.get(
        session(), row.district_id, DefinitionKind.FORM, task.form_key, task.form_version
    )
    return {**row.changes, "answers": masked_answers(compile_form(stored.content), answers)}
