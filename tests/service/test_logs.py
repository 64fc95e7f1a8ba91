"""The log: one JSON line per thing, found again by the request's number, and nothing that people typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from service.logs import JsonLines
from tests.service.api.client import FILLED, Program
from tests.world import World


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written to the log meanwhile, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, before = logging.getLogger("service"), logging.getLogger("service").level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_request_is_one_line_with_its_number_route_and_person(world: World, written: io.StringIO) -> None:
    answer = Program(world, "maker").get("/api/v1/tasks", assignee="somebody")

    [line] = [json.loads(each) for each in written.getvalue().splitlines()]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["message"], line["route"], line["status"]) == ("request answered", "/api/v1/tasks", 404)
    assert line["actor_id"] == str(world.actor("maker").id)
    assert "somebody" not in written.getvalue()


def test_what_is_typed_does_not_reach_the_log(world: World, written: io.StringIO) -> None:
    Program(world, None).post("/api/v1/tokens", {"name": "maker", "password": "wrong-secret"})
    Program(world, "maker").post("/api/v1/tasks/00000000-0000-7000-8000-000000000000/completion", FILLED)

    assert written.getvalue().count("\n") == 2
    assert "wrong-secret" not in written.getvalue() and "请办理" not in written.getvalue()


def test_a_fault_is_written_with_its_traceback(written: io.StringIO) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        logging.getLogger("service.test").error("met a fault", exc_info=error, extra={"instance_id": "7"})

    line = json.loads(written.getvalue())
    assert line["instance_id"] == "7"
    assert "RuntimeError: broken" in line["traceback"]
    assert line["at"].endswith("Z")
