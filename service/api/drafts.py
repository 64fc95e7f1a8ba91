"""Drafts of diagrams, forms and tables, and the lock that says who is editing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields, validate

from processes.errors import NotFound
from service.api.blueprint import ApiSchema, Blueprint
from service.api.places import PLACE, asked_place
from service.entrance import allows, current_actor
from service.orchestration import drafts as verbs
from service.orchestration.drafts import Lock, Place
from service.orchestration.merging import merge_draft
from service.wiring import runtime, session
from storage.drafts import find_draft
from storage.people import logins_of

blueprint = Blueprint("drafts", __name__, url_prefix="/api/v1/drafts", description="What is not published yet")


class LockAnswer(ApiSchema):
    """Who is editing, and until when the lock holds without another save."""

    holder = fields.String(required=True, metadata={"description": "login name"})
    holder_name = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)
    mine = fields.Boolean(required=True)


class LockState(ApiSchema):
    """The lock in force, or null when nobody is editing."""

    lock = fields.Nested(LockAnswer, required=True, allow_none=True)


class DraftBody(ApiSchema):
    """The whole content, the version it began from (null for a new key) and the revision the editor knows (0: none)."""

    content = fields.String(required=True, validate=validate.Length(1, error="草稿是空的，没有保存。"))
    base_version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000))
    revision = fields.Integer(load_default=0, validate=validate.Range(0, 2_000_000_000))


class SavedAnswer(ApiSchema):
    """The revision to name with the next save."""

    revision = fields.Integer(required=True)
    edited_at = fields.AwareDateTime(required=True)


class DraftAnswer(SavedAnswer):
    """A draft as it was saved last, and who is editing."""

    kind = fields.String(required=True)
    key = fields.String(required=True)
    content = fields.String(required=True)
    base_version = fields.Integer(required=True, allow_none=True)
    owner = fields.String(required=True, metadata={"description": "login name"})
    lock = fields.Nested(LockAnswer, required=True, allow_none=True)


class ConflictAnswer(ApiSchema):
    """What both sides changed differently; the merged content holds `mine`."""

    element_id = fields.String(required=True)
    what = fields.String(required=True)
    base = fields.String(required=True, allow_none=True)
    mine = fields.String(required=True, allow_none=True)
    theirs = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)


class MergeAnswer(ApiSchema):
    """The merged content and the version it stands on now."""

    content = fields.String(required=True)
    base_version = fields.Integer(required=True)
    conflicts = fields.List(fields.Nested(ConflictAnswer), required=True)


class LockBody(ApiSchema):
    """`take_over`: in place of whoever is editing."""

    take_over = fields.Boolean(load_default=False)


@blueprint.get(PLACE)
@allows("draft")
@blueprint.response(200, DraftAnswer)
def read(kind: str, key: str) -> dict[str, Any]:
    """One's own draft. 404 when there is none."""
    actor, place = current_actor(), asked_place(kind, key)
    found = find_draft(session(), actor.district_id, place.kind, key, actor.id)
    if found is None:
        raise NotFound(f"您没有“{key}”的草稿。")
    return {
        "kind": found.kind,
        "key": found.key,
        "content": found.content.decode(),
        "base_version": found.base_version,
        "revision": found.revision,
        "edited_at": found.edited_at,
        "owner": logins_of(session(), actor.district_id, {actor.id})[actor.id],
        "lock": _lock(place),
    }


@blueprint.put(PLACE)
@allows("draft")
@blueprint.arguments(DraftBody)
@blueprint.response(200, SavedAnswer)
def save(asked: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    """Keep the content as one's draft. 409 DRAFT_CHANGED after a newer save, DRAFT_LOCKED while somebody else edits."""
    revision, edited_at = verbs.save_draft(
        runtime(),
        asked_place(kind, key),
        asked["content"].encode(),
        base_version=asked["base_version"],
        revision=asked["revision"],
        by=current_actor(),
    )
    return {"revision": revision, "edited_at": edited_at}


@blueprint.delete(PLACE)
@allows("draft")
@blueprint.response(204)
def discard(kind: str, key: str) -> None:
    """Drop one's draft and let the lock go."""
    verbs.discard_draft(runtime(), asked_place(kind, key), by=current_actor())


@blueprint.get(PLACE + "/lock")
@allows("draft")
@blueprint.response(200, LockState)
def read_lock(kind: str, key: str) -> dict[str, Any]:
    """Who is editing now, if anybody."""
    return {"lock": _lock(asked_place(kind, key))}


@blueprint.post(PLACE + "/lock")
@allows("draft")
@blueprint.arguments(LockBody)
@blueprint.response(200, LockAnswer)
def lock(asked: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    """Say that one is editing. 409 DRAFT_LOCKED naming who is, unless `take_over`."""
    place = asked_place(kind, key)
    return _shown(verbs.lock_definition(runtime(), place, take_over=asked["take_over"], by=current_actor()))


@blueprint.delete(PLACE + "/lock")
@allows("draft")
@blueprint.response(204)
def unlock(kind: str, key: str) -> None:
    """Stop editing; without an own lock nothing happens."""
    verbs.release_lock(runtime(), asked_place(kind, key), by=current_actor())


@blueprint.post(PLACE + "/merge")
@allows("draft")
@blueprint.response(200, MergeAnswer)
def merge(kind: str, key: str) -> dict[str, Any]:
    """One's draft with what was published since in it. Nothing is stored: save the content on `base_version`."""
    merged = merge_draft(runtime(), asked_place(kind, key), by=current_actor())
    return {
        "content": merged.content.decode(),
        "base_version": merged.version,
        "conflicts": [asdict(each) for each in merged.conflicts],
    }


def _lock(place: Place) -> dict[str, Any] | None:
    found = verbs.lock_of(session(), place, at=runtime().clock.now(), seen_by=current_actor())
    return None if found is None else _shown(found)


def _shown(held: Lock) -> dict[str, Any]:
    logins = logins_of(session(), current_actor().district_id, {held.holder_id})
    return {
        "holder": logins[held.holder_id],
        "holder_name": held.holder_name,
        "since": held.since,
        "until": held.until,
        "mine": held.mine,
    }
