"""A real case becomes a scenario that takes the same way, without anything personal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest

from processes.errors import Conflict, Forbidden, NotFound
from processes.scenarios import ScenarioFile, StepKind, as_file
from service.orchestration import repair
from service.orchestration.deployments import deploy
from service.orchestration.trying import run_scenarios
from service.orchestration.trying.recording import record_scenario, recordable
from storage.models.instances import ProcessInstance
from tests.journeys import making_route
from tests.processes.checks.drawing import diagram, properties
from tests.world import World

FIELDS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "who", "label": "姓名", "properties": {"personal": "true"}},
    {"type": "number", "key": "amount", "label": "件数", "properties": {"output": "amount"}},
]
FORM = {"type": "default", "id": "errand_note", "schemaVersion": 19, "properties": {"title": "记一笔"}}
ERRAND = diagram(
    "S:begun U:note U:look X:ok E:done begun>note note>look look>ok ok>done?sum~>~1 ok>note*",
    key="errand",
    inner={
        "note": properties(post='window_clerk@"SVC"', form="errand_note"),
        "look": properties(post='approver@"STB"', outputs="sum:integer"),
    },
)


@pytest.fixture
def errand(world: World) -> World:
    """A house with a small process of its own, whose form asks for a name."""
    files = {"errand.bpmn": ERRAND, "errand_note.form": orjson.dumps({**FORM, "components": FIELDS})}
    deploy(world.runtime, files, by=world.actor("publisher"), comment="试")
    return world


def ended_case(world: World) -> UUID:
    """A case that went round twice within four days."""
    case = world.start("errand", by="admin")
    world.do("window_clerk", "note", {"who": "张三丰", "amount": 3}, root=case)
    world.advance(days=1)
    world.do("approver", "look", {"sum": 1}, root=case)
    world.do("window_clerk", "note", {"who": "张三丰", "amount": 4}, root=case)
    world.advance(days=3)
    world.do("approver", "look", {"sum": 7}, root=case)
    return case


def test_a_recorded_case_passes_as_a_scenario_and_holds_nothing_personal(errand: World) -> None:
    case = ended_case(errand)

    scenario = record_scenario(errand.runtime, "errand", case, name="跑了两趟", by=errand.actor("process_owner"))
    content = as_file(ScenarioFile("errand", (scenario,)))
    report = run_scenarios(errand.runtime, {"errand.scenarios": content}, by=errand.actor("process_owner"))

    assert report.ok, report.keys[0].results[0].difference
    assert report.keys[0].coverage is not None
    assert report.keys[0].coverage.missing_flows == ()
    assert [step.target for step in scenario.steps if step.kind is StepKind.TASK] == ["note", "look", "note", "look"]
    assert scenario.steps[0].outputs == {"amount": 3}
    assert scenario.expect.path == ("note", "look", "note", "look", "done")
    for personal in ("张三丰", "窦窗口", "审定之"):
        assert personal not in content.decode()


def test_the_same_person_stays_the_same_in_the_scenario(errand: World) -> None:
    case = ended_case(errand)

    scenario = record_scenario(errand.runtime, "errand", case, name="一", by=errand.actor("process_owner"))

    assert [step.by for step in scenario.steps if step.kind is StepKind.TASK] == ["乙", "丙", "乙", "丙"]
    assert scenario.by == "甲"


def test_the_services_of_a_real_assessment_answer_what_they_answered(world: World) -> None:
    making_route.assess(world, making_route.initiate(world))
    case = world.one(ProcessInstance, process_key="pre_assessment")

    scenario = record_scenario(world.runtime, "pre_assessment", case.id, name="一", by=world.actor("process_owner"))
    files = {"pre_assessment.scenarios": as_file(ScenarioFile("pre_assessment", (scenario,)))}
    report_of = run_scenarios(world.runtime, files, by=world.actor("process_owner"), keys=["pre_assessment"])

    assert report_of.ok, report_of.keys[0].results[0].difference
    assert set(scenario.services["find_similar_policies_step"][0].outputs) == {"similar_count", "lesson_count"}
    assert scenario.expect.end == "formulation_recommended"


def test_ended_cases_can_be_chosen(errand: World) -> None:
    case = ended_case(errand)

    assert [each.id for each in recordable(errand.runtime, "errand", by=errand.actor("process_owner"))] == [case]


def test_a_case_that_no_steps_can_tell_is_refused(errand: World) -> None:
    case = errand.start("errand", by="admin")
    repair.terminate_instance(errand.runtime, case, by=errand.actor("admin"), reason="试")

    with pytest.raises(Conflict):
        record_scenario(errand.runtime, "errand", case, name="一", by=errand.actor("process_owner"))


def test_a_case_of_another_process_or_without_the_right_is_not_recorded(errand: World) -> None:
    case = ended_case(errand)

    with pytest.raises(NotFound):
        record_scenario(errand.runtime, "review", case, name="一", by=errand.actor("process_owner"))
    with pytest.raises(Forbidden):
        record_scenario(errand.runtime, "errand", case, name="一", by=errand.actor("maker"))
