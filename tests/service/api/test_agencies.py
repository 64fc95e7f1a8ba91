"""Agents over HTTP: authorise with an uploaded letter, accept, and end; nobody else learns of it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from service.seed.people import ENTERPRISE
from tests.journeys import applying_route as route
from tests.service.api.client import Program
from tests.world import World


def ask(world: World, **changes: Any) -> dict[str, Any]:
    """What the first example enterprise's program sends."""
    letter = Program(world, "applicant").upload(
        "/api/v1/attachments", {"file": (BytesIO(b"%PDF-1.7 letter"), "书.pdf")}
    )
    values = {"agent": "applicant2", "valid_from": "2026-08-03", "valid_to": "2026-12-31"}
    return {**values, "letter_id": letter.get_json()["id"], **changes}


def test_an_agent_is_authorised_accepts_and_is_revoked(world: World) -> None:
    principal, agent = Program(world, "applicant"), Program(world, "applicant2")
    item = str(route.open_item(world).id)

    made = principal.post("/api/v1/agencies", ask(world, items=[item]))
    asked = made.get_json()
    assert (made.status_code, asked["state"], asked["agent"], asked["items"]) == (201, "待接受", None, [item])
    address = f"/api/v1/agencies/{asked['id']}"
    assert agent.post(f"{address}/acceptance").get_json()["state"] == "有效"
    started = agent.post(
        "/api/v1/process-instances",
        {"process_key": "application", "variables": {"item_id": item, "acting_for": ENTERPRISE}},
    )
    assert started.status_code == 201
    filed = agent.get("/api/v1/applications").get_json()["items"]
    assert [each["agency_id"] for each in filed] == [asked["id"]]
    ended = principal.delete(address)

    assert (ended.status_code, ended.get_json()["state"], ended.get_json()["agent"]) == (200, "已撤销", "applicant2")
    assert agent.get("/api/v1/applications").get_json()["items"] == []
    assert principal.delete(address).status_code == 409
    sides = [(program, side) for program in (principal, agent) for side in ("given", "held")]
    listed = [len(program.get("/api/v1/agencies").get_json()[side]) for program, side in sides]
    assert listed == [1, 0, 0, 1]


def test_a_declined_authorisation_is_over_and_strangers_are_told_of_none(world: World) -> None:
    address = f"/api/v1/agencies/{Program(world, 'applicant').post('/api/v1/agencies', ask(world)).get_json()['id']}"

    assert Program(world, "applicant").post(f"{address}/acceptance").status_code == 404
    assert Program(world, "maker").delete(address).status_code == 403
    assert Program(world, "applicant2").post(f"{address}/refusal").get_json()["state"] == "已谢绝"
    assert Program(world, "applicant2").post(f"{address}/acceptance").status_code == 409


def test_what_is_malformed_is_answered_with_words(world: World) -> None:
    principal = Program(world, "applicant")

    for changes, status in (
        ({"agent": "nobody_here"}, 404),
        ({"items": []}, 422),
        ({"valid_to": "2026-08-02"}, 400),
        ({"valid_to": "soon"}, 422),
        ({"letter_id": "00000000-0000-7000-8000-000000000000"}, 400),
        ({"more": 1}, 422),
    ):
        answer = principal.post("/api/v1/agencies", ask(world, **changes))
        assert answer.status_code == status, changes
        assert answer.get_json()["detail"]
