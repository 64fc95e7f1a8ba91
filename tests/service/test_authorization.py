"""Every address that reads, asked as every role and as nobody: who sees it, and what the others are told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.orchestration import access
from tests.sampled import objects_of
from tests.world import DISTRICT, World

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("authorization.toml").read_text())
APPLICANTS = {"applicant", "applicant2"}
#: Addresses of things that are not in the sampled house; each has tests of its own.
ELSEWHERE = {
    "/api/v1/tasks/<uuid:task_id>/return": "tests/service/api/test_task_moves.py",
    "/api/v1/drafts/<string:kind>/<path:key>": "tests/service/api/test_drafts.py",
    "/static/<path:filename>": "files of the bundle",
    "/readyz": "tests/service/api/test_house_routes.py",
    "/api/v1/consultations/<uuid:consultation_id>": "tests/service/api/test_house_routes.py",
    "/window/applications/<uuid:application_id>": "tests/service/pages/test_window.py",
    "/api/v1/disbursement-batches/<uuid:batch_id>/payment-list": "tests/service/api/test_disbursements.py",
}


def expected(screen: dict[str, Any], login: str | None, *, for_programs: bool) -> set[int]:
    """The statuses that person may get."""
    seen_by = screen["seen_by"]
    if login is None and seen_by != "everybody":
        return {401} if for_programs else {303}
    people = {
        "everybody": set(TABLE["people"]),
        "signed_in": set(TABLE["people"]),
        "staff": set(TABLE["people"]) - APPLICANTS,
    }
    seeing = people[seen_by] if isinstance(seen_by, str) else set(seen_by)
    if login is None or login in seeing:
        return {200, 302, 303}
    return {404} if login in screen.get("strangers", ()) else {screen["others"]}


def screens() -> Iterator[tuple[dict[str, Any], str]]:
    for screen in TABLE["screen"]:
        for address in screen["addresses"]:
            yield screen, address


def test_every_address_opens_for_whom_it_should_and_for_nobody_else(sampled: World) -> None:
    things = objects_of(sampled)
    tokens = {login: access.issue_token(sampled.runtime, DISTRICT, login, name="matrix") for login in TABLE["people"]}
    client, wrong = sampled.app.test_client(), []
    for screen, template in screens():
        address = template.format(**things)
        for login in (None, *TABLE["people"]):
            headers = {} if login is None else {"Authorization": f"Bearer {tokens[login]}"}
            status = client.get(address, headers=headers).status_code
            wanted = expected(screen, login, for_programs=address.startswith("/api/"))
            if status not in wanted:
                wrong.append(f"{template} as {login or 'nobody'}: {status}, not {sorted(wanted)}")

    assert wrong == []


def test_the_table_names_every_address_that_reads(sampled: World) -> None:
    adapter = sampled.app.url_map.bind("localhost")
    things = objects_of(sampled)
    named = {
        adapter.match(address.format(**things).partition("?")[0], return_rule=True)[0].rule for _, address in screens()
    }

    reading = {rule.rule for rule in sampled.app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert sorted(reading - named - set(ELSEWHERE)) == []


def test_an_id_of_nothing_is_told_like_an_id_one_may_not_see(sampled: World) -> None:
    things = objects_of(sampled)
    token = access.issue_token(sampled.runtime, DISTRICT, "applicant2", name="matrix")
    client, headers = sampled.app.test_client(), {"Authorization": f"Bearer {token}"}

    def told(address: str) -> tuple[int, str]:
        answer = client.get(address, headers=headers)
        return answer.status_code, re.sub(r"[0-9a-f-]{32,36}", "", answer.get_json()["detail"])

    nothing = "00000000-0000-7000-8000-000000000000"
    for kind, name in (("applications", "application"), ("process-instances", "instance"), ("tasks", "task")):
        assert told(f"/api/v1/{kind}/{things[name]}") == told(f"/api/v1/{kind}/{nothing}")


@pytest.mark.parametrize("screen", TABLE["screen"], ids=lambda screen: screen["what"])
def test_the_table_only_knows_people_of_the_house(screen: dict[str, Any]) -> None:
    seen_by = screen["seen_by"]
    assert isinstance(seen_by, str) or set(seen_by) <= set(TABLE["people"])
