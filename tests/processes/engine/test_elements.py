"""Every element the house supports, run by the engine."""

from __future__ import annotations

import pytest

from processes.engine import ServiceCall
from processes.errors import EngineFault
from processes.vocabulary import WaitKind
from tests.processes.checks.drawing import diagram, extension, level, operator, properties, timer
from tests.processes.engine.playing import Player, Scripted


@pytest.mark.parametrize("kind", ["userTask", "manualTask", "task"])
def test_tasks_of_people_wait_until_they_are_completed(kind: str) -> None:
    player = Player(diagram(f"S:s {kind}:ask E:e s>ask>e"), {"amount": 500})
    opened = player.task("ask")
    assert (opened.name, opened.variables, opened.lane, opened.item) == ("环节ask", {"amount": 500}, None, None)
    player.do("ask", decision="同意")
    assert (player.end, player.result) == ("e", {"amount": 500, "decision": "同意"})


def test_a_user_task_carries_its_properties_and_its_lane() -> None:
    lanes = (
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane1" name="经办人"><bpmn:flowNodeRef>ask</bpmn:flowNodeRef>'
        '</bpmn:lane><bpmn:lane id="lane2" name="负责人"><bpmn:flowNodeRef>sub</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:laneSet>"
    )
    inside = level("S:is U:sign E:ie is>sign>ie")
    inner = {"ask": properties(form="demo/accept", post="maker@org", deadline="DL05"), "sub": inside}
    player = Player(diagram("S:s U:ask subProcess:sub E:e s>ask>sub>e", process=lanes, inner=inner))
    assert player.task("ask").lane == "经办人"
    assert player.task("ask").properties == {"form": "demo/accept", "post": "maker@org", "deadline": "DL05"}
    player.do("ask")
    assert player.task("sign").lane == "负责人", "inside a sub-process, the lane of the sub-process counts"


def test_a_script_is_lines_of_feel_that_see_the_ones_before() -> None:
    script = '<bpmn:script>total = amount * 2\nlabel = if total &gt; 900 then "大额" else "小额"</bpmn:script>'
    player = Player(diagram("S:s C:count E:e s>count>e", inner={"count": script}), {"amount": 500})
    assert player.result == {"amount": 500, "total": 1000, "label": "大额"}


def test_a_script_error_is_a_fault_that_names_the_element() -> None:
    with pytest.raises(EngineFault, match="环节count") as caught:
        Player(diagram("S:s C:count E:e s>count>e", inner={"count": "<bpmn:script>total = (((</bpmn:script>"}))
    assert caught.value.element_id == "count"


def test_a_service_task_calls_its_handler_with_evaluated_parameters() -> None:
    around = Scripted({"notify": {"sent": 2, "sent_to": ["甲", "乙"]}})
    own = operator("notify", text='"已受理"', copies="amount / 250", when='date("2026-10-01")')
    player = Player(diagram("S:s A:send E:e s>send>e", inner={"send": own}), {"amount": 500}, around)
    expected = ServiceCall(
        element_id="send",
        name="环节send",
        handler="notify",
        parameters={"text": "已受理", "copies": 2, "when": "2026-10-01"},
        variables={"amount": 500},
    )
    assert around.calls == [expected]
    assert player.result == {"amount": 500, "sent": 2, "sent_to": ["甲", "乙"]}


def test_a_business_rule_task_asks_for_the_decision_and_keeps_its_outputs() -> None:
    around = Scripted(grade={"grade": "甲"})
    player = Player(diagram("S:s D:rate E:e s>rate>e"), {"amount": 500}, around)
    assert around.decided == [("grade", {"amount": 500})]
    assert player.result == {"amount": 500, "grade": "甲"}


def test_an_exclusive_gateway_takes_the_first_condition_that_is_true_else_the_default() -> None:
    notation = "S:s X:g E:big E:small E:other s>g g>big?amount~=~3 g>small?amount~=~3~or~amount~=~1 g>other*"
    for amount, end in ((3, "big"), (1, "small"), (2, "other"), (None, "other"), ("3", "other")):
        assert Player(diagram(notation), {"amount": amount}).end == end


def test_a_condition_that_is_not_a_boolean_does_not_hold() -> None:
    notation = "S:s X:g E:yes E:no s>g g>yes?amount g>no*"
    assert Player(diagram(notation), {"amount": 3}).end == "no"
    assert Player(diagram(notation), {"amount": True}).end == "yes"
    assert Player(diagram(notation)).end == "no", "an unknown name is null"


def test_an_exclusive_gateway_without_a_way_is_a_fault() -> None:
    with pytest.raises(EngineFault) as caught:
        Player(diagram("S:s X:g E:a E:b s>g g>a?x~=~1 g>b?x~=~2"), {"x": 3})
    assert caught.value.element_id == "g"


def test_a_parallel_gateway_takes_all_ways_and_waits_for_all() -> None:
    player = Player(diagram("S:s P:f U:a U:b P:j U:c E:e s>f>a>j f>b>j j>c>e"))
    assert player.open == ["a", "b"]
    player.do("b", b=1)
    assert player.open == ["a"]
    player.do("a", a=2)
    assert (player.open, player.task("c").variables) == (["c"], {"a": 2, "b": 1})


INCLUSIVE = "S:s O:f U:a U:b U:c O:j E:e s>f f>a?x f>b?y f>c* a>j b>j c>j j>e"


@pytest.mark.parametrize(
    ("x", "y", "opened"), [(True, True, ["a", "b"]), (True, False, ["a"]), (False, True, ["b"]), (False, None, ["c"])]
)
def test_an_inclusive_gateway_takes_every_true_way_and_waits_for_just_these(
    x: bool, y: bool | None, opened: list[str]
) -> None:
    player = Player(diagram(INCLUSIVE), {"x": x, "y": y})
    assert player.open == opened
    for element in opened:
        assert player.finished is None
        player.do(element)
    assert player.end == "e"


def test_an_inclusive_gateway_without_a_way_is_a_fault() -> None:
    with pytest.raises(EngineFault, match="没有一个条件成立") as caught:
        Player(diagram("S:s O:f E:a E:b s>f f>a?x f>b?y"))
    assert caught.value.element_id == "f"


def test_an_event_based_gateway_goes_where_the_first_event_leads() -> None:
    notation = "S:s V:g R:answered W:late E:told E:silent s>g g>answered>told g>late>silent"
    content = diagram(notation, inner={"late": timer("P5D")})
    player = Player(content)
    assert player.waiting == ["answered", "late"]
    assert (player.wait("answered").kind, player.wait("answered").message) == (WaitKind.MESSAGE, "Withdraw")
    assert player.wait("late").due_at == player.last.due_at
    player.send("answered", reply="同意")
    assert (player.end, player.result) == ("told", {"reply": "同意"})
    other = Player(content)
    other.later(days=4)
    assert other.waiting == ["answered", "late"]
    other.later(days=1)
    assert other.end == "silent"


def test_an_event_based_gateway_opens_again_in_a_loop() -> None:
    notation = "S:s X:in V:g R:answered W:late E:e s>in>g g>answered>e g>late>in"
    player = Player(diagram(notation, inner={"late": timer("P5D")}))
    for _ in range(3):
        player.later(days=5)
        assert player.waiting == ["answered", "late"]
    player.send("answered")
    assert player.end == "e"


def test_receive_and_send_tasks_catch_and_throw_messages() -> None:
    payload = extension("<spiffworkflow:messagePayload>{id: policy_id, ok: true}</spiffworkflow:messagePayload>")
    content = diagram("S:s R:hear N:tell E:e s>hear>tell>e", inner={"tell": payload})
    player = Player(content, {"policy_id": "P-1"})
    assert (player.wait("hear").kind, player.wait("hear").message, player.waiting) == (
        WaitKind.MESSAGE,
        "Withdraw",
        ["hear"],
    )
    player.send("hear", reason="撤回")
    (thrown,) = player.messages
    assert (thrown.name, thrown.variables, thrown.element_id) == ("Withdraw", {"id": "P-1", "ok": True}, "tell")
    assert player.result == {"policy_id": "P-1", "reason": "撤回"}


def test_a_message_event_puts_the_content_into_its_variable_when_it_names_one() -> None:
    variable = extension("<spiffworkflow:messageVariable>told</spiffworkflow:messageVariable>")
    own = f'<bpmn:messageEventDefinition messageRef="m_withdraw">{variable}</bpmn:messageEventDefinition>'
    player = Player(diagram("S:s W:hear E:e s>hear>e", inner={"hear": own}))
    player.send("hear", reason="撤回")
    assert player.result == {"told": {"reason": "撤回"}}


def test_a_message_end_event_throws_its_message() -> None:
    own = '<bpmn:messageEventDefinition messageRef="m_withdraw"/>'
    player = Player(diagram("S:s E:e s>e", inner={"e": own}), {"x": 1})
    assert [each.name for each in player.messages] == ["Withdraw"]
    assert player.end == "e"


def test_a_sub_process_runs_inside_and_brings_its_data_back() -> None:
    inside = level("S:is U:write C:sum E:ie is>write>sum>ie", inner={"sum": "<bpmn:script>y = x + 1</bpmn:script>"})
    player = Player(diagram("S:s subProcess:sub U:after E:e s>sub>after>e", inner={"sub": inside}), {"x": 1})
    player.do("write", x=5)
    assert player.task("after").variables == {"x": 5, "y": 6}
    player.do("after")
    assert player.end == "e", "the end of a sub-process is not the end of the instance"


def test_sub_processes_nest() -> None:
    innermost = level("S:s3 U:deep E:e3 s3>deep>e3")
    middle = level("S:s2 subProcess:in2 E:e2 s2>in2>e2", inner={"in2": innermost})
    player = Player(diagram("S:s subProcess:in1 E:e s>in1>e", inner={"in1": middle}))
    player.do("deep", x=1)
    assert (player.end, player.result) == ("e", {"x": 1})


def test_a_terminate_end_event_ends_everything_at_once() -> None:
    content = diagram(
        "S:s P:f U:a U:b K:call E:stop E:eb E:ec s>f>a>stop f>b>eb f>call>ec",
        inner={"stop": "<bpmn:terminateEventDefinition/>", "call": ""},
    )
    player = Player(content)
    left = {player.token("b"), player.token("call")}
    player.do("a", x=1)
    assert player.end == "stop"
    assert set(player.last.cancelled) == left
    assert player.result == {"x": 1}


def test_a_terminate_end_event_inside_a_sub_process_ends_only_that() -> None:
    inside = level(
        "S:is P:f U:a U:b E:stop E:ie is>f>a>stop f>b>ie", inner={"stop": "<bpmn:terminateEventDefinition/>"}
    )
    player = Player(diagram("S:s subProcess:sub U:after E:e s>sub>after>e", inner={"sub": inside}))
    player.do("a", x=1)
    assert (player.open, player.task("after").variables) == (["after"], {"x": 1})
    assert len(player.last.cancelled) == 1
    player.do("after")
    assert player.end == "e"


def test_an_escalation_reaches_the_boundary_event_and_the_sub_process_goes_on() -> None:
    declared = '<bpmn:escalation id="late" name="超期" escalationCode="LATE"/>'
    own = '<bpmn:escalationEventDefinition escalationRef="late"/>'
    inside = level("S:is T:raise U:work E:ie is>raise>work>ie", inner={"raise": own})
    content = diagram(
        "S:s subProcess:sub B:heard@sub U:chief E:e E:e2 s>sub>e heard>chief>e2",
        declared=declared,
        inner={"sub": inside, "heard": own},
        attributes={"heard": 'cancelActivity="false"'},
    )
    player = Player(content)
    assert player.open == ["chief", "work"]
    player.do("work")
    player.do("chief")
    assert player.finished is not None


def test_a_signal_reaches_every_catcher_of_the_same_instance() -> None:
    declared = '<bpmn:signal id="sig" name="Go"/>'
    own = '<bpmn:signalEventDefinition signalRef="sig"/>'
    content = diagram(
        "S:s P:f U:a T:go W:one W:two E:ea E:e1 E:e2 s>f>a>go>ea f>one>e1 f>two>e2",
        declared=declared,
        inner={"go": own, "one": own, "two": own},
    )
    player = Player(content)
    assert {each.kind for each in player.waits.values()} == {WaitKind.SIGNAL}
    player.do("a")
    assert player.finished is not None
