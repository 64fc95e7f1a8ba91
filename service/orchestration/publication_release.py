"""An approved request becomes versions: at once, or by a job on its day; a failure is an incident and a notice."""

from __future__ import annotations

from uuid import UUID

from processes.actors import system_actor
from processes.errors import Conflict, DefinitionRefused, NewerVersion, NotFound, PublicationFailed
from processes.library_words import DefinitionDeed, PublicationState
from processes.vocabulary import DefinitionKind
from service.orchestration.deployments import Cause, publish
from service.orchestration.door import BecameIncident, Verb, guarded
from service.orchestration.drafts import Place, note_deed
from service.orchestration.publication_notices import tell_asker, tell_of_failure
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.definitions import find_definition
from storage.drafts import find_draft, find_lock
from storage.models.publication_requests import PublicationFile, PublicationRequest
from storage.publication_requests import list_files, lock_request

#: The job that publishes on the day from which a request is to be in force.
PUBLISH = "publish_request"


def release(unit: Unit, request: PublicationRequest) -> None:
    """Publish the files of an approved request, in this transaction; drafts that hold the same bytes are done.

    Raises NewerVersion when something of it was published meanwhile, DefinitionRefused when it is no longer fit.
    """
    files = list_files(unit.session, unit.district_id, [request.id], contents=True)
    for file in files:
        _require_in_force(unit, file)
    cause = Cause(
        request.comment,
        published_by=request.decided_by or unit.actor.id,
        release_note=request.release_note,
        asked_by=request.asked_by,
        origins={file.name: file.origin_version for file in files if file.origin_version is not None},
    )
    done = publish(unit, {file.name: file.content for file in files}, cause)
    request.state, request.published_at = PublicationState.PUBLISHED, unit.now
    request.deployment_id, request.failure = done.id, None
    for file in files:
        _finish_draft(unit, request, file)
    versions = "，".join(f"{each.key} 第 {each.version} 版" for each in done.definitions if each.new)
    tell_asker(unit, request, "您申请的内容已发布", versions)


def _require_in_force(unit: Unit, file: PublicationFile) -> None:
    for key, version in file.based_on.items():
        newest = find_definition(unit.session, unit.district_id, DefinitionKind(file.kind), key)
        if newest is not None and newest.version > version:
            raise NewerVersion(
                f"“{newest.title}”在申请之后已发布第 {newest.version} 版，直接发布会丢掉那次修改。"
                "请退回申请，合并后重新申请。",
                version=newest.version,
            )


def _finish_draft(unit: Unit, request: PublicationRequest, file: PublicationFile) -> None:
    """The asker's draft of what is published now; one that was changed since goes on from the new version."""
    place = Place(DefinitionKind(file.kind), file.key)
    draft = find_draft(unit.session, unit.district_id, place.kind, place.key, request.asked_by, lock=True)
    if draft is None or draft.content != file.content:
        return
    unit.session.delete(draft)
    held = find_lock(unit.session, unit.district_id, place.kind, place.key)
    if held is not None and held.holder_id == request.asked_by:
        unit.session.delete(held)


def publish_request(runtime: Runtime, district_id: str, request_id: UUID) -> None:
    """Publish an approved request on its day. Does nothing for one that was withdrawn or published meanwhile.

    Raises BecameIncident when it is no longer possible; the request says why, asker and publishers are told.
    """
    actor = system_actor(district_id)
    verb = Verb(PUBLISH, {"request_id": str(request_id)})
    try:
        guarded(runtime, actor, verb, lambda unit: _publish_due(unit, request_id))
    except BecameIncident as failed:
        reason = str(failed.__cause__.message) if isinstance(failed.__cause__, PublicationFailed) else failed.message
        transaction(runtime, actor, lambda unit: _note_failure(unit, request_id, reason))
        raise


def _publish_due(unit: Unit, request_id: UUID) -> None:
    request = lock_request(unit.session, unit.district_id, request_id)
    if request.state != PublicationState.APPROVED:
        return
    try:
        release(unit, request)
    except DefinitionRefused as refused:
        said = "；".join(str(getattr(each, "message", each)) for each in refused.findings[:3])
        raise _failed(f"到期检查没有通过，没有发布：{said}", request_id) from refused
    except (Conflict, NotFound) as refused:
        raise _failed(refused.message, request_id) from refused


def _failed(message: str, request_id: UUID) -> PublicationFailed:
    """The request's id stands in the place of an element: an incident of its own for each request."""
    return PublicationFailed(message, element_id=str(request_id))


def _note_failure(unit: Unit, request_id: UUID, reason: str) -> None:
    request = lock_request(unit.session, unit.district_id, request_id)
    request.failure = reason
    for file in list_files(unit.session, unit.district_id, [request.id]):
        note_deed(unit, Place(DefinitionKind(file.kind), file.key), DefinitionDeed.FAILED, note=reason)
    tell_of_failure(unit, request, reason)
