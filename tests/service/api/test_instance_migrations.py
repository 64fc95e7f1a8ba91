"""Moving running instances by program: verdicts, a batch, what became of each, and back."""

from __future__ import annotations

from collections.abc import Callable

from tests.service.api.client import Program
from tests.service.migrating.stage import KEY, begin, publish
from tests.world import World

ROOT = "/api/v1/instance-migrations"
ASKED = {"process_key": KEY, "to_version": 2, "from_versions": [1]}


def test_a_program_reads_verdicts_moves_and_takes_back(world: World, program: Callable[[str], Program]) -> None:
    publish(world)
    case = begin(world)
    publish(world, "S:s U:a U:b2 U:c E:e s>a>b2>c>e")
    analyst = program("analyst")

    plan = analyst.post(f"{ROOT}/plans", ASKED).get_json()
    assert (plan["counts"], plan["total"]) == ({"needs_mapping": 1}, 1)
    assert plan["elements"][0]["targets"] == ["a", "b2", "c"]
    asked = {**ASKED, "mapping": {"b": "b2"}}
    assert analyst.post(f"{ROOT}/plans", asked).get_json()["items"][0]["verdict"] == "mapped"

    answer = analyst.post(ROOT, {**asked, "reason": "新规定施行"})
    assert answer.status_code == 201
    batch = answer.get_json()["id"]
    assert analyst.post(ROOT, {**asked, "reason": "再来一次"}).status_code == 409
    world.drain()
    done = analyst.get(f"{ROOT}/{batch}").get_json()
    assert (done["state"], done["counts"]) == ("finished", {"moved": 1})
    rows = analyst.get(f"{ROOT}/{batch}/instances").get_json()
    assert (rows["total"], rows["items"][0]["process_instance_id"]) == (1, str(case))
    assert world.task("b2", case)

    assert analyst.post(f"{ROOT}/{batch}/undo", {"reason": "发错了"}).status_code == 200
    world.drain()
    assert analyst.get(ROOT).get_json()["items"][0]["state"] == "undone"
    assert world.task("b", case)


def test_a_batch_stops_goes_on_and_single_moves_are_taken_back(world: World, program: Callable[[str], Program]) -> None:
    publish(world)
    case = begin(world)
    publish(world, "S:s U:a U:b U:c U:d E:e s>a>b>c>d>e")
    admin = program("admin")
    batch = admin.post(ROOT, {**ASKED, "reason": "新规定施行"}).get_json()["id"]
    assert admin.post(f"{ROOT}/{batch}/stop").get_json()["state"] == "stopped"
    assert admin.post(f"{ROOT}/{batch}/continuation").get_json()["state"] == "running"
    world.drain()
    assert world.instance(case).version == 2
    back = admin.post(f"{ROOT}/{batch}/instances/{case}/undo", {"reason": "先不迁"})
    assert (back.status_code, world.instance(case).version) == (200, 1)


def test_who_may_not_move_instances_is_refused(world: World, program: Callable[[str], Program]) -> None:
    publish(world)
    begin(world)
    publish(world, "S:s U:a U:b U:c U:d E:e s>a>b>c>d>e")

    assert program("process_owner").post(f"{ROOT}/plans", ASKED).status_code == 200
    for login in ("process_owner", "maker"):
        assert program(login).post(ROOT, {**ASKED, "reason": "新规定施行"}).status_code == 403
    assert program("maker").post(f"{ROOT}/plans", ASKED).status_code == 403
    unknown = program("admin").post(f"{ROOT}/plans", {**ASKED, "to_version": 9})
    assert unknown.status_code == 404
