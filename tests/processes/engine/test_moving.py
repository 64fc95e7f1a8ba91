"""A token that is moved back: nothing stays behind, nothing comes twice, and the process still ends."""

from __future__ import annotations

from random import Random

import pytest

from processes import engine
from processes.engine import codec
from processes.engine.outcome import Outcome
from processes.engine.scripting import FeelScriptEngine
from processes.errors import Conflict, EngineFault
from tests.processes.checks.drawing import diagram, level, multi, timer
from tests.processes.engine.blocks import Maker, drawn
from tests.processes.engine.playing import Player
from tests.processes.engine.test_random_diagrams import works

LINE = "S:s U:a U:b U:c E:e s>a>b>c>e"
FORK = "S:s U:a P:f U:b1 U:b2 U:c1 P:j U:d E:e s>a>f f>b1>b2>j f>c1>j j>d>e"
SOME = "S:s U:a O:f U:b1 U:b2 U:c1 O:j U:d E:e s>a>f f>b1?true f>c1?true b1>b2>j c1>j j>d>e"


class Mover(Player):
    """A player who also moves tokens."""

    def move(self, source: str, target: str, **data: object) -> Outcome:
        token = self.token(source)
        return self._take(engine.move(self.definition, self.state, token, target, data, self.around))

    def straight(self, source: str, target: str, **data: object) -> Outcome:
        token = self.token(source)
        return self._take(engine.complete_to(self.definition, self.state, token, target, data, self.around))

    def size(self) -> int:
        """How many tasks of the library the state holds."""
        workflow = codec.load(self.state, self.definition, FeelScriptEngine(self.around))
        return len(workflow.tasks) + sum(len(inner.tasks) for inner in workflow.subprocesses.values())


def test_a_moved_task_is_cancelled_and_the_earlier_one_opens_with_its_data() -> None:
    player = Mover(diagram(LINE), {"x": 1})
    player.do("a", x=2)
    player.do("b", y=3)
    old = player.token("c")
    player.move("c", "a", z=4)
    assert (player.open, player.cancelled) == (["a"], [old])
    assert player.task("a").variables == {"x": 2, "y": 3, "z": 4}
    for element in "abc":
        player.do(element)
    assert player.end == "e"


def test_a_task_completed_straight_back_skips_what_lies_between() -> None:
    player = Mover(diagram(LINE))
    player.do("a")
    player.do("b")
    player.move("c", "a")
    player.straight("a", "c", mended=True)
    assert (player.open, player.task("c").variables) == (["c"], {"mended": True})
    assert player.passed[-1] == "a"
    player.do("c")
    assert player.end == "e"


@pytest.mark.parametrize("fork", [FORK, SOME])
def test_inside_a_branch_only_the_token_moves(fork: str) -> None:
    player = Mover(diagram(fork))
    player.do("a")
    player.do("b1")
    player.move("b2", "b1")
    assert player.open == ["b1", "c1"]
    player.do("c1")
    player.do("b1")
    assert player.open == ["b2"]
    player.do("b2")
    player.do("d")
    assert player.end == "e"


@pytest.mark.parametrize("fork", [FORK, SOME])
@pytest.mark.parametrize("arrived", [True, False])
def test_before_the_split_all_branches_and_arrivals_are_taken_back(fork: str, arrived: bool) -> None:
    player = Mover(diagram(fork))
    player.do("a")
    if arrived:
        player.do("c1", c=1)
    player.move("b1", "a")
    assert player.open == ["a"]
    player.do("a")
    player.do("b1")
    player.do("b2")
    assert player.open == ["c1"], "the arrival of the first round does not count"
    player.do("c1")
    assert player.open == ["d"]
    player.do("d")
    assert player.end == "e"


@pytest.mark.parametrize("fork", [FORK, SOME])
def test_another_branch_or_a_joined_one_is_refused_in_words(fork: str) -> None:
    player = Mover(diagram(fork))
    player.do("a")
    player.do("b1")
    player.do("b2")
    with pytest.raises(Conflict, match="另一个并行分支"):
        player.move("c1", "b1")
    player.do("c1")
    with pytest.raises(Conflict, match="另一个并行分支"):
        player.move("d", "b1")
    player.move("d", "a")
    assert player.open == ["a"]


def test_a_jump_straight_back_over_a_whole_fork_is_allowed() -> None:
    player = Mover(diagram(FORK))
    for element in ("a", "b1", "b2", "c1"):
        player.do(element)
    player.move("d", "a")
    player.straight("a", "d")
    assert player.open == ["d"]
    player.move("d", "a")
    for element in ("a", "c1", "b1", "b2", "d"):
        player.do(element)
    assert player.end == "e"


def test_a_jump_straight_back_into_a_branch_that_was_taken_back_is_refused() -> None:
    player = Mover(diagram(FORK))
    player.do("a")
    player.move("b1", "a")
    with pytest.raises(Conflict, match="并行分支"):
        player.straight("a", "b1")
    assert player.open == ["a"]


def test_forward_and_to_itself_is_refused() -> None:
    player = Mover(diagram("S:s X:in U:a U:b X:out E:e s>in>a>b>out out>in?again out>e*"))
    player.do("a")
    player.do("b", again=True)
    for target in ("b", "a"):
        with pytest.raises(Conflict, match="之前"):
            player.move("a", target)


def test_what_is_no_task_or_not_open_is_refused() -> None:
    player = Mover(diagram("S:s U:a X:x U:b E:e s>a>x>b>e"))
    token = player.token("a")
    player.do("a")
    with pytest.raises(Conflict, match="不是人工办理"):
        player.move("b", "x")
    with pytest.raises(EngineFault):
        engine.move(player.definition, player.state, token, "a", {}, player.around)


@pytest.mark.parametrize("sequential", [False, True])
def test_all_copies_of_a_repeated_task_go_together(sequential: bool) -> None:
    repeated = multi(collection="orgs", item="org")
    if sequential:
        repeated = repeated.replace("tics>", 'tics isSequential="true">', 1)
    player = Mover(diagram("S:s U:a U:ask U:b E:e s>a>ask>b>e", inner={"ask": repeated}), {"orgs": ["甲", "乙", "丙"]})
    player.do("a")
    player.do("ask", "甲", heard=1)
    player.move("ask", "a")
    assert (player.open, player.task("a").variables) == (["a"], {"orgs": ["甲", "乙", "丙"]})
    player.do("a")
    for org in ("甲", "乙", "丙"):
        player.do("ask", org)
    player.move("b", "ask")
    assert len(player.open) == (1 if sequential else 3)
    for org in ("甲", "乙", "丙"):
        player.do("ask", org)
    player.do("b")
    assert player.end == "e"


def test_a_repeated_task_with_results_begins_anew() -> None:
    repeated = multi(collection="orgs", item="org", outputs="answers", output_item="answer")
    player = Mover(diagram("S:s U:ask U:b E:e s>ask>b>e", inner={"ask": repeated}), {"orgs": ["甲", "乙"]})
    for org in ("甲", "乙"):
        player.do("ask", org, answer=1)
    player.move("b", "ask")
    for org in ("乙", "甲"):
        player.do("ask", org, answer=2)
    assert player.task("b").variables["answers"] == [2, 2]


HOSTED = "S:s U:a U:b B:late@b U:c E:e E:e2 s>a>b>c>e late>e2"


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_boundary_events_of_source_and_target_go_and_come(interrupting: str) -> None:
    attributes = {"late": f'cancelActivity="{interrupting}"'}
    player = Mover(diagram(HOSTED, inner={"late": timer("PT1H")}, attributes=attributes))
    player.do("a")
    player.move("b", "a")
    assert (player.open, player.waiting, player.last.due_at) == (["a"], [], None)
    player.do("a")
    assert player.waiting == ["late"]
    player.do("b")
    assert player.waiting == []
    player.move("c", "b")
    assert (player.open, player.waiting) == (["b"], ["late"])
    player.do("b")
    player.do("c")
    assert player.end == "e"


REMINDED = "S:s U:a U:b B:late@b U:remind U:c E:e E:e2 s>a>b>c>e late>remind>e2"


def test_a_reminder_goes_when_its_activity_is_left_backwards() -> None:
    player = Mover(diagram(REMINDED, inner={"late": timer("PT1H")}, attributes={"late": 'cancelActivity="false"'}))
    player.do("a")
    player.later(hours=2)
    assert player.open == ["b", "remind"]
    player.move("b", "a")
    assert player.open == ["a"]
    player.do("a")
    player.later(hours=2)
    player.do("b")
    assert player.open == ["c", "remind"]
    player.move("c", "b")
    assert player.open == ["b"]


def test_a_reminder_does_not_go_back_into_branches_that_have_met() -> None:
    fork = "S:s P:f U:b B:late@b U:remind U:c P:j U:d E:e E:e2 s>f f>b>j f>c>j j>d>e late>remind>e2"
    player = Mover(diagram(fork, inner={"late": timer("PT1H")}, attributes={"late": 'cancelActivity="false"'}))
    player.later(hours=2)
    for element in ("b", "c"):
        player.do(element)
    with pytest.raises(Conflict, match="越过并行汇聚"):
        player.move("remind", "b")
    player.do("remind")
    player.do("d")
    assert player.end == "e"


def test_a_reminder_stays_when_its_task_goes_straight_on() -> None:
    player = Mover(diagram(REMINDED, inner={"late": timer("PT1H")}, attributes={"late": 'cancelActivity="false"'}))
    player.do("a")
    player.do("b")
    player.move("c", "b")
    player.later(hours=2)
    player.straight("b", "c")
    assert player.open == ["c", "remind"]
    player.do("c")
    player.do("remind")
    assert player.finished


def test_inside_a_sub_process_and_never_out_of_it() -> None:
    inside = level("S:is U:x U:y E:ie is>x>y>ie")
    player = Mover(diagram("S:s U:a subProcess:sub U:c E:e s>a>sub>c>e", inner={"sub": inside}))
    player.do("a")
    player.do("x")
    player.move("y", "x")
    assert player.open == ["x"]
    with pytest.raises(Conflict, match="不在同一个子流程"):
        player.move("x", "a")
    player.do("x")
    player.do("y")
    with pytest.raises(Conflict, match="不在同一个子流程"):
        player.move("c", "x")
    player.move("c", "a")
    for element in ("a", "x", "y", "c"):
        player.do(element)
    assert player.end == "e"


def test_a_sub_process_of_a_branch_goes_with_all_it_holds() -> None:
    inside = level("S:is P:p U:x U:y E:e1 E:e2 is>p p>x>e1 p>y>e2")
    player = Mover(diagram("S:s U:a P:f U:b subProcess:sub P:j E:e s>a>f f>b>j f>sub>j j>e", inner={"sub": inside}))
    player.do("a")
    player.do("x")
    player.move("b", "a")
    assert player.open == ["a"]
    for element in ("a", "y", "b", "x"):
        player.do(element)
    assert player.end == "e"


def test_a_called_process_can_be_left() -> None:
    player = Mover(diagram("S:s U:a K:call E:e s>a>call>e"))
    player.do("a")
    player.move("call", "a")
    player.do("a")
    player.do("call")
    assert player.end == "e"


@pytest.mark.parametrize("fork", [LINE, FORK, SOME])
def test_hundreds_of_returns_keep_the_state_flat(fork: str) -> None:
    player = Mover(diagram(fork))
    sizes = set()
    target = "b1" if fork != LINE else "b"
    for _ in range(300):
        player.do("a")
        player.do(target)
        player.move("b2" if fork != LINE else "c", target)
        player.move(target, "a")
        sizes.add(player.size())
    assert len(sizes) == 1


def earlier(player: Mover, source: str) -> list[str]:
    """Completed tasks to which the token may be moved."""
    done = [each.element_id for each in player.path if each.kind == "userTask"]
    return sorted({each for each in done if engine.why_not_move(player.definition, source, each) is None})


def moved_or_refused(player: Mover, source: str, target: str) -> None:
    """Move; what only the state can refuse (a reminder back into branches that have met) leaves all as it was."""
    before = player.open
    try:
        player.move(source, target)
    except Conflict as refused:
        assert "越过并行汇聚" in refused.message
        assert player.open == before
    else:
        assert player.open.count(target) == 1 or player.definition.element(target).multi_instance


@pytest.mark.parametrize("seed", range(150))
def test_after_random_moves_a_random_process_still_ends(seed: int) -> None:
    random = Random(seed)
    block = Maker(seed).block()
    lists = {f"list_{each.id}": [f"{each.id}-{n}" for n in range(each.members)] for each in works(block)}
    player = Mover(drawn(block), lists)
    moves = 6
    for _ in range(400):
        if player.finished:
            break
        places = sorted({*player.open})
        chosen = random.choice(places) if places else None
        targets = earlier(player, chosen) if chosen and moves and random.random() < 0.4 else []
        if chosen is not None and targets:
            moves -= 1
            moved_or_refused(player, chosen, random.choice(targets))
        elif chosen is not None and random.random() < 0.8:
            player.do(chosen)
        elif player.last.due_at is not None:
            player.around.clock.set(max(player.last.due_at, player.around.now()))
            player.fire()
        assert player.size() < 400
    assert player.finished, (player.open, player.waiting)
