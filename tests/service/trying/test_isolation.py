"""Nothing of a trial remains: every table, the jobs and the files are as they were, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from processes.scenarios import Scenario, Step, StepKind
from service.orchestration.trying import play, run_scenarios
from service.orchestration.trying.isolation import isolated
from storage.db import Base
from storage.models.people import Organisation
from tests.world import BEGIN, World

REVIEW = {
    "name": "一般申报",
    "at": "2026-08-03",
    "variables": {"application_id": "A", "item_id": "I", "implementer_org": "AMC", "requested_amount": 1000},
    "services": {"prepare_review_step": {"outputs": {"expert_orgs": ["FIN"], "joint_orgs": []}}},
}


def everything(world: World) -> dict[str, Any]:
    """Every row of every table, and every file of the house."""
    rows = {
        table.name: sorted(map(repr, world.session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
    }
    files = sorted(str(path) for path in world.runtime.data_dir.rglob("*"))
    return {**rows, "files": files, "now": world.clock.now()}


def test_a_run_with_stand_ins_leaves_every_table_as_it_was(world: World) -> None:
    steps = [{"task": "review_first", "outputs": {"first_result": "通过"}}, {"clock": "+30 days"}]
    content = orjson.dumps({"process": "review", "scenarios": [{**REVIEW, "steps": steps}]})
    before = everything(world)

    report = run_scenarios(world.runtime, {"review.scenarios": content}, by=world.actor("process_owner"))

    assert report.ok, report.keys[0].results[0].difference
    assert everything(world) == before


def test_a_run_with_real_handlers_leaves_every_table_as_it_was(world: World) -> None:
    scenario = Scenario("真实办理", BEGIN, by="甲", real_handlers=True, real_children=True)
    before = everything(world)

    trace = play(world.runtime, {}, "application", scenario, by=world.actor("process_owner"))

    assert trace.stopped is not None  # no item to apply for: the real handler says so
    assert everything(world) == before


def test_a_real_handler_writes_records_that_are_gone_afterwards(world: World) -> None:
    organisation = world.rows(Organisation)[0].code
    scenario = Scenario(
        "真实立项",
        BEGIN,
        by="甲",
        variables={"policy_id": "00000000-0000-7000-8000-000000000001", "maker_org": organisation},
        real_handlers=True,
        steps=(Step(StepKind.TASK, "write_assessment", answers={}, refused="ANSWERS_REFUSED"),),
    )
    before = everything(world)

    play(world.runtime, {}, "pre_assessment", scenario, by=world.actor("process_owner"))

    assert everything(world) == before


def test_a_trial_cannot_store_even_by_mistake(world: World) -> None:
    before = everything(world)

    with isolated(world.runtime, at=BEGIN) as trial, pytest.raises(RuntimeError):
        trial.session.add(Organisation(district_id="220193", code="XX", name="不应存在", kind="department"))
        trial.session.flush()
        trial.runtime.session().commit()

    assert everything(world) == before


def test_the_clock_of_a_trial_is_its_own(world: World) -> None:
    with isolated(world.runtime, at=BEGIN + timedelta(days=400)) as trial:
        trial.clock.advance(days=3)

        assert trial.unit(world.actor("admin")).now == BEGIN + timedelta(days=403)
    assert world.clock.now() == BEGIN
