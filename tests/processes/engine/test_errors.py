"""Business errors: from handlers, from outside, from error end events; caught by the right boundary event, or not."""

from __future__ import annotations

import pytest

from processes.engine import ServiceCall
from processes.errors import BusinessError, EngineFault, HandlerFault, TaskNotOpen
from tests.processes.checks.drawing import diagram, level, multi, operator
from tests.processes.engine.playing import Player, Scripted

DECLARED = (
    '<bpmn:error id="budget" name="超出预算" errorCode="BUDGET"/><bpmn:error id="text" name="文本" errorCode="TEXT"/>'
)
BUDGET = '<bpmn:errorEventDefinition errorRef="budget"/>'
TEXT = '<bpmn:errorEventDefinition errorRef="text"/>'
ANY = "<bpmn:errorEventDefinition/>"
SERVICE = "S:s A:pay B:over@pay B:bad@pay U:after U:mend U:rewrite E:e s>pay>after>e over>mend>e bad>rewrite>e"


def broken(code: str) -> Scripted:
    return Scripted({"notify": BusinessError(code, "超出本年度预算。")})


def test_a_handlers_business_error_takes_the_boundary_event_with_its_code() -> None:
    content = diagram(SERVICE, declared=DECLARED, inner={"pay": operator("notify"), "over": BUDGET, "bad": TEXT})
    assert Player(content, around=broken("BUDGET")).open == ["mend"]
    assert Player(content, around=broken("TEXT")).open == ["rewrite"]
    assert Player(content, around=Scripted()).open == ["after"]


def test_a_business_error_nobody_catches_comes_back_to_the_caller() -> None:
    content = diagram(SERVICE, declared=DECLARED, inner={"pay": operator("notify"), "over": BUDGET, "bad": TEXT})
    with pytest.raises(BusinessError, match="超出本年度预算") as caught:
        Player(content, around=broken("OTHER"))
    assert caught.value.code == "OTHER"


def test_a_boundary_event_without_a_code_catches_every_error() -> None:
    notation = "S:s A:pay B:over@pay U:mend E:e E:e2 s>pay>e over>mend>e2"
    content = diagram(notation, declared=DECLARED, inner={"pay": operator("notify"), "over": ANY})
    assert Player(content, around=broken("OTHER")).open == ["mend"]


def test_a_boundary_event_with_the_code_comes_before_one_for_every_error() -> None:
    content = diagram(SERVICE, declared=DECLARED, inner={"pay": operator("notify"), "over": ANY, "bad": TEXT})
    assert Player(content, around=broken("TEXT")).open == ["rewrite"]


def test_the_error_boundary_of_a_sub_process_catches_what_happens_inside() -> None:
    inside = level("S:is P:f A:pay U:other E:ie E:ie2 is>f f>other>ie2 f>pay>ie", inner={"pay": operator("notify")})
    notation = "S:s U:go subProcess:sub B:over@sub U:mend E:e E:e2 s>go>sub>e over>mend>e2"
    content = diagram(notation, declared=DECLARED, inner={"sub": inside, "over": BUDGET, "go": ""})
    player = Player(content, around=broken("BUDGET"))
    player.do("go")
    assert (player.open, player.waiting) == (["mend"], [])
    player.do("mend")
    assert player.end == "e2"


def test_an_error_that_was_caught_keeps_the_steps_before_it() -> None:
    around = Scripted({"notify": BusinessError("BUDGET", "超出。"), "first": {"number": 7}})
    notation = "S:s A:number A:pay B:over@pay U:mend E:e E:e2 s>number>pay>e over>mend>e2"
    inner = {"number": operator("first"), "pay": operator("notify"), "over": BUDGET}
    player = Player(diagram(notation, declared=DECLARED, inner=inner), around=around)
    assert player.task("mend").variables["number"] == 7


def parallel(around: Scripted | None = None) -> Player:
    """Two tasks side by side with an error boundary of the same code on each."""
    notation = (
        "S:s P:f U:a U:b B:over_a@a B:over_b@b U:mend_a U:mend_b E:e1 E:e2 E:e3 E:e4 "
        "s>f f>a>e1 f>b>e2 over_a>mend_a>e3 over_b>mend_b>e4"
    )
    return Player(diagram(notation, declared=DECLARED, inner={"over_a": BUDGET, "over_b": BUDGET}), around=around)


def test_of_several_boundaries_with_one_code_only_that_of_the_failing_task_fires() -> None:
    player = parallel()
    gone = player.token("b")
    player.throw("b", "BUDGET")
    assert player.open == ["a", "mend_b"]
    assert gone in (*player.last.cancelled, *player.last.closed)
    player.throw("a", "BUDGET")
    assert player.open == ["mend_a", "mend_b"]


def test_an_error_thrown_at_a_task_without_a_catcher_changes_nothing() -> None:
    player = parallel()
    before = player.state
    assert player.throw("a", "OTHER") is None
    assert player.state == before


def test_a_finished_service_task_beside_a_failing_one_is_not_taken_back() -> None:
    def answer(call: ServiceCall) -> dict[str, object]:
        if call.element_id == "b":
            raise BusinessError("BUDGET", "超出。")
        return {"a_done": True}

    notation = (
        "S:s P:f A:a A:b B:over_a@a B:over_b@b U:after_a U:mend_a U:mend_b E:e1 E:e2 E:e3 E:e4 "
        "s>f f>a>after_a>e1 f>b>e2 over_a>mend_a>e3 over_b>mend_b>e4"
    )
    inner = {"a": operator("notify"), "b": operator("notify"), "over_a": BUDGET, "over_b": BUDGET}
    player = Player(diagram(notation, declared=DECLARED, inner=inner), around=Scripted({"notify": answer}))
    assert player.open == ["after_a", "mend_b"]


def test_two_services_that_fail_in_one_step_take_their_own_boundaries() -> None:
    notation = (
        "S:s P:f A:a A:b B:over_a@a B:over_b@b U:mend_a U:mend_b E:e1 E:e2 E:e3 E:e4 "
        "s>f f>a>e1 f>b>e2 over_a>mend_a>e3 over_b>mend_b>e4"
    )
    inner = {"a": operator("notify"), "b": operator("notify"), "over_a": BUDGET, "over_b": BUDGET}
    player = Player(diagram(notation, declared=DECLARED, inner=inner), around=broken("BUDGET"))
    assert player.open == ["mend_a", "mend_b"]


def test_of_two_services_that_fail_in_one_sub_process_the_first_ends_it_for_both() -> None:
    inner = {"a": operator("notify"), "b": operator("notify")}
    inside = level("S:is P:f A:a A:b E:ie E:ie2 is>f f>a>ie f>b>ie2", inner=inner)
    notation = "S:s subProcess:sub B:over@sub U:mend E:e E:e2 s>sub>e over>mend>e2"
    content = diagram(notation, declared=DECLARED, inner={"sub": inside, "over": BUDGET})
    assert Player(content, around=broken("BUDGET")).open == ["mend"]


def test_an_error_at_one_copy_takes_the_boundary_of_the_whole() -> None:
    notation = "S:s U:ask B:over@ask U:mend E:e E:e2 s>ask>e over>mend>e2"
    inner = {"ask": multi(collection="orgs", item="org"), "over": BUDGET}
    player = Player(diagram(notation, declared=DECLARED, inner=inner), {"orgs": ["甲", "乙", "丙"]})
    player.do("ask", "甲")
    player.throw("ask", "BUDGET", "乙")
    assert player.open == ["mend"]


def test_an_error_end_event_takes_the_boundary_of_its_sub_process() -> None:
    inside = level("S:is U:work P:f U:other E:ie E:bad is>work>f f>bad f>other>ie", inner={"bad": BUDGET})
    notation = "S:s subProcess:sub B:over@sub U:mend E:e E:e2 s>sub>e over>mend>e2"
    content = diagram(notation, declared=DECLARED, inner={"sub": inside, "over": BUDGET})
    player = Player(content, {"x": 1})
    player.do("work", x=2)
    assert (player.open, player.finished) == (["mend"], None)
    player.do("mend")
    assert player.end == "e2"


def test_an_error_end_event_passes_sub_processes_that_do_not_catch_it() -> None:
    innermost = level("S:s3 U:work E:bad s3>work>bad", inner={"bad": BUDGET})
    middle = level(
        "S:s2 subProcess:deep B:not_this@deep E:e3 E:e4 s2>deep>e3 not_this>e4",
        inner={"deep": innermost, "not_this": TEXT},
    )
    notation = "S:s subProcess:sub B:over@sub U:mend E:e E:e2 s>sub>e over>mend>e2"
    player = Player(diagram(notation, declared=DECLARED, inner={"sub": middle, "over": BUDGET}))
    player.do("work")
    assert (player.open, player.waiting) == (["mend"], [])


def test_an_error_end_event_nobody_catches_ends_the_instance_with_its_code() -> None:
    player = Player(diagram("S:s U:work E:bad s>work>bad", declared=DECLARED, inner={"bad": BUDGET}))
    player.do("work", x=1)
    assert player.finished is not None
    assert (player.end, player.finished.error_code) == ("bad", "BUDGET")


def test_an_uncaught_error_end_event_ends_what_is_open_beside_it() -> None:
    notation = "S:s P:f U:work U:other K:call W:w E:bad E:e E:e2 E:e3 s>f f>work>bad f>other>e f>call>e2 f>w>e3"
    player = Player(diagram(notation, declared=DECLARED, inner={"bad": BUDGET}))
    left = {player.token("other"), player.token("call")}
    player.do("work")
    assert player.finished is not None and player.finished.error_code == "BUDGET"
    assert left <= set(player.last.cancelled)


def test_an_uncaught_error_inside_a_sub_process_ends_the_instance_with_its_code() -> None:
    inside = level("S:is U:work E:bad is>work>bad", inner={"bad": BUDGET})
    player = Player(diagram("S:s subProcess:sub U:after E:e s>sub>after>e", declared=DECLARED, inner={"sub": inside}))
    player.do("work")
    assert player.finished is not None, f"went on as if nothing had happened: {player.open}"
    assert (player.end, player.finished.error_code) == ("bad", "BUDGET")


def test_a_handler_that_breaks_is_a_fault_that_tells_what_it_was() -> None:
    content = diagram(SERVICE, declared=DECLARED, inner={"pay": operator("notify"), "over": BUDGET, "bad": TEXT})
    with pytest.raises(HandlerFault, match="KeyError") as caught:
        Player(content, around=Scripted({"notify": KeyError("amount")}))
    assert caught.value.element_id == "pay"
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_handlers_own_sentence_is_passed_on() -> None:
    with pytest.raises(TaskNotOpen, match="已办结"):
        Player(diagram("S:s A:a E:e s>a>e"), around=Scripted({"notify": TaskNotOpen("已办结。")}))


def test_a_handlers_answer_must_be_flat_json() -> None:
    for answer in ({"typename": "datetime"}, {"when": object()}, {"n": 2**70}):
        with pytest.raises(EngineFault, match="没有保存任何内容"):
            Player(diagram("S:s A:a E:e s>a>e"), around=Scripted({"notify": answer}))
