"""Ready-made sentences: one's own are private, those of a department belong to its head."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from processes.errors import Forbidden, NotFound
from service.orchestration import phrases
from storage.models.desk import Phrase
from tests.journeys import making_route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


def test_a_phrase_is_kept_once_and_removed_by_its_writer(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/phrases")
    maker.post("/phrases", {"text": "材料齐全，同意。"})
    maker.post("/phrases", {"text": " 材料齐全，同意。 "})

    found = world.one(Phrase)
    assert (found.text, found.user_id) == ("材料齐全，同意。", world.actor("maker").id)
    maker.post(f"/phrases/{found.id}/removal")

    assert "常用语已删除" in maker.text
    assert world.rows(Phrase) == []


def test_nobody_reads_or_removes_the_phrase_of_somebody_else(world: World, signed_in: SignedIn) -> None:
    phrase_id = phrases.add_phrase(world.runtime, "我的意见。", by=world.actor("maker"))

    other = signed_in("maker_head")
    other.get("/phrases")

    assert "我的意见。" not in other.text
    with pytest.raises(NotFound):
        phrases.remove_phrase(world.runtime, phrase_id, by=world.actor("maker_head"))


def test_the_head_keeps_what_the_department_uses(world: World, signed_in: SignedIn) -> None:
    phrases.add_phrase(world.runtime, "按部门口径办理。", by=world.actor("maker_head"), for_department=True)
    with pytest.raises(Forbidden):
        phrases.add_phrase(world.runtime, "我来定。", by=world.actor("maker"), for_department=True)
    with pytest.raises(Forbidden):
        phrases.remove_phrase(world.runtime, world.one(Phrase).id, by=world.actor("maker"))

    maker = signed_in("maker")
    root = making_route.initiate(world)
    task_id = world.task("write_assessment", root).id
    maker.get("/work")
    maker.post(f"/tasks/{task_id}/claim")

    assert 'data-phrase="按部门口径办理。"' in maker.page
