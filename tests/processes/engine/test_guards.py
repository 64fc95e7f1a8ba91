"""What the engine refuses, and that a refused step leaves the kept state good for the next one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from processes import engine
from processes.engine import steps
from processes.errors import BusinessError, EngineFault
from tests.processes.checks.drawing import diagram, operator, timer
from tests.processes.engine.playing import BEGIN, Player, Scripted

TWO = "S:s U:one U:two E:e s>one>two>e"


def test_a_finished_task_cannot_be_completed_again() -> None:
    player = Player(diagram(TWO))
    token = player.token("one")
    player.do("one")
    with pytest.raises(EngineFault):
        player.complete(token)
    player.do("two")
    assert player.end == "e"


@pytest.mark.parametrize("token", ["", "nonsense", "0", "00000000-0000-0000-0000-000000000000", "1.2", "甲"])
def test_an_unknown_token_is_refused_by_every_verb(token: str) -> None:
    player = Player(diagram(TWO))
    verbs: list[Callable[[], object]] = [
        lambda: player.complete(token),
        lambda: engine.deliver_message(player.definition, player.state, token, {}, player.around),
        lambda: engine.throw_error(player.definition, player.state, token, "X", "", player.around),
        lambda: engine.reschedule(player.definition, player.state, token, BEGIN, player.around),
    ]
    for verb in verbs:
        with pytest.raises(EngineFault):
            verb()


def test_a_task_still_to_come_cannot_be_completed() -> None:
    player = Player(diagram(TWO))
    workflow = steps.codec.load(player.state, player.definition, steps.FeelScriptEngine(player.around))
    future = [str(task.id) for task in workflow.tasks.values() if task.task_spec.name == "two"]
    assert future, "the library predicts the next task"
    with pytest.raises(EngineFault, match="现在不能办理"):
        player.complete(future[0])


def test_a_wait_is_not_completed_like_a_task_and_a_task_hears_no_message() -> None:
    content = diagram("S:s P:f U:a R:hear W:w E:e1 E:e2 E:e3 s>f f>a>e1 f>hear>e2 f>w>e3")
    player = Player(content)
    for element in ("hear", "w"):
        with pytest.raises(EngineFault, match="现在不能办理"):
            player.do(element)
    with pytest.raises(EngineFault, match="现在不能办理"):
        player.send("a")
    assert (player.open, player.waiting) == (["a"], ["hear", "w"])


def test_a_timer_hears_no_message() -> None:
    with pytest.raises(EngineFault):
        Player(diagram("S:s W:w E:e s>w>e")).send("w")


def test_the_timer_of_an_event_based_gateway_hears_no_message() -> None:
    notation = "S:s V:g R:answered W:late E:told E:silent s>g g>answered>told g>late>silent"
    with pytest.raises(EngineFault):
        Player(diagram(notation, inner={"late": timer("P5D")})).send("late")


def test_a_cancelled_task_cannot_be_completed() -> None:
    notation = "S:s U:host B:late@host U:chief E:e E:e2 s>host>e late>chief>e2"
    player = Player(diagram(notation))
    token = player.token("host")
    player.later(days=5)
    with pytest.raises(EngineFault):
        player.complete(token)


@pytest.mark.parametrize(
    ("loop", "variables"),
    [
        ("S:s X:in C:work X:out E:e s>in>work>out out>in?again out>e*", {"again": True}),
        ("S:s X:in X:out E:e s>in>out out>in?again out>e*", {"again": True}),
        ("S:s U:go X:in P:f C:a C:b P:j X:out E:e s>go>in>f f>a>j f>b>j j>out out>in?again out>e*", {"again": True}),
    ],
)
def test_a_diagram_that_spins_is_stopped(loop: str, variables: dict[str, object]) -> None:
    with pytest.raises(EngineFault, match="一直自动循环"):
        player = Player(diagram(loop), variables)
        player.do("go")


def test_a_long_automatic_line_within_the_budget_runs() -> None:
    names = [f"c{number}" for number in range(180)]
    notation = " ".join(f"C:{name}" for name in names) + " S:s E:e s>" + ">".join(names) + ">e"
    assert Player(diagram(notation, drawn=False)).end == "e"


def test_a_join_that_can_never_fire_is_a_fault() -> None:
    notation = "S:s X:g U:a U:b P:j E:e s>g g>a?x g>b* a>j b>j j>e"
    player = Player(diagram(notation), {"x": True})
    before = player.state
    with pytest.raises(EngineFault, match="永远等不齐") as caught:
        player.do("a")
    assert caught.value.element_id == "j"
    assert player.state == before


def test_a_join_with_a_way_back_into_it_can_never_fire() -> None:
    with pytest.raises(EngineFault, match="永远等不齐"):
        Player(diagram("S:s P:j U:a X:out E:e s>j j>a>out out>j?again out>e*"))


def test_a_second_token_at_a_join_is_not_lost() -> None:
    notation = "S:s P:f U:a U:b X:m U:c P:j E:e s>f f>a>m f>b>m m>c>j f>j j>e"
    player = Player(diagram(notation))
    player.do("a")
    player.do("b")
    assert player.open == ["c", "c"], "two branches into one task without a join: it runs twice"
    player.complete(next(iter(player.tasks)))
    with pytest.raises(EngineFault):
        player.complete(next(iter(player.tasks)))


def test_nothing_is_changed_by_a_refused_step() -> None:
    broken = Scripted({"notify": BusinessError("BUDGET", "超出。")})
    content = diagram("S:s U:ask A:pay U:after E:e s>ask>pay>after>e", inner={"pay": operator("notify"), "ask": ""})
    player = Player(content, {"x": 1}, broken)
    before, token = player.state, player.token("ask")
    for _ in range(3):
        with pytest.raises(BusinessError):
            player.do("ask", x=2)
    assert (player.state, player.token("ask")) == (before, token)
    broken.services["notify"] = {"paid": True}
    player.do("ask", x=3)
    assert player.task("after").variables == {"x": 3, "paid": True}


def test_the_same_step_from_the_same_state_may_be_tried_twice() -> None:
    player = Player(diagram(TWO), {"x": 1})
    token, state = player.token("one"), player.state
    first = engine.complete(player.definition, state, token, {"x": 2}, player.around)
    second = engine.complete(player.definition, state, token, {"x": 3}, player.around)
    assert [each.element_id for each in first.opened] == [each.element_id for each in second.opened] == ["two"]
    assert (first.opened[0].variables, second.opened[0].variables) == ({"x": 2}, {"x": 3})


def test_a_finished_instance_takes_no_more_steps() -> None:
    player = Player(diagram(TWO))
    player.do("one")
    token = player.token("two")
    player.do("two")
    with pytest.raises(EngineFault):
        player.complete(token)


def test_firing_timers_of_a_finished_instance_is_a_fault_or_nothing() -> None:
    player = Player(diagram("S:s E:e s>e"))
    again = engine.fire_timers(player.definition, player.state, player.around)
    assert (again.opened, again.waits, again.passed) == ((), (), ())


def test_a_loop_of_people_without_a_gateway_is_refused_in_words() -> None:
    with pytest.raises(EngineFault, match="循环或嵌套太深"):
        Player(diagram("S:s U:a U:b s>a>b>a"))
