"""Every shipped diagram carries scenarios that pass and go through each of its elements and flows."""

from __future__ import annotations

from importlib import resources

import pytest

from service.orchestration.trying import run_scenarios
from service.seed.definitions import shipped_files
from tests.world import World

DIAGRAMS = sorted(
    entry.name.removesuffix(".bpmn")
    for entry in (resources.files("processes") / "bpmn").iterdir()
    if entry.name.endswith(".bpmn")
)


@pytest.mark.parametrize("key", DIAGRAMS)
def test_the_scenarios_of_a_shipped_diagram_pass_and_cover_all_of_it(world: World, key: str) -> None:
    report = run_scenarios(world.runtime, {}, by=world.actor("process_owner"), keys=[key]).keys[0]

    assert [(each.name, each.difference) for each in report.failed] == []
    assert report.coverage is not None
    assert report.coverage.missing_flows == ()
    assert report.coverage.missing_elements == ()
    assert report.coverage.flow_share == 1.0


def test_the_shipped_decision_table_is_tried_at_its_borders(world: World) -> None:
    report = run_scenarios(world.runtime, {}, by=world.actor("process_owner"), keys=["review_level"])

    assert report.ok
    assert report.ran == 5


def test_scenarios_are_shipped_beside_every_diagram() -> None:
    shipped = shipped_files()

    assert [key for key in DIAGRAMS if f"{key}.scenarios" not in shipped] == []
