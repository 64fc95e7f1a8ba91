"""What an outcome tells: tokens, paths in order, waits, messages, and the end."""

from __future__ import annotations

from itertools import pairwise

from processes.engine import Passed
from tests.processes.checks.drawing import diagram, level, multi, timer
from tests.processes.engine.playing import Player


def ids(passed: tuple[Passed, ...]) -> list[str]:
    return [each.element_id for each in passed]


def test_the_path_names_elements_and_flows_in_the_order_they_were_passed() -> None:
    content = diagram("S:s A:a X:g U:ask C:c E:e s>a>g g>ask?x g>c* ask>e c>e")
    player = Player(content, {"x": True})
    assert ids(player.last.passed) == ["s", "s_a", "a", "a_g", "g", "g_ask"]
    assert [each.kind for each in player.last.passed] == [
        "startEvent",
        "sequenceFlow",
        "serviceTask",
        "sequenceFlow",
        "exclusiveGateway",
        "sequenceFlow",
    ]
    player.do("ask")
    assert ids(player.last.passed) == ["ask", "ask_e", "e"]
    assert ids(Player(content).last.passed) == ["s", "s_a", "a", "a_g", "g", "g_c", "c", "c_e", "e"]


def test_the_path_of_parallel_branches_shows_every_flow_once() -> None:
    player = Player(diagram("S:s P:f U:a U:b P:j E:e s>f f>a>j f>b>j j>e"))
    assert ids(player.last.passed) == ["s", "s_f", "f", "f_a", "f_b"]
    player.do("b")
    assert ids(player.last.passed) == ["b", "b_j"], "a token that waits at the join has come by its flow"
    player.do("a")
    assert ids(player.last.passed) == ["a", "a_j", "j", "j_e", "e"]


def test_the_path_goes_into_a_sub_process_and_out_again() -> None:
    inside = level("S:is U:a E:ie is>a>ie")
    player = Player(diagram("S:s subProcess:sub U:b E:e s>sub>b>e", inner={"sub": inside}))
    assert ids(player.last.passed) == ["s", "s_sub", "is", "is_a"]
    player.do("a")
    assert ids(player.last.passed) == ["a", "a_ie", "ie", "sub", "sub_b"]


def test_the_path_shows_a_boundary_event_and_its_flow() -> None:
    player = Player(diagram("S:s U:host B:late@host U:chief E:e E:e2 s>host>e late>chief>e2"))
    assert ids(player.last.passed) == ["s", "s_host"]
    player.later(days=5)
    assert ids(player.last.passed) == ["late", "late_chief"]


def test_the_path_of_an_event_based_gateway_shows_the_event_that_came() -> None:
    notation = "S:s V:g R:answered W:late E:told E:silent s>g g>answered>told g>late>silent"
    player = Player(diagram(notation, inner={"late": timer("P5D")}))
    assert ids(player.last.passed) == ["s", "s_g"]
    player.send("answered")
    assert ids(player.last.passed) == ["g", "g_answered", "answered", "answered_told", "told"]


def test_the_path_of_copies_shows_the_activity_once_per_copy() -> None:
    inner = {"ask": multi(collection="orgs", item="org")}
    player = Player(diagram("S:s U:ask U:b E:e s>ask>b>e", inner=inner), {"orgs": ["甲", "乙"]})
    assert ids(player.last.passed) == ["s", "s_ask"]
    player.do("ask", "甲")
    assert ids(player.last.passed) == ["ask"]
    player.do("ask", "乙")
    assert ids(player.last.passed) == ["ask", "ask_b"]


def test_the_path_is_connected_over_a_whole_run_with_a_loop() -> None:
    player = Player(diagram("S:s X:in U:ask X:out E:e s>in>ask>out out>in?again out>e*"))
    for again in (True, True, False):
        player.do("ask", again=again)
    ends = {flow: pair for pair, flow in player.definition.flows.items()}
    for before, after in pairwise(player.path):
        if after.kind == "sequenceFlow":
            assert ends[after.element_id][0] == before.element_id
        elif before.kind == "sequenceFlow":
            assert ends[before.element_id][1] == after.element_id
    assert [each.element_id for each in player.path if each.kind == "userTask"] == ["ask"] * 3


def test_tokens_stay_the_same_while_something_is_open() -> None:
    notation = "S:s P:f X:in U:ask X:out U:a W:w K:call E:e1 E:e2 E:e3 E:e4 s>f f>in in>ask>out out>in?again out>e1* "
    player = Player(diagram(notation + "f>a>e2 f>w>e3 f>call>e4"))
    kept = {element: player.token(element) for element in ("a", "w", "call")}
    for _ in range(25):
        player.do("ask", again=True)
        assert {element: player.token(element) for element in kept} == kept
    assert len({token for token, element in player.seen.items() if element == "ask"}) == 26


def test_closed_and_cancelled_are_told_apart() -> None:
    notation = "S:s U:host B:late@host U:chief E:e E:e2 s>host>e late>chief>e2"
    player = Player(diagram(notation))
    host, late = player.token("host"), player.token("late")
    player.later(days=5)
    assert (player.last.closed, player.last.cancelled) == ((late,), (host,))
    other = Player(diagram(notation))
    host, late = other.token("host"), other.token("late")
    other.do("host")
    assert set(other.last.closed) | set(other.last.cancelled) == {host, late}
    assert host in other.last.closed


def test_the_end_names_its_event_and_carries_the_data() -> None:
    content = diagram("S:s X:g E:good E:bad s>g g>good?x g>bad*")
    finished = Player(content, {"x": True, "note": "甲"}).finished
    assert finished is not None
    assert (finished.end_element_id, finished.variables, finished.error_code) == (
        "good",
        {"x": True, "note": "甲"},
        None,
    )


def test_the_last_of_several_ends_counts() -> None:
    player = Player(diagram("S:s P:f U:a U:b E:ea E:eb s>f f>a>ea f>b>eb"))
    player.do("b", x=1)
    assert player.finished is None
    player.do("a", y=2)
    assert (player.end, player.result) == ("ea", {"x": 1, "y": 2})


def test_variables_for_display_are_those_of_the_last_finished_token() -> None:
    player = Player(diagram("S:s U:a U:b E:e s>a>b>e"), {"x": 1})
    assert player.last.variables == {"x": 1}
    assert player.do("a", x=2).variables == {"x": 2}


def test_the_data_of_an_outcome_is_not_the_engines_own() -> None:
    player = Player(diagram("S:s U:a U:b E:e s>a>b>e"), {"deep": {"list": [1]}})
    player.task("a").variables["deep"]["list"].append(2)  # a caller that does what it should not
    player.do("a")
    assert player.task("b").variables == {"deep": {"list": [1]}}
