"""Publish diagrams, forms and decision tables: checked as a whole; with a finding, nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.checking import check_form
from processes import engine
from processes.actors import Actor
from processes.checks import Finding, check_files, has_errors
from processes.clock import business_date
from processes.errors import BadRequest, DefinitionRefused, Forbidden
from processes.notice_words import NoticeKind
from processes.vocabulary import DefinitionKind
from service import permissions
from service.catalogue import build_catalogue
from service.orchestration import gate
from service.orchestration.file_kinds import SUFFIXES, identify
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.definitions import find_definition
from storage.models.definitions import Definition, Deployment
from storage.people import list_holders


@dataclass(frozen=True, slots=True)
class Published:
    """One definition of a deployment. `new` is False when the same bytes were the newest version already."""

    kind: str
    key: str
    version: int
    hash: str
    new: bool


@dataclass(frozen=True, slots=True)
class DeploymentResult:
    id: UUID
    definitions: tuple[Published, ...]
    findings: tuple[Finding, ...]  # warnings; errors refuse the deployment


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a set of files is published and who is behind it: the reason, whoever asked, whoever published.

    `origins`: file name -> the earlier version it brings back.
    """

    comment: str
    published_by: UUID
    release_note: str = ""
    asked_by: UUID | None = None
    origins: Mapping[str, int] = field(default_factory=dict)


def check(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> list[Finding]:
    """The findings for a set of files, against everything published and registered now."""
    permissions.require(by, "check")
    return findings_of(runtime, runtime.session(), by.district_id, files)


def findings_of(runtime: Runtime, session: Session, district_id: str, files: Mapping[str, bytes]) -> list[Finding]:
    """The same for whoever has the right already, in the session of a running transaction."""
    today = business_date(runtime.clock.now())
    catalogue = build_catalogue(session, district_id, runtime.handlers, runtime.definitions, on=today)
    return check_files(files, catalogue, check_form, engine_reader=engine.element_ids)


def deploy(
    runtime: Runtime, files: Mapping[str, bytes], *, by: Actor, comment: str, override: str = "", proven: bool = False
) -> DeploymentResult:
    """Check the files as a whole and publish each as its key's next version, at once and by one person.

    Where a second person has to agree (ZHIDA_SECOND_PERSON) only a publisher may, and the other publishers are told.
    The scenarios that travel with them have to pass, unless `override` says why it is published all the same, or they
    are `proven` already. Unchanged files keep their version. Raises DefinitionRefused with all findings; then nothing
    is stored.
    """
    permissions.require(by, "deploy")
    if runtime.second_person and not permissions.can(by, "approve_publication"):
        raise Forbidden("发布须经另一位流程发布人审批，不能直接发布。请提交发布申请。")
    require_files(files)
    said = comment if proven else comment + tried(runtime, files, by=by, override=override)

    def work(unit: Unit) -> DeploymentResult:
        done = publish(unit, files, Cause(said, published_by=by.id))
        if runtime.second_person and any(each.new for each in done.definitions):
            _tell_others(unit, done, comment)
        return done

    return transaction(runtime, by, work)


def tried(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor, override: str = "") -> str:
    """Run the scenarios that the files touch, before the transaction that publishes them; see gate.pass_or_refuse."""
    if not gate.concerns(runtime, files, by=by):
        return ""
    findings = findings_of(runtime, runtime.session(), by.district_id, files)
    if has_errors(findings):
        raise DefinitionRefused(findings)
    return gate.pass_or_refuse(runtime, files, by=by, override=override)


def require_files(files: Mapping[str, bytes]) -> None:
    """Raise BadRequest unless there are files, all of kinds that can be published."""
    if not files:
        raise BadRequest("没有收到文件：请选择要发布的流程图、表单或决策表。")
    unknown = [name for name in files if PurePosixPath(name).suffix not in SUFFIXES]
    if unknown:
        raise BadRequest(f"不能发布这种文件：{'、'.join(unknown)}。可以发布 {'、'.join(SUFFIXES)} 文件。")


def publish(unit: Unit, files: Mapping[str, bytes], cause: Cause) -> DeploymentResult:
    """The same inside a transaction, for whoever has the right already. Raises DefinitionRefused."""
    findings = findings_of(unit.runtime, unit.session, unit.district_id, files)
    if has_errors(findings):
        raise DefinitionRefused(findings)
    deployment = Deployment(
        district_id=unit.district_id,
        id=new_id(),
        comment=cause.comment,
        release_note=cause.release_note,
        asked_by=cause.asked_by,
        published_by=cause.published_by,
        published_at=unit.now,
    )
    unit.session.add(deployment)
    unit.session.flush()
    published = [
        _publish(unit, deployment, kind, key, title, content, origin=cause.origins.get(name))
        for name, content in files.items()
        for kind, key, title in identify(name, content)
    ]
    return DeploymentResult(deployment.id, tuple(published), tuple(findings))


def _publish(
    unit: Unit,
    deployment: Deployment,
    kind: DefinitionKind,
    key: str,
    title: str,
    content: bytes,
    *,
    origin: int | None,
) -> Published:
    digest = sha256(content).hexdigest()
    newest = find_definition(unit.session, unit.district_id, kind, key)
    if newest is not None and newest.hash == digest:
        return Published(kind, key, newest.version, digest, new=False)
    last = unit.session.scalar(
        select(func.max(Definition.version)).where(
            Definition.district_id == unit.district_id, Definition.kind == kind, Definition.key == key
        )
    )
    row = Definition(
        district_id=unit.district_id,
        id=new_id(),
        deployment_id=deployment.id,
        kind=kind,
        key=key,
        version=(last or 0) + 1,
        title=title,
        hash=digest,
        origin_version=origin,
        published_at=unit.now,
        published_by=deployment.published_by,
        content=content,
    )
    unit.session.add(row)
    unit.session.flush()
    return Published(kind, key, row.version, digest, new=True)


def _tell_others(unit: Unit, done: DeploymentResult, comment: str) -> None:
    """One person published alone although two are asked for: the other publishers hear of it."""
    people = {row.id for row in list_holders(unit.session, unit.district_id, "publisher", None, on=unit.today)}
    names = "、".join(f"{each.key} 第 {each.version} 版" for each in done.definitions if each.new)
    tell(
        unit,
        people - {unit.actor.id},
        kind=NoticeKind.PUBLICATION,
        title=f"{unit.actor.name}直接发布了{names}",
        body=f"没有经过发布申请。原因：{comment}",
        link="/definitions",
        key=f"direct:{done.id}",
    )
