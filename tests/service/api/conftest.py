"""People's programs, and a small process of their own to talk about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.orchestration.deployments import deploy
from tests.processes.checks.drawing import diagram, properties
from tests.service.api.client import Program
from tests.world import World

#: A note is written at the window, read in the department by somebody else, and then waits for an answer.
ERRAND = diagram(
    "S:begun U:write_note U:read_note W:answered E:done begun>write_note>read_note>answered>done",
    key="errand",
    inner={
        "write_note": properties(post='window_clerk@"SVC"', outputs="note:text, amount:integer"),
        "read_note": properties(post='maker@"STB"', separate_from="write_note", deadline="DL13"),
        "answered": '<bpmn:messageEventDefinition messageRef="m_answer"/>',
    },
    declared='<bpmn:message id="m_answer" name="Answer"/>\n',
    process=properties(starters="window_clerk"),
)


@pytest.fixture
def program(world: World) -> Callable[[str | None], Program]:
    """The program of a person, by login name; of nobody with None."""
    return lambda login: Program(world, login)


@pytest.fixture
def admin(world: World) -> Program:
    return Program(world, "admin")


@pytest.fixture
def clerk(world: World) -> Program:
    return Program(world, "window_clerk")


@pytest.fixture
def maker(world: World) -> Program:
    return Program(world, "maker")


@pytest.fixture
def errand(world: World) -> str:
    """The key of the published process above."""
    deploy(world.runtime, {"errand.bpmn": ERRAND}, by=world.actor("publisher"), comment="试用")
    return "errand"


@pytest.fixture
def started(errand: str, clerk: Program) -> str:
    """The id of an errand that waits for its note."""
    answer = clerk.post("/api/v1/process-instances", {"process_key": errand, "business_key": "E-1"})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


@pytest.fixture
def note(started: str, clerk: Program) -> str:
    """The id of the open task in which the clerk writes the note, claimed."""
    [task] = clerk.get("/api/v1/tasks", process_instance_id=started).get_json()["items"]
    assert clerk.post(f"/api/v1/tasks/{task['id']}/claim").status_code == 200
    return str(task["id"])
