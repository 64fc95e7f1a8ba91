"""Every cell of docs/verbs.md, played: the document is the test."""

from __future__ import annotations

import pytest

from processes.errors import ProcessError, SeparationOfDuties
from tests.service.verbs.plays import PLAYS
from tests.service.verbs.stage import BARRED, SITUATIONS, play
from tests.service.verbs.table import Cell, cells
from tests.service.verbs.words import CLAIMS, claims_of, look, put_records
from tests.world import World

CELLS = cells()
RECEIVING = sorted({cell.verb for cell in CELLS if PLAYS[cell.verb].receiver is not None})


def test_the_table_and_the_plays_name_the_same_verbs_and_situations() -> None:
    assert {cell.verb for cell in CELLS} == set(PLAYS)
    assert {cell.situation for cell in CELLS} == set(SITUATIONS)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_cell_of_the_table_holds(desk: World, cell: Cell) -> None:
    part = PLAYS[cell.verb]
    stage = play(desk, cell.situation, claimed=part.claimed)
    put_records(stage)
    part.before(stage)
    others, due_at, kinds, before = stage.others(), stage.task().due_at, stage.kinds(), look(stage)

    if cell.allowed:
        part.act(stage)
    else:
        with pytest.raises(ProcessError):
            part.act(stage)

    written = stage.kinds()[len(kinds) :]
    assert (cell.history in written) is cell.allowed
    standing = stage.others()
    moved = part.moves and cell.allowed
    assert moved or {key: standing.get(key) for key in others} == others, "other open tasks were touched"
    assert moved or part.ends_task or standing.keys() == others.keys(), "a task was opened"
    assert not moved or [each.element_id for each in stage.world.open_tasks(stage.root)] == ["prepare"]
    assert stage.task().due_at == due_at
    assert (stage.task().state == "completed") is (part.ends_task and cell.allowed)
    after = look(stage)
    assert [claim for claim in claims_of(cell.words) if not CLAIMS[claim](stage, before, after)] == []
    assert stage.broken() == []


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("verb", RECEIVING)
def test_nobody_who_is_barred_receives_anything(desk: World, verb: str, situation: str) -> None:
    part = PLAYS[verb]
    stage = play(desk, situation, claimed=part.claimed)
    assert part.receiver is not None
    kinds = stage.kinds()

    with pytest.raises(SeparationOfDuties):
        part.receiver(stage, BARRED)

    assert [kind for kind in stage.kinds()[len(kinds) :] if kind != "substitution_granted"] == []
    assert stage.broken() == []
