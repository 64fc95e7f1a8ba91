"""Scenarios over HTTP: run, walked, recorded; nothing is stored, and who may not try is told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from service.seed.definitions import shipped_files
from storage.models.instances import ProcessInstance
from tests.service.api.client import Program
from tests.world import World

Programs = Callable[[str | None], Program]
RUNS = "/api/v1/scenarios/review/runs"
WALK: dict[str, Any] = {
    "name": "走到一半",
    "at": "2026-08-03",
    "variables": {"implementer_org": "AMC", "requested_amount": 100},
    "services": {"prepare_review_step": {"outputs": {"expert_orgs": [], "joint_orgs": []}}},
    "steps": [{"task": "review_first", "outputs": {"first_result": "通过"}}],
}


def content(*scenarios: dict[str, Any]) -> str:
    return orjson.dumps({"process": "review", "scenarios": scenarios}).decode()


def test_the_published_scenarios_run_with_their_coverage(program: Programs, world: World) -> None:
    answer = program("process_owner").post(RUNS, {})

    assert answer.status_code == 200, answer.get_data(as_text=True)
    said = answer.json
    assert said["ok"] is True
    assert len(said["results"]) == 7
    assert said["coverage"]["flow_share"] == 1.0
    assert world.rows(ProcessInstance) == []


def test_a_walk_tells_what_is_open_after_each_step(program: Programs) -> None:
    said = program("process_owner").post(RUNS, {"content": content(WALK)}).json

    result = said["results"][0]
    assert [snapshot["words"] for snapshot in result["snapshots"]] == ["开始", "办理“初审”"]
    opened = result["snapshots"][1]["open"]
    assert [(each["id"], each["kind"], each["post"]) for each in opened] == [
        ("decide_application", "task", "审定人（AMC）")
    ]
    assert opened[0]["outputs"] == ["review_result", "approved_amount", "reason_code"]
    assert {visit["id"] for visit in result["visits"]} >= {"review_first", "flow_4", "flow_6"}


def test_unsaved_files_are_tried_in_place_of_the_published_ones(program: Programs) -> None:
    diagram = shipped_files()["review.bpmn"].decode().replace('review_level = "简易"', "false")

    said = program("process_owner").post(RUNS, {"files": {"review.bpmn": diagram}}).json

    assert said["ok"] is False
    failed = [each for each in said["results"] if not each["passed"]]
    assert {each["name"] for each in failed} == {"简易：小额直接审定", "审定退回初审再报"}
    assert all(each["difference"]["sentence"] for each in failed)


def test_own_drafts_are_tried_when_asked_for(program: Programs) -> None:
    owner = program("process_owner")
    draft = {"content": content({**WALK, "name": "草稿里的场景"}), "base_version": 1, "revision": 0}
    assert owner.put("/api/v1/drafts/scenarios/review", draft).status_code == 200

    assert [each["name"] for each in owner.post(RUNS, {"drafts": True}).json["results"]] == ["草稿里的场景"]
    assert len(owner.post(RUNS, {}).json["results"]) == 7


def test_scenarios_that_do_not_read_are_refused_with_findings(program: Programs) -> None:
    answer = program("process_owner").post(RUNS, {"content": '{"process": "review", "scenarios": [{}]}'})

    assert answer.status_code == 422
    assert {each["code"] for each in answer.json["findings"]} == {"SCENARIOS_INVALID"}


def test_the_published_file_is_read_and_its_absence_said(program: Programs) -> None:
    owner = program("process_owner")

    assert owner.get("/api/v1/scenarios/review").json["version"] == 1
    assert owner.get("/api/v1/scenarios/nothing").json == {"key": "nothing", "version": None, "content": None}


def test_only_who_may_try_tries(program: Programs) -> None:
    assert program("maker").post(RUNS, {}).status_code == 403
    assert program("maker").get("/api/v1/scenarios/review").status_code == 403
