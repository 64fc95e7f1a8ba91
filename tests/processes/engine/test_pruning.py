"""History is forgotten without changing what happens next: long loops, parallel loops, open branches, restarts."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest

from processes.engine import codec
from processes.engine.scripting import FeelScriptEngine
from tests.processes.checks.drawing import diagram, level, multi, timer
from tests.processes.engine.playing import Player

RETURNED = "S:s X:in U:write U:check X:out E:e s>in>write>check>out out>in?again out>e*"
PARALLEL_LOOP = "S:s X:in P:f U:a U:b P:j U:decide X:out E:e s>in>f f>a>j f>b>j j>decide>out out>in?again out>e*"
INCLUSIVE_LOOP = (
    "S:s X:in O:f U:a U:b O:j U:decide X:out E:e s>in>f f>a?true f>b?true a>j b>j j>decide>out out>in?again out>e*"
)
ORDERS = list(product("ab", repeat=4))


def kept(player: Player) -> int:
    """How many tasks of the library the state holds."""
    workflow = codec.load(player.state, player.definition, FeelScriptEngine(player.around))
    return len(workflow.tasks) + sum(len(inner.tasks) for inner in workflow.subprocesses.values())


@pytest.mark.parametrize("loop", [PARALLEL_LOOP, INCLUSIVE_LOOP])
@pytest.mark.parametrize("firsts", ORDERS, ids="".join)
def test_a_parallel_loop_is_right_in_every_order_of_four_rounds(loop: str, firsts: tuple[str, ...]) -> None:
    player = Player(diagram(loop))
    for round_, first in enumerate(firsts):
        assert player.open == ["a", "b"]
        player.do(first, **{first: round_})
        assert player.open == [("b" if first == "a" else "a")]
        player.do("b" if first == "a" else "a")
        assert player.open == ["decide"]
        assert player.task("decide").variables[first] == round_
        player.do("decide", again=round_ < 3)
    assert player.end == "e"


@pytest.mark.parametrize("firsts", ORDERS, ids="".join)
def test_a_parallel_loop_beside_an_open_branch_is_right_in_every_order(firsts: tuple[str, ...]) -> None:
    loop = "X:in P:f U:a U:b P:j U:decide X:out in>f f>a>j f>b>j j>decide>out out>in?again out>m*"
    player = Player(diagram(f"S:s P:o U:open P:m E:e s>o o>open>m o>in m>e {loop}"))
    for round_, first in enumerate(firsts):
        player.do(first)
        player.do("b" if first == "a" else "a")
        assert player.open == ["decide", "open"]
        player.do("decide", again=round_ < 3)
    assert player.open == ["open"]
    player.do("open")
    assert player.end == "e"


def test_five_thousand_rounds_keep_the_state_flat() -> None:
    player = Player(diagram(RETURNED), {"round": 0})
    sizes, counts = set(), set()
    for round_ in range(5_000):
        player.do("write", round=round_ % 7)
        player.do("check", again=True)
        if round_ > 7:
            sizes.add(len(player.state) // 64)
            if round_ % 250 == 0:
                counts.add(kept(player))
    assert len(counts) == 1, f"kept tasks changed: {counts}"
    assert max(sizes) - min(sizes) <= 1, f"state sizes changed: {sizes}"
    assert len(player.state) < 1_000
    player.do("write")
    player.do("check", again=False)
    assert player.end == "e"


@pytest.mark.parametrize(
    ("notation", "inner"),
    [
        (PARALLEL_LOOP, {}),
        (INCLUSIVE_LOOP, {}),
        ("S:s P:o U:open P:m E:e X:in U:a U:decide X:out s>o o>open>m o>in>a>decide>out out>in?again out>m* m>e", {}),
        (
            (
                "S:s0 P:o U:open P:m E:e s0>o o>open>m o>in m>e "
                "X:in U:write B:soon@write A:remind E:er U:decide X:out in>write>decide>out soon>remind>er "
                "out>in?again out>m*"
            ),
            {"soon": timer("P900D"), "write": "", "decide": ""},
        ),
        (
            (
                "S:s X:in subProcess:sub B:late@sub U:mend X:m U:decide X:out E:e "
                "s>in>sub>m late>mend>m m>decide>out out>in?again out>e*"
            ),
            {"sub": level("S:is P:f U:a U:b P:j E:ie is>f f>a>j f>b>j j>ie"), "late": timer("P5D")},
        ),
        (
            "S:s X:in U:ask U:decide X:out E:e s>in>ask>decide>out out>in?again out>e*",
            {"ask": multi(collection="orgs", item="org"), "decide": ""},
        ),
        (
            (
                "S:s X:in V:g R:answered W:late X:m U:decide X:out E:e "
                "s>in>g g>answered>m g>late>m m>decide>out out>in?again out>e*"
            ),
            {"late": timer("P5D")},
        ),
        ("S:s X:in K:call U:decide X:out E:e s>in>call>decide>out out>in?again out>e*", {"call": ""}),
        ("S:s P:o U:open E:eo X:in U:a U:decide X:out E:e s>o o>open>eo o>in>a>decide>out out>in?again out>e*", {}),
        (
            (
                "S:s O:o U:open O:m E:e X:in U:decide X:out s>o o>open?true o>in?true open>m in>decide>out "
                "out>in?again out>m* m>e"
            ),
            {},
        ),
    ],
    ids=[
        "parallel",
        "inclusive",
        "beside an open branch",
        "with a boundary event, beside an open branch",
        "sub-process with a boundary event",
        "copies",
        "event-based gateway",
        "call activity",
        "beside a branch with its own end",
        "inside an inclusive gateway",
    ],
)
def test_a_loop_keeps_the_number_of_kept_tasks_flat(notation: str, inner: dict[str, str]) -> None:
    attributes = {"soon": 'cancelActivity="false"'}
    player = Player(diagram(notation, inner=inner, attributes=attributes), {"orgs": ["甲", "乙"]})
    random, counts = Random(7), []
    for _ in range(60):
        for _ in range(20):
            if "decide" in player.open:
                break
            step(player, random)
        player.do("decide", again=True)
        counts.append(kept(player))
    assert max(counts[30:]) <= max(counts[:10]), counts


def step(player: Player, random: Random) -> None:
    """One act that brings the round on; what stays open beside the loop is left alone."""
    tokens = [token for token, each in player.tasks.items() if each.element_id != "open"] + list(player.children)
    if not tokens or random.random() < 0.2:
        player.later(days=6)
    else:
        player.complete(random.choice(tokens))


def test_a_reminder_every_day_for_a_year_keeps_the_state_flat() -> None:
    notation = "S:s U:ask B:again@ask A:remind E:e E:e2 s>ask>e again>remind>e2"
    inner = {"again": timer("R/P1D", kind="timeCycle"), "ask": ""}
    player = Player(diagram(notation, inner=inner, attributes={"again": 'cancelActivity="false"'}))
    player.around.services["notify"] = lambda call: {"reminded": len(player.around.calls)}
    counts = []
    for _ in range(365):
        player.later(days=1)
        counts.append(kept(player))
    assert max(counts) <= 40, f"{counts[0]} tasks after a day, {counts[-1]} after a year"
    player.do("ask", done=True)
    assert player.result == {"reminded": 365, "done": True}


def test_a_reminder_that_opens_a_task_is_not_lost_by_the_next_one() -> None:
    notation = "S:s U:ask B:again@ask U:look E:e E:e2 s>ask>e again>look>e2"
    inner = {"again": timer("R/P1D", kind="timeCycle"), "ask": "", "look": ""}
    player = Player(diagram(notation, inner=inner, attributes={"again": 'cancelActivity="false"'}))
    player.later(days=3)
    assert player.open == ["ask", "look", "look", "look"]
    player.do("ask")
    for left in (2, 1, 0):
        player.do("look")
        assert player.open == ["look"] * left
    assert player.end == "e2"


def test_a_restart_in_the_middle_of_copies_loses_nothing() -> None:
    player = Player(
        diagram("S:s U:ask U:after E:e s>ask>after>e", inner={"ask": multi(collection="orgs", item="org")}),
        {"orgs": ["甲", "乙", "丙", "丁"]},
    )
    for done, org in enumerate(("丙", "甲", "丁", "乙"), start=1):
        states = {player.state}
        player.do("ask", org, last=org)
        assert player.state not in states
        assert len([each for each in player.open if each == "ask"]) == 4 - done
    assert player.task("after").variables["last"] == "乙"


def test_three_branches_forked_in_two_gateways_loop_in_every_order() -> None:
    notation = (
        "S:s X:in P:f U:a P:g U:b U:c P:j U:decide X:out E:e "
        "s>in>f f>a>j f>g g>b>j g>c>j j>decide>out out>in?again out>e*"
    )
    random = Random(11)
    for _ in range(12):
        player = Player(diagram(notation))
        for round_ in range(4):
            order = random.sample(["a", "b", "c"], 3)
            for element in order:
                player.do(element)
            assert player.open == ["decide"], order
            player.do("decide", again=round_ < 3)
        assert player.end == "e"


def test_a_finished_branch_beside_an_open_one_is_forgotten() -> None:
    line = [f"u{number}" for number in range(20)]
    words = " ".join(f"U:{name}" for name in line)
    player = Player(diagram(f"S:s P:f U:open P:j E:e {words} s>f f>open>j f>{'>'.join(line)}>j j>e"))
    for name in line:
        player.do(name)
    assert kept(player) < 16
    player.do("open")
    assert player.end == "e"


def test_the_random_walk_through_a_big_open_diagram_stays_small() -> None:
    branches = [f"b{number}" for number in range(6)]
    words = " ".join(f"X:in_{name} U:{name} X:out_{name}" for name in branches)
    flows = " ".join(f"f>in_{name}>{name}>out_{name} out_{name}>in_{name}?{name} out_{name}>j*" for name in branches)
    player = Player(diagram(f"S:s P:f P:j E:e s>f j>e {words} {flows}", drawn=False))
    random, counts = Random(3), [kept(player)]
    for _ in range(300):
        name = random.choice(branches)
        player.do(name, **{name: True})
        counts.append(kept(player))
    assert max(counts) <= counts[0] + 30
    for before, after in pairwise(branches):
        player.do(before, **{before: False})
        assert after in player.open
    player.do(branches[-1], **{branches[-1]: False})
    assert player.end == "e"
