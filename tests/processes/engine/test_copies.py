"""Multi-instance activities: parallel and sequential, over lists and counts, with conditions, in loops."""

from __future__ import annotations

import pytest

from processes.errors import EngineFault
from tests.processes.checks.drawing import diagram, level, multi
from tests.processes.engine.playing import Player

ASK = "S:s U:ask U:after E:e s>ask>after>e"


def repeated(*, sequential: bool = False, **parts: str) -> str:
    text = multi(**{"collection": "orgs", "item": "org", **parts})
    return text.replace("tics>", 'tics isSequential="true">', 1) if sequential else text


def asked(variables: dict[str, object], *, sequential: bool = False, **parts: str) -> Player:
    return Player(diagram(ASK, inner={"ask": repeated(sequential=sequential, **parts)}), variables)


def test_every_member_of_the_list_has_a_task_of_its_own() -> None:
    player = asked({"orgs": ["甲", "乙", "丙"]})
    assert [(each.item, each.variables["org"]) for each in player.tasks.values()] == [
        ("甲", "甲"),
        ("乙", "乙"),
        ("丙", "丙"),
    ]
    for org in ("丙", "甲", "乙"):
        assert player.open == ["ask"] * len(player.tasks)
        player.do("ask", org, heard=org)
    assert (player.open, player.task("after").variables) == (["after"], {"orgs": ["甲", "乙", "丙"], "heard": "乙"})


def test_sequential_tasks_open_one_after_the_other_and_see_what_came_before() -> None:
    player = asked({"orgs": ["甲", "乙"], "count": 0}, sequential=True)
    assert [each.item for each in player.tasks.values()] == ["甲"]
    player.do("ask", "甲", count=1)
    assert [(each.item, each.variables["count"]) for each in player.tasks.values()] == [("乙", 1)]
    player.do("ask", "乙", count=2)
    assert player.task("after").variables == {"orgs": ["甲", "乙"], "count": 2}


@pytest.mark.parametrize("sequential", [False, True])
def test_the_item_does_not_leak_out(sequential: bool) -> None:
    player = asked({"orgs": ["甲"]}, sequential=sequential)
    player.do("ask", "甲", org="丁")
    assert player.task("after").variables == {"orgs": ["甲"]}


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_list_passes(sequential: bool) -> None:
    assert asked({"orgs": []}, sequential=sequential).open == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("orgs", [None, "甲", 3, {"a": 1}])
def test_what_is_no_list_is_a_fault_that_names_the_element(orgs: object, sequential: bool) -> None:
    with pytest.raises(EngineFault) as caught:
        asked({"orgs": orgs}, sequential=sequential)
    assert caught.value.element_id == "ask"


def test_a_missing_list_is_a_fault_that_names_the_element() -> None:
    with pytest.raises(EngineFault) as caught:
        asked({})
    assert caught.value.element_id == "ask"


@pytest.mark.parametrize("sequential", [False, True])
def test_a_member_may_be_null(sequential: bool) -> None:
    player = asked({"orgs": [None, 2]}, sequential=sequential)
    while "ask" in player.open:
        player.complete(next(iter(player.tasks)))
    assert player.open == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_count_makes_that_many_copies(sequential: bool) -> None:
    text = multi(cardinality="=how_many")
    own = text.replace("tics>", 'tics isSequential="true">', 1) if sequential else text
    player = Player(diagram(ASK, inner={"ask": own}), {"how_many": 3})
    items = []
    while "ask" in player.open:
        token = next(iter(player.tasks))
        items.append(player.tasks[token].item)
        player.complete(token)
    assert (items, player.open) == ([0, 1, 2], ["after"])


@pytest.mark.parametrize("count", [-1, 1.5, "3", None, True, 1001])
@pytest.mark.parametrize("sequential", [False, True])
def test_a_count_that_is_none_is_a_fault_that_names_the_element(count: object, sequential: bool) -> None:
    text = multi(cardinality="=how_many")
    own = text.replace("tics>", 'tics isSequential="true">', 1) if sequential else text
    with pytest.raises(EngineFault, match="逐项办理") as caught:
        Player(diagram(ASK, inner={"ask": own}), {"how_many": count})
    assert caught.value.element_id == "ask"


def test_a_list_that_is_too_long_is_a_fault() -> None:
    with pytest.raises(EngineFault, match="1001"):
        asked({"orgs": ["甲"] * 1001})


def test_a_condition_ends_the_round_early_and_cancels_the_rest() -> None:
    player = asked({"orgs": ["甲", "乙", "丙"]}, condition='decision = "不同意"')
    rest = {player.token("ask", "甲"), player.token("ask", "丙")}
    player.do("ask", "乙", decision="不同意")
    assert (player.open, set(player.last.cancelled)) == (["after"], rest)
    assert player.task("after").variables["decision"] == "不同意"


def test_a_condition_ends_a_sequence_early() -> None:
    player = asked({"orgs": ["甲", "乙", "丙"]}, sequential=True, condition='decision = "不同意"')
    player.do("ask", "甲", decision="同意")
    player.do("ask", "乙", decision="不同意")
    assert player.open == ["after"]


def test_a_list_of_results_is_gathered_where_the_diagram_names_one() -> None:
    player = asked({"orgs": ["甲", "乙"]}, outputs="answers", output_item="answer")
    player.do("ask", "乙", answer="同意")
    player.do("ask", "甲", answer="不同意")
    assert sorted(player.task("after").variables["answers"]) == ["不同意", "同意"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_loop_comes_back_to_the_copies_again_and_again(sequential: bool) -> None:
    notation = "S:s X:in U:ask X:out E:e s>in>ask>out out>in?again out>e*"
    player = Player(
        diagram(notation, inner={"ask": repeated(sequential=sequential)}), {"orgs": ["甲", "乙"], "org": "旧"}
    )
    for round_ in range(4):
        for org in ("甲", "乙"):
            assert player.task("ask", org).item == org
            player.do("ask", org, again=round_ < 3)
    assert player.end == "e"


def test_a_sub_process_is_copied_whole_and_each_copy_keeps_its_own_data() -> None:
    inside = level("S:is U:write U:sign E:ie is>write>sign>ie") + repeated()
    player = Player(
        diagram("S:s subProcess:ask U:after E:e s>ask>after>e", inner={"ask": inside}), {"orgs": ["甲", "乙"]}
    )
    first, second = list(player.tasks)
    player.complete(first, {"text": "甲稿"})
    player.complete(second, {"text": "乙稿"})
    assert [(each.element_id, each.variables["org"], each.variables["text"]) for each in player.tasks.values()] == [
        ("sign", "甲", "甲稿"),
        ("sign", "乙", "乙稿"),
    ]
    for token in list(player.tasks):
        player.complete(token)
    assert player.open == ["after"]


def test_a_value_one_copy_set_survives_a_copy_that_left_it_alone() -> None:
    player = asked({"orgs": ["甲", "乙"], "worst": "无"})
    player.do("ask", "甲", worst="严重")
    player.do("ask", "乙")
    assert player.task("after").variables["worst"] == "严重"


def test_copies_in_parallel_branches_do_not_touch_each_other() -> None:
    notation = "S:s P:f U:one U:two P:j U:after E:e s>f>one>j f>two>j j>after>e"
    inner = {"one": repeated(), "two": repeated(collection="others", item="org")}
    player = Player(diagram(notation, inner=inner), {"orgs": ["甲", "乙"], "others": ["丙"]})
    player.do("two", "丙", seen_two=True)
    player.do("one", "乙", seen_one=True)
    assert player.open == ["one"]
    player.do("one", "甲")
    assert player.task("after").variables == {
        "orgs": ["甲", "乙"],
        "others": ["丙"],
        "seen_one": True,
        "seen_two": True,
    }


def test_a_hundred_copies_finish_in_any_order() -> None:
    orgs = [f"单位{number}" for number in range(100)]
    player = asked({"orgs": orgs})
    for org in [*orgs[1::2], *orgs[::2]]:
        player.do("ask", org)
    assert player.open == ["after"]
