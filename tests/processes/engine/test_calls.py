"""Call activities: child instances that the orchestration starts, and whose end, error or cancelling comes back."""

from __future__ import annotations

import pytest

from processes.errors import EngineFault
from tests.processes.checks.drawing import diagram, level, multi, properties, timer
from tests.processes.engine.playing import Player

CALL = "S:s K:call U:after E:e s>call>after>e"
BUDGET = '<bpmn:errorEventDefinition errorRef="e_budget"/>'


def called(**more: str) -> Player:
    return Player(diagram(CALL, inner={"call": properties(**more) if more else ""}), {"policy_id": "P-1", "amount": 5})


def test_a_call_activity_asks_for_a_child_with_all_data() -> None:
    player = called()
    child = player.child("call")
    assert (child.process_key, child.version, child.name, child.item) == ("review", None, "环节call", None)
    assert child.variables == {"policy_id": "P-1", "amount": 5}
    assert (player.open, player.waiting) == (["call"], [])
    player.do("call", result="通过")
    assert player.task("after").variables == {"policy_id": "P-1", "amount": 5, "result": "通过"}


def test_declared_inputs_are_evaluated_and_are_all_the_child_gets() -> None:
    inputs = 'policy = policy_id\ndouble = amount * 2\nkind = "上线征询"\nlater = double + 1'
    assert called(inputs=inputs).child("call").variables == {
        "policy": "P-1",
        "double": 10,
        "kind": "上线征询",
        "later": 11,
    }


def test_an_input_may_keep_its_name_and_does_not_change_the_callers_data() -> None:
    player = called(inputs="amount = amount + 1")
    assert player.child("call").variables == {"amount": 6}
    player.do("call")
    assert player.task("after").variables["amount"] == 5


def test_an_input_that_compares_is_one_input() -> None:
    assert called(inputs="same = amount = 5").child("call").variables == {"same": True}


def test_a_version_may_be_pinned() -> None:
    assert called(version="3").child("call").version == 3
    with pytest.raises(EngineFault, match="不是数字"):
        called(version="latest")


def test_a_wrong_input_is_a_fault_that_names_the_element() -> None:
    with pytest.raises(EngineFault) as caught:
        called(inputs="x = ((")
    assert caught.value.element_id == "call"


def test_a_call_in_a_loop_starts_a_new_child_each_time() -> None:
    player = Player(diagram("S:s X:in K:call X:out E:e s>in>call>out out>in?again out>e*", inner={"call": ""}))
    tokens = set()
    for again in (True, True, False):
        tokens.add(player.token("call"))
        player.do("call", again=again)
    assert (player.end, len(tokens)) == ("e", 3)


def several(*, sequential: bool = False, inputs: str = "item = item_id") -> bytes:
    repeated = multi(collection="items", item="item_id")
    if sequential:
        repeated = repeated.replace("tics>", 'tics isSequential="true">', 1)
    return diagram(CALL, inner={"call": properties(inputs=inputs) + repeated})


def test_a_parallel_multi_instance_starts_one_child_per_item() -> None:
    player = Player(several(), {"items": ["甲", "乙", "丙"]})
    assert [child.item for child in player.children.values()] == ["甲", "乙", "丙"]
    assert [child.variables for child in player.children.values()] == [{"item": "甲"}, {"item": "乙"}, {"item": "丙"}]
    player.do("call", "乙", done=2)
    player.do("call", "丙", done=3)
    assert player.open == ["call"]
    player.do("call", "甲", done=1)
    assert player.task("after").variables == {"items": ["甲", "乙", "丙"], "done": 1}


def test_a_sequential_multi_instance_starts_one_child_after_the_other() -> None:
    player = Player(several(sequential=True), {"items": ["甲", "乙"]})
    assert [child.item for child in player.children.values()] == ["甲"]
    player.do("call", "甲", seen="甲")
    assert [child.item for child in player.children.values()] == ["乙"]
    player.do("call", "乙")
    assert player.task("after").variables == {"items": ["甲", "乙"], "seen": "甲"}


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_list_passes_without_a_child(sequential: bool) -> None:
    player = Player(several(sequential=sequential), {"items": []})
    assert (player.open, player.children) == (["after"], {})


@pytest.mark.parametrize("sequential", [False, True])
def test_a_boundary_timer_cancels_every_child(sequential: bool) -> None:
    repeated = multi(collection="items", item="item_id")
    if sequential:
        repeated = repeated.replace("tics>", 'tics isSequential="true">', 1)
    notation = "S:s K:call B:late@call U:chief E:e E:e2 s>call>e late>chief>e2"
    player = Player(diagram(notation, inner={"call": repeated, "late": timer("P5D")}), {"items": ["甲", "乙"]})
    left = set(player.children)
    player.later(days=5)
    assert (player.open, set(player.last.cancelled)) == (["chief"], left)


def test_a_child_that_ends_while_a_boundary_path_is_open_goes_on() -> None:
    notation = "S:s K:call B:late@call U:chief U:after E:e E:e2 s>call>after>e late>chief>e2"
    inner = {"call": "", "late": timer("P5D")}
    player = Player(diagram(notation, inner=inner, attributes={"late": 'cancelActivity="false"'}))
    player.later(days=5)
    player.do("call", result="通过")
    assert player.open == ["after", "chief"]
    player.do("chief")
    player.do("after")
    assert player.result == {"result": "通过"}


def test_a_child_that_fails_takes_the_error_boundary() -> None:
    notation = "S:s K:call B:over@call U:mend E:e E:e2 s>call>e over>mend>e2"
    player = Player(diagram(notation, inner={"call": "", "over": BUDGET}))
    token = player.token("call")
    assert player.throw("call", "OTHER") is None
    player.throw("call", "BUDGET")
    assert player.open == ["mend"]
    assert player.last.closed == (token,), "the caller knows of its end: nobody has to cancel the child"
    assert player.last.cancelled == ()


def test_one_child_of_several_that_fails_cancels_the_others() -> None:
    notation = "S:s K:call B:over@call U:mend E:e E:e2 s>call>e over>mend>e2"
    inner = {"call": multi(collection="items", item="item_id"), "over": BUDGET}
    player = Player(diagram(notation, inner=inner), {"items": ["甲", "乙", "丙"]})
    failed, others = player.token("call", "乙"), {player.token("call", "甲"), player.token("call", "丙")}
    player.throw("call", "BUDGET", "乙")
    assert (player.last.closed, set(player.last.cancelled)) == ((failed,), others)
    assert player.open == ["mend"]


def test_a_child_inside_a_sub_process_is_cancelled_with_it() -> None:
    inside = level("S:is K:call E:ie is>call>ie", inner={"call": ""})
    notation = "S:s subProcess:sub B:late@sub U:chief E:e E:e2 s>sub>e late>chief>e2"
    player = Player(diagram(notation, inner={"sub": inside, "late": timer("P5D")}))
    token = player.token("call")
    player.later(days=5)
    assert player.last.cancelled == (token,)


def test_a_child_is_called_from_deep_inside_and_its_error_climbs() -> None:
    inside = level("S:is K:call E:ie is>call>ie", inner={"call": ""})
    notation = "S:s subProcess:sub B:over@sub U:mend E:e E:e2 s>sub>e over>mend>e2"
    player = Player(diagram(notation, inner={"sub": inside, "over": BUDGET}))
    player.throw("call", "BUDGET")
    assert player.open == ["mend"]
