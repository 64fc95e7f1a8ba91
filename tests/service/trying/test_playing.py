"""What a scenario can do, and what it says when things go otherwise."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from processes.errors import DefinitionRefused, Forbidden
from service.orchestration import gate
from service.orchestration.deployments import deploy
from service.orchestration.trying import CaseResult, ScenarioResult, run_scenarios
from service.seed.definitions import shipped_files
from storage.models.definitions import Definition, Deployment
from tests.world import World

REVIEW: dict[str, Any] = {
    "name": "一",
    "at": "2026-08-03",
    "variables": {"application_id": "A", "item_id": "I", "implementer_org": "AMC", "requested_amount": 1000},
    "services": {"prepare_review_step": {"outputs": {"expert_orgs": [], "joint_orgs": []}}},
}
FIRST = {"task": "review_first", "outputs": {"first_result": "通过"}}


def run(world: World, key: str, scenario: dict[str, Any], files: dict[str, bytes] | None = None) -> ScenarioResult:
    content = orjson.dumps({"process": key, "scenarios": [scenario]})
    own = {**(files or {}), f"{key}.scenarios": content}
    found = run_scenarios(world.runtime, own, by=world.actor("process_owner"), keys=[key]).keys[0].results[0]
    assert isinstance(found, ScenarioResult)
    return found


def told(result: ScenarioResult) -> str:
    assert result.difference is not None
    return result.difference.sentence


def test_a_file_that_is_not_published_is_tried_in_place_of_the_published_one(world: World) -> None:
    changed = shipped_files()["review.bpmn"].replace('name="初审"'.encode(), 'name="一审"'.encode())
    ends = {**REVIEW, "steps": [{"task": "decide_application"}]}

    assert "“初审”（review_first）" in told(run(world, "review", ends))
    assert "“一审”（review_first）" in told(run(world, "review", ends, {"review.bpmn": changed}))


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"task": "review_first", "outputs": {"gone": 1}}, "不会留下结果“gone”"),
        ({"task": "review_first", "outputs": {"first_result": "也许"}}, "不能是“也许”，可选：通过、不通过"),
        ({"task": "decide_application"}, "没有打开；打开的任务：“初审”（review_first）"),
        ({"clock": "2026-08-01"}, "时钟不能往回拨"),
        ({"clock": "timer"}, "没有定时在等"),
        ({**FIRST, "refused": "SOD_VIOLATION"}, "应被拒绝（SOD_VIOLATION），实际办成了"),
        ({"task": "review_first", "answers": {"unknown": 1}}, "没有办成"),
    ],
)
def test_a_step_that_cannot_be_done_as_written_says_why(world: World, step: dict[str, Any], sentence: str) -> None:
    result = run(world, "review", {**REVIEW, "steps": [step]})

    assert told(result).startswith("第 1 步")
    assert sentence in told(result)


def test_a_service_that_gives_what_it_never_declared_is_told(world: World) -> None:
    result = run(world, "review", {**REVIEW, "services": {"prepare_review_step": {"outputs": {"gone": 1}}}})

    assert "“gone”没有声明过" in told(result)
    assert result.difference is not None
    assert result.difference.element == "prepare_review_step"


def test_a_message_nobody_waits_for_is_kept_and_taken_later(world: World) -> None:
    result = run(
        world,
        "application",
        {
            "name": "一",
            "at": "2026-08-03",
            "services": {"open_application_step": {"outputs": {"channel": "线上", "application_id": "A"}}},
            "steps": [{"message": "Withdraw"}, {"task": "submit_application"}],
            "expect": {"end": "application_withdrawn"},
        },
    )

    assert result.passed, told(result)
    assert result.trace.snapshots[1].note == "没有环节在等消息“Withdraw”，消息已留存。"


def test_a_timer_fires_at_its_own_instant_on_the_way(world: World) -> None:
    result = run(
        world,
        "item_lifecycle",
        {
            "name": "一",
            "at": "2026-08-03",
            "services": {
                "load_item_step": {"outputs": {"disbursement_type": "AUTO"}},
                "check_opening_step": {"outputs": {"opening_ready": True, "open_at": "2026-10-09T09:00:00+08:00"}},
                "open_item_step": {"outputs": {"effective_to_at": "2026-12-31T16:00:00+00:00"}},
                "close_item_step": {"outputs": {"running_cases": 0}},
            },
            "steps": [{"task": "push_publicity"}, {"child": "call_training"}, {"clock": "2027-03-01"}],
            "expect": {"end": "item_closed", "path": ["open_time_reached", "validity_expired", "item_closed"]},
        },
    )

    assert result.passed, told(result)


def test_a_called_process_can_run_for_real_with_its_own_steps(world: World) -> None:
    result = run(
        world,
        "policy_lifecycle",
        {
            "name": "一",
            "at": "2026-08-03",
            "children": "real",
            "steps": [
                {"task": "initiate_policy", "outputs": {"policy_id": "P", "maker_org": "AMC", "major_decision": False}},
                {"task": "write_assessment", "outputs": {"conclusion": "不建议制定", "est_amount": 1}},
                {"task": "sign_assessment", "outputs": {"sign_result": "同意"}},
            ],
            "expect": {"end": "formulation_stopped", "path": ["sign_assessment", "call_pre_assessment"]},
        },
    )

    assert result.passed, told(result)
    assert {visit.process for visit in result.trace.visits} == {"policy_lifecycle", "pre_assessment"}


def test_a_called_process_does_not_bring_back_what_it_never_declared(world: World) -> None:
    first = {"task": "initiate_policy", "outputs": {"policy_id": "P", "maker_org": "AMC"}}
    step = {"child": "call_pre_assessment", "outputs": {"gone": 1}}

    result = run(world, "policy_lifecycle", {"name": "一", "at": "2026-08-03", "steps": [first, step]})

    assert "不会带回结果“gone”" in told(result)


def test_only_who_may_try_tries(world: World) -> None:
    with pytest.raises(Forbidden):
        run_scenarios(world.runtime, {}, by=world.actor("applicant"), keys=["review"])


def test_a_case_of_a_table_that_differs_says_what_came(world: World) -> None:
    cases = [{"name": "小额", "inputs": {"requested_amount": 1, "item_specialised": False}, "expect": "重大"}]
    content = orjson.dumps({"decision": "review_level", "cases": cases})

    report = run_scenarios(world.runtime, {"review_level.scenarios": content}, by=world.actor("process_owner"))

    case = report.keys[0].results[0]
    assert isinstance(case, CaseResult)
    assert case.difference is not None
    assert case.difference.sentence == "应得 重大，实得 简易。"


def test_a_form_that_changes_is_tried_with_the_processes_that_use_it(world: World) -> None:
    form = shipped_files()["review/review_second.form"].replace('"通过"'.encode(), '"赞成"'.encode())

    report = run_scenarios(world.runtime, {"review/review_second.form": form}, by=world.actor("process_owner"))

    assert [each.key for each in report.keys] == ["review"]
    assert "不能是“通过”" in str(report.keys[0].failed[0].difference)


def test_the_gate_refuses_a_diagram_whose_published_scenarios_fail(world: World) -> None:
    files = {
        "review.bpmn": shipped_files()["review.bpmn"].replace(b'review_level = "\xe7\xae\x80\xe6\x98\x93"', b"false")
    }
    owner = world.actor("process_owner")

    found = gate.refusals(world.runtime, files, by=owner)

    assert {one.code for one in found} == {"SCENARIO_FAILED"}
    assert any("简易：小额直接审定" in one.message for one in found)
    with pytest.raises(DefinitionRefused):
        deploy(world.runtime, files, by=owner, comment="改层级")
    assert len(world.rows(Definition, kind="process", key="review")) == 1

    deploy(world.runtime, files, by=owner, comment="改层级", override="政策已改，场景随后补")

    assert len(world.rows(Definition, kind="process", key="review")) == 2
    assert "仍发布的原因：政策已改，场景随后补" in world.rows(Deployment)[-1].comment


def test_the_gate_refuses_scenarios_that_cover_less_than_the_published_ones(world: World) -> None:
    shipped = orjson.loads(shipped_files()["review.scenarios"])
    fewer = orjson.dumps({"process": "review", "scenarios": shipped["scenarios"][:1]})
    owner = world.actor("process_owner")

    found = gate.refusals(world.runtime, {"review.scenarios": fewer}, by=owner)

    assert {one.code for one in found} == {"SCENARIO_COVERAGE_LOST"}
    assert gate.refusals(world.runtime, {"review.scenarios": shipped_files()["review.scenarios"]}, by=owner) == []
