"""Process instances over HTTP: started, looked at, held, ended; and never shown to strangers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.service.api.client import FILLED, Program
from tests.world import World

Programs = Callable[[str | None], Program]
BASE = "/api/v1/process-instances"


def test_a_started_instance_says_what_it_waits_for(errand: str, clerk: Program) -> None:
    answer = clerk.post(BASE, {"process_key": errand, "business_key": "E-9", "variables": {"urgent": True}})

    assert answer.status_code == 201
    body = answer.get_json()
    assert {name: body[name] for name in ("process_key", "version", "state", "business_key", "variables")} == {
        "process_key": "errand",
        "version": 1,
        "state": "running",
        "business_key": "E-9",
        "variables": {"urgent": True},
    }
    assert body["parent_id"] is None and body["ended_at"] is None and body["end_element_id"] is None
    [waiting] = body["waiting"]
    assert (waiting["element_id"], waiting["kind"]) == ("write_note", "user_task")
    assert waiting["since"].endswith("+00:00")


def test_the_same_key_starts_one_instance(errand: str, clerk: Program) -> None:
    first = clerk.post(BASE, {"process_key": errand}, key="start-1").get_json()

    again = clerk.post(BASE, {"process_key": errand}, key="start-1").get_json()

    assert again["id"] == first["id"]
    assert clerk.get(BASE, process_key=errand).get_json()["total"] == 1


def test_who_is_no_starter_may_not_start(errand: str, maker: Program) -> None:
    answer = maker.post(BASE, {"process_key": errand})

    assert (answer.status_code, answer.get_json()["code"]) == (403, "FORBIDDEN")


def test_an_administrator_may_start_any_published_process(errand: str, admin: Program) -> None:
    assert admin.post(BASE, {"process_key": errand}).status_code == 201


@pytest.mark.parametrize(("key", "version"), [("unknown", None), ("errand", 7)])
def test_what_is_not_published_cannot_be_started(errand: str, admin: Program, key: str, version: int | None) -> None:
    answer = admin.post(BASE, {"process_key": key, "version": version})

    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "variables",
    [
        {"typename": "x"},
        {"inside": {"typename": "x"}},
        {"": 1},
        {"deep": [[[[[[[[1]]]]]]]]},
        {"long": "x" * 10_001},
        {"many": list(range(1_001))},
        [1],
        "text",
    ],
    ids=["reserved", "reserved inside", "nameless", "deep", "long", "many", "list", "text"],
)
def test_data_that_a_process_may_not_hold_is_refused(errand: str, admin: Program, variables: Any) -> None:
    answer = admin.post(BASE, {"process_key": errand, "variables": variables})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "REQUEST_REFUSED")
    assert any(path.startswith("variables") for path in answer.get_json()["fields"])


def test_missing_and_unknown_members_are_named(admin: Program) -> None:
    answer = admin.post(BASE, {"state": "completed"})

    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {"process_key": ["缺少这一栏。"], "state": ["没有这一栏，请删除。"]}


def test_instances_are_listed_by_what_is_asked(started: str, clerk: Program) -> None:
    for query in ({"process_key": "errand"}, {"business_key": "E-1"}, {"state": "running"}, {"root_id": started}):
        answer = clerk.get(BASE, **query).get_json()
        assert [each["id"] for each in answer["items"]] == [started]
    assert clerk.get(BASE, state="completed").get_json() == {"items": [], "total": 0}


def test_an_instance_of_others_does_not_exist(started: str, program: Programs) -> None:
    stranger = program("applicant")

    for path in ("", "/history"):
        answer = stranger.get(f"{BASE}/{started}{path}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
    assert stranger.get(BASE).get_json()["total"] == 0


def test_an_instance_that_never_was_is_answered_in_the_same_words(started: str, program: Programs) -> None:
    stranger = program("applicant")

    never = stranger.get(f"{BASE}/{uuid4()}").get_json()
    foreign = stranger.get(f"{BASE}/{started}").get_json()

    assert never["detail"] == foreign["detail"]


def test_the_history_tells_who_did_what_in_order(note: str, started: str, clerk: Program) -> None:
    clerk.post(f"/api/v1/tasks/{note}/completion", FILLED)

    rows = clerk.get(f"{BASE}/{started}/history").get_json()["items"]

    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    [done] = [row for row in rows if row["kind"] == "task_completed"]
    assert (done["actor"], done["element_id"]) == ("窦窗口", "write_note")
    assert done["changes"]["answers"] == {"note": "请办理", "amount": 12}


def test_an_instance_is_held_and_goes_on(started: str, admin: Program) -> None:
    held = admin.post(f"{BASE}/{started}/suspension", {"reason": "核查资金"})
    assert (held.status_code, held.get_json()["state"]) == (200, "suspended")
    assert admin.post(f"{BASE}/{started}/suspension", {"reason": "再次"}).status_code == 409

    gone_on = admin.delete(f"{BASE}/{started}/suspension")
    assert (gone_on.status_code, gone_on.get_json()["state"]) == (200, "running")
    assert admin.delete(f"{BASE}/{started}/suspension").status_code == 409


def test_an_instance_is_ended_with_a_reason(started: str, admin: Program) -> None:
    assert admin.post(f"{BASE}/{started}/termination", {}).status_code == 422

    ended = admin.post(f"{BASE}/{started}/termination", {"reason": "重复发起"}).get_json()

    assert (ended["state"], ended["waiting"], ended["end_element_id"]) == ("terminated", [], None)
    assert admin.post(f"{BASE}/{started}/termination", {"reason": "再次"}).status_code == 409


@pytest.mark.parametrize("path", ["suspension", "termination"])
def test_only_an_administrator_holds_and_ends(started: str, clerk: Program, path: str) -> None:
    assert clerk.post(f"{BASE}/{started}/{path}", {"reason": "想停"}).status_code == 403


def test_a_message_ends_the_wait_and_the_errand(note: str, started: str, clerk: Program, admin: Program) -> None:
    read = clerk.post(f"/api/v1/tasks/{note}/completion", FILLED).get_json()["opened"][0]
    maker = Program(admin.world, "maker")
    maker.post(f"/api/v1/tasks/{read['id']}/claim")
    maker.post(f"/api/v1/tasks/{read['id']}/completion", {"answers": {}})
    message = {"name": "Answer", "process_instance_id": started, "variables": {}}

    answer = admin.post("/api/v1/messages", message, key="m-1")

    assert (answer.status_code, answer.get_json()) == (202, {"state": "delivered"})
    ended = admin.get(f"{BASE}/{started}").get_json()
    assert (ended["state"], ended["end_element_id"]) == ("completed", "done")
    assert admin.post("/api/v1/messages", message, key="m-1").get_json() == {"state": "delivered"}


def test_a_message_that_nobody_waits_for_is_kept(started: str, admin: Program) -> None:
    answer = admin.post("/api/v1/messages", {"name": "Answer", "business_key": "E-1"})

    assert (answer.status_code, answer.get_json()) == (202, {"state": "kept"})


@pytest.mark.parametrize(
    "address", [{}, {"business_key": "E-1", "process_instance_id": str(uuid4())}, {"process_instance_id": "x"}]
)
def test_a_message_needs_one_address(admin: Program, address: dict[str, str]) -> None:
    answer = admin.post("/api/v1/messages", {"name": "Answer", **address})

    assert answer.status_code == 422
    assert "process_instance_id" in answer.get_json()["fields"]


def test_only_programs_with_the_right_send_messages(started: str, clerk: Program) -> None:
    assert clerk.post("/api/v1/messages", {"name": "Answer", "business_key": "E-1"}).status_code == 403


def test_deadlines_of_a_task_stand_beside_it(note: str, clerk: Program, world: World) -> None:
    opened = clerk.post(f"/api/v1/tasks/{note}/completion", FILLED).get_json()["opened"]

    assert opened[0]["due_at"] is not None
