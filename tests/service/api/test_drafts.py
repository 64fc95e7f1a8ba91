"""Drafts of definitions over HTTP: one per person and key, saved by revision, and a lock that others see."""

from __future__ import annotations

from typing import Any

import pytest

from processes.library_words import LARGEST_DRAFT
from storage.models.drafts import DefinitionDraft, DefinitionEvent, EditLock
from tests.service.api.client import Program
from tests.world import World

REVIEW = "/api/v1/drafts/process/review"
DRAWN = "<definitions>第一稿</definitions>"


def body(content: str = DRAWN, *, revision: int = 0, base_version: int | None = 1) -> dict[str, Any]:
    return {"content": content, "revision": revision, "base_version": base_version}


@pytest.fixture
def owner(world: World) -> Program:
    return Program(world, "process_owner")


@pytest.fixture
def colleague(world: World) -> Program:
    """Somebody else who may draw."""
    return Program(world, "publisher")


def deeds(world: World) -> list[str]:
    return [row.what for row in sorted(world.rows(DefinitionEvent), key=lambda row: row.at)]


def test_a_draft_comes_back_as_it_was_saved(world: World, owner: Program) -> None:
    assert owner.get(REVIEW).status_code == 404

    saved = owner.put(REVIEW, body())

    assert (saved.status_code, saved.get_json()["revision"]) == (200, 1)
    found = owner.get(REVIEW).get_json()
    assert (found["content"], found["base_version"], found["owner"]) == (DRAWN, 1, "process_owner")
    assert (found["lock"]["mine"], found["lock"]["holder"]) == (True, "process_owner")
    assert deeds(world) == ["draft_started"]


def test_a_draft_may_be_broken_and_may_be_of_a_form_nobody_has_yet(owner: Program) -> None:
    address = "/api/v1/drafts/form/review/check_seal"

    assert owner.put(address, body('{"half": ', base_version=None)).status_code == 200
    assert owner.get(address).get_json()["key"] == "review/check_seal"


def test_a_save_over_a_newer_one_is_refused_and_the_newer_stays(owner: Program) -> None:
    owner.put(REVIEW, body())
    owner.put(REVIEW, body("第二稿", revision=1))

    late = owner.put(REVIEW, body("迟到的稿", revision=1))

    assert (late.status_code, late.get_json()["code"], late.get_json()["revision"]) == (409, "DRAFT_CHANGED", 2)
    assert owner.get(REVIEW).get_json()["content"] == "第二稿"


def test_a_save_after_the_draft_was_discarded_is_refused(owner: Program) -> None:
    owner.put(REVIEW, body())
    assert owner.delete(REVIEW).status_code == 204

    late = owner.put(REVIEW, body(revision=1))

    assert (late.status_code, late.get_json()["code"]) == (409, "DRAFT_CHANGED")
    assert owner.get(REVIEW).status_code == 404
    assert owner.delete(REVIEW).status_code == 404


def test_while_one_edits_the_other_is_told_by_whom(owner: Program, colleague: Program) -> None:
    owner.put(REVIEW, body())

    refused = colleague.put(REVIEW, body("别人的稿"))

    assert (refused.status_code, refused.get_json()["code"]) == (409, "DRAFT_LOCKED")
    name = refused.get_json()["holder_name"]
    assert name and name in refused.get_json()["detail"]
    seen = colleague.get(f"{REVIEW}/lock").get_json()["lock"]
    assert (seen["holder"], seen["mine"]) == ("process_owner", False)
    assert colleague.post(f"{REVIEW}/lock", {}).get_json()["code"] == "DRAFT_LOCKED"


def test_a_lock_taken_over_is_learnt_at_the_next_save_and_both_drafts_stay(
    world: World, owner: Program, colleague: Program
) -> None:
    owner.put(REVIEW, body())

    assert colleague.post(f"{REVIEW}/lock", {"take_over": True}).get_json()["mine"] is True
    assert colleague.put(REVIEW, body("别人的稿")).status_code == 200

    refused = owner.put(REVIEW, body("第二稿", revision=1))
    assert (refused.status_code, refused.get_json()["code"]) == (409, "DRAFT_LOCKED")
    assert owner.get(REVIEW).get_json()["content"] == DRAWN
    assert colleague.get(REVIEW).get_json()["content"] == "别人的稿"
    assert "lock_taken_over" in deeds(world)


def test_a_lock_ends_ten_minutes_after_the_last_save(world: World, owner: Program, colleague: Program) -> None:
    owner.put(REVIEW, body())
    world.advance(minutes=9)
    owner.put(REVIEW, body("第二稿", revision=1))
    world.advance(minutes=9)
    assert colleague.post(f"{REVIEW}/lock", {}).status_code == 409

    world.advance(minutes=1)

    assert colleague.get(f"{REVIEW}/lock").get_json()["lock"] is None
    assert colleague.post(f"{REVIEW}/lock", {}).status_code == 200
    assert "lock_taken_over" not in deeds(world)


def test_leaving_lets_the_lock_go_and_never_that_of_another(world: World, owner: Program, colleague: Program) -> None:
    owner.put(REVIEW, body())

    assert colleague.delete(f"{REVIEW}/lock").status_code == 204
    assert len(world.rows(EditLock)) == 1
    assert owner.delete(f"{REVIEW}/lock").status_code == 204
    assert world.rows(EditLock) == []
    assert len(world.rows(DefinitionDraft)) == 1


@pytest.mark.parametrize(
    "place", ["process/1review", "process/a b", "form/review/../x", "form/review/lock", "process/" + "a" * 121]
)
def test_a_key_that_no_definition_can_have_is_refused(world: World, owner: Program, place: str) -> None:
    assert owner.put(f"/api/v1/drafts/{place}", body(base_version=None)).status_code in (400, 404, 405)
    assert world.rows(DefinitionDraft) == []


def test_what_cannot_be_kept_is_refused(world: World, owner: Program) -> None:
    assert owner.put(REVIEW, body(" ")).status_code == 400
    assert owner.put(REVIEW, body("长" * (LARGEST_DRAFT // 3 + 1))).status_code == 400
    assert owner.put(REVIEW, body(base_version=99)).status_code == 404
    assert owner.put("/api/v1/drafts/picture/review", body()).status_code == 404
    assert world.rows(DefinitionDraft) == []
    assert world.rows(EditLock) == []


@pytest.mark.parametrize("login", ["maker", "admin", "applicant", "analyst"])
def test_only_process_owners_and_publishers_draft(world: World, login: str) -> None:
    program = Program(world, login)

    answers = [program.put(REVIEW, body()), program.get(REVIEW), program.post(f"{REVIEW}/lock", {})]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
