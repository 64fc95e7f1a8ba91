"""Publish diagrams, forms and decision tables: checked as a whole; with a finding, nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import func, select

from forms.checking import check_form
from processes import engine
from processes.actors import Actor
from processes.checks import Finding, check_files, has_errors
from processes.clock import business_date
from processes.errors import BadRequest, DefinitionRefused
from processes.vocabulary import DefinitionKind
from service import permissions
from service.catalogue import build_catalogue
from service.orchestration.file_kinds import SUFFIXES, identify
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.definitions import find_definition
from storage.models.definitions import Definition, Deployment


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


def check(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> list[Finding]:
    """The findings for a set of files, against everything published and registered now."""
    permissions.require(by, "check")
    session = runtime.session()
    on = business_date(runtime.clock.now())
    catalogue = build_catalogue(session, by.district_id, runtime.handlers, runtime.definitions, on=on)
    return check_files(files, catalogue, check_form, engine_reader=engine.element_ids)


def deploy(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor, comment: str) -> DeploymentResult:
    """Check the files as a whole and publish each as its key's next version.

    Unchanged files keep their version. Raises DefinitionRefused with all findings; then nothing is stored.
    """
    permissions.require(by, "deploy")
    if not files:
        raise BadRequest("没有收到文件：请选择要发布的流程图、表单或决策表。")
    unknown = [name for name in files if PurePosixPath(name).suffix not in SUFFIXES]
    if unknown:
        raise BadRequest(f"不能发布这种文件：{'、'.join(unknown)}。可以发布 .bpmn、.dmn、.form 和 .scenarios 文件。")

    def work(unit: Unit) -> DeploymentResult:
        catalogue = build_catalogue(
            unit.session, unit.district_id, runtime.handlers, runtime.definitions, on=unit.today
        )
        findings = check_files(files, catalogue, check_form, engine_reader=engine.element_ids)
        if has_errors(findings):
            raise DefinitionRefused(findings)
        deployment = Deployment(
            district_id=unit.district_id, id=new_id(), comment=comment, published_by=by.id, published_at=unit.now
        )
        unit.session.add(deployment)
        unit.session.flush()
        published = [
            _publish(unit, deployment, kind, key, title, content)
            for name, content in files.items()
            for kind, key, title in identify(name, content)
        ]
        return DeploymentResult(deployment.id, tuple(published), tuple(findings))

    return transaction(runtime, by, work)


def _publish(
    unit: Unit, deployment: Deployment, kind: DefinitionKind, key: str, title: str, content: bytes
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
        published_at=unit.now,
        published_by=unit.actor.id,
        content=content,
    )
    unit.session.add(row)
    unit.session.flush()
    return Published(kind, key, row.version, digest, new=True)
