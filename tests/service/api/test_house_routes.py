"""Tokens, calendar, incidents, trail, health, records; and the description of all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from service.orchestration import access
from service.orchestration.deployments import deploy
from storage.db import db
from storage.people import find_user
from storage.schema import stamp
from tests.processes.checks.drawing import diagram, operator, properties
from tests.service.api.client import Program
from tests.world import DISTRICT, World

Programs = Callable[[str | None], Program]


def test_a_token_is_given_for_name_and_password(program: Programs, world: World) -> None:
    answer = program(None).post("/api/v1/tokens", {"name": "maker", "password": "zhida-demo"})

    assert answer.status_code == 201
    body = answer.get_json()
    assert body["token_type"] == "Bearer"
    assert body["expires_at"] == "2026-11-01T01:00:00+00:00"
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert world.app.test_client().get("/api/v1/tasks", headers=headers).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("maker", "wrong"), ("nobody", "wrong")])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(program: Programs, name: str, password: str) -> None:
    answer = program(None).post("/api/v1/tokens", {"name": name, "password": password})

    assert (answer.status_code, answer.get_json()["code"]) == (401, "SIGN_IN_REFUSED")
    assert answer.get_json()["detail"] == "账号或密码不正确。"


def test_five_wrong_passwords_lock_the_account(program: Programs) -> None:
    for _ in range(5):
        program(None).post("/api/v1/tokens", {"name": "maker", "password": "wrong"})

    answer = program(None).post("/api/v1/tokens", {"name": "maker", "password": "zhida-demo"})

    assert answer.status_code == 401
    assert "锁定" in answer.get_json()["detail"]


def test_a_token_taken_back_is_worth_nothing(world: World) -> None:
    own = Program(world, "maker")

    assert own.delete("/api/v1/tokens/current").status_code == 204

    assert own.get("/api/v1/tasks").status_code == 401


def test_a_deadline_shows_the_days_it_counted(maker: Program) -> None:
    answer = maker.get("/api/v1/calendar/deadline", anchor="2026-10-12", working_days=-5).get_json()

    counted = [day["date"] for day in answer["walk"] if day["counted_no"] is not None]
    assert len(counted) == 5
    assert answer["date"] == counted[-1]
    assert answer["provisional"] is False


def test_a_deadline_beyond_the_known_years_is_provisional(maker: Program) -> None:
    answer = maker.get("/api/v1/calendar/deadline", anchor="2030-01-04", working_days=3).get_json()

    assert answer["provisional"] is True
    assert "暂算" in answer["notice"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"anchor": "2026-13-01", "working_days": 1},
        {"anchor": "2026-10-12", "working_days": "many"},
        {"anchor": "2026-10-12", "working_days": 99999},
        {"anchor": "0001-01-01", "working_days": -5},
    ],
)
def test_a_deadline_that_cannot_be_counted_is_refused(maker: Program, query: dict[str, Any]) -> None:
    answer = maker.get("/api/v1/calendar/deadline", **query)

    assert answer.status_code == 422
    assert answer.get_json()["fields"]


def test_the_known_years_name_their_source(maker: Program) -> None:
    years = maker.get("/api/v1/calendar/years").get_json()["items"]

    assert any(each["year"] == 2026 and each["source"] for each in years)


BROKEN = diagram(
    "S:begun U:ask A:look E:done begun>ask>look>done",
    key="broken",
    inner={
        "ask": properties(post='window_clerk@"SVC"'),
        "look": operator("find_similar_policies", policy_id="12"),
    },
    process=properties(starters="window_clerk"),
)


@pytest.fixture
def failing(world: World, clerk: Program) -> str:
    """The id of a claimed task after which an automatic step gets a parameter it cannot use."""
    deploy(world.runtime, {"broken.bpmn": BROKEN}, by=world.actor("publisher"), comment="试用")
    instance = clerk.post("/api/v1/process-instances", {"process_key": "broken"}).get_json()["id"]
    [task] = clerk.get("/api/v1/tasks", process_instance_id=instance).get_json()["items"]
    clerk.post(f"/api/v1/tasks/{task['id']}/claim")
    return str(task["id"])


def test_a_step_that_fails_becomes_an_incident_with_its_cause_in_words(
    failing: str, clerk: Program, admin: Program
) -> None:
    answer = clerk.post(f"/api/v1/tasks/{failing}/completion", {"answers": {}})

    assert (answer.status_code, answer.get_json()["code"]) == (500, "INCIDENT")
    assert "Traceback" not in answer.get_data(as_text=True)
    [incident] = admin.get("/api/v1/incidents").get_json()["items"]
    assert incident["id"] == answer.get_json()["incident_id"]
    assert (incident["element_id"], incident["process_key"], incident["state"]) == ("look", "broken", "open")
    assert "参数不符合要求" in incident["message"]
    assert clerk.get(f"/api/v1/tasks/{failing}").get_json()["state"] == "claimed"


def test_an_incident_whose_cause_remains_counts_its_attempts(failing: str, clerk: Program, program: Programs) -> None:
    clerk.post(f"/api/v1/tasks/{failing}/completion", {"answers": {}})
    analyst = program("analyst")
    [incident] = analyst.get("/api/v1/incidents").get_json()["items"]

    answer = analyst.post(f"/api/v1/incidents/{incident['id']}/retry")

    assert (answer.status_code, answer.get_json()["code"]) == (500, "INCIDENT")
    [same] = analyst.get("/api/v1/incidents").get_json()["items"]
    assert (same["id"], same["attempts"]) == (incident["id"], 2)


def test_only_who_reads_all_sees_incidents(clerk: Program, program: Programs) -> None:
    assert clerk.get("/api/v1/incidents").status_code == 403
    assert program("analyst").get("/api/v1/incidents").get_json() == {"items": [], "total": 0}


def test_an_incident_that_is_not_there_cannot_be_retried(admin: Program) -> None:
    answer = admin.post("/api/v1/incidents/00000000-0000-7000-8000-000000000000/retry")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")


def test_only_an_auditor_verifies_the_trail(started: str, admin: Program, program: Programs) -> None:
    assert admin.get("/api/v1/history/verification").status_code == 403

    verified = program("auditor").get("/api/v1/history/verification").get_json()

    assert verified["ok"] is True
    assert verified["rows"] > 0
    assert len(verified["root"]) == 64


def test_alive_and_ready_need_no_token(program: Programs) -> None:
    stamp(db.engine)

    assert program(None).get("/healthz").get_json()["status"] == "ok"
    assert program(None).get("/readyz").get_json() == {"ready": True, "database": "ok", "migrations": "current"}


def test_figures_count_requests_tasks_and_incidents(started: str, program: Programs) -> None:
    text = program(None).get("/metrics").get_data(as_text=True)

    assert 'zhida_open_tasks{state="ready"} 1.0' in text
    assert "zhida_open_incidents 0.0" in text
    assert "zhida_job_lag_seconds" in text
    assert 'zhida_requests_total{method="POST",route="/api/v1/process-instances",status="201"} 1.0' in text


@pytest.mark.parametrize("noun", ["policies", "policy-items", "consultations", "applications"])
def test_records_are_listed_and_unknown_ones_not_found(maker: Program, noun: str) -> None:
    assert maker.get(f"/api/v1/{noun}").get_json() == {"items": [], "total": 0}
    answer = maker.get(f"/api/v1/{noun}/00000000-0000-7000-8000-000000000000")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("noun", ["policies", "policy-items", "consultations", "applications", "tasks", "incidents"])
def test_nobody_reads_without_a_token(program: Programs, noun: str) -> None:
    assert program(None).get(f"/api/v1/{noun}").status_code == 401


def test_characters_a_database_cannot_keep_are_refused(maker: Program) -> None:
    assert maker.get("/api/v1/tasks", assignee="\0").status_code == 400
    assert maker.get("/api/v1/process-definitions/a%00b").status_code in (400, 404)


@pytest.fixture
def description(program: Programs) -> dict[str, Any]:
    answer = program(None).get("/api/v1/openapi.json")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    return body


def test_every_address_of_the_api_is_described(world: World, description: dict[str, Any]) -> None:
    addresses = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1", "/healthz", "/readyz", "/metrics"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    described = {(path, method) for path, calls in description["paths"].items() for method in calls}

    assert addresses - described == {("/api/v1/openapi.json", "get")}


def test_every_call_says_what_it_needs_and_how_it_refuses(description: dict[str, Any]) -> None:
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            if method == "parameters":
                continue
            assert "security" in call, (path, method)
            assert call["responses"]["default"] == {"$ref": "#/components/responses/Refused"}, (path, method)
            assert call["summary"], (path, method)


def test_every_reference_of_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(inner) for inner in value.values()))
        return set().union(*(references(inner) for inner in value)) if isinstance(value, list) else set()

    for reference in references(description):
        place: Any = description
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_service_handlers_are_described_with_their_parameters(description: dict[str, Any]) -> None:
    [found] = [each for each in description["x-handlers"] if each["name"] == "find_similar_policies"]

    schema = description["components"]["schemas"][found["parameters"]["$ref"].rpartition("/")[2]]
    assert "policy_id" in schema["properties"]


def test_who_is_away_does_not_come_in(world: World) -> None:
    token = access.issue_token(world.runtime, DISTRICT, "maker", name="test")
    user = find_user(world.session, DISTRICT, "maker")
    assert user is not None
    user.active = False
    db.session.commit()

    answer = world.app.test_client().get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
