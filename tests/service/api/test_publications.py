"""Publication over HTTP: what the designer calls when somebody presses the button."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.client import Program
from tests.service.publication_steps import NAME, ask_for_two, errand, publish_errand, versions
from tests.world import World

REQUESTS = "/api/v1/publication-requests"


def body(content: bytes | None = None, **more: Any) -> dict[str, Any]:
    files = [{"name": NAME, "content": (content or errand("第二版")).decode()}]
    return {"files": files, "comment": "窗口要求", **more}


@pytest.fixture
def owner(world: World) -> Program:
    ask_for_two(world)
    publish_errand(world)
    return Program(world, "process_owner")


@pytest.fixture
def publisher(world: World, owner: Program) -> Program:
    return Program(world, "publisher")


def test_a_request_is_made_looked_at_and_approved(world: World, owner: Program, publisher: Program) -> None:
    made = owner.post(REQUESTS, body(release_note="读单改由财政局办理"))

    assert (made.status_code, made.get_json()["state"]) == (201, "waiting")
    assert made.get_json()["assessment"]["ok"] is True
    address = f"{REQUESTS}/{made.get_json()['id']}"
    seen = publisher.get(address).get_json()
    assert (seen["asked_by"], seen["files"][0]["based_on"]) == ("process_owner", {"errand": 1})
    assert seen["assessment"]["impact"][0]["key"] == "errand"
    assert owner.post(f"{address}/approval", {}).status_code == 403
    done = publisher.post(f"{address}/approval", {"comment": "同意"}).get_json()
    assert (done["state"], done["decided_by"], versions(world)) == ("published", "publisher", [1, 2])
    again = publisher.post(f"{address}/approval", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "REQUEST_CLOSED")


def test_the_asker_is_refused_by_name_of_the_rule(owner: Program, publisher: Program) -> None:
    address = f"{REQUESTS}/{publisher.post(REQUESTS, body()).get_json()['id']}"

    refused = publisher.post(f"{address}/approval", {})

    assert (refused.status_code, refused.get_json()["code"]) == (403, "SOD_VIOLATION")


def test_own_drafts_are_asked_for_by_their_keys(world: World, owner: Program) -> None:
    draft = {"content": errand("草稿").decode(), "revision": 0, "base_version": 1}
    assert owner.put("/api/v1/drafts/process/errand", draft).status_code == 200
    drafts = [{"kind": "process", "key": "errand"}]

    made = owner.post(REQUESTS, {"drafts": drafts, "comment": "窗口要求"})

    assert (made.status_code, made.get_json()["files"][0]["name"]) == (201, "errand.bpmn")
    none = owner.post(f"{REQUESTS}/assessments", {"drafts": [{"kind": "process", "key": "training"}]})
    assert none.status_code == 409


def test_looking_at_files_stores_nothing_and_broken_ones_are_findings(owner: Program) -> None:
    broken = errand("第二版").replace(b"maker@", b"nobody@")

    looked = owner.post(f"{REQUESTS}/assessments", {"files": body(broken)["files"]})

    assert (looked.status_code, looked.get_json()["ok"]) == (200, False)
    assert owner.get(REQUESTS).get_json()["total"] == 0
    refused = owner.post(REQUESTS, body(broken))
    assert (refused.status_code, refused.get_json()["code"]) == (422, "DEFINITION_REFUSED")
    assert refused.get_json()["findings"]


def test_a_request_is_sent_back_or_withdrawn(owner: Program, publisher: Program) -> None:
    first = f"{REQUESTS}/{owner.post(REQUESTS, body()).get_json()['id']}"
    assert publisher.post(f"{first}/return", {}).status_code == 400
    assert publisher.post(f"{first}/return", {"comment": "请补充"}).get_json()["state"] == "returned"

    second = f"{REQUESTS}/{owner.post(REQUESTS, body()).get_json()['id']}"
    assert owner.post(f"{second}/withdrawal", {}).get_json()["state"] == "withdrawn"

    assert [each["state"] for each in owner.get(REQUESTS).get_json()["items"]] == ["withdrawn", "returned"]
    assert owner.get(REQUESTS, state="returned").get_json()["total"] == 1


def test_an_earlier_version_is_asked_for(world: World, owner: Program, publisher: Program) -> None:
    publish_errand(world, errand("第二版"))
    asked = {"kind": "process", "key": "errand", "version": 1, "comment": "第二版有误"}

    made = owner.post(f"{REQUESTS}/returns-to-earlier-versions", asked)

    assert (made.status_code, made.get_json()["files"][0]["origin_version"]) == (201, 1)
    publisher.post(f"{REQUESTS}/{made.get_json()['id']}/approval", {})
    assert versions(world) == [1, 2, 3]


def test_a_process_is_taken_out_of_use_and_brought_back(world: World, owner: Program) -> None:
    address, clerk = "/api/v1/retirements/process/errand", Program(world, "window_clerk")
    assert owner.put(address, {"reason": "已并入一窗"}).status_code == 204

    refused = clerk.post("/api/v1/process-instances", {"process_key": "errand"})

    assert (refused.status_code, refused.get_json()["code"]) == (409, "DEFINITION_RETIRED")
    assert owner.put(address, {"reason": "再停"}).status_code == 409


def test_only_those_who_draw_and_publish_see_requests(world: World, owner: Program) -> None:
    for login in ("maker", "admin", "applicant"):
        program = Program(world, login)
        assert program.get(REQUESTS).status_code == 403
        assert program.post(REQUESTS, body()).status_code == 403
