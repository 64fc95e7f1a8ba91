"""A played instance that moves to another version of its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from processes import engine
from processes.engine import Examination
from tests.processes.engine.playing import Player


def moved_to(player: Player, content: bytes, since: Mapping[str, datetime] | None = None, **to: str) -> Examination:
    """Move what is played to another version, holding the move to its rules. `to` maps elements by id."""
    new = engine.parse(content)
    found = engine.examine(player.definition, new, player.state, player.around, mapping=to, since=since)
    if found.moved is None:
        return found
    moved = found.moved
    assert {each.token for each in moved.tasks} == set(player.tasks)
    assert set(moved.calls) == set(player.children)
    player.definition = new
    player.tasks = {each.token: each for each in moved.tasks}
    player.waits = {each.token: each for each in moved.waits}
    for each in moved.waits:
        player.seen.setdefault(each.token, each.element_id)
    player.last = engine.Outcome(state=moved.state, due_at=moved.due_at)
    return found
