"""The drills, shortened for the suite. In full: `python -m tests.drills.race`, `….verb_races`, `….kill_under_load`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.house import furnish
from tests.drills import kill_under_load, race, verb_races

pytestmark = pytest.mark.drill


@pytest.fixture
def furnished_url(database_url: str, tmp_path: Path) -> str:
    furnish(database_url, tmp_path)
    return database_url


def test_of_two_clients_on_one_task_exactly_one_wins(furnished_url: str, tmp_path: Path) -> None:
    result = race.run(furnished_url, tmp_path, races=12)

    assert result.problems == []
    assert sum(result.refused.values()) == result.races == 12


def test_of_two_verbs_on_one_task_exactly_one_wins(furnished_url: str, tmp_path: Path) -> None:
    result = verb_races.run(furnished_url, tmp_path, races=4)

    assert result.problems == []
    assert sum(result.refused.values()) == result.races == 4 * len(verb_races.PAIRS)


def test_a_server_killed_under_load_loses_and_doubles_nothing(furnished_url: str, tmp_path: Path) -> None:
    result = kill_under_load.run(furnished_url, tmp_path, rounds=2, seconds=0.7)

    assert result.problems == []
    assert result.acknowledged > 0
