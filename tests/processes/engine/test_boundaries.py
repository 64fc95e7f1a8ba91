"""Boundary events, interrupting or not, on every activity that may carry them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.vocabulary import WaitKind
from tests.processes.checks.drawing import diagram, level, multi, properties, timer
from tests.processes.engine.playing import BEGIN, Player

MESSAGE = '<bpmn:messageEventDefinition messageRef="m_withdraw"/>'
NOT_INTERRUPTING = {"late": 'cancelActivity="false"', "news": 'cancelActivity="false"'}
HOSTS = {
    "userTask": ("U:host", properties(post="maker"), ["host"], {}),
    "manualTask": ("manualTask:host", "", ["host"], {}),
    "callActivity": ("K:host", "", ["host"], {}),
    "subProcess": (
        "subProcess:host",
        level("S:is P:f U:one U:two E:ie E:ie2 is>f>one>ie f>two>ie2"),
        ["one", "two"],
        {},
    ),
    "copies": ("U:host", multi(collection="orgs", item="org"), ["host"] * 2, {"orgs": ["甲", "乙"]}),
    "called copies": ("K:host", multi(collection="orgs", item="org"), ["host"] * 2, {"orgs": ["甲", "乙"]}),
    "sequential copies": (
        "K:host",
        multi(collection="orgs", item="org").replace("tics>", 'tics isSequential="true">', 1),
        ["host"],
        {"orgs": ["甲", "乙"]},
    ),
}


def played(host: str, *, interrupting: bool, event: str = "late") -> Player:
    node, own, _, variables = HOSTS[host]
    notation = f"S:s {node} B:{event}@host U:after U:chief E:e E:e2 s>host>after>e {event}>chief>e2"
    inner = {"host": own, "late": timer("P5D"), "news": MESSAGE}
    return Player(diagram(notation, inner=inner, attributes={} if interrupting else NOT_INTERRUPTING), variables)


@pytest.mark.parametrize("host", HOSTS)
def test_an_interrupting_timer_takes_the_activity_away(host: str) -> None:
    player = played(host, interrupting=True)
    opened = HOSTS[host][2]
    assert player.open == opened
    wait = player.wait("late")
    assert (wait.attached_to, wait.kind, wait.due_at) == ("host", WaitKind.TIMER, BEGIN + timedelta(days=5))
    gone = {*player.tasks, *player.children}
    player.later(days=5)
    assert player.open == ["chief"]
    assert set(player.last.cancelled) == gone
    assert player.last.closed == (wait.token,)
    player.do("chief")
    assert (player.end, player.last.due_at) == ("e2", None)


@pytest.mark.parametrize("host", HOSTS)
def test_a_timer_that_does_not_interrupt_leaves_the_activity_open(host: str) -> None:
    player = played(host, interrupting=False)
    opened = HOSTS[host][2]
    player.later(days=5)
    assert player.open == sorted([*opened, "chief"])
    assert player.waiting == []
    finish(player)
    assert player.open == ["after", "chief"]
    player.do("chief")
    player.do("after")
    assert player.finished is not None


@pytest.mark.parametrize("host", HOSTS)
def test_the_boundary_event_is_gone_when_the_activity_ends(host: str) -> None:
    player = played(host, interrupting=True)
    finish(player)
    assert (player.open, player.waiting, player.last.due_at) == (["after"], [], None)
    player.later(days=9)
    player.do("after")
    assert player.end == "e"


@pytest.mark.parametrize("host", HOSTS)
def test_an_interrupting_message_takes_the_activity_away_and_brings_its_content(host: str) -> None:
    player = played(host, interrupting=True, event="news")
    assert (player.wait("news").message, player.wait("news").attached_to) == ("Withdraw", "host")
    player.send("news", reason="撤回")
    assert (player.open, player.task("chief").variables["reason"]) == (["chief"], "撤回")


@pytest.mark.parametrize("host", HOSTS)
def test_a_message_that_does_not_interrupt_leaves_the_activity_open(host: str) -> None:
    player = played(host, interrupting=False, event="news")
    player.send("news", reason="补充")
    assert player.open == sorted([*HOSTS[host][2], "chief"])


def finish(player: Player) -> None:
    """Complete what is open of the host, copies after copies."""
    while True:
        tokens = [token for token, each in player.tasks.items() if each.element_id in ("host", "one", "two")]
        tokens += list(player.children)
        if not tokens:
            return
        player.complete(tokens[0])


def test_several_boundary_events_sit_on_one_task() -> None:
    notation = (
        "S:s U:host B:soon@host B:late@host B:news@host A:remind U:chief E:e E:e1 E:e2 E:e3 "
        "s>host>e soon>remind>e1 late>chief>e2 news>e3"
    )
    inner = {"soon": timer("P2D"), "late": timer("P5D"), "news": MESSAGE, "host": ""}
    content = diagram(notation, inner=inner, attributes={"soon": 'cancelActivity="false"'})
    player = Player(content)
    player.later(days=2)
    assert (player.open, player.waiting, len(player.around.calls)) == (["host"], ["late", "news"], 1)
    assert player.last.due_at == BEGIN + timedelta(days=5)
    player.later(days=3)
    assert (player.open, player.waiting) == (["chief"], [])
    other = Player(content)
    other.later(days=2)
    other.send("news")
    assert other.end == "e3"
    third = Player(content)
    third.do("host")
    assert (third.end, third.waiting) == ("e", [])


def test_an_interrupted_task_can_be_entered_again() -> None:
    notation = "S:s X:in U:host B:late@host U:mend E:e s>in>host>e late>mend>in"
    player = Player(diagram(notation, inner={"late": timer("P5D")}))
    for _ in range(4):
        player.later(days=5)
        assert (player.open, player.waiting) == (["mend"], [])
        player.do("mend")
        assert (player.open, player.waiting) == (["host"], ["late"])
    player.do("host")
    assert player.end == "e"


def test_both_ways_of_a_boundary_event_meet_in_one_gateway() -> None:
    notation = "S:s U:host B:late@host U:mend X:m U:after E:e s>host>m late>mend>m m>after>e"
    content = diagram(notation, inner={"late": timer("P5D")})
    for interrupted in (False, True):
        player = Player(content)
        if interrupted:
            player.later(days=5)
            player.do("mend")
        else:
            player.do("host")
        assert player.open == ["after"]
        player.do("after")
        assert player.end == "e"


def test_boundary_events_of_a_sub_process_and_of_a_task_in_it_are_told_apart() -> None:
    inside = level("S:is U:task B:soon@task U:mend E:ie E:ie2 is>task>ie soon>mend>ie2", inner={"soon": timer("P2D")})
    notation = "S:s subProcess:host B:late@host U:chief E:e E:e2 s>host>e late>chief>e2"
    content = diagram(notation, inner={"host": inside, "late": timer("P5D")})
    player = Player(content)
    assert (player.wait("soon").attached_to, player.wait("late").attached_to) == ("task", "host")
    player.later(days=2)
    assert (player.open, player.waiting) == (["mend"], ["late"])
    player.later(days=3)
    assert (player.open, player.waiting) == (["chief"], [])


def test_the_data_of_an_interrupted_activity_is_that_before_it() -> None:
    inside = level("S:is U:one U:two E:ie is>one>two>ie")
    notation = "S:s subProcess:host B:late@host U:chief E:e E:e2 s>host>e late>chief>e2"
    player = Player(diagram(notation, inner={"host": inside, "late": timer("P5D")}), {"x": 1})
    player.do("one", x=2, y=3)
    player.later(days=5)
    assert player.task("chief").variables == {"x": 1}
