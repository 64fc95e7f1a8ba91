"""Asking for publication and answering it: by a second person, from a day on, and taken back while nothing happened.

A request keeps its files byte for byte. What was found fit when it was asked for is checked again when it is
approved and once more on its day, because other things may have been published meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from processes.actors import Actor
from processes.checks import has_errors
from processes.clock import start_of_day
from processes.errors import (
    BadRequest,
    Conflict,
    DefinitionRefused,
    Forbidden,
    NewerVersion,
    RequestClosed,
    SeparationOfDuties,
)
from processes.library_words import PUBLICATION_STATES, DefinitionDeed, PublicationState
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.deployments import findings_of, require_files, tried
from service.orchestration.drafts import Place, note_deed
from service.orchestration.file_kinds import file_name, identify
from service.orchestration.publication_notices import tell_asker, tell_publishers
from service.orchestration.publication_release import PUBLISH, release
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.definitions import find_definition, get_definition
from storage.drafts import find_draft
from storage.models.publication_requests import PublicationFile, PublicationRequest
from storage.publication_requests import list_files, list_open_places, lock_request

LONGEST_REASON, LONGEST_NOTE = 500, 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside the files: why, what people will notice, and from which day (None: at once).

    `origins`: file name -> the earlier version it brings back. `override`: why it is to be published although a
    scenario fails, where nobody else has to agree.
    """

    comment: str
    release_note: str = ""
    effective_on: date | None = None
    override: str = ""
    origins: Mapping[str, int] = field(default_factory=dict)


def ask(runtime: Runtime, files: Mapping[str, bytes], wish: Wish, *, by: Actor) -> UUID:
    """Ask for publication; the request's id. Where no second person is needed it is approved in the same moment.

    Raises DefinitionRefused with all findings, BadRequest without a reason, with a day that is over or with nothing
    new, Conflict when the same thing is asked for already; then nothing is stored.
    """
    permissions.require(by, "ask_publication")
    require_files(files)
    _check_wish(wish)
    said = "" if runtime.second_person else tried(runtime, files, by=by, override=wish.override)
    return transaction(runtime, by, lambda unit: _ask(unit, files, wish, said))


def ask_for_drafts(runtime: Runtime, places: Sequence[Place], wish: Wish, *, by: Actor) -> UUID:
    """Ask for the publication of one's own drafts; see `ask`. Raises NotFound for a draft that is not there."""
    return ask(runtime, files_of_drafts(runtime, places, by=by), wish, by=by)


def files_of_drafts(runtime: Runtime, places: Sequence[Place], *, by: Actor) -> dict[str, bytes]:
    """File name -> bytes of a person's drafts.

    Raises NotFound for a draft that is not there, NewerVersion for one that began before the version in force.
    """
    files: dict[str, bytes] = {}
    for place in places:
        found = find_draft(runtime.session(), by.district_id, place.kind, place.key, by.id)
        if found is None:
            raise Conflict(f"您没有“{place.key}”的草稿，它可能已经发布或放弃。请刷新页面。")
        newest = find_definition(runtime.session(), by.district_id, place.kind, place.key)
        if newest is not None and newest.version > (found.base_version or 0):
            raise _outdated(place.key, newest.version)
        files[file_name(place.kind, place.key)] = found.content
    return files


def ask_to_go_back(runtime: Runtime, place: Place, version: int, wish: Wish, *, by: Actor) -> UUID:
    """Ask for an earlier version to become the next one, its origin stated. Raises Conflict for the newest."""
    newest = get_definition(runtime.session(), by.district_id, place.kind, place.key)
    earlier = get_definition(runtime.session(), by.district_id, place.kind, place.key, version)
    if earlier.hash == newest.hash:
        raise Conflict(f"“{newest.title}”现在就是第 {version} 版的内容，不需要回退。")
    name = file_name(place.kind, place.key)
    stated = replace(wish, origins={name: version})
    return ask(runtime, {name: earlier.content}, stated, by=by)


def approve(runtime: Runtime, request_id: UUID, *, by: Actor, note: str = "", override: str = "") -> None:
    """Agree: it is published now, or on its day. Raises SeparationOfDuties for whoever asked, RequestClosed when it
    was answered already, NewerVersion and DefinitionRefused when it is no longer fit; then nothing is stored. Scenarios
    that fail refuse it as well, unless `override` says why it is published all the same.
    """
    permissions.require(by, "approve_publication")
    kept = list_files(runtime.session(), by.district_id, [request_id], contents=True)
    said = tried(runtime, {file.name: file.content for file in kept}, by=by, override=override)

    def work(unit: Unit, request: PublicationRequest) -> None:
        _require_state(request, PublicationState.WAITING)
        if runtime.second_person and by.id == request.asked_by:
            raise SeparationOfDuties("申请人不能审批自己的发布申请，请由另一位流程发布人审批。")
        _approve(unit, request, note.strip() + said)

    _on(runtime, request_id, work, by=by)


def send_back(runtime: Runtime, request_id: UUID, *, by: Actor, note: str) -> None:
    """Say what has to be changed first (退回). The asker keeps the drafts. Raises BadRequest without a comment."""
    permissions.require(by, "approve_publication")
    said = _reason(note, "请写明退回的意见，申请人要按意见修改。")

    def work(unit: Unit, request: PublicationRequest) -> None:
        _require_state(request, PublicationState.WAITING)
        _close(unit, request, PublicationState.RETURNED, DefinitionDeed.RETURNED, said)
        tell_asker(unit, request, f"{by.name}退回了您的发布申请", said)

    _on(runtime, request_id, work, by=by)


def take_back(runtime: Runtime, request_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Withdraw one's own request while it is not published (撤回), approved for a later day or not."""
    permissions.require(by, "ask_publication")

    def work(unit: Unit, request: PublicationRequest) -> None:
        if request.asked_by != by.id:
            raise Forbidden("只有申请人可以撤回发布申请。")
        _require_state(request, PublicationState.WAITING, PublicationState.APPROVED)
        _close(unit, request, PublicationState.WITHDRAWN, DefinitionDeed.WITHDRAWN, reason.strip()[:LONGEST_NOTE])

    _on(runtime, request_id, work, by=by)


def try_again(runtime: Runtime, request_id: UUID, *, by: Actor) -> None:
    """Publish an approved request that failed on its day, once the cause is mended. Raises as `approve` does."""
    permissions.require(by, "approve_publication")

    def work(unit: Unit, request: PublicationRequest) -> None:
        if request.state != PublicationState.APPROVED or request.failure is None:
            raise RequestClosed("这份申请没有发布失败，不需要重试。")
        release(unit, request)

    _on(runtime, request_id, work, by=by)


def _on(runtime: Runtime, request_id: UUID, work: Callable[[Unit, PublicationRequest], None], *, by: Actor) -> None:
    """One transaction on one request, its row locked."""
    transaction(runtime, by, lambda unit: work(unit, lock_request(unit.session, unit.district_id, request_id)))


def _check_wish(wish: Wish) -> None:
    _reason(wish.comment, "请写明这次修改的原因，原因会写进版本记录。")
    if len(wish.comment) > LONGEST_REASON or len(wish.release_note) > LONGEST_NOTE:
        raise BadRequest(f"原因最多 {LONGEST_REASON} 字，更新说明最多 {LONGEST_NOTE} 字。")


def _reason(text: str, otherwise: str) -> str:
    if not text.strip():
        raise BadRequest(otherwise)
    return text.strip()[:LONGEST_NOTE]


def _ask(unit: Unit, files: Mapping[str, bytes], wish: Wish, said: str) -> UUID:
    if wish.effective_on is not None and wish.effective_on < unit.today:
        raise BadRequest("生效日期已经过去，请选择今天或以后的日期，或留空立即生效。")
    findings = findings_of(unit.runtime, unit.session, unit.district_id, files)
    if has_errors(findings):
        raise DefinitionRefused(findings)
    request = PublicationRequest(
        district_id=unit.district_id,
        id=new_id(),
        state=PublicationState.WAITING,
        comment=wish.comment.strip(),
        release_note=wish.release_note.strip(),
        effective_on=wish.effective_on,
        asked_by=unit.actor.id,
        asked_at=unit.now,
    )
    unit.session.add(request)
    unit.session.flush()
    if not sum(_keep(unit, request, name, content, wish.origins.get(name)) for name, content in files.items()):
        raise BadRequest("这些文件与已发布的版本完全相同，没有需要发布的内容。")
    unit.session.flush()
    _note(unit, request, DefinitionDeed.ASKED, request.comment)
    if unit.runtime.second_person:
        tell_publishers(unit, request)
    else:
        _approve(unit, request, said)
    return request.id


def _keep(unit: Unit, request: PublicationRequest, name: str, content: bytes, origin: int | None) -> bool:
    """Put a file to the request, unless its bytes are in force already."""
    defined = identify(name, content)
    waiting = list_open_places(unit.session, unit.district_id)
    digest, is_new = sha256(content).hexdigest(), False
    based_on: dict[str, int] = {}
    kind, key, title = defined[0]
    for _, each, _ in defined:
        newest = find_definition(unit.session, unit.district_id, kind, each)
        based_on[each] = 0 if newest is None else newest.version
        is_new = is_new or newest is None or newest.hash != digest
    if not is_new:
        return False
    asked = waiting.get((kind, key))
    if asked is not None and asked.id != request.id:
        raise Conflict(f"“{title}”已有一份发布申请在办理，请等它办结，或先撤回它。", request_id=str(asked.id))
    unit.session.add(
        PublicationFile(
            district_id=unit.district_id,
            id=new_id(),
            request_id=request.id,
            name=name,
            kind=kind,
            key=key,
            title=title[:200],
            hash=digest,
            based_on=based_on,
            origin_version=origin,
            content=content,
        )
    )
    return True


def _approve(unit: Unit, request: PublicationRequest, note: str) -> None:
    request.state = PublicationState.APPROVED
    request.decided_by, request.decided_at, request.decision_note = unit.actor.id, unit.now, note[:LONGEST_NOTE]
    _note(unit, request, DefinitionDeed.APPROVED, note)
    later = request.effective_on is not None and request.effective_on > unit.today
    if not later:
        release(unit, request)
        return
    assert request.effective_on is not None
    begins = start_of_day(request.effective_on)
    unit.enqueue(PUBLISH, {"request_id": str(request.id)}, run_at=begins, key=f"{PUBLISH}:{request.id}")
    tell_asker(unit, request, f"您的发布申请已同意，将于 {request.effective_on:%Y-%m-%d} 生效", note)


def _close(unit: Unit, request: PublicationRequest, state: PublicationState, deed: DefinitionDeed, note: str) -> None:
    request.state = state
    request.decided_by, request.decided_at, request.decision_note = unit.actor.id, unit.now, note
    _note(unit, request, deed, note)


def _note(unit: Unit, request: PublicationRequest, deed: DefinitionDeed, note: str) -> None:
    for file in list_files(unit.session, unit.district_id, [request.id]):
        note_deed(unit, Place(DefinitionKind(file.kind), file.key), deed, note=note)


def _require_state(request: PublicationRequest, *states: PublicationState) -> None:
    if request.state not in states:
        word = PUBLICATION_STATES[request.state]
        raise RequestClosed(f"这份发布申请{word}，不能再这样处理。请刷新页面查看最新状态。", state=request.state)


def _outdated(key: str, version: int) -> Conflict:
    return NewerVersion(
        f"“{key}”的草稿开始之后，已有人发布了第 {version} 版。请先把它合并到草稿，再申请发布。", version=version
    )
