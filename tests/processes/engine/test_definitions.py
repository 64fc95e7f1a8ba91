"""Definitions are shared: instances never change them, threads may use them at once, and bad files are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from processes import engine
from processes.errors import DefinitionRefused, EngineFault, StateRefused
from tests.processes.checks.drawing import diagram
from tests.processes.engine.blocks import Maker, drawn
from tests.processes.engine.playing import Player
from tests.processes.engine.test_random_diagrams import Match

TWO = "S:s U:one U:two E:e s>one>two>e"


def structure(value: Any, seen: set[int]) -> Any:
    """A comparable picture of a spec and all it refers to."""
    if isinstance(value, str | int | float | bool | type(None) | bytes):
        return value
    if id(value) in seen:
        return type(value).__name__
    seen.add(id(value))
    if isinstance(value, dict):
        return {str(key): structure(each, seen) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [structure(each, seen) for each in value]
    if type(value).__module__.startswith(("SpiffWorkflow", "processes.engine")):
        return [type(value).__name__, structure(vars(value), seen)]
    return type(value).__name__


def picture(definition: engine.Definition) -> Any:
    return structure([definition.spec, dict(definition.sub_specs)], set())


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_running_instances_does_not_change_a_definition(seed: int) -> None:
    definition = engine.parse(drawn(Maker(seed).block()))
    before = picture(definition)
    for _ in range(3):
        Match(seed).play()
    assert engine.parse(drawn(Maker(seed).block())) is definition
    assert picture(definition) == before


def test_a_definition_is_parsed_once_by_all_threads() -> None:
    content = diagram(TWO, key="threads")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: engine.parse(content), range(40)))
    assert len({id(each) for each in found}) == 1


def test_many_threads_may_step_instances_of_one_definition() -> None:
    matches = [Match(seed) for seed in [7, 11, 19, 23] * 6]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(match.play) for match in matches]:
            done.result()
    assert all(match.game.result is not None for match in matches)


def test_a_state_that_was_cut_or_changed_is_refused() -> None:
    player = Player(diagram(TWO), {"text": "政策" * 50})
    token, state = player.token("one"), player.state
    broken = [b"", b"\x00", state[:1], state[: len(state) // 2], b"\x02" + state[1:], state[:-1], b"\x01{}", b"garbage"]
    for each in broken:
        with pytest.raises(StateRefused):
            engine.complete(player.definition, each, token, {}, player.around)


def test_a_state_with_a_flipped_byte_is_refused_or_means_the_same() -> None:
    player = Player(diagram(TWO))
    token = player.token("one")
    intact = engine.complete(player.definition, player.state, token, {}, player.around)
    for place in range(1, len(player.state)):
        changed = bytearray(player.state)
        changed[place] ^= 0xFF
        try:
            outcome = engine.complete(player.definition, bytes(changed), token, {}, player.around)
        except EngineFault:
            continue
        assert [task.element_id for task in outcome.opened] == [task.element_id for task in intact.opened]


def test_a_state_of_another_diagram_is_refused() -> None:
    player = Player(diagram(TWO))
    other = engine.parse(diagram("S:s U:other E:e s>other>e"))
    with pytest.raises(EngineFault):
        engine.complete(other, player.state, player.token("one"), {}, player.around)


@pytest.mark.parametrize("name", ["Start", "End", "Root", "demo.EndJoin", "StartEventSplit"])
def test_an_id_the_library_uses_itself_is_refused(name: str) -> None:
    with pytest.raises(DefinitionRefused, match="请换一个编号"):
        engine.parse(diagram(f"S:s U:{name} E:e s>{name}>e"))


@pytest.mark.parametrize("content", [b"", b"<", b"<a/>", b"\xff\xfe", diagram("S:s E:e s>e", executable="false")])
def test_what_is_no_executable_diagram_is_refused(content: bytes) -> None:
    with pytest.raises(DefinitionRefused):
        engine.parse(content)


@pytest.mark.parametrize("count", [250, 1_500])
def test_a_very_long_diagram_is_read_or_refused(count: int) -> None:
    names = [f"c{number}" for number in range(count)]
    words = " ".join(f"C:{name}" for name in names)
    try:
        engine.parse(diagram(f"S:s E:e {words} s>{'>'.join(names)}>e", drawn=False))
    except DefinitionRefused:
        assert count > 250


@pytest.mark.parametrize("notation", ["S:s U:a U:a E:e s>a>e", "S:s U:s E:e s>e", "S:s E:e s>missing>e", "U:a E:e a>e"])
def test_ids_given_twice_flows_to_nowhere_and_a_missing_start_are_refused(notation: str) -> None:
    with pytest.raises(DefinitionRefused):
        engine.parse(diagram(notation))
