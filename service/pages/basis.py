"""What a decision rests on, one click from the task: the policy and its text, the guide, the standards of the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.errors import NotFound
from service import permissions
from service.pages.materials import standards_of
from storage import applications, guides, items, policies
from storage.models.guides import QrCode
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.policies import Policy


@dataclass(frozen=True, slots=True)
class Basis:
    """The policy with the file of its issued text, the item with its guide, and (document, standard) pairs."""

    policy: Policy | None
    text_id: UUID | None
    item: PolicyItem | None
    guide: QrCode | None
    standards: Sequence[tuple[str, str]]


def basis_of(session: Session, actor: Actor, task: Task) -> Basis | None:
    """What belongs to the case of the task and may be read by the actor; None when there is nothing."""
    item = _item(session, task)
    policy = _policy(session, task, item)
    if policy is not None and not permissions.may_see_policy(session, actor, policy):
        policy = None
    if item is None and policy is None:
        return None
    code = None if item is None or item.launched_at is None else guides.find_code_of(session, item)
    standards = [] if item is None else standards_of(item)
    return Basis(policy, _issued_text(session, policy), item if policy else None, code, standards)


def _item(session: Session, task: Task) -> PolicyItem | None:
    application = applications.find_application_of_instance(session, task.district_id, task.root_id)
    asked = task.variables.get("item_id") if application is None else application.item_id
    if asked is None:
        return None
    try:
        return items.get_item(session, task.district_id, asked)
    except NotFound:
        return None


def _policy(session: Session, task: Task, item: PolicyItem | None) -> Policy | None:
    asked = task.variables.get("policy_id") if item is None else item.policy_id
    if asked is None:
        return policies.find_policy_of_instance(session, task.district_id, task.root_id)
    try:
        return policies.get_policy(session, task.district_id, asked)
    except NotFound:
        return None


def _issued_text(session: Session, policy: Policy | None) -> UUID | None:
    """The file of the text that was issued."""
    if policy is None or policy.issued_version_id is None:
        return None
    versions = policies.list_versions(session, policy)
    return next((each.attachment_id for each in versions if each.id == policy.issued_version_id), None)
