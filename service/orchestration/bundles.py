"""Take definitions out of the house as a bundle, and bring a bundle in as drafts or as a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.checks import Finding, dependencies, has_errors, read_diagram
from processes.errors import Conflict, DefinitionRefused
from processes.library_words import DefinitionDeed
from processes.version import VERSION
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration import publication_requests
from service.orchestration.bundle_files import BundleFile, write_bundle
from service.orchestration.deployments import findings_of, require_files
from service.orchestration.drafts import Place, note_deed, put_draft
from service.orchestration.file_kinds import file_name, identify
from service.orchestration.publication_requests import Wish
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.definitions import PublishedDefinition, find_definition, list_newest
from storage.drafts import find_draft

#: The folder of each kind in a bundle.
FOLDERS: Mapping[DefinitionKind, str] = {
    DefinitionKind.PROCESS: "processes",
    DefinitionKind.FORM: "forms",
    DefinitionKind.DECISION: "decisions",
    DefinitionKind.SCENARIOS: "scenarios",
}
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file of a bundle against what is published: `new`, `changed` or `same`. `version` is that in force."""

    file: str
    kind: DefinitionKind
    key: str
    title: str
    state: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a bundle would do. With an error among the findings it may become drafts, never a request."""

    incoming: tuple[Incoming, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


def export(runtime: Runtime, *, by: Actor, of: Place | None = None) -> bytes:
    """A bundle of everything published, or of one definition with all it needs. Raises NotFound."""
    permissions.require(by, "draft")
    session = runtime.session()
    places = _everything(session, by.district_id) if of is None else _needed(runtime, session, by.district_id, of)
    files: dict[str, BundleFile] = {}
    for place in places:
        stored = find_definition(session, by.district_id, place.kind, place.key)
        if stored is not None:
            made = _bundled(stored, place)
            files.setdefault(f"{place.kind}:{stored.hash}", made)
    head = {"made_by": f"zhida {VERSION}", "district": by.district_id}
    return write_bundle(list(files.values()), head)


def _everything(session: Session, district_id: str) -> list[Place]:
    return [Place(kind, row.key) for kind in DefinitionKind for row in list_newest(session, district_id, kind)]


def _needed(runtime: Runtime, session: Session, district_id: str, of: Place) -> list[Place]:
    """The definition, whatever it refers to, and so on; with the scenarios of each."""
    found: dict[Place, None] = {}
    waiting = [of]
    while waiting:
        place = waiting.pop()
        if place in found:
            continue
        found[place] = None
        stored = find_definition(session, district_id, place.kind, place.key)
        if stored is None:
            continue
        waiting += _requirements(stored)
        if place.kind in (DefinitionKind.PROCESS, DefinitionKind.DECISION):
            waiting.append(Place(DefinitionKind.SCENARIOS, place.key))
    return list(found)


def _requirements(stored: PublishedDefinition) -> list[Place]:
    if stored.kind != DefinitionKind.PROCESS:
        return []
    diagram, _ = read_diagram(f"{stored.key}.bpmn", stored.content)
    return [] if diagram is None else [Place(kind, key) for kind, key in dependencies(diagram)]


def _bundled(stored: PublishedDefinition, place: Place) -> BundleFile:
    facts: dict[str, Any] = {
        "kind": stored.kind,
        "key": stored.key,
        "title": stored.title,
        "version": stored.version,
        "depends_on": [{"kind": each.kind.value, "key": each.key} for each in _requirements(stored)],
    }
    return BundleFile(f"{FOLDERS[place.kind]}/{file_name(place.kind, place.key)}", stored.content, facts)


def preview(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> Preview:
    """What importing these files would do; stores nothing. Raises BadRequest for what cannot be a definition."""
    permissions.require(by, "draft")
    require_files(files)
    session = runtime.session()
    findings = findings_of(runtime, session, by.district_id, files)
    return Preview(tuple(_incoming(session, by.district_id, files, findings)), tuple(findings))


def _incoming(
    session: Session, district_id: str, files: Mapping[str, bytes], findings: Iterable[Finding]
) -> Iterable[Incoming]:
    broken = {each.file for each in findings if each.severity == "error"}
    for name, content in sorted(files.items()):
        if name not in broken:
            kind, key, title = identify(name, content)[0]
            stored = find_definition(session, district_id, kind, key)
            same = stored is not None and stored.hash == sha256(content).hexdigest()
            state = SAME if same else NEW if stored is None else CHANGED
            yield Incoming(name, kind, key, title, state, None if stored is None else stored.version)


def import_as_drafts(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> list[Place]:
    """Keep what is new or changed as the person's drafts, all or none; the definitions that came in.

    Raises DefinitionRefused with all findings when one is not fit, Conflict when an own draft would be lost,
    DraftLocked while somebody else is editing one of them.
    """
    found = preview(runtime, files, by=by)
    if not found.ok:
        raise DefinitionRefused(found.findings, "没有导入：检查发现问题，没有保存任何内容。")
    wanted = [each for each in found.incoming if each.state != SAME]
    if not wanted:
        raise Conflict("导入包与已发布的内容完全相同，没有需要导入的。")

    def work(unit: Unit) -> list[Place]:
        return [_keep(unit, each, files[each.file]) for each in wanted]

    return transaction(runtime, by, work)


def _keep(unit: Unit, incoming: Incoming, content: bytes) -> Place:
    place = Place(incoming.kind, incoming.key)
    own = find_draft(unit.session, unit.district_id, place.kind, place.key, unit.actor.id, lock=True)
    if own is not None and own.content != content:
        raise Conflict(f"您已有“{place.key}”的草稿，导入会覆盖它，没有导入。请先发布或放弃那份草稿。")
    put_draft(unit, place, content, base_version=incoming.version, revision=0 if own is None else own.revision)
    note_deed(unit, place, DefinitionDeed.IMPORTED, version=incoming.version, note=incoming.file)
    return place


def import_as_request(runtime: Runtime, files: Mapping[str, bytes], wish: Wish, *, by: Actor) -> UUID:
    """Ask for the publication of what is new or changed; the request's id. Raises as `publication_requests.ask`."""
    return publication_requests.ask(runtime, files, wish, by=by)
