"""What a called process brings back: every name its caller declares, however the list is written."""

from __future__ import annotations

import pytest

from service.orchestration import deployments
from tests.processes.checks.drawing import diagram, properties
from tests.world import World

STARTERS = properties(starters="maker")
CHILD = diagram("S:s U:judge E:e s>judge>e", key="asked", inner={"judge": properties(outputs="said:text,sum:integer")})


@pytest.mark.parametrize("declared", ["said, sum", "said，sum", "said:text, sum:integer", "said：text，sum：integer"])
def test_the_declared_names_come_back_however_they_are_written(world: World, declared: str) -> None:
    inner = {"ask": properties(outputs=declared), "after": properties(outputs="done:boolean")}
    attributes = {"ask": 'calledElement="asked"'}
    notation = "S:s K:ask U:after E:e s>ask>after>e"
    parent = diagram(notation, key="asking", inner=inner, attributes=attributes, process=STARTERS)
    files = {"asked.bpmn": CHILD, "asking.bpmn": parent}
    deployments.deploy(world.runtime, files, by=world.actor("publisher"), comment="试一试")

    root = world.start("asking", by="maker")
    world.do("maker", "judge", {"said": "好", "sum": "7"}, root)

    variables = world.instance(root).variables
    assert (variables["said"], variables["sum"]) == ("好", 7)
