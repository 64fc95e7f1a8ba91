"""Data of tokens: what may enter, that branches do not touch each other, and what joins make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from processes import engine
from processes.errors import EngineFault
from tests.processes.checks.drawing import diagram, level
from tests.processes.engine.playing import Player, Scripted

ONE = "S:s U:ask U:after E:e s>ask>after>e"
JOINED = "S:s P:f U:a U:b P:j U:after E:e s>f f>a>j f>b>j j>after>e"
INCLUSIVE = "S:s O:f U:a U:b O:j U:after E:e s>f f>a?true f>b?true a>j b>j j>after>e"
ENDED = "S:s P:f U:a U:b E:ea E:eb s>f f>a>ea f>b>eb"
MEETINGS = [JOINED, INCLUSIVE, ENDED, "sub-process"]
SCRIPTED = {"c": "<bpmn:script>typename = 1</bpmn:script>"}

BAD = [
    {"typename": "datetime", "value": "2020-01-01"},
    {"deep": {"typename": "x"}},
    {"deep": [{"a": {"typename": "x"}}]},
    {"data_objects": {}},
    {"when": date(2026, 1, 1)},
    {"at": datetime(2026, 1, 1, tzinfo=UTC)},
    {"amount": Decimal("1.5")},
    {"raw": b"x"},
    {"some": {1, 2}},
    {"deep": {"thing": object()}},
    {"number": 2**63},
    {"number": -(2**63)},
    {"deep": {3: "x"}},
    {7: "x"},
    {"number": float("nan")},
    {"number": float("inf")},
    {"text": "\ud800"},
]


@pytest.mark.parametrize("data", BAD)
def test_data_that_cannot_be_kept_is_refused_wherever_it_comes_from(data: dict[Any, Any]) -> None:
    player = Player(diagram(ONE))
    before = player.state
    doors: list[Callable[[], object]] = [
        lambda: Player(diagram(ONE), data),
        lambda: player.complete(player.token("ask"), data),
        lambda: Player(diagram("S:s A:a E:e s>a>e"), {}, Scripted({"notify": data})),
        lambda: Player(diagram("S:s D:d E:e s>d>e"), {}, Scripted(grade=data)),
        lambda: heard(data),
    ]
    for door in doors:
        with pytest.raises(EngineFault):
            door()
    assert player.state == before
    player.do("ask")
    assert player.open == ["after"]


def heard(data: dict[Any, Any]) -> None:
    """Deliver the data as a message's content."""
    player = Player(diagram("S:s R:hear E:e s>hear>e"))
    engine.deliver_message(player.definition, player.state, player.token("hear"), data, player.around)


def test_a_script_cannot_set_a_reserved_name() -> None:
    with pytest.raises(EngineFault):
        Player(diagram("S:s C:c U:ask E:e s>c>ask>e", inner=SCRIPTED))


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        2**63 - 1,
        1.5,
        "",
        "政策",
        True,
        None,
        [],
        {},
        [1, [2, {"a": [None]}]],
        {"x": {"y": {"z": 1}}},
        "typename",
    ],
)
def test_data_that_may_enter_comes_back_as_it_was(value: object) -> None:
    player = Player(diagram(ONE), {"given": value})
    player.do("ask", brought=value, 名称=value)
    assert player.task("after").variables == {"given": value, "brought": value, "名称": value}


def test_names_of_functions_and_of_python_are_plain_names() -> None:
    names = {"datetime": 1, "len": 2, "__builtins__": 3, "count": 4, "sum": 5, "self": 6, "data": 7}
    player = Player(diagram("S:s U:ask X:g E:yes E:no s>ask>g g>yes?x~=~1~and~today()~!=~null g>no*"), names)
    player.do("ask", x=1)
    assert (player.end, player.result) == ("yes", {**names, "x": 1})


def test_what_is_taken_away_stays_away() -> None:
    player = Player(
        diagram("S:s U:ask C:c U:after E:e s>ask>c>after>e", inner={"c": "<bpmn:script>x = null</bpmn:script>"})
    )
    player.do("ask", x=1)
    assert player.task("after").variables == {"x": None}


def test_changing_deep_data_in_one_branch_does_not_touch_the_other() -> None:
    script = '<bpmn:script>d = {n: {k: "changed"}, l: [9]}</bpmn:script>'
    notation = "S:s P:f C:c U:a U:b E:ea E:eb s>f f>c>a>ea f>b>eb"
    player = Player(diagram(notation, inner={"c": script}), {"d": {"n": {"k": "given"}, "l": [1, 2]}})
    assert player.task("a").variables["d"] == {"n": {"k": "changed"}, "l": [9]}
    assert player.task("b").variables["d"] == {"n": {"k": "given"}, "l": [1, 2]}


def met(meeting: str, given: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The data after two branches meet, when `a` ends first with `first` and `b` then with `second`."""
    inside = level(ENDED)
    sub = diagram("S:s0 subProcess:sub U:after E:e s0>sub>after>e", inner={"sub": inside})
    player = Player(sub if meeting == "sub-process" else diagram(meeting), given)
    player.do("a", **first)
    player.do("b", **second)
    return player.result if meeting == ENDED else dict(player.task("after").variables)


@pytest.mark.parametrize("meeting", MEETINGS)
@pytest.mark.parametrize(
    ("given", "first", "second", "expected"),
    [
        ({"x": 0}, {"x": 1}, {}, {"x": 1}),
        ({"x": 0}, {}, {"x": 1}, {"x": 1}),
        ({"x": 0}, {"x": 1}, {"x": 2}, {"x": 2}),
        ({}, {"x": 1}, {"y": 2}, {"x": 1, "y": 2}),
        ({"x": ["a"]}, {"x": ["a", "b"]}, {}, {"x": ["a", "b"]}),
        ({"x": []}, {"x": ["a", "b"]}, {"x": ["c"]}, {"x": ["c"]}),
        ({"x": {"p": 1}}, {"x": {"p": 1, "q": 2}}, {"y": 1}, {"x": {"p": 1, "q": 2}, "y": 1}),
        ({"x": "同意"}, {"x": "不同意"}, {"x": "同意"}, {"x": "不同意"}),
        ({"x": 1}, {"x": None}, {}, {"x": None}),
    ],
)
def test_a_meeting_keeps_what_each_branch_changed(
    meeting: str, given: dict[str, Any], first: dict[str, Any], second: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert met(meeting, given, first, second) == expected


def test_what_a_nested_branch_changed_survives_the_outer_meeting() -> None:
    notation = "S:s P:f U:a P:g U:b U:c P:h P:j U:after E:e s>f f>a>j f>g g>b>h g>c>h h>j j>after>e"
    player = Player(diagram(notation), {"x": 0, "y": 0, "z": 0})
    player.do("b", x=1)
    player.do("a", y=1)
    player.do("c", z=1)
    assert player.task("after").variables == {"x": 1, "y": 1, "z": 1}


def test_branches_forked_in_two_gateways_meet_in_one() -> None:
    notation = "S:s P:f U:a P:g U:b U:c P:j U:after E:e s>f f>a>j f>g g>b>j g>c>j j>after>e"
    for order in (("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c")):
        player = Player(diagram(notation), {"x": 0})
        for number, element in enumerate(order):
            assert "after" not in player.open
            player.do(element, **{element: number})
        assert player.open == ["after"]
        assert player.task("after").variables == {"x": 0, **{name: number for number, name in enumerate(order)}}


def test_a_sub_process_may_take_data_away_only_by_setting_it() -> None:
    inside = level("S:is U:a E:ie is>a>ie")
    player = Player(diagram("S:s subProcess:sub U:after E:e s>sub>after>e", inner={"sub": inside}), {"x": 1, "y": [1]})
    player.do("a", y=[])
    assert player.task("after").variables == {"x": 1, "y": []}


def test_a_hundred_kilobytes_of_data_are_kept_once() -> None:
    text = "政策" * 20_000
    player = Player(diagram("S:s U:a U:b E:e s>a>b>e"), {"text": text})
    player.do("a")
    assert len(player.state) < 4_000
    assert player.task("b").variables == {"text": text}
