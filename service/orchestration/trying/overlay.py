"""Definitions that exist in a trial only: the files that are tried, and stand-ins of called processes."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.vocabulary import DefinitionKind
from service.orchestration.file_kinds import identify
from service.orchestration.trying.isolation import Trial
from storage.db import new_id
from storage.models.definitions import Definition, Deployment


def put_in_place(session: Session, district_id: str, key: str, content: bytes) -> None:
    """Let every published version of a process be this one, inside the trial."""
    session.execute(
        update(Definition)
        .where(Definition.district_id == district_id, Definition.kind == DefinitionKind.PROCESS, Definition.key == key)
        .values(content=content)
        .execution_options(synchronize_session=False)
    )


def lay_over(trial: Trial, files: Mapping[str, bytes], *, district_id: str, by: Actor) -> None:
    """Publish the files inside the trial, unchecked: the caller has checked them, or the run will tell."""
    deployment = Deployment(
        district_id=district_id, id=new_id(), comment="试跑", published_by=by.id, published_at=trial.clock.now()
    )
    trial.session.add(deployment)
    trial.session.flush()
    for name, content in files.items():
        for kind, key, title in identify(name, content):
            last = trial.session.scalar(
                select(func.max(Definition.version)).where(
                    Definition.district_id == district_id, Definition.kind == kind, Definition.key == key
                )
            )
            trial.session.add(
                Definition(
                    district_id=district_id,
                    id=new_id(),
                    deployment_id=deployment.id,
                    kind=kind,
                    key=key,
                    version=(last or 0) + 1,
                    title=title,
                    hash=sha256(content).hexdigest(),
                    published_at=trial.clock.now(),
                    published_by=by.id,
                    content=content,
                )
            )
            trial.session.flush()
