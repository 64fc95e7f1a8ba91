"""The archive of a policy: everything its case left behind, listed with digests (P00 step 20, R02)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models.definitions import Definition
from storage.models.instances import ProcessInstance, Submission
from storage.models.policies import Policy, PolicyArchive, PolicyVersion
from storage.models.records import Attachment


def archive_contents(session: Session, policy: Policy, root_id: UUID) -> dict[str, Any]:
    """Instances with their diagram hash and history head, forms, texts and files of the case, as JSON values."""
    return {
        "policy": {"id": str(policy.id), "number": policy.number, "title": policy.title, "doc_no": policy.doc_no},
        "instances": _instances(session, policy.district_id, root_id),
        "forms": _forms(session, policy.district_id, root_id),
        "texts": _texts(session, policy),
        "files": _files(session, policy.district_id, root_id),
    }


def digest_of(contents: dict[str, Any]) -> str:
    """SHA-256 over the contents in canonical JSON."""
    return sha256(orjson.dumps(contents, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find_archive(session: Session, policy: Policy) -> PolicyArchive | None:
    """The newest archive of a policy."""
    query = (
        select(PolicyArchive)
        .where(PolicyArchive.district_id == policy.district_id, PolicyArchive.policy_id == policy.id)
        .order_by(PolicyArchive.archived_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def _instances(session: Session, district_id: str, root_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(ProcessInstance, Definition.hash)
        .join(
            Definition,
            (Definition.district_id == ProcessInstance.district_id) & (Definition.id == ProcessInstance.definition_id),
        )
        .where(ProcessInstance.district_id == district_id, ProcessInstance.root_id == root_id)
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
    )
    return [
        {
            "id": str(each.id),
            "process": each.process_key,
            "version": each.version,
            "diagram_sha256": diagram,
            "end": each.end_element_id,
            "history_rows": each.history_seq,
            "history_head": each.history_mac,
        }
        for each, diagram in session.execute(query)
    ]


def _forms(session: Session, district_id: str, root_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(Submission)
        .where(Submission.district_id == district_id, Submission.root_id == root_id)
        .order_by(Submission.submitted_at, Submission.id)
    )
    return [
        {
            "id": str(each.id),
            "element": each.element_id,
            "form": each.form_key,
            "version": each.form_version,
            "answers_sha256": digest_of(each.answers),
        }
        for each in session.scalars(query)
    ]


def _texts(session: Session, policy: Policy) -> list[dict[str, Any]]:
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.district_id == policy.district_id, PolicyVersion.policy_id == policy.id)
        .order_by(PolicyVersion.version_no)
    )
    return [{"version": each.version_no, "sha256": each.digest} for each in session.scalars(query)]


def _files(session: Session, district_id: str, root_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(Attachment)
        .where(Attachment.district_id == district_id, Attachment.root_id == root_id)
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return [{"name": each.name, "sha256": each.digest} for each in session.scalars(query)]
