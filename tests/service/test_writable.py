"""Several tasks share one form, each filling in its part: the others are shown, never written."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest

from processes.errors import AnswersRefused, DefinitionRefused
from service.orchestration import reading
from service.orchestration.deployments import deploy
from tests.processes.checks.drawing import diagram, properties
from tests.world import World

FORM = {
    "type": "default",
    "id": "review_shared",
    "properties": {"title": "共用单"},
    "components": [
        {"type": "textfield", "key": "amount", "label": "金额", "properties": {"kind": "money", "output": "amount"}},
        {"type": "datetime", "key": "day", "label": "日期"},
        {"type": "textfield", "key": "note", "label": "意见", "validate": {"required": True}},
        {"type": "textfield", "key": "reply", "label": "答复", "properties": {"output": "reply"}},
    ],
}


def shared(writable: str) -> dict[str, bytes]:
    return {
        "review/shared.form": json.dumps(FORM, ensure_ascii=False).encode(),
        "shared.bpmn": diagram(
            "S:begun U:first U:second E:done begun>first>second>done",
            key="shared",
            inner={
                "first": properties(post="window_clerk", form="review/shared", writable="amount, day, note"),
                "second": properties(post="maker", form="review/shared", writable=writable),
            },
            process=properties(starters="window_clerk"),
        ),
    }


@pytest.fixture
def case(world: World) -> UUID:
    """A case whose first task is done."""
    deploy(world.runtime, shared("reply"), by=world.actor("publisher"), comment="试用")
    root = world.start("shared", by="window_clerk")
    world.do("window_clerk", "first", {"amount": "100.5", "day": "2026-10-12", "note": "同意"}, root)
    return root


def test_the_second_task_shows_what_the_first_wrote_and_writes_only_its_own(world: World, case: UUID) -> None:
    task = world.task("second", case)

    view = reading.read_task(world.runtime, task.id, by=world.actor("maker"))

    assert view.form is not None
    assert {each.key: each.readonly for each in view.form.fields} == {
        "amount": True,
        "day": True,
        "note": True,
        "reply": False,
    }
    assert view.prepared.given == {"amount": 10050, "day": date(2026, 10, 12), "note": "同意"}
    world.do("maker", "second", {"reply": "已阅"}, case)
    variables = world.instance(case).variables
    assert (variables["amount"], variables["reply"]) == (10050, "已阅")


def test_an_answer_to_a_field_of_another_task_is_refused_at_that_field(world: World, case: UUID) -> None:
    with pytest.raises(AnswersRefused) as refused:
        world.do("maker", "second", {"reply": "已阅", "amount": "1"}, case)

    assert list(refused.value.fields) == ["amount"]
    assert world.task("second", case).element_id == "second"


def test_a_field_that_the_form_does_not_have_stops_the_publication(world: World) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        deploy(world.runtime, shared("reply, amuont"), by=world.actor("publisher"), comment="试用")

    assert [(each.code, each.element_id) for each in refused.value.findings if each.severity == "error"] == [
        ("WRITABLE_UNKNOWN", "second")
    ]
    assert "amount" in refused.value.findings[0].message
