"""What the house does every night by itself."""

from __future__ import annotations

import json
from pathlib import Path

from service.orchestration.nightly import schedule, watch_night
from storage.db import db
from storage.models.instances import Incident, Task
from storage.models.records import Job
from tests.journeys import applying_route as route
from tests.world import DISTRICT, World


def audit_files(world: World) -> list[Path]:
    return sorted((world.runtime.data_dir / "audit").glob("*.json"))


def test_every_night_the_root_of_the_trail_is_written_down(world: World) -> None:
    schedule(world.runtime, DISTRICT)

    world.at(2026, 8, 4, 3)
    world.at(2026, 8, 5, 3)

    assert [path.name for path in audit_files(world)] == ["root-2026-08-04.json", "root-2026-08-05.json"]
    assert len(json.loads(audit_files(world)[0].read_bytes())["root"]) == 64


def test_a_night_is_asked_for_once_however_often_the_house_starts(world: World) -> None:
    schedule(world.runtime, DISTRICT)
    schedule(world.runtime, DISTRICT)

    assert len(world.rows(Job, job="watch_night", state="todo")) == 1


def test_a_sound_house_reports_nothing(world: World) -> None:
    route.apply(world, route.open_item(world).id)

    assert watch_night(world.runtime, DISTRICT) == 0


def test_a_contradiction_becomes_one_incident_until_it_is_settled(world: World) -> None:
    root = route.begin(world, route.open_item(world).id)
    task = world.task("submit_application", root)
    row = db.session.get(Task, (DISTRICT, task.id))
    assert row is not None
    row.state, row.ended_at = "cancelled", world.clock.now()
    db.session.commit()

    assert watch_night(world.runtime, DISTRICT) >= 1
    assert watch_night(world.runtime, DISTRICT) == 0

    assert {each.code for each in world.rows(Incident, verb="watch_night")} == {"NOTHING_OPEN"}
