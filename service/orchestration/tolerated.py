"""Documents allowed to follow acceptance (容缺后补): the applicant hands them in, or the window on their behalf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from processes.actors import Actor
from processes.application_words import RUNNING, HandedIn
from processes.errors import BadRequest, Conflict
from service.orchestration.applicant_side import acts_on_behalf, seen_application
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from storage.instances import lock_instance
from storage.models.applications import Application
from storage.models.records import Attachment


def hand_in_tolerated(runtime: Runtime, application_id: UUID, no: str, files: Sequence[UUID], *, by: Actor) -> None:
    """Add the files of a document that was still missing; it then no longer stands among those that may follow.

    A late one is taken too, and marked late in the history. Raises BadRequest without a file or with a foreign one,
    NotFound, Forbidden, and Conflict for a document that is not awaited (any more).
    """
    if not files:
        raise BadRequest("请选择要补交的文件。")
    arguments = {"application_id": str(application_id), "no": no, "files": [str(each) for each in files]}

    def work(unit: Unit) -> None:
        application = seen_application(unit, application_id)
        instance = lock_instance(unit.session, unit.district_id, application.instance_id)
        unit.session.refresh(application)
        on_behalf = acts_on_behalf(unit, application, deed="补交")
        awaited = _awaited(application, no)
        rows = _own_files(unit, application, files)
        application.materials = [_with_files(each, no, rows) for each in application.materials]
        application.tolerated = [each for each in application.tolerated if each["no"] != no]
        application.updated_at = unit.now
        due = application.tolerated_due_on
        unit.record(
            instance,
            "document_handed_in",
            changes={
                "document": [None, awaited["name"]],
                "on_behalf": on_behalf,
                "late": due is not None and unit.today > due,
            },
            files=[{"id": str(row.id), "name": row.name, "sha256": row.digest} for row in rows],
        )

    guarded(runtime, by, Verb("hand_in_tolerated", arguments), work)


def _awaited(application: Application, no: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((each for each in application.tolerated if each["no"] == no), None)
    if found is None or application.status not in RUNNING:
        raise Conflict(
            f"申报 {application.number} 现在不需要补交这份材料：可能已经补交，或者本件已经办结。请刷新页面查看。",
            status=application.status,
        )
    return found


def _own_files(unit: Unit, application: Application, files: Sequence[UUID]) -> list[Attachment]:
    """The files, uploaded by the actor for no other case; they belong to this case from now on."""
    query = select(Attachment).where(Attachment.district_id == unit.district_id, Attachment.id.in_(files))
    known = {row.id: row for row in unit.session.scalars(query)}
    rows = [known[each] for each in files if each in known and known[each].uploaded_by == unit.actor.id]
    if len(rows) != len(files) or any(row.root_id not in (None, application.root_id) for row in rows):
        raise BadRequest("有文件不存在或不是您上传的，请重新上传后再提交。")
    for row in rows:
        row.root_id = application.root_id
    return rows


def _with_files(material: dict[str, Any], no: str, rows: Sequence[Attachment]) -> dict[str, Any]:
    if material["no"] != no:
        return dict(material)
    added = [str(row.id) for row in rows]
    return {**material, "handed_in": str(HandedIn.FILE), "files": [*material["files"], *added]}
