"""User tasks over HTTP: found, claimed, handed over, completed once, and never by the wrong person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.service.api.client import FILLED, Program
from tests.world import World

Programs = Callable[[str | None], Program]


def completion(task: str) -> str:
    return f"/api/v1/tasks/{task}/completion"


def test_a_task_says_who_may_do_it_and_where_it_stands(started: str, clerk: Program) -> None:
    answer = clerk.get("/api/v1/tasks", process_instance_id=started).get_json()

    assert answer["total"] == 1
    [task] = answer["items"]
    assert task["process_instance_id"] == started
    assert {name: task[name] for name in ("element_id", "state", "assignee", "post")} == {
        "element_id": "write_note",
        "state": "ready",
        "assignee": None,
        "post": "window_clerk@SVC",
    }


def test_a_candidate_finds_the_task_and_others_do_not(started: str, clerk: Program, maker: Program) -> None:
    assert clerk.get("/api/v1/tasks", candidate="me").get_json()["total"] == 1
    assert maker.get("/api/v1/tasks", candidate="me").get_json()["total"] == 0


def test_only_who_reads_all_may_ask_for_the_chances_of_others(started: str, admin: Program, maker: Program) -> None:
    assert admin.get("/api/v1/tasks", candidate="window_clerk").get_json()["total"] == 1
    assert maker.get("/api/v1/tasks", candidate="window_clerk").status_code == 403


def test_tasks_are_found_by_assignee_and_state(note: str, clerk: Program) -> None:
    assert clerk.get("/api/v1/tasks", assignee="me", state="claimed").get_json()["total"] == 1
    assert clerk.get("/api/v1/tasks", assignee="window_clerk").get_json()["total"] == 1
    assert clerk.get("/api/v1/tasks", assignee="me", state="ready").get_json()["total"] == 0
    assert clerk.get("/api/v1/tasks", state="open").get_json()["total"] == 1


def test_an_unknown_state_is_refused_at_its_field(clerk: Program) -> None:
    answer = clerk.get("/api/v1/tasks", state="lost")

    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {"state": ["没有这种任务状态。"]}


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"page_size": 100000}])
def test_a_page_that_cannot_be_is_refused(clerk: Program, query: dict[str, Any]) -> None:
    assert clerk.get("/api/v1/tasks", **query).status_code == 422


def test_a_page_shows_its_part_and_counts_all(errand: str, clerk: Program) -> None:
    for _ in range(3):
        clerk.post("/api/v1/process-instances", {"process_key": errand})

    answer = clerk.get("/api/v1/tasks", page=2, page_size=2).get_json()

    assert (len(answer["items"]), answer["total"]) == (1, 3)


def test_a_task_brings_its_form_and_what_may_be_done(note: str, clerk: Program) -> None:
    task = clerk.get(f"/api/v1/tasks/{note}").get_json()

    assert task["form"]["schema"]["properties"]["amount"]["type"] == "integer"
    assert task["form"]["schema"]["additionalProperties"] is False
    assert set(task["actions"]) >= {"complete", "release", "assign", "save_draft", "add_signers", "delegate", "hold"}


def test_who_may_not_work_on_a_task_reads_why(note: str, admin: Program) -> None:
    task = admin.get(f"/api/v1/tasks/{note}").get_json()

    assert task["form"] is None
    assert "认领" in task["refusal"]


def test_a_released_task_is_ready_again(note: str, clerk: Program) -> None:
    answer = clerk.post(f"/api/v1/tasks/{note}/release")

    assert answer.get_json()["state"] == "ready"


def test_a_task_that_belongs_to_others_does_not_exist(note: str, program: Programs) -> None:
    stranger = program("applicant")

    for method, path in (("get", ""), ("post", "/claim"), ("post", "/release")):
        answer = getattr(stranger, method)(f"/api/v1/tasks/{note}{path}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
    assert stranger.post(completion(note), FILLED).status_code == 404
    assert stranger.put(f"/api/v1/tasks/{note}/draft", FILLED).status_code == 404
    handed = stranger.post(f"/api/v1/tasks/{note}/assignment", {"user": "maker", "reason": "代办"})
    assert handed.status_code == 404
    assert stranger.get("/api/v1/tasks").get_json() == {"items": [], "total": 0}


def test_a_finished_task_of_others_does_not_exist_either(note: str, clerk: Program, program: Programs) -> None:
    clerk.post(completion(note), FILLED)

    assert program("applicant").post(completion(note), FILLED).status_code == 404


def test_completing_says_what_comes_next(note: str, clerk: Program) -> None:
    answer = clerk.post(completion(note), FILLED)

    assert answer.status_code == 200
    body = answer.get_json()
    assert body["instance_state"] == "running"
    assert [(task["element_id"], task["post"]) for task in body["opened"]] == [("read_note", "maker@STB")]


def test_a_second_completion_is_a_conflict(note: str, clerk: Program) -> None:
    clerk.post(completion(note), FILLED)

    answer = clerk.post(completion(note), FILLED)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "TASK_NOT_OPEN")


def test_the_same_key_again_answers_the_same(note: str, clerk: Program, maker: Program) -> None:
    first = clerk.post(completion(note), FILLED, key="k-1")
    maker.post(f"/api/v1/tasks/{first.get_json()['opened'][0]['id']}/claim")

    again = clerk.post(completion(note), FILLED, key="k-1")

    assert again.status_code == 200
    assert again.get_json() == first.get_json()


def test_a_key_used_for_something_else_is_refused(note: str, clerk: Program) -> None:
    clerk.post(completion(note), FILLED, key="k-1")

    answer = clerk.post(completion(note), {"answers": {"note": "别的"}}, key="k-1")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("key", ["", " ", "x" * 161])
def test_a_key_that_is_none_is_refused(note: str, clerk: Program, key: str) -> None:
    assert clerk.post(completion(note), FILLED, key=key).status_code == 400


def test_bad_answers_come_back_with_a_message_at_each_field(note: str, clerk: Program) -> None:
    answer = clerk.post(completion(note), {"answers": {"amount": "many", "colour": "red"}})

    assert answer.status_code == 422
    body = answer.get_json()
    assert body["code"] == "ANSWERS_REFUSED"
    assert set(body["fields"]) == {"note", "amount", "colour"}
    assert all(message for messages in body["fields"].values() for message in messages)


def test_refused_answers_leave_the_task_open(note: str, clerk: Program) -> None:
    clerk.post(completion(note), {"answers": {"amount": "many"}})

    assert clerk.post(completion(note), FILLED).status_code == 200


def test_the_name_the_engine_keeps_for_itself_is_refused_in_answers(note: str, clerk: Program) -> None:
    answer = clerk.post(completion(note), {"answers": {**FILLED["answers"], "typename": "x"}})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"answers": {"note": "\\u0000"}}', "application/json", 400),
        (b'{"answers": NaN}', "application/json", 400),
        (b'{"answers": {"note": "\\ud800"}}', "application/json", 400),
        (b"[" * 20000, "application/json", 400),
        (b'{"answers": {}}', "text/plain", 422),
        (b"[1]", "application/json", 422),
        (b'{"answers": [1]}', "application/json", 422),
        (b'{"answers": {}, "assignee": "maker"}', "application/json", 422),
    ],
)
def test_a_body_that_is_no_answer_is_refused(
    note: str, clerk: Program, body: bytes, content_type: str, status: int
) -> None:
    answer = clerk.send(completion(note), body, content_type)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_who_wrote_the_note_may_not_read_it(note: str, clerk: Program, world: World, program: Programs) -> None:
    opened = clerk.post(completion(note), FILLED).get_json()["opened"][0]["id"]

    answer = clerk.post(f"/api/v1/tasks/{opened}/claim")

    assert (answer.status_code, answer.get_json()["code"]) == (403, "SOD_VIOLATION")


def test_a_task_is_handed_over_only_to_who_holds_its_post(note: str, clerk: Program) -> None:
    answer = clerk.post(f"/api/v1/tasks/{note}/assignment", {"user": "maker", "reason": "休假"})

    assert (answer.status_code, answer.get_json()["code"]) == (403, "FORBIDDEN")


def test_handing_over_needs_a_reason(note: str, clerk: Program) -> None:
    answer = clerk.post(f"/api/v1/tasks/{note}/assignment", {"user": "window_clerk", "reason": ""})

    assert answer.get_json()["fields"] == {"reason": ["请填写转办原因，最多 500 个字。"]}


def test_an_administrator_hands_a_task_over(started: str, admin: Program) -> None:
    [task] = admin.get("/api/v1/tasks", process_instance_id=started).get_json()["items"]

    answer = admin.post(f"/api/v1/tasks/{task['id']}/assignment", {"user": "window_clerk", "reason": "分派"})

    assert (answer.status_code, answer.get_json()["assignee"]) == (200, "window_clerk")


def test_a_draft_is_kept_unchecked_and_only_for_its_writer(note: str, clerk: Program) -> None:
    answer = clerk.put(f"/api/v1/tasks/{note}/draft", {"answers": {"amount": "ma"}})

    assert answer.status_code == 204
    assert clerk.get(f"/api/v1/tasks/{note}").get_json()["form"]["draft"] == {"amount": "ma"}


def test_a_task_that_never_was_is_not_found(clerk: Program) -> None:
    assert clerk.get(f"/api/v1/tasks/{uuid4()}").status_code == 404
    assert clerk.get("/api/v1/tasks/no-id").status_code == 404


def test_a_suspended_instance_lets_nothing_be_completed(
    note: str, started: str, clerk: Program, admin: Program
) -> None:
    admin.post(f"/api/v1/process-instances/{started}/suspension", {"reason": "核查"})

    answer = clerk.post(completion(note), FILLED)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "INSTANCE_NOT_RUNNING")
