"""Timers: literal and FEEL times, the injected clock, cycles, and what happens after an outage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from processes.clock import SHANGHAI
from processes.errors import EngineFault
from processes.vocabulary import WaitKind
from tests.processes.checks.drawing import diagram, timer
from tests.processes.engine.playing import BEGIN, Player

WAITING = "S:s W:w E:e s>w>e"


def waiting(text: str, kind: str, **variables: object) -> Player:
    return Player(diagram(WAITING, inner={"w": timer(text, kind=kind)}), variables)


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("P10D", "timeDuration", BEGIN + timedelta(days=10)),
        ("PT90M", "timeDuration", BEGIN + timedelta(minutes=90)),
        ("P1M", "timeDuration", datetime(2026, 9, 3, 9, tzinfo=SHANGHAI)),
        ('=duration("P2D")', "timeDuration", BEGIN + timedelta(days=2)),
        ('=duration("P1M")', "timeDuration", datetime(2026, 9, 3, 9, tzinfo=SHANGHAI)),
        ("=how_long", "timeDuration", BEGIN + timedelta(days=3)),
        ("2026-10-01T09:30:00+08:00", "timeDate", datetime(2026, 10, 1, 9, 30, tzinfo=SHANGHAI)),
        ("2026-10-01T09:30:00", "timeDate", datetime(2026, 10, 1, 9, 30, tzinfo=SHANGHAI)),
        ("2026-10-01T01:30:00Z", "timeDate", datetime(2026, 10, 1, 9, 30, tzinfo=SHANGHAI)),
        ("2026-10-01", "timeDate", datetime(2026, 10, 1, tzinfo=SHANGHAI)),
        ("=until_at", "timeDate", datetime(2026, 11, 1, 8, tzinfo=SHANGHAI)),
        ('=date("2026-10-01")', "timeDate", datetime(2026, 10, 1, tzinfo=SHANGHAI)),
        ('=days later(date("2026-10-01"), 2)', "timeDate", datetime(2026, 10, 3, tzinfo=SHANGHAI)),
        ("=now() + duration(how_long)", "timeDate", BEGIN + timedelta(days=3)),
        ('=today() + duration("P1D")', "timeDate", datetime(2026, 8, 4, tzinfo=SHANGHAI)),
    ],
)
def test_a_timer_is_due_when_its_text_says(text: str, kind: str, due: datetime) -> None:
    player = waiting(text, kind, how_long="P3D", until_at="2026-11-01T08:00:00+08:00")
    found = player.wait("w")
    assert (found.kind, found.due_at, player.last.due_at) == (WaitKind.TIMER, due, due)
    assert found.due_at is not None and found.due_at.tzinfo == UTC
    player.around.clock.set(due - timedelta(seconds=1))
    player.fire()
    assert player.waiting == ["w"]
    player.around.clock.set(due)
    player.fire()
    assert (player.end, player.last.due_at) == ("e", None)
    assert player.closed == [found.token]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10 days", "timeDuration"),
        ("0 9 * * *", "timeCycle"),
        ("P10D", "timeDate"),
        ("2026-10-01", "timeDuration"),
        ("=unknown", "timeDuration"),
        ("=unknown", "timeDate"),
        ("=unknown", "timeCycle"),
        ("=((", "timeDate"),
        ("=12", "timeDate"),
        ("=true", "timeDuration"),
        ("2026-13-45", "timeDate"),
        ("P", "timeDuration"),
        ("R/", "timeCycle"),
        ("R3/2026-10-01", "timeCycle"),
    ],
)
def test_an_unusable_time_is_a_fault_that_names_the_element(text: str, kind: str) -> None:
    with pytest.raises(EngineFault) as caught:
        waiting(text, kind)
    assert caught.value.element_id == "w"


def test_a_date_that_is_past_fires_at_once() -> None:
    assert waiting("2020-01-01", "timeDate").end == "e"
    assert waiting("PT0S", "timeDuration").end == "e"


REMINDED = "S:s U:ask B:again@ask A:remind E:e E:e2 s>ask>e again>remind>e2"


def reminded(text: str) -> Player:
    inner = {"again": timer(text, kind="timeCycle"), "ask": ""}
    return Player(diagram(REMINDED, inner=inner, attributes={"again": 'cancelActivity="false"'}))


def test_a_cycle_fires_its_rounds_and_leaves_the_task_open() -> None:
    player = reminded("R3/P1D")
    for round_ in (1, 2, 3):
        assert player.last.due_at == BEGIN + timedelta(days=round_)
        player.later(days=1)
        assert (len(player.around.calls), player.open) == (round_, ["ask"])
    assert player.last.due_at is None
    player.later(days=9)
    assert len(player.around.calls) == 3
    player.do("ask")
    assert player.end == "e"


def test_a_cycle_catches_up_after_an_outage() -> None:
    player = reminded("R5/P1D")
    player.later(days=3, hours=1)
    assert len(player.around.calls) == 3
    assert player.last.due_at == BEGIN + timedelta(days=4)
    player.later(days=30)
    assert (len(player.around.calls), player.last.due_at) == (5, None)


def test_a_long_outage_is_made_up_for_in_several_steps() -> None:
    player = reminded("R/PT1H")
    player.later(hours=100)
    steps = 1
    while player.last.due_at is not None and player.last.due_at <= player.around.now():
        player.fire()
        steps += 1
    assert (len(player.around.calls), steps, player.open) == (100, 5, ["ask"])


def test_a_cycle_may_begin_at_a_date_and_run_without_end() -> None:
    player = reminded("R/2026-09-01T09:00:00+08:00/P1D")
    assert player.last.due_at == datetime(2026, 9, 1, 9, tzinfo=SHANGHAI)
    player.around.clock.set(datetime(2026, 9, 3, 9, tzinfo=SHANGHAI))
    player.fire()
    assert len(player.around.calls) == 3
    assert player.last.due_at == datetime(2026, 9, 4, 9, tzinfo=SHANGHAI)


def test_a_monthly_cycle_keeps_its_day() -> None:
    player = reminded("R3/P1M")
    dues = []
    for _ in range(3):
        assert player.last.due_at is not None
        dues.append(player.last.due_at.astimezone(SHANGHAI).date().isoformat())
        player.around.clock.set(player.last.due_at)
        player.fire()
    assert dues == ["2026-09-03", "2026-10-03", "2026-11-03"]


def test_a_cycle_ends_with_its_task() -> None:
    player = reminded("R/P1D")
    player.later(days=1)
    player.do("ask")
    assert (player.end, player.last.due_at) == ("e", None)


def test_the_earliest_of_several_timers_is_the_due_time() -> None:
    inner = {"one": timer("P3D"), "two": timer("P1D"), "three": timer("P2D")}
    notation = "S:s P:f P:j W:one W:two W:three E:e s>f f>one>j f>two>j f>three>j j>e"
    player = Player(diagram(notation, inner=inner))
    for days, left in ((1, ["one", "three"]), (2, ["one"]), (3, [])):
        assert player.last.due_at == BEGIN + timedelta(days=days)
        player.later(days=1)
        assert player.waiting == left
    assert player.end == "e"


def test_a_timer_that_is_moved_fires_at_its_new_time() -> None:
    player = waiting("P10D", "timeDuration")
    player.reschedule("w", BEGIN + timedelta(days=20))
    assert player.last.due_at == BEGIN + timedelta(days=20)
    player.later(days=15)
    assert player.waiting == ["w"]
    player.reschedule("w", BEGIN + timedelta(days=1))
    assert player.end == "e", "a new time that is past fires at once"


def test_a_cycle_that_is_moved_goes_on_from_there() -> None:
    player = reminded("R2/P1D")
    player.reschedule("again", BEGIN + timedelta(days=5))
    player.later(days=5)
    assert (len(player.around.calls), player.last.due_at) == (1, BEGIN + timedelta(days=6))


def test_what_is_no_timer_cannot_be_moved() -> None:
    player = Player(diagram("S:s U:ask E:e s>ask>e"))
    with pytest.raises(EngineFault):
        player.reschedule("ask", BEGIN)


def test_firing_before_anything_is_due_changes_nothing() -> None:
    player = waiting("P10D", "timeDuration")
    outcome = player.later(days=1)
    assert (outcome.closed, outcome.cancelled, outcome.passed, outcome.waits) == ((), (), (), ())


def test_a_date_of_an_event_based_gateway_is_due_too() -> None:
    inner = {"late": timer("=until_at", kind="timeDate")}
    notation = "S:s V:g R:answered W:late E:told E:silent s>g g>answered>told g>late>silent"
    player = Player(diagram(notation, inner=inner), {"until_at": "2026-09-01"})
    assert player.last.due_at == datetime(2026, 9, 1, tzinfo=SHANGHAI)
    player.reschedule("late", datetime(2026, 9, 2, tzinfo=SHANGHAI))
    player.around.clock.set(datetime(2026, 9, 1, 12, tzinfo=SHANGHAI))
    player.fire()
    assert player.waiting == ["answered", "late"]
