"""Hand a publication to its channel, outside every transaction, and note what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from processes.actors import system_actor
from processes.channels import ChannelFailed, Publication
from processes.opening_words import SyncState
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import guides, items, policies, publications
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.publications import PublicationRecord

#: Publications that may still be sent: not those already at their channel, and not those vouched for.
_TO_SEND = (SyncState.PENDING, SyncState.FAILED)


def publish_record(runtime: Runtime, district_id: str, record_id: UUID) -> None:
    """Send one publication through its channel's adapter. Safe to repeat: its key is always the same.

    Raises ChannelFailed, after noting it, so that the job is tried again; the task by hand stays open meanwhile.
    """
    actor = system_actor(district_id)
    publication = transaction(runtime, actor, lambda unit: _to_send(unit, record_id))
    adapter = None if publication is None else runtime.channels.get(publication.channel)
    if publication is None or adapter is None:
        return
    try:
        url = adapter.publish(publication)
    except ChannelFailed as error:
        note = str(error)
        transaction(runtime, actor, lambda unit: _note(unit, record_id, SyncState.FAILED, note=note))
        raise
    transaction(runtime, actor, lambda unit: _note(unit, record_id, SyncState.SENT, url=url))


def _to_send(unit: Unit, record_id: UUID) -> Publication | None:
    record = publications.get_publication(unit.session, unit.district_id, record_id)
    if record.state not in _TO_SEND:
        return None
    item = items.get_item(unit.session, unit.district_id, record.item_id)
    policy = policies.get_policy(unit.session, unit.district_id, record.policy_id)
    content = {**_policy_facts(policy), **_guide_facts(unit, item)}
    return Publication(str(record.id), record.channel, record.action, record.subject, content)


def _policy_facts(policy: Policy) -> dict[str, Any]:
    """What the openness column shows of every text (S06)."""
    return {
        "policy": policy.title,
        "doc_no": policy.doc_no,
        "index_no": policy.index_no,
        "category": policy.category,
        "issuing_body": policy.issuing_body,
        "signed_on": None if policy.signed_on is None else policy.signed_on.isoformat(),
        "published_on": None if policy.published_on is None else policy.published_on.isoformat(),
    }


def _guide_facts(unit: Unit, item: PolicyItem) -> dict[str, Any]:
    guide = guides.find_guide(unit.session, item)
    code = guides.find_code_of(unit.session, item)
    return {
        "item_no": item.number,
        "item": item.name,
        "path": None if code is None else f"/g/{code.code}",
        "open_at": None if item.open_at is None else item.open_at.isoformat(),
        "close_at": None if item.close_at is None else item.close_at.isoformat(),
        "guide": None if guide is None else {"title": guide.title, "summary": guide.summary, "elements": guide.content},
    }


def _note(unit: Unit, record_id: UUID, state: SyncState, *, url: str | None = None, note: str = "") -> None:
    """What came of it, unless a person has vouched for the publication meanwhile."""
    record: PublicationRecord = publications.get_publication(unit.session, unit.district_id, record_id)
    if record.state not in _TO_SEND:
        return
    record.state, record.note = state, note
    record.attempts += 1
    if url is not None:
        record.url, record.sent_at = url, unit.now
