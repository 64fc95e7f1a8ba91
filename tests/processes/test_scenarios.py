"""The scenario format: written and read again, clocks, and the first difference in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import orjson
import pytest

from processes.calendar import WorkingCalendar
from processes.clock import SHANGHAI
from processes.errors import BadRequest, DefinitionRefused
from processes.scenarios import (
    Case,
    Expectation,
    ExpectedTask,
    OpenElement,
    Scenario,
    ScenarioFile,
    ServiceAnswer,
    Snapshot,
    Step,
    StepKind,
    Trace,
    Visit,
    as_file,
    clock_move,
    judge,
    read_scenarios,
)

MONDAY = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
NAMES = {"first": "初审", "second": "复审", "done": "已办结"}


def test_a_file_that_is_written_and_read_again_says_the_same() -> None:
    whole = Scenario(
        name="全部",
        at=MONDAY,
        note="说明",
        by="甲",
        variables={"amount": 100},
        services={"check": (ServiceAnswer({"ok": True}), ServiceAnswer(error="BROKEN"))},
        anchors={"open_on": date(2026, 10, 9)},
        limits={"DL17": 10},
        real_children=True,
        steps=(
            Step(StepKind.TASK, "first", outputs={"result": "通过"}, by="乙", refused="SOD_VIOLATION"),
            Step(StepKind.TASK, "first", answers={"result": "通过"}, item="FIN", error="NO"),
            Step(StepKind.MESSAGE, "Withdraw", outputs={"why": "撤回"}),
            Step(
                StepKind.CLOCK,
                "+3 working days",
                expect=Expectation(open=(ExpectedTask("second", date(2026, 8, 17)),), variables={"a": None}),
            ),
        ),
        expect=Expectation(path=("first",), elements=("second",), never=("x",), end="done", sent=("M",), open=()),
    )
    file = ScenarioFile("demo", (whole,))

    assert read_scenarios(as_file(file)) == file


def test_cases_of_a_table_are_written_and_read_again() -> None:
    file = ScenarioFile("size", cases=(Case("小额", {"amount": 1}, {"level": "简易"}),))

    assert read_scenarios(as_file(file)) == file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1 working day", MONDAY + timedelta(days=1)),
        ("+5 working days", datetime(2026, 8, 10, 9, tzinfo=SHANGHAI)),
        ("+30 days", MONDAY + timedelta(days=30)),
        ("+2 hours", MONDAY + timedelta(hours=2)),
        ("2026-10-09", datetime(2026, 10, 9, 9, tzinfo=SHANGHAI)),
        ("2026-10-09T18:30", datetime(2026, 10, 9, 18, 30, tzinfo=SHANGHAI)),
    ],
)
def test_the_clock_moves_as_it_is_written(text: str, expected: datetime) -> None:
    assert clock_move(text).target(MONDAY, WorkingCalendar.shipped()) == expected


@pytest.mark.parametrize("text", ["", "soon", "+3", "+1 year", "9999-01-01", "+99999 days", "timer 1 2"])
def test_a_clock_that_cannot_be_read_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(BadRequest):
        clock_move(text)


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(BadRequest, match="不能往回拨"):
        clock_move("2026-08-01").target(MONDAY, WorkingCalendar.shipped())


def visit(element: str, step: int = 1) -> Visit:
    return Visit("demo", element, NAMES.get(element, ""), "userTask", step)


def trace(*elements: str, end: str | None = None, waiting: tuple[OpenElement, ...] = (), **more: object) -> Trace:
    snapshot = Snapshot(1, "办理“初审”", MONDAY, waiting, {"result": "通过"})
    return Trace(
        "demo",
        tuple(visit(each) for each in elements),
        (snapshot,),
        end=end,
        variables={"result": "通过"},
        names=NAMES,
        **more,  # type: ignore[arg-type]  # fields of Trace
    )


def scenario(expect: Expectation, *, after: Expectation | None = None) -> Scenario:
    return Scenario("一", MONDAY, steps=(Step(StepKind.TASK, "first", expect=after),), expect=expect)


SECOND = OpenElement("demo", "second", "复审", "task", due_on=date(2026, 8, 17))


@pytest.mark.parametrize(
    ("expect", "got", "sentence"),
    [
        (
            Expectation(end="done"),
            trace("first", waiting=(SECOND,)),
            "应在“已办结”（done）结束，实际停在“复审”（second）。",
        ),
        (
            Expectation(path=("first", "done")),
            trace("first", "second", end="second"),
            "在“初审”（first）之后应走到“已办结”（done），实际走到“复审”（second）。",
        ),
        (Expectation(never=("second",)), trace("first", "second"), "不应经过“复审”（second），实际经过了。"),
        (Expectation(elements=("second",)), trace("first"), "应经过环节“复审”（second），实际没有经过。"),
        (
            Expectation(variables={"result": "不通过"}),
            trace("first"),
            "数据“result”应为 “不通过”，实际为 “通过”。",
        ),
        (
            Expectation(open=()),
            trace("first", waiting=(SECOND,)),
            "应打开的任务是没有任务，实际打开的是“复审”",
        ),
        (Expectation(sent=("Withdraw",)), trace("first"), "应发出消息“Withdraw”，实际：没有发出任何消息。"),
        (Expectation(), trace("first", stopped="第 1 步没有办成：…", stopped_at=1), "第 1 步没有办成：…"),
    ],
)
def test_the_first_difference_says_what_was_expected_and_what_came(
    expect: Expectation, got: Trace, sentence: str
) -> None:
    difference = judge(scenario(expect), got)

    assert difference is not None
    assert sentence in difference.sentence


def test_a_deadline_on_another_day_is_a_difference_after_its_step() -> None:
    asked = Expectation(open=(ExpectedTask("second", date(2026, 8, 18)),))

    difference = judge(scenario(Expectation(), after=asked), trace("first", waiting=(SECOND,)))

    assert difference is not None
    assert difference.step == 1
    assert difference.sentence.endswith("任务“复审”（second）的期限应为 2026-08-18，实际为 2026-08-17。")


def test_a_run_that_is_as_expected_has_no_difference() -> None:
    asked = Expectation(open=(ExpectedTask("second", date(2026, 8, 17)),), variables={"result": "通过"})

    assert judge(scenario(Expectation(path=("first",)), after=asked), trace("first", waiting=(SECOND,))) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"name": 1, "at": "2026-08-03"},
        {"name": "一", "at": "2026-08-03", "limits": {"DL17": "ten"}},
        {"name": "一", "at": "2026-08-03", "anchors": {"open_on": "soon"}},
        {"name": "一", "at": "2026-08-03", "steps": [{"task": "a", "outputs": []}]},
        {"name": "一", "at": "2026-08-03", "handlers": "half"},
        {"name": "一"},
    ],
)
def test_what_does_not_read_is_said_in_chinese_with_its_place(broken: dict[str, object]) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        read_scenarios(orjson.dumps({"process": "demo", "scenarios": [broken]}))

    for sentence in refused.value.findings:
        place, _, words = str(sentence).partition("：")
        assert place.startswith("scenarios.0")
        assert not any("a" <= letter <= "z" for letter in words.replace("stubbed 或 real", ""))
