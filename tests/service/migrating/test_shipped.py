"""Real applications on the shipped diagrams, moved to new versions of them in the middle of their way."""

from __future__ import annotations

import re
from pathlib import Path

import processes
from processes.application_words import ApplicationStatus
from service.orchestration.deployments import deploy
from service.orchestration.migrating import start_migration
from storage.models.applications import Application
from storage.models.instances import ProcessInstance
from tests.journeys import applying_route
from tests.service.migrating.stage import row, whole
from tests.world import World

DIAGRAMS = Path(processes.__file__).parent / "bpmn"


def renewed(world: World, key: str) -> None:
    """A second version of a shipped diagram, in which only the process is called differently."""
    content = re.sub(rb'(<bpmn:process [^>]*name=")', rb"\1new ", (DIAGRAMS / f"{key}.bpmn").read_bytes(), count=1)
    deploy(world.runtime, {f"{key}.bpmn": content}, by=world.actor("publisher"), comment="新规定施行")


def test_an_application_and_the_review_it_waits_for_move_and_go_on_to_their_end(world: World) -> None:
    item = applying_route.open_item(world)
    root = applying_route.apply(world, item.id)
    applying_route.accept(world, root)
    for key in ("application", "review"):
        renewed(world, key)

    for key in ("application", "review"):
        batch = start_migration(world.runtime, key, 2, [1], {}, by=world.actor("admin"), reason="新规定施行")
        world.drain()
        moved = world.one(ProcessInstance, process_key=key, version=2)
        assert row(world, batch, moved.id).state == "moved"

    applying_route.review(world, root)
    review = world.one(ProcessInstance, process_key="review")
    assert (review.version, review.state) == (2, "completed")
    assert world.one(Application, instance_id=root).status == ApplicationStatus.AWAITING_PAYMENT
    assert whole(world)
